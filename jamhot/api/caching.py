"""Answers from the catalogue: the ETag that lets a client keep them; those most asked for, kept as they were sent."""

from __future__ import annotations

import hashlib
from collections.abc import Hashable
from dataclasses import dataclass

from cachetools import LRUCache
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

CACHE_CONTROL = "public, max-age=300, stale-while-revalidate=86400"
RawHeaders = tuple[tuple[bytes, bytes], ...]
MOST_BYTES = 512 * 1024
"""What is longer is made anew each time: a hundred answers may be kept, in a container of 512 MB."""


def respond(request: Request, body: bytes, media_type: str) -> Response:
    """200 with the body, or 304 when If-None-Match names it. The ETag is weak: the same body may travel compressed."""
    headers = {"ETag": f'W/"{hashlib.blake2b(body, digest_size=12).hexdigest()}"', "Cache-Control": CACHE_CONTROL}
    if names(request.headers.get("if-none-match", ""), headers["ETag"]):
        return Response(status_code=304, headers=headers)
    return Response(body, headers=headers, media_type=media_type)


def respond_json(request: Request, answer: BaseModel | bytes) -> Response:
    """The same for JSON; `bytes` are JSON already."""
    body = answer if isinstance(answer, bytes) else answer.model_dump_json().encode()
    return respond(request, body, "application/json")


def names(if_none_match: str, etag: str) -> bool:
    """Whether a client has this: the header names its tag, weak or strong, or any (RFC 9110, 13.1.2)."""
    known = [tag.strip().removeprefix("W/") for tag in if_none_match.split(",")]
    return etag.removeprefix("W/") in known or known == ["*"]


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """An answer as it was sent, perhaps compressed, and the route that the router had found for it."""

    headers: RawHeaders
    body: bytes
    etag: str
    route: object


class KeptAnswers:
    """The answers most asked for.

    Args:
        size: how many; QUERY_CACHE_SIZE, 0 keeps none.
    """

    def __init__(self, size: int) -> None:
        self._kept: LRUCache[Hashable, KeptAnswer] = LRUCache(size)

    def get(self, key: Hashable) -> KeptAnswer | None:
        return self._kept.get(key)

    def keep(self, key: Hashable, answer: KeptAnswer) -> None:
        if self._kept.maxsize and len(answer.body) <= MOST_BYTES:
            self._kept[key] = answer

    def clear(self) -> None:
        """Forgets all of them; they are made again when asked for."""
        self._kept.clear()
