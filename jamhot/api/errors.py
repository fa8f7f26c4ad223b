"""From the family of errors to HTTP: one handler for each kind of trouble, never a stack trace, never HTML."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import cast

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from jamhot.errors import InternalError, InvalidRequest, JamHotError, MemoryLimit, MethodNotAllowed, NotFound

log = logging.getLogger(__name__)


def error_response(error: JamHotError) -> JSONResponse:
    body = {"error": error.code, "message": error.message, "details": error.details, "hint": error.hint}
    return JSONResponse(body, status_code=error.status, headers=error.headers)


def from_validation(error: RequestValidationError) -> InvalidRequest:
    """The first thing that is wrong as the message, all of them as details; what was sent is not repeated."""
    problems = [{"where": ".".join(map(str, item["loc"])), "problem": item["msg"]} for item in error.errors()[:20]]
    first = problems[0] if problems else {"where": "request", "problem": "not valid"}
    return InvalidRequest(f"{first['where']}: {first['problem']}", {"problems": problems})


def from_http(error: HTTPException, path: str) -> JamHotError:
    """Our error for one that the framework raised."""
    if error.status_code == 404:
        return NotFound(f"There is nothing at {path}.", hint="GET /openapi.json lists what there is.")
    if error.status_code == 405:
        return MethodNotAllowed("This address does not take that method.")
    return InvalidRequest(str(error.detail))


Renderer = Callable[[Request, JamHotError], Awaitable[Response]]
"""Shows an error to whoever asked; pages have one of their own."""


async def as_json(_request: Request, error: JamHotError) -> Response:
    return error_response(error)


def install(app: FastAPI, pages: Renderer) -> None:
    """Answers every error: in JSON under /api, by `pages` elsewhere."""

    async def show(request: Request, error: JamHotError) -> Response:
        render = as_json if request.url.path.startswith("/api") else pages
        return await render(request, error)

    async def jamhot_error(request: Request, error: Exception) -> Response:
        return await show(request, cast("JamHotError", error))

    async def validation_error(request: Request, error: Exception) -> Response:
        return await show(request, from_validation(cast("RequestValidationError", error)))

    async def http_error(request: Request, error: Exception) -> Response:
        http = cast("HTTPException", error)
        response = await show(request, from_http(http, request.url.path))
        response.headers.update(http.headers or {})
        return response

    async def out_of_memory(request: Request, _error: Exception) -> Response:
        log.error("memory ran out during %s %s", request.method, request.url.path)
        return await show(request, MemoryLimit("Memory ran out for a moment. Nothing is lost; try again.", 5))

    async def unexpected(request: Request, _error: Exception) -> Response:
        """The server itself logs the error, with its trace."""
        return await show(request, InternalError("Something went wrong on our side. It has been written down."))

    app.add_exception_handler(JamHotError, jamhot_error)
    app.add_exception_handler(RequestValidationError, validation_error)
    app.add_exception_handler(HTTPException, http_error)
    app.add_exception_handler(MemoryError, out_of_memory)
    app.add_exception_handler(Exception, unexpected)
