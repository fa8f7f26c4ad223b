"""Memory that is not there, for real: the request is told to come back, and the next is answered."""

from __future__ import annotations

import asyncio

import httpx
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from jamhot import api
from jamhot.errors import JamHotError


async def _page(request: Request, error: JamHotError) -> Response:
    raise NotImplementedError


def test_a_route_that_cannot_have_its_memory() -> None:
    app = FastAPI()
    api.install(app, error_pages=_page)

    @app.get("/api/greedy")
    def greedy() -> int:
        return len(bytes(1 << 62))

    async def ask_twice() -> list[httpx.Response]:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://jam.example") as client:
            return [await client.get("/api/greedy") for _ in range(2)]

    for answer in asyncio.run(ask_twice()):
        assert (answer.status_code, answer.json()["error"]) == (503, "MEMORY_LIMIT")
        assert answer.headers["retry-after"] == "5"
