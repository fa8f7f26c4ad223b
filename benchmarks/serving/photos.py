"""The four kinds of photo that are raced."""

from __future__ import annotations

import io
from dataclasses import dataclass

from PIL import Image

from benchmarks.photos import phone_jpeg


@dataclass(frozen=True)
class Kind:
    """One photo: its bytes and its media type."""

    data: bytes
    media_type: str


def photos() -> dict[str, Kind]:
    """A phone's photo, a smaller camera's, one as messengers send it, and what our own page sends."""
    three, small = phone_jpeg(2048, 1536), phone_jpeg(480, 360)
    webp = io.BytesIO()
    Image.open(io.BytesIO(phone_jpeg(1080, 810))).save(webp, "WEBP", quality=80)
    return {
        "jpeg_12mp": Kind(phone_jpeg(), "image/jpeg"),
        "jpeg_3mp": Kind(three, "image/jpeg"),
        "webp_1080px": Kind(webp.getvalue(), "image/webp"),
        "jpeg_480px": Kind(small, "image/jpeg"),
    }
