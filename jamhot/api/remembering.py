"""The same question of the catalogue again: answered without routing, checking and compressing it again."""

from __future__ import annotations

from collections.abc import Hashable
from datetime import UTC, datetime
from typing import cast

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from jamhot.api.caching import CACHE_CONTROL, KeptAnswer, KeptAnswers, RawHeaders, names
from jamhot.api.services import Services

_OF_A_BODY = frozenset({b"content-length", b"content-type", b"content-encoding"})


class Remembering:
    """ASGI middleware, around the one that compresses. It keeps whole answers to GET that everybody may keep: they
    hang on the address, on the edition of catalogue and model, and, where a page speaks of the season, on the day."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "GET":
            await self._app(scope, receive, send)
            return
        services = cast("Services", scope["state"]["services"])
        headers = Headers(scope=scope)
        compressed = "gzip" in headers.get("accept-encoding", "")
        today = datetime.now(UTC).date()
        key = (scope["path"], scope["query_string"], compressed, services.desk.edition, today)
        known = services.answers.get(key)
        if known is None:
            await self._app(scope, receive, _keeping(services.answers, key, scope, send))
            return
        scope["route"] = known.route
        await _send(known, names(headers.get("if-none-match", ""), known.etag), send)


def _keeping(answers: KeptAnswers, key: Hashable, scope: Scope, send: Send) -> Send:
    """A `send` that keeps what passes when it is an answer for everybody, in one piece."""
    headers: RawHeaders = ()

    async def passing(message: Message) -> None:
        nonlocal headers
        if message["type"] == "http.response.start":
            # A copy: the layers outside write into the message what is for this client alone.
            headers = tuple(message["headers"]) if message["status"] == 200 else ()
        elif headers and not message.get("more_body"):
            told = Headers(raw=list(headers))
            if told.get("cache-control") == CACHE_CONTROL:
                answers.keep(key, KeptAnswer(headers, message["body"], told["etag"], scope.get("route")))
            headers = ()
        else:
            headers = ()
        await send(message)

    return passing


async def _send(answer: KeptAnswer, has_it: bool, send: Send) -> None:
    headers = [header for header in answer.headers if not has_it or header[0] not in _OF_A_BODY]
    await send({"type": "http.response.start", "status": 304 if has_it else 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if has_it else answer.body})
