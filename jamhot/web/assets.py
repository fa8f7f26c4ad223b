"""Static files: read once, named by their content, so that a browser may keep them for ever."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

_TEXTS = {"app.css": "text/css", "site.js": "text/javascript", "photo.js": "text/javascript",
          "cook.js": "text/javascript", "favicon.svg": "image/svg+xml"}  # fmt: skip
_BINARIES = {"fraunces.woff2": "font/woff2", "icon-192.png": "image/png", "icon-512.png": "image/png"}
_FONT = b"fraunces.woff2"


@dataclass(frozen=True, slots=True)
class Asset:
    """A file's bytes, the same compressed where that is smaller, its media type, and the digest in its address."""

    body: bytes
    gzipped: bytes | None
    media_type: str
    digest: str


@cache
def assets() -> dict[str, Asset]:
    """The static files by their names."""
    folder = files("jamhot.web") / "static"
    bodies = {name: (folder / name).read_bytes() for name in (*_TEXTS, *_BINARIES)}
    # The style sheet names the font by the address that may be kept for ever.
    font = f"/static/{_digest(bodies['fraunces.woff2'])}/".encode() + _FONT
    bodies["app.css"] = bodies["app.css"].replace(_FONT, font)
    return {name: _asset(name, body) for name, body in bodies.items()}


def _asset(name: str, body: bytes) -> Asset:
    if name in _BINARIES:
        return Asset(body, None, _BINARIES[name], _digest(body))
    return Asset(body, gzip.compress(body, 9, mtime=0), _TEXTS[name], _digest(body))


def _digest(body: bytes) -> str:
    return hashlib.blake2b(body, digest_size=6).hexdigest()


@cache
def edition() -> str:
    """Changes when any static file does."""
    return _digest("".join(asset.digest for asset in assets().values()).encode())


def asset_url(name: str) -> str:
    """The address of a static file; it changes when the file does."""
    return f"/static/{assets()[name].digest}/{name}"
