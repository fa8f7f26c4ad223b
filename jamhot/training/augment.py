"""Another view of a photo, as another phone, light, distance and table would have given it: uint8 [S, S, 3].

Everything is done by Pillow on few pixels: 2 ms a view, a twentieth of what the network takes for it.
"""

import io

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFilter

from jamhot.vision.photo import Pixels

# Share of the area kept by a crop, and how far its aspect may be from the photo's.
CROP_AREA = (0.3, 1.0)
CROP_ASPECT = (0.75, 1.33)
WHOLE = 0.25
# One source has pictures of 104 × 64 px, for some labels only: without down-scaling of all, blur is a fruit.
SMALL_SIDE = (40.0, 200.0)
SHARE_DOWNSCALED = 0.5
# Light: of a shop, a kitchen lamp, a window. Ranges of factors; the white balance is warm as often as cold.
GAMMA = (0.6, 1.6)
EXPOSURE = (0.7, 1.35)
WARMTH = 0.18
TINT = 0.08
SATURATION = (0.5, 1.4)
SHARE_RELIT = 0.85
SHARE_TURNED, DEGREES = 0.25, 25.0
SHARE_BLURRED, RADIUS = 0.12, (0.4, 1.6)
SHARE_JPEG, QUALITY = 0.2, (20, 70)
SHARE_HIDDEN, HIDDEN_SIDE = 0.25, (0.15, 0.45)


def augment(pixels: Pixels, size: int, rng: np.random.Generator) -> Pixels:
    """One random view of pixels uint8 [H, W, 3]."""
    image = Image.fromarray(pixels)
    if rng.random() < SHARE_TURNED:
        image = image.rotate(rng.uniform(-DEGREES, DEGREES), Image.Resampling.BILINEAR, fillcolor=_mean(pixels))
    image = _cropped(image, size, rng)
    if rng.random() < 0.5:
        image = image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    if rng.random() < SHARE_RELIT:
        image = _relit(image, rng)
    if rng.random() < SHARE_BLURRED:
        image = image.filter(ImageFilter.GaussianBlur(rng.uniform(*RADIUS) * size / 224))
    if rng.random() < SHARE_JPEG:
        image = _compressed(image, rng)
    view = np.array(image)
    if rng.random() < SHARE_HIDDEN:
        _hide(view, rng)
    return view


def _mean(pixels: Pixels) -> tuple[int, int, int]:
    red, green, blue = pixels[::8, ::8].reshape(-1, 3).mean(axis=0)
    return int(red), int(green), int(blue)


def _cropped(image: Image.Image, size: int, rng: np.random.Generator) -> Image.Image:
    """A part of the picture, down-scaled or not, stretched to the square."""
    width, height = image.size
    left, top, wide, high = 0.0, 0.0, float(width), float(height)
    if rng.random() >= WHOLE:
        area = rng.uniform(*CROP_AREA)
        aspect = np.exp(rng.uniform(*np.log(CROP_ASPECT)))
        wide, high = width * min(1.0, np.sqrt(area * aspect)), height * min(1.0, np.sqrt(area / aspect))
        left, top = rng.uniform(0, width - wide), rng.uniform(0, height - high)
    box = (left, top, left + wide, top + high)
    if rng.random() < SHARE_DOWNSCALED:
        scale = np.exp(rng.uniform(*np.log(SMALL_SIDE))) / max(width, height)
        if scale < 1:
            small = (max(4, round(wide * scale)), max(4, round(high * scale)))
            return image.resize(small, Image.Resampling.BILINEAR, box).resize((size, size), Image.Resampling.BILINEAR)
    return image.resize((size, size), Image.Resampling.BILINEAR, box)


def _relit(image: Image.Image, rng: np.random.Generator) -> Image.Image:
    warmth, tint = rng.normal(0, WARMTH / 2), rng.normal(0, TINT / 2)
    gains = np.exp([warmth, tint, -warmth]) * rng.uniform(*EXPOSURE)
    level = (np.arange(256) / 255) ** np.exp(rng.uniform(*np.log(GAMMA)))
    table = np.clip(level[None, :] * gains[:, None] * 255 + 0.5, 0, 255).astype(np.uint8)
    saturation = rng.uniform(*SATURATION)
    gray = (1 - saturation) / 3
    mixing = np.full((3, 3), gray) + np.eye(3) * saturation
    matrix = [value for row in mixing for value in (*row.tolist(), 0.0)]
    return image.convert("RGB", matrix).point(table.reshape(-1).tolist())


def _compressed(image: Image.Image, rng: np.random.Generator) -> Image.Image:
    file = io.BytesIO()
    image.save(file, "JPEG", quality=int(rng.integers(*QUALITY)))
    return Image.open(file).convert("RGB")


def _hide(view: Pixels, rng: np.random.Generator) -> None:
    size = view.shape[0]
    high, wide = (int(side) for side in rng.uniform(*HIDDEN_SIDE, size=2) * size)
    top, left = int(rng.integers(0, size - high + 1)), int(rng.integers(0, size - wide + 1))
    colour: npt.NDArray[np.int64] = rng.integers(0, 256, size=3)
    view[top : top + high, left : left + wide] = colour
