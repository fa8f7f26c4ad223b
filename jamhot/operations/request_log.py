"""Around every request: an id, one line in the log, and headers that keep browsers careful."""

from __future__ import annotations

import logging
import re
import secrets
import time
from collections.abc import Callable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from jamhot.operations.logs import request_id

log = logging.getLogger("jamhot.request")

_KNOWN_ID = re.compile(rb"^[A-Za-z0-9._-]{1,64}$")
SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; img-src 'self' blob: data:; style-src 'self'; script-src 'self'; connect-src 'self'; "
        "font-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    # A file input opens the phone's own camera; the page itself never watches.
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}

_SECURITY = [(name.lower().encode(), value.encode()) for name, value in SECURITY_HEADERS.items()]

Note = Callable[[str, str, int, float], None]
"""Told method, route, status (0: the client left before the answer) and seconds of a request."""


class RequestLog:
    """ASGI middleware. The log line has method, path, status and milliseconds; no query, no address, no body.

    Args:
        note: told of every request.
    """

    def __init__(self, app: ASGIApp, note: Note) -> None:
        self._app = app
        self._note = note

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        rid = _id_of(scope)
        # Never taken back: the request is a task of its own, and what the server logs of it afterwards is its too.
        request_id.set(rid)
        started = time.perf_counter()
        status = 0

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                present = {name for name, _ in message["headers"]}
                ours = [(b"x-request-id", rid.encode()), *(pair for pair in _SECURITY if pair[0] not in present)]
                message = {**message, "headers": [*message["headers"], *ours]}
            await send(message)

        try:
            await self._app(scope, receive, send_with_headers)
        finally:
            elapsed = time.perf_counter() - started
            path = scope["path"].encode("unicode_escape").decode("ascii")[:200]
            log.info("%s %s %s %.1f ms", scope["method"], path, status or "gone", elapsed * 1000)
            self._note(scope["method"], _route_of(scope), status, elapsed)


def _route_of(scope: Scope) -> str:
    """The pattern that the path met, never the path: there are few of them, and no client can make more."""
    return str(getattr(scope.get("route"), "path", "none"))


def _id_of(scope: Scope) -> str:
    """The id that the platform's edge gave the request, when it is harmless; else one of ours."""
    for name, value in scope["headers"]:
        if name == b"x-request-id" and _KNOWN_ID.match(value):
            return str(value.decode("ascii"))
    return secrets.token_hex(8)
