"""Pictures made by code: no photo of anybody's is needed or shipped."""

from __future__ import annotations

import io
import struct
import zlib

import numpy as np
from PIL import Image


def blobs(width: int = 640, height: int = 480, seed: int = 1) -> Image.Image:
    """Soft coloured discs on a gradient, by a seeded generator."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0:height, 0:width]
    pixels = np.stack([x * 200 / width + 30, y * 180 / height + 40, (x + y) * 120 / (width + height) + 50], axis=2)
    for _ in range(12):
        cx, cy, r = rng.uniform(0, width), rng.uniform(0, height), rng.uniform(0.05, 0.2) * width
        inside = (x - cx) ** 2 + (y - cy) ** 2 < r * r
        pixels[inside] = rng.uniform(0, 255, 3)
    return Image.fromarray(pixels.astype(np.uint8))


def encoded(image: Image.Image, kind: str = "JPEG", **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def jpeg(width: int = 640, height: int = 480, quality: int = 85) -> bytes:
    return encoded(blobs(width, height), "JPEG", quality=quality)


def huge_png_header(width: int = 60_000, height: int = 60_000) -> bytes:
    """A PNG of a few bytes that claims to be enormous."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")
    )


def animated_gif() -> bytes:
    frames = [blobs(120, 90, seed) for seed in range(3)]
    return encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])


def cmyk_jpeg() -> bytes:
    return encoded(blobs().convert("CMYK"), "JPEG")


def png_16_bit() -> bytes:
    ramp = np.tile(np.linspace(0, 65_535, 300).astype(np.uint16), (200, 1))
    return encoded(Image.fromarray(ramp), "PNG")


def palette_png_with_transparency() -> bytes:
    image = blobs(200, 150).quantize(64)
    return encoded(image, "PNG", transparency=0)
