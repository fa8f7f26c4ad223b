"""Bytes become pixels: every type that is taken, every oddity of real files, every way to be no photo."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from jamhot.errors import ImageTooLarge, InvalidImage, UnsupportedImage
from jamhot.vision.photo import MAX_PIXELS, TAKEN, Preprocessing, prepare, read_photo

RED, GREEN, BLUE, WHITE = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)
LOSSY = 40


def quarters(width: int = 320, height: int = 240) -> Image.Image:
    """Red, green over blue, white: every turn and mirror of it is another picture."""
    image = Image.new("RGB", (width, height), RED)
    image.paste(GREEN, (width // 2, 0, width, height // 2))
    image.paste(BLUE, (0, height // 2, width // 2, height))
    image.paste(WHITE, (width // 2, height // 2, width, height))
    return image


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def corners(pixels: np.ndarray) -> list[tuple[int, ...]]:
    """Top left, top right, bottom left, bottom right, each from the middle of its quarter."""
    height, width = pixels.shape[:2]
    rows, columns = (height // 4, 3 * height // 4), (width // 4, 3 * width // 4)
    return [tuple(int(v) for v in pixels[r, c]) for r in rows for c in columns]


def close(found: list[tuple[int, ...]], wanted: list[tuple[int, ...]], by: int = LOSSY) -> bool:
    return bool(np.abs(np.array(found) - np.array(wanted)).max() <= by)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "BMP"])
def test_every_type_that_is_taken(kind: str) -> None:
    photo = read_photo(encoded(quarters(), kind))
    assert (photo.format, photo.width, photo.height) == (kind, 320, 240)
    assert photo.pixels.dtype == np.uint8
    assert close(corners(photo.pixels), [RED, GREEN, BLUE, WHITE])


def test_a_file_is_as_good_as_bytes_and_need_not_stand_at_its_start() -> None:
    file = io.BytesIO(encoded(quarters(), "PNG"))
    file.seek(50)
    assert close(corners(read_photo(file).pixels), [RED, GREEN, BLUE, WHITE], 0)


# EXIF orientation → where red, green, blue, white stand once the picture is upright.
TURNS = {
    1: [RED, GREEN, BLUE, WHITE],
    2: [GREEN, RED, WHITE, BLUE],
    3: [WHITE, BLUE, GREEN, RED],
    4: [BLUE, WHITE, RED, GREEN],
    5: [RED, BLUE, GREEN, WHITE],
    6: [BLUE, RED, WHITE, GREEN],
    7: [WHITE, GREEN, BLUE, RED],
    8: [GREEN, WHITE, RED, BLUE],
}


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("orientation", TURNS)
def test_exif_orientation(kind: str, orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    photo = read_photo(encoded(quarters(), kind, exif=exif.tobytes()))
    assert close(corners(photo.pixels), TURNS[orientation])
    size = (240, 320) if orientation >= 5 else (320, 240)
    assert (photo.width, photo.height) == size
    assert photo.pixels.shape[:2] == size[::-1]


@pytest.mark.parametrize("exif", [b"Exif\0\0nonsense", b"Exif\0\0II*\0\xff\xff\xff\x7f", b"Exif\0\0"])
def test_a_damaged_exif_block_is_no_reason_to_refuse_a_photo(exif: bytes) -> None:
    assert close(corners(read_photo(encoded(quarters(), "JPEG", exif=exif)).pixels), TURNS[1])


def test_an_orientation_that_does_not_exist_is_ignored() -> None:
    exif = Image.Exif()
    exif[0x0112] = 42
    assert close(corners(read_photo(encoded(quarters(), "JPEG", exif=exif.tobytes())).pixels), TURNS[1])


def test_a_large_jpeg_is_decoded_small_but_never_below_what_is_needed() -> None:
    photo = read_photo(encoded(quarters(4000, 3000), "JPEG"), needed=224)
    assert (photo.width, photo.height) == (4000, 3000)
    assert 224 <= min(photo.pixels.shape[:2]) < 448
    assert close(corners(photo.pixels), TURNS[1])


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "GIF", "BMP"])
def test_other_types_are_shrunk_too(kind: str) -> None:
    photo = read_photo(encoded(quarters(1701, 1303), kind), needed=224)
    assert (photo.width, photo.height) == (1701, 1303)
    assert 224 <= min(photo.pixels.shape[:2]) < 300
    assert close(corners(photo.pixels), TURNS[1])


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_one_pixel_and_a_thin_line_are_photos(kind: str) -> None:
    for size in [(1, 1), (1, 700), (700, 1)]:
        photo = read_photo(encoded(Image.new("RGB", size, WHITE), kind))
        fitted = prepare(photo.pixels, Preprocessing())
        assert fitted.shape == (224, 224, 3)
        assert fitted.min() > 245


def test_cmyk_jpeg_has_its_colours() -> None:
    photo = read_photo(encoded(quarters().convert("CMYK"), "JPEG"))
    assert close(corners(photo.pixels), TURNS[1])


@pytest.mark.parametrize("width", [320, 1200])
def test_16_bit_gray_png_is_scaled_not_clipped(width: int) -> None:
    ramp = np.tile(np.linspace(0, 65_535, width).astype(np.uint16), (width // 2, 1))
    pixels = read_photo(encoded(Image.fromarray(ramp), "PNG")).pixels
    columns = pixels.shape[1]
    assert abs(int(pixels[0, columns // 4, 0]) - 64) <= 3
    assert abs(int(pixels[0, columns // 2, 0]) - 128) <= 3
    assert (pixels[..., 0] == pixels[..., 2]).all()


@pytest.mark.parametrize("width", [320, 1200])
def test_what_is_transparent_stands_on_white(width: int) -> None:
    image = quarters(width, width * 3 // 4).convert("RGBA")
    image.paste((0, 0, 0, 0), (0, 0, width // 2, width * 3 // 8))
    palette = quarters(width, width * 3 // 4).quantize(4)
    red = palette.getpixel((0, 0))
    gray = Image.new("LA", (width, width), (0, 0))
    wanted = [WHITE, GREEN, BLUE, WHITE]
    assert close(corners(read_photo(encoded(image, "PNG")).pixels), wanted, 2)
    assert close(corners(read_photo(encoded(image, "WEBP", lossless=True)).pixels), wanted, 2)
    assert close(corners(read_photo(encoded(palette, "PNG", transparency=red)).pixels), wanted, 2)
    assert close(corners(read_photo(encoded(palette, "GIF", transparency=red)).pixels), wanted, 2)
    assert read_photo(encoded(gray, "PNG")).pixels.min() == 255


@pytest.mark.parametrize("mode", ["1", "L", "P", "LA"])
def test_few_colours(mode: str) -> None:
    half = Image.new("L", (300, 200), 0)
    half.paste(255, (150, 0, 300, 200))
    found = corners(read_photo(encoded(half.convert(mode), "PNG")).pixels)
    assert found == [(0, 0, 0), WHITE, (0, 0, 0), WHITE]


def test_the_first_frame_of_an_animation() -> None:
    frames = [quarters().quantize(8), Image.new("P", (320, 240)), Image.new("P", (320, 240))]
    data = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:], duration=50)
    assert close(corners(read_photo(data).pixels), TURNS[1], 2)
    data = encoded(quarters(), "WEBP", save_all=True, append_images=[Image.new("RGB", (320, 240))], lossless=True)
    assert close(corners(read_photo(data).pixels), TURNS[1], 2)


def test_progressive_jpeg() -> None:
    photo = read_photo(encoded(quarters(2000, 1500), "JPEG", progressive=True))
    assert close(corners(photo.pixels), TURNS[1])


def test_empty() -> None:
    with pytest.raises(InvalidImage, match="empty") as caught:
        read_photo(b"")
    assert (caught.value.status, caught.value.code) == (400, "INVALID_IMAGE")


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"this is a shopping list, called photo.jpg", "no photo"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "no photo"),
        (b"%PDF-1.7 ....", "no photo"),
        (b"II*\0" + bytes(60), "no photo"),
        (b"\0", "no photo"),
        (b"\0\0\0\x18ftypisom\0\0\0\0isommp42", "video"),
    ],
)
def test_other_types_are_named_and_what_is_taken_is_said(data: bytes, says: str) -> None:
    with pytest.raises(UnsupportedImage, match=says) as caught:
        read_photo(data)
    assert caught.value.status == 415
    assert TAKEN in (caught.value.hint or "")


def noisy() -> Image.Image:
    return Image.fromarray(np.random.default_rng(1).integers(0, 255, (300, 400, 3), dtype=np.uint8))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "BMP"])
@pytest.mark.parametrize("share", [0.02, 0.5, 0.9])
def test_cut_short(kind: str, share: float) -> None:
    whole = encoded(noisy(), kind)
    with pytest.raises(InvalidImage, match="damaged or was cut short") as caught:
        read_photo(whole[: max(20, int(len(whole) * share))])
    assert caught.value.hint


def png_claiming(width: int, height: int) -> bytes:
    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 99))


@pytest.mark.parametrize("size", [(60_000, 60_000), (5_000, 4_001), (2**31 - 1, 2**31 - 1), (9_000, 11_000)])
def test_a_png_that_claims_too_much_is_refused_from_its_header(size: tuple[int, int]) -> None:
    with pytest.raises(ImageTooLarge) as caught:
        read_photo(png_claiming(*size))
    assert (caught.value.status, caught.value.code) == (413, "IMAGE_TOO_LARGE")
    assert caught.value.details["max_pixels"] == MAX_PIXELS["PNG"]


def test_the_limit_itself_is_taken() -> None:
    side = int(MAX_PIXELS["WEBP"] ** 0.5)
    assert read_photo(encoded(Image.new("RGB", (side, side)), "WEBP")).width == side
    with pytest.raises(ImageTooLarge, match="megapixels"):
        read_photo(encoded(Image.new("RGB", (side + 2, side)), "WEBP"))


def jpeg_with_size(data: bytes, width: int, height: int) -> bytes:
    """The same JPEG with another size in its frame header."""
    at = next(i for i in range(len(data)) if data[i] == 0xFF and data[i + 1] in (0xC0, 0xC2))
    return data[: at + 5] + struct.pack(">HH", height, width) + data[at + 9 :]


def test_jpegs_that_would_cost_too_much_are_refused_before_decoding() -> None:
    baseline = encoded(quarters(), "JPEG")
    progressive = encoded(quarters(), "JPEG", progressive=True, subsampling=0)
    with pytest.raises(ImageTooLarge, match="megapixels"):
        read_photo(jpeg_with_size(baseline, 9_000, 9_000))
    with pytest.raises(ImageTooLarge, match="progressive"):
        read_photo(jpeg_with_size(progressive, 6_000, 3_000))
    with pytest.raises(ImageTooLarge):
        read_photo(jpeg_with_size(baseline, 65_500, 440))


def test_a_jpeg_of_a_thousand_scans_is_refused() -> None:
    data = encoded(quarters(), "JPEG", progressive=True)
    scans = data.index(b"\xff\xda")
    bomb = data[:-2] + data[scans:-2] * 200 + b"\xff\xd9"
    with pytest.raises(InvalidImage, match="scans"):
        read_photo(bomb)


@settings(max_examples=150, deadline=None)
@given(
    kind=st.sampled_from(["JPEG", "PNG", "WEBP", "GIF", "BMP", "AVIF", "HEIC"]),
    spots=st.lists(st.tuples(st.floats(0, 0.999), st.integers(0, 255)), min_size=1, max_size=12),
)
def test_damage_anywhere_is_a_photo_or_one_of_our_errors(kind: str, spots: list[tuple[float, int]]) -> None:
    data = bytearray(WHOLE[kind])
    for place, value in spots:
        data[int(place * len(data))] = value
    try:
        photo = read_photo(bytes(data))
    except (InvalidImage, ImageTooLarge):
        return
    assert photo.pixels.ndim == 3


WHOLE = {kind: encoded(quarters(120, 90), kind) for kind in ("JPEG", "PNG", "WEBP", "GIF", "BMP", "AVIF")}
WHOLE["HEIC"] = (Path(__file__).parent / "heic" / "quarters.heic").read_bytes()


def test_prepare_keeps_the_whole_photo_or_its_middle() -> None:
    wide = np.zeros((100, 400, 3), np.uint8)
    wide[:, :100] = 255
    assert prepare(wide, Preprocessing(fit="stretch"))[112, 30, 0] == 255
    assert prepare(wide, Preprocessing(fit="crop")).max() == 0
    assert Preprocessing(size=224, crop=0.875).needed == 256


def test_prepare_is_antialiased() -> None:
    stripes = np.zeros((896, 896, 3), np.uint8)
    stripes[:, ::2] = 255
    fitted = prepare(stripes, Preprocessing())
    assert abs(int(fitted.mean()) - 127) <= 1
    assert fitted.std() < 4
