"""Answers encoded once, with the ETag that lets a client keep them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Hashable
from dataclasses import dataclass

from cachetools import LRUCache
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

CACHE_CONTROL = "public, max-age=300, stale-while-revalidate=86400"


@dataclass(frozen=True, slots=True)
class Encoded:
    """A body and its ETag, weak because the same body may travel compressed."""

    body: bytes
    etag: str
    media_type: str


class EncodedAnswers:
    """The encoded answers most asked for.

    Args:
        size: how many; QUERY_CACHE_SIZE, 0 keeps none.
    """

    def __init__(self, size: int) -> None:
        self._cache: LRUCache[Hashable, Encoded] = LRUCache(size)

    def clear(self) -> None:
        """Forgets all of them; they are made again when asked for."""
        self._cache.clear()

    def json(self, request: Request, key: Hashable, make: Callable[[], BaseModel | bytes]) -> Response:
        """The answer `make()` gives, as JSON; 304 when the client has it. `key` must change with the catalogue."""
        encoded = self._cache.get(key)
        if encoded is None:
            made = make()
            body = made if isinstance(made, bytes) else made.model_dump_json().encode()
            encoded = encode(body, "application/json")
            if self._cache.maxsize:
                self._cache[key] = encoded
        return respond(request, encoded)


def encode(body: bytes, media_type: str) -> Encoded:
    return Encoded(body, f'W/"{hashlib.blake2b(body, digest_size=12).hexdigest()}"', media_type)


def respond(request: Request, encoded: Encoded) -> Response:
    """200 with the body, or 304 when If-None-Match names it."""
    headers = {"ETag": encoded.etag, "Cache-Control": CACHE_CONTROL}
    if encoded.etag.removeprefix("W/") in _tags(request.headers.get("if-none-match", "")):
        return Response(status_code=304, headers=headers)
    return Response(encoded.body, headers=headers, media_type=encoded.media_type)


def _tags(header: str) -> list[str]:
    return [tag.strip().removeprefix("W/") for tag in header.split(",")]
