"""One request: bytes within limits, told apart into what came and why nothing came."""

from __future__ import annotations

import time
import zlib
from dataclasses import dataclass
from typing import Final

import httpx

from jamhot.scraping.fetch.errors import Refused, Transient
from jamhot.scraping.fetch.manners import MOST_BYTES, retry_after_s

RETRIED: Final = frozenset((408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524))


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds: to connect, between two pieces of a body, for a whole request, and before the first repetition."""

    connect_s: float = 10.0
    read_s: float = 20.0
    whole_s: float = 90.0
    first_pause_s: float = 2.0


@dataclass(frozen=True, slots=True)
class Answer:
    """A response with its body undone. Header names are in small letters."""

    status: int
    headers: dict[str, str]
    body: bytes


def make_client(agent: str, patience: Patience) -> httpx.Client:
    """Proxies and certificates come from the environment (HTTPS_PROXY, SSL_CERT_FILE), as everywhere."""
    timeout = httpx.Timeout(patience.read_s, connect=patience.connect_s)
    headers = {
        "User-Agent": agent,
        "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.5",
        "Accept-Language": "en",
        "Accept-Encoding": "gzip",
    }
    return httpx.Client(headers=headers, timeout=timeout, follow_redirects=False)


def ask(client: httpx.Client, url: str, patience: Patience, headers: dict[str, str], most: int = MOST_BYTES) -> Answer:
    """One GET.

    Raises:
        Transient: timed out, cut short, refused the connection, or a status that asks to come again.
        Refused: more than `most` bytes, or an address that is none.
    """
    deadline = time.monotonic() + patience.whole_s
    try:
        with client.stream("GET", url, headers=headers) as response:
            found = {name.lower(): value for name, value in response.headers.items()}
            body = _body(response, found, deadline, most)
            return Answer(response.status_code, found, body)
    except httpx.TimeoutException as error:
        raise Transient("timeout", type(error).__name__) from error
    except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
        raise Refused("bad address", str(error)) from error
    except httpx.TransportError as error:
        raise Transient("connection", f"{type(error).__name__}: {error}") from error


def _body(response: httpx.Response, headers: dict[str, str], deadline: float, most: int) -> bytes:
    """Undoes gzip piece by piece, so that a bomb is noticed before it goes off."""
    encoding = headers.get("content-encoding", "identity").strip().lower()
    if encoding not in ("", "identity", "gzip", "x-gzip", "deflate"):
        raise Refused("unknown encoding", encoding)
    unpack = zlib.decompressobj(zlib.MAX_WBITS | 32) if encoding not in ("", "identity") else None
    body = bytearray()
    try:
        for piece in response.iter_raw():  # as it comes: a server that drips must meet the deadline
            if time.monotonic() > deadline:
                raise Transient("timeout", "the whole took too long")
            body += unpack.decompress(piece, most + 1 - len(body)) if unpack else piece
            if len(body) > most:
                raise Refused("too large", f"more than {most} bytes")
    except zlib.error as error:
        raise Transient("truncated", str(error)) from error
    if unpack is not None and body and not unpack.eof:
        raise Transient("truncated", "the compressed body has no end")
    return bytes(body)


def again(answer: Answer) -> Transient | None:
    """The reason to come again, if the status is one."""
    if answer.status not in RETRIED:
        return None
    wait = retry_after_s(answer.headers.get("retry-after"), time.time())
    return Transient(f"status {answer.status}", "", wait)
