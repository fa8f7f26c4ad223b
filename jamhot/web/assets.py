"""Static files: read once, named by their content, so that a browser may keep them for ever."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

_TYPES = {"app.css": "text/css", "app.js": "text/javascript", "favicon.svg": "image/svg+xml"}


@dataclass(frozen=True, slots=True)
class Asset:
    """A file's bytes, its media type, and the digest that its address carries."""

    body: bytes
    media_type: str
    digest: str


@cache
def assets() -> dict[str, Asset]:
    """The static files by their names."""
    folder = files("jamhot.web") / "static"
    bodies = {name: (folder / name).read_bytes() for name in _TYPES}
    return {
        name: Asset(body, _TYPES[name], hashlib.blake2b(body, digest_size=6).hexdigest())
        for name, body in bodies.items()
    }


def asset_url(name: str) -> str:
    """The address of a static file; it changes when the file does."""
    return f"/static/{assets()[name].digest}/{name}"
