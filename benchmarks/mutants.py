"""Broken pictures by number: the same number is the same bytes. And bombs, small files that claim to be huge."""

from __future__ import annotations

import gzip
import io
import random
import struct
import zipfile
import zlib
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
from PIL import Image

from benchmarks.service import ROOT

KINDS = ("JPEG", "PNG", "WEBP", "HEIC", "AVIF", "GIF", "BMP", "SVG", "TIFF", "PDF", "ZIP")
SVG = b"""<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>
<svg xmlns="http://www.w3.org/2000/svg" width="99999999" height="9"><script>alert(1)</script><text>&b;</text></svg>"""
GIF = b"GIF89a\xff\xff\xff\xff\x80\0\0" + bytes(6) + b",\0\0\0\0\xff\xff\xff\xff\0\x02\x02L\x01\0;"
TELLING = (0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF)
"""Numbers that programs stumble over."""
MOST_CHANGES = 8


@cache
def seeds(kind: str) -> tuple[bytes, ...]:
    """Whole files of that kind, a few of each: small, so that twenty thousand take minutes."""
    if kind == "HEIC":
        folder = ROOT / "tests" / "vision" / "heic"
        return tuple((folder / f"{name}.heic").read_bytes() for name in ("quarters", "ten-bits", "second-of-two"))
    if kind == "SVG":
        return (SVG,)
    if kind == "ZIP":
        return (_zipped(b"jam" * 1000), gzip.compress(b"jam" * 1000))
    return tuple(_encoded(kind, variant) for variant in range(3))


def _encoded(kind: str, variant: int) -> bytes:
    rng = np.random.default_rng(variant)
    picture = Image.fromarray(rng.integers(0, 255, (48, 64, 3), dtype=np.uint8))
    options: dict[str, Any] = {"JPEG": {"progressive": variant == 1}, "GIF": {"save_all": variant == 1}}.get(kind, {})
    if variant == 2:
        exif = Image.Exif()
        exif[0x0112] = 6
        options |= {"exif": exif} if kind in ("JPEG", "PNG", "WEBP", "AVIF") else {}
        picture = picture.convert("L") if kind not in ("AVIF", "PDF") else picture
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def _zipped(data: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("photo.jpg", data)
    return file.getvalue()


def mutant(number: int) -> tuple[str, bytes]:
    """Its kind, and its bytes."""
    rng = random.Random(number)  # noqa: S311 (repeatable, and nothing secret)
    kind = KINDS[number % len(KINDS)]
    data = bytearray(rng.choice(seeds(kind)))
    for _ in range(rng.randint(1, MOST_CHANGES)):
        rng.choice(CHANGES)(data, rng)
    return kind, bytes(data)


def _flip(data: bytearray, rng: random.Random) -> None:
    if data:
        data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)


def _number(data: bytearray, rng: random.Random) -> None:
    """A telling number somewhere, more often near the beginning, where sizes stand."""
    if len(data) > 8:
        place = rng.randrange(min(len(data), 200) if rng.random() < 0.7 else len(data)) % (len(data) - 4)
        width = rng.choice(("B", ">H", "<H", ">I", "<I"))
        size = struct.calcsize(width)
        struct.pack_into(width, data, place, rng.choice(TELLING) & ((1 << 8 * size) - 1))


def _cut(data: bytearray, rng: random.Random) -> None:
    del data[rng.randrange(len(data) + 1) :]


def _drop(data: bytearray, rng: random.Random) -> None:
    start = rng.randrange(len(data) + 1)
    del data[start : start + rng.randint(1, 64)]


def _repeat(data: bytearray, rng: random.Random) -> None:
    start = rng.randrange(len(data) + 1)
    data[start:start] = data[start : start + rng.randint(1, 256)] * rng.randint(1, 8)


def _noise(data: bytearray, rng: random.Random) -> None:
    start = rng.randrange(len(data) + 1)
    data[start : start + rng.randint(1, 32)] = rng.randbytes(rng.randint(1, 32))


def _splice(data: bytearray, rng: random.Random) -> None:
    """The rest of a file of another kind."""
    other = rng.choice(seeds(rng.choice(KINDS)))
    data[rng.randrange(len(data) + 1) :] = other[rng.randrange(len(other)) :]


Change = Callable[[bytearray, random.Random], None]
CHANGES: tuple[Change, ...] = (_flip, _flip, _number, _number, _cut, _drop, _repeat, _noise, _splice)


@cache
def bombs() -> dict[str, bytes]:
    """Small files that would take gigabytes if they were believed."""
    side = 60_000
    return {
        "PNG that claims 60,000 × 60,000": _png(side, side, zlib.compress(bytes(100))),
        "PNG that is 20,000 × 20,000 of black": _png(20_000, 20_000, _black(20_000 * 20_001 // 8), depth=1, colour=0),
        "PNG with a text that unpacks to 100 MB": _png(8, 8, zlib.compress(bytes(8 * 25)), text=bytes(100_000_000)),
        "GIF of 65,535 × 65,535": GIF,
        "BMP of 60,000 × 60,000": _bmp(side, side),
        "BMP of negative height": _bmp(side, -(2**31)),
        "JPEG of 65,500 × 65,500": _resized_jpeg(65_500, 65_500, progressive=False),
        "progressive JPEG of 30,000 × 30,000": _resized_jpeg(30_000, 30_000, progressive=True),
        "JPEG of a thousand scans": _many_scans(1000),
        "WebP of 16,383 × 16,383": _flat("WEBP", 16_383, 16_383, lossless=True, method=0),
        "HEIC that claims 65,535 × 65,535": _claiming("HEIC"),
        "AVIF that claims 65,535 × 65,535": _claiming("AVIF"),
        "TIFF that claims 2³² strips": b"II*\0\x08\0\0\0\x01\0\x11\x01\x04\0\xff\xff\xff\xff\x08\0\0\0" + bytes(8),
        "SVG of a billion laughs": SVG.replace(b"&a;&a;", b"&a;" * 1000),
        "zip of 100 MB of nothing": _zipped(bytes(100_000_000)),
        "gzip of 100 MB of nothing": gzip.compress(bytes(100_000_000), 9),
        "PDF": b"%PDF-1.7\n1 0 obj<</Length 99999999999>>stream\n",
    }  # fmt: skip


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _png(width: int, height: int, data: bytes, text: bytes | None = None, depth: int = 8, colour: int = 2) -> bytes:
    head = _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0))
    extra = _chunk(b"zTXt", b"jam\0\0" + zlib.compress(text, 9)) if text else b""
    return b"\x89PNG\r\n\x1a\n" + head + extra + _chunk(b"IDAT", data) + _chunk(b"IEND", b"")


def _bmp(width: int, height: int) -> bytes:
    return b"BM" + struct.pack("<IHHIIiiHHIIiiII", 54, 0, 0, 54, 40, width, height, 1, 24, 0, 0, 0, 0, 0, 0)


def _black(size: int) -> bytes:
    packer = zlib.compressobj(9)
    return b"".join([*(packer.compress(bytes(1_000_000)) for _ in range(size // 1_000_000)), packer.flush()])


def _resized_jpeg(width: int, height: int, *, progressive: bool) -> bytes:
    """A small one whose frame header says otherwise."""
    data = bytearray(_encoded("JPEG", 1 if progressive else 0))
    frame = data.index(b"\xff\xc2" if progressive else b"\xff\xc0")
    struct.pack_into(">HH", data, frame + 5, height, width)
    return bytes(data)


def _many_scans(number: int) -> bytes:
    data = _encoded("JPEG", 1)
    start, end = data.index(b"\xff\xda"), data.rindex(b"\xff\xd9")
    return data[:start] + data[start:end] * number + data[end:]


def _flat(kind: str, width: int, height: int, **options: object) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (width, height)).save(file, kind, **options)
    return file.getvalue()


def _claiming(kind: str) -> bytes:
    """One whose size box (ispe) says 65,535 × 65,535."""
    data = bytearray(seeds(kind)[0])
    place = data.index(b"ispe") + 8
    struct.pack_into(">II", data, place, 65_535, 65_535)
    return bytes(data)
