"""Bytes become pixels: the type is sniffed, the cost is checked from the header, then it is decoded small.

Every error of Pillow is translated here and nowhere else. The same two functions, `read_photo` and
`prepare`, serve the service and the training, so that what the model sees is what it learned on.
"""

import io
import struct
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import BinaryIO, Literal

import numpy as np
import numpy.typing as npt

# Imported by name so that Image.open never falls back to Image.init(), which loads every plugin (40 modules).
from PIL import BmpImagePlugin, GifImagePlugin, Image, JpegImagePlugin, PngImagePlugin, WebPImagePlugin

from jamhot.errors import ImageTooLarge, InvalidImage, UnsupportedImage
from jamhot.vision import jpeg

Pixels = npt.NDArray[np.uint8]
Format = Literal["JPEG", "PNG", "WEBP", "GIF", "BMP", "HEIC", "AVIF"]

TAKEN = "JPEG, HEIC, AVIF, PNG, WebP, GIF and BMP"
HEAVY: frozenset[Format] = frozenset({"HEIC", "AVIF"})
"""Types that cannot be decoded at reduced scale and take half a second or 100 MB: `vision.heavy` reads them apart."""

# What one photo may cost while it is decoded, in bytes (docs/models.md, “Limits”).
DECODE_BUDGET = 100_000_000
# The same for HEIC and AVIF, of which there is one at a time, in a process of its own.
HEAVY_BUDGET = 160_000_000

# Largest width × height, by format, such that decoding stays within DECODE_BUDGET. Measured as growth of
# the process's peak with Pillow 13, bytes a pixel: PNG and BMP 4 to 5, GIF 2, WebP 16 (its decoder keeps two
# canvases and hands over a copy), HEIC 6.3, AVIF 9. A JPEG is decoded at 1/8 or so, 0.1: its limit is about time
# (80 MP: 0.13 s on one core), its memory has checks of its own below.
MAX_PIXELS: dict[Format, int] = {
    "JPEG": 80_000_000,
    "PNG": 20_000_000,
    "WEBP": 6_000_000,
    "GIF": 20_000_000,
    "BMP": 20_000_000,
    "HEIC": 25_000_000,
    "AVIF": 17_000_000,
}
# A progressive file of n scans costs n passes over the picture; encoders write about ten.
MAX_JPEG_SCANS = 100

_HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"})
_AVIF_BRANDS = frozenset({b"avif", b"avis"})

_PLUGINS = (BmpImagePlugin, GifImagePlugin, JpegImagePlugin, PngImagePlugin, WebPImagePlugin)

# Pillow raises these for damaged files, by plugin and kind of damage (its own fuzz corpus shows all of them).
_DAMAGE = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    TypeError,
    IndexError,
    KeyError,
    AttributeError,
    OverflowError,
    ZeroDivisionError,
    RuntimeError,
    struct.error,
    zlib.error,
)
_BOMB = (Image.DecompressionBombError, Image.DecompressionBombWarning)

_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_EXIF_ORIENTATION = 0x0112
_BYTES_PER_DECODED_PIXEL = 4
_BAND_ROWS = 8

_RESAMPLE = {"bilinear": Image.Resampling.BILINEAR, "bicubic": Image.Resampling.BICUBIC}


@dataclass(frozen=True)
class Preprocessing:
    """How a photo is fitted to the network's square input.

    size: side of the square, px. fit: `crop` takes the centre square, `stretch` takes the whole photo and
    gives up its aspect ratio. crop: share of the square's side (or of both sides) that is kept.
    """

    size: int = 224
    fit: Literal["crop", "stretch"] = "stretch"
    crop: float = 1.0
    resample: Literal["bilinear", "bicubic"] = "bilinear"

    @property
    def needed(self) -> int:
        """Shortest side, px, that a decoded photo must keep so that nothing shrunk is enlarged again."""
        return int(np.ceil(self.size / self.crop))


@dataclass(frozen=True)
class View:
    """One look at a photo: a share of it in both directions, where it lies (0 is left or top, 1 right or bottom),
    and whether it is mirrored."""

    crop: float = 1.0
    x: float = 0.5
    y: float = 0.5
    mirror: bool = False


WHOLE = View()


@dataclass(frozen=True)
class Photo:
    """A decoded photo, upright.

    pixels: uint8 [H, W, 3] RGB, possibly at reduced scale. width, height: the original's, px, upright.
    """

    pixels: Pixels
    format: Format
    width: int
    height: int


def read_photo(data: bytes | BinaryIO, needed: int = 224) -> Photo:
    """Decode a photo, reduced as far as its shorter side stays at or above `needed` px.

    Raises InvalidImage (empty, damaged), UnsupportedImage (another type), ImageTooLarge (too many pixels,
    told from the header). MemoryError is left to rise.
    """
    file = io.BytesIO(data) if isinstance(data, bytes) else data
    kind = sniff(file)
    try:
        if kind == "HEIC":
            return _decode_heic(file, needed)
        with _open(file, kind) as image:
            return _decode(image, kind, needed)
    except _BOMB as error:
        raise ImageTooLarge(
            f"This {kind} has too many pixels to be opened.",
            details={"max_pixels": MAX_PIXELS[kind]},
            hint="Send a smaller version of the photo.",
        ) from error
    except _DAMAGE as error:
        raise InvalidImage(
            f"This {kind} file is damaged or was cut short: it cannot be decoded.",
            details={"format": kind, "reason": str(error)[:200]},
            hint="Send the photo again, or open it and save it as a new JPEG.",
        ) from error


def prepare(pixels: Pixels, how: Preprocessing, view: View = WHOLE) -> Pixels:
    """Fit pixels, uint8 [H, W, 3], to the network's input, uint8 [size, size, 3], with antialiasing."""
    height, width = pixels.shape[:2]
    crop = how.crop * view.crop
    if how.fit == "crop":
        wide = high = min(width, height) * crop
    else:
        wide, high = width * crop, height * crop
    left, top = (width - wide) * view.x, (height - high) * view.y
    resized = Image.fromarray(pixels).resize(
        (how.size, how.size), _RESAMPLE[how.resample], box=(left, top, left + wide, top + high)
    )
    return np.asarray(resized)[:, ::-1] if view.mirror else np.asarray(resized)


def prepare_views(pixels: Pixels, how: Preprocessing, views: Sequence[View]) -> Pixels:
    """Every view of one photo: uint8 [V, size, size, 3]."""
    return np.stack([prepare(pixels, how, view) for view in views])


def sniff(file: BinaryIO) -> Format:
    """The type told by the first bytes, whatever name or header came with them.

    Raises InvalidImage when there are none, UnsupportedImage when they are of no type that is taken.
    """
    file.seek(0)
    head = file.read(64)
    if not head:
        raise InvalidImage("The photo is empty: no byte arrived.", hint=f"Send the file's bytes: {TAKEN}.")
    if head[:3] == b"\xff\xd8\xff":
        return "JPEG"
    if head[:8] == b"\x89PNG\r\n\x1a\n":
        return "PNG"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "WEBP"
    if head[:6] in (b"GIF87a", b"GIF89a"):
        return "GIF"
    if head[:2] == b"BM":
        return "BMP"
    if head[4:8] == b"ftyp":
        return _sniff_brands(head)
    raise UnsupportedImage(
        "These bytes are no photo of a known type, whatever the file is called.",
        details={"taken": TAKEN},
        hint=f"Send one of {TAKEN}.",
    )


def _sniff_brands(head: bytes) -> Format:
    """HEIC and AVIF share one container with videos (ISO/IEC 14496-12, `ftyp`): its brands tell them apart."""
    listed = head[16 : min(int.from_bytes(head[:4], "big"), len(head))]
    brands = {head[8:12], *(listed[at : at + 4] for at in range(0, len(listed), 4))}
    if brands & _AVIF_BRANDS:
        return "AVIF"
    if brands & _HEIC_BRANDS:
        return "HEIC"
    raise UnsupportedImage("This is a video, not a photo.", details={"taken": TAKEN}, hint=f"Send one of {TAKEN}.")


def _open(file: BinaryIO, kind: Format) -> Image.Image:
    if kind == "JPEG":
        _check_jpeg(file)
    if kind == "AVIF":
        _load_avif_plugin()
    file.seek(0)
    return Image.open(file, formats=[kind])


def _load_avif_plugin() -> None:
    from PIL import AvifImagePlugin  # 3 MB that only an AVIF needs

    AvifImagePlugin.DEFAULT_MAX_THREADS = 1


def _check_jpeg(file: BinaryIO) -> None:
    frame = jpeg.read_frame(file)
    if frame is None or not frame.buffered:
        return
    if frame.coefficient_bytes > DECODE_BUDGET:
        raise ImageTooLarge(
            f"This progressive JPEG of {frame.width}×{frame.height} px needs too much memory to be opened.",
            details={"width": frame.width, "height": frame.height},
            hint="Save it as a baseline JPEG, or smaller.",
        )
    if jpeg.count_scans(file, MAX_JPEG_SCANS) > MAX_JPEG_SCANS:
        raise InvalidImage(
            f"This JPEG has more than {MAX_JPEG_SCANS} scans; photos have about ten.",
            hint="Save the photo as a new JPEG.",
        )


def _decode(image: Image.Image, kind: Format, needed: int) -> Photo:
    width, height = image.size
    _check_pixels(width, height, kind)
    if kind == "JPEG":
        image.draft(image.mode, (needed, needed))
        if image.size[0] * image.size[1] * _BYTES_PER_DECODED_PIXEL > DECODE_BUDGET:
            raise _too_large(width, height, kind, DECODE_BUDGET // _BYTES_PER_DECODED_PIXEL)
    image.load()
    orientation = _orientation(image)
    if image.mode == "RGB" and not image.has_transparency_data:
        small = _shrunk(image, _factor(image.size, needed))
    else:
        small = _reduced_rgb(image.size, lambda top, bottom: image.crop((0, top, image.width, bottom)), needed)
    if orientation in _UPRIGHT:
        small = small.transpose(_UPRIGHT[orientation])
    if orientation >= 5:
        width, height = height, width
    return Photo(np.asarray(small), kind, width, height)


def _decode_heic(file: BinaryIO, needed: int) -> Photo:
    """libheif turns and mirrors by itself; its pixels are read where they lie, without Pillow's copy of them."""
    from jamhot.vision import heic  # 6 MB that only a HEIC needs

    picture = heic.Heic(file)
    _check_pixels(*picture.size, "HEIC")
    picture.load()
    _check_pixels(*picture.size, "HEIC")
    small = _reduced_rgb(picture.size, picture.rows, needed)
    return Photo(np.asarray(small), "HEIC", *picture.size)


def _check_pixels(width: int, height: int, kind: Format) -> None:
    if width * height > MAX_PIXELS[kind]:
        raise _too_large(width, height, kind, MAX_PIXELS[kind])


def _too_large(width: int, height: int, kind: Format, most: int) -> ImageTooLarge:
    return ImageTooLarge(
        f"This {kind} of {width}×{height} px is too large: at most {most // 1_000_000} megapixels are taken.",
        details={"width": width, "height": height, "max_pixels": most},
        hint="Send a smaller version of the photo.",
    )


def _orientation(image: Image.Image) -> int:
    """EXIF orientation, 1 to 8; 1 when there is none or the EXIF block is damaged (the picture is not)."""
    try:
        value = image.getexif().get(_EXIF_ORIENTATION, 1)
    except _DAMAGE:
        return 1
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def _reduced_rgb(size: tuple[int, int], rows: Callable[[int, int], Image.Image], needed: int) -> Image.Image:
    """RGB on white, shrunk by a whole factor; band by band, so that no second copy of full size is made.

    rows: the picture's rows from `top` up to `bottom`.
    """
    width, height = size
    factor = _factor(size, needed)
    small = Image.new("RGB", (-(-width // factor), -(-height // factor)))
    band = factor * _BAND_ROWS
    for top in range(0, height, band):
        part = _on_white(rows(top, min(height, top + band)))
        small.paste(_shrunk(part, factor), (0, top // factor))
    return small


def _factor(size: tuple[int, int], needed: int) -> int:
    return max(min(size) // needed, 1)


def _shrunk(image: Image.Image, factor: int) -> Image.Image:
    return image.reduce(factor) if factor > 1 else image


def _on_white(image: Image.Image) -> Image.Image:
    """RGB of any mode: 16-bit values scaled, palettes looked up, what is transparent on white."""
    if image.mode.startswith("I"):
        return Image.fromarray(_high_byte(np.asarray(image))).convert("RGB")
    if image.has_transparency_data:
        ground = Image.new("RGBA", image.size, "white")
        return Image.alpha_composite(ground, image.convert("RGBA")).convert("RGB")
    return image.convert("RGB")


def _high_byte(values: npt.NDArray[np.generic]) -> Pixels:
    """16-bit gray [H, W] → 8-bit: scaled, where Pillow's own conversion clips all above 255 to white."""
    return (np.clip(values.astype(np.int32), 0, 65_535) >> 8).astype(np.uint8)
