"""HEIC and AVIF: taken, upright, in their colours, and refused from the header when they cost too much."""

from __future__ import annotations

import io
import struct
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from jamhot.errors import ImageTooLarge, InvalidImage, UnsupportedImage
from jamhot.vision.photo import MAX_PIXELS, read_photo, sniff
from tests.vision.test_photo import BLUE, GREEN, RED, TURNS, WHITE, close, corners, encoded, quarters

FOLDER = Path(__file__).parent / "heic"


def heic(name: str) -> bytes:
    return (FOLDER / f"{name}.heic").read_bytes()


def avif(image: Image.Image, orientation: int = 1) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = orientation
    return encoded(image, "AVIF", exif=exif.tobytes())


@pytest.mark.parametrize(("kind", "data"), [("HEIC", heic("quarters")), ("AVIF", avif(quarters()))])
def test_they_are_taken(kind: str, data: bytes) -> None:
    photo = read_photo(data)
    assert (photo.format, photo.width, photo.height) == (kind, 320, 240)
    assert photo.pixels.dtype == np.uint8
    assert close(corners(photo.pixels), TURNS[1], 4)


@pytest.mark.parametrize("orientation", range(2, 9))
def test_they_are_upright(orientation: int) -> None:
    for data in (heic(f"turned-{orientation}"), avif(quarters(), orientation)):
        photo = read_photo(data)
        assert close(corners(photo.pixels), TURNS[orientation], 4)
        size = (240, 320) if orientation >= 5 else (320, 240)
        assert (photo.width, photo.height) == size
        assert photo.pixels.shape[:2] == size[::-1]


@pytest.mark.parametrize("name", ["ten-bits", "second-of-two"])
def test_ten_bits_and_the_primary_of_several(name: str) -> None:
    assert close(corners(read_photo(heic(name)).pixels), TURNS[1], 4)


def test_what_is_transparent_stands_on_white() -> None:
    image = quarters().convert("RGBA")
    image.paste((0, 0, 0, 0), (0, 0, 160, 120))
    for data in (heic("transparent"), avif(image)):
        assert close(corners(read_photo(data).pixels), [WHITE, GREEN, BLUE, WHITE], 4)


def test_gray() -> None:
    wanted = [(value,) * 3 for value in (76, 150, 29, 255)]
    assert close(corners(read_photo(heic("gray")).pixels), wanted, 4)
    assert close(corners(read_photo(avif(quarters().convert("L"))).pixels), wanted, 4)


def test_large_ones_are_shrunk_but_never_below_what_is_needed() -> None:
    for data in (heic("large"), avif(quarters(1701, 1303))):
        photo = read_photo(data, needed=224)
        assert (photo.width, photo.height) == (1701, 1303)
        assert 224 <= min(photo.pixels.shape[:2]) < 300
        assert close(corners(photo.pixels), [RED, GREEN, BLUE, WHITE], 4)


def claiming(data: bytes, width: int, height: int) -> bytes:
    """The same file with another size in its header (`ispe`, ISO/IEC 23008-12)."""
    at = data.index(b"ispe") + 8
    return data[:at] + struct.pack(">II", width, height) + data[at + 8 :]


@pytest.mark.parametrize("size", [(60_000, 60_000), (6_000, 4_500), (2**31 - 1, 2**31 - 1)])
@pytest.mark.parametrize(("kind", "data"), [("HEIC", heic("quarters")), ("AVIF", avif(quarters()))])
def test_too_many_pixels_are_told_from_the_header(kind: str, data: bytes, size: tuple[int, int]) -> None:
    with pytest.raises((ImageTooLarge, InvalidImage)) as caught:
        read_photo(claiming(data, *size))
    if size == (6_000, 4_500):
        assert caught.value.details["max_pixels"] == MAX_PIXELS[kind]


@pytest.mark.parametrize("data", [heic("quarters"), avif(quarters())], ids=["heic", "avif"])
@pytest.mark.parametrize("share", [0.02, 0.3, 0.9])
def test_cut_short(data: bytes, share: float) -> None:
    with pytest.raises(InvalidImage, match="damaged or was cut short"):
        read_photo(data[: max(40, int(len(data) * share))])


@pytest.mark.parametrize(
    ("brands", "kind"),
    [
        (b"heic\0\0\0\0mif1heic", "HEIC"),
        (b"mif1\0\0\0\0mif1heic", "HEIC"),
        (b"msf1\0\0\0\0msf1hevc", "HEIC"),
        (b"avif\0\0\0\0avifmif1", "AVIF"),
        (b"mif1\0\0\0\0mif1avif", "AVIF"),
        (b"isom\0\0\0\0isommp42", None),
        (b"mif1\0\0\0\0mif1miaf", None),
    ],
)
def test_brands_tell_them_from_each_other_and_from_videos(brands: bytes, kind: str | None) -> None:
    file = io.BytesIO(struct.pack(">I", 8 + len(brands)) + b"ftyp" + brands + b"\0\0\0\x08mdat")
    if kind is None:
        with pytest.raises(UnsupportedImage):
            sniff(file)
    else:
        assert sniff(file) == kind


def test_who_sends_none_of_them_pays_for_none_of_them() -> None:
    code = "import main, sys; print([m for m in ('pi_heif', '_pi_heif', 'PIL.AvifImagePlugin') if m in sys.modules])"
    root = Path(__file__).parents[2]
    said = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True).stdout
    assert said.strip() == "[]"
