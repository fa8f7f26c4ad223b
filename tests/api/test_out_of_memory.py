"""Memory that runs out, for real: the request is told to come back, and the process answers the next."""

from __future__ import annotations

import asyncio
import resource
from pathlib import Path

import httpx
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from benchmarks.service import Running, running, wait_until_up
from jamhot import api
from jamhot.errors import JamHotError
from tests import pictures


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


def _classify(service: Running, body: bytes, kind: str) -> str:
    answer = service.client.post("/api/classify", content=body, headers={"Content-Type": kind})
    return str(answer.json().get("error", answer.status_code))


def test_a_body_that_does_not_fit_is_refused_and_the_next_photo_is_answered() -> None:
    four = b'{"images": [' + b",".join([b'"' + b"A" * 6_600_000 + b'"'] * 4) + b"]}"
    with running() as service:
        wait_until_up(service)
        process, photo = service.process.pid, pictures.jpeg()
        assert _classify(service, photo, "image/jpeg") == "200"
        used = int(Path(f"/proc/{process}/statm").read_text().split()[0]) * resource.getpagesize()
        resource.prlimit(process, resource.RLIMIT_AS, (used + 8_000_000, -1))
        assert _classify(service, four, "application/json") == "MEMORY_LIMIT"
        resource.prlimit(process, resource.RLIMIT_AS, (-1, -1))
        assert _classify(service, photo, "image/jpeg") == "200"
        assert service.process.poll() is None
