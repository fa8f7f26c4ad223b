"""Other views of a photo, as other phones, lights and distances would have taken it."""

import hashlib

import numpy as np
import numpy.typing as npt
from PIL import Image

from jamhot.vision.photo import Pixels

# Share of the area kept by a crop; longest side after down-scaling, px; ranges of the colour changes.
CROP_AREA = (0.35, 1.0)
CROP_ASPECT = (0.75, 1.33)
SMALL_SIDE = (48.0, 160.0)
SHARE_DOWNSCALED = 0.5
GAMMA = (0.7, 1.4)
WHITE_BALANCE = (0.86, 1.16)
SATURATION = (0.6, 1.4)


def generator(seed: int, path: str, view: int) -> np.random.Generator:
    """The same view of the same photo on every run, in whatever order and process it is made."""
    digest = hashlib.sha256(f"{seed}/{view}/{path}".encode()).digest()
    return np.random.default_rng(int.from_bytes(digest[:8], "big"))


def augment(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """One random view, uint8 [H', W', 3]: crop, mirror, light, and down-scaling.

    Down-scaling matters most: one source has pictures of 104 × 64 px for some classes only, which would
    otherwise teach that blur is a fruit.
    """
    view = _crop(pixels, rng)
    if rng.random() < 0.5:
        view = view[:, ::-1]
    view = _relight(view, rng)
    return _downscale(view, rng) if rng.random() < SHARE_DOWNSCALED else view


def _crop(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    height, width = pixels.shape[:2]
    area = rng.uniform(*CROP_AREA) * height * width
    aspect = np.exp(rng.uniform(*np.log(CROP_ASPECT))) * width / height
    wide = int(np.clip(np.sqrt(area * aspect), 1, width))
    high = int(np.clip(np.sqrt(area / aspect), 1, height))
    left, top = rng.integers(0, width - wide + 1), rng.integers(0, height - high + 1)
    return pixels[top : top + high, left : left + wide]


def _relight(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    light: npt.NDArray[np.float64] = pixels / 255
    light = light ** rng.uniform(*GAMMA) * rng.uniform(*WHITE_BALANCE, size=3)
    gray = light.mean(axis=2, keepdims=True)
    light = gray + (light - gray) * rng.uniform(*SATURATION)
    return (np.clip(light, 0, 1) * 255 + 0.5).astype(np.uint8)


def _downscale(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    height, width = pixels.shape[:2]
    scale = np.exp(rng.uniform(*np.log(SMALL_SIDE))) / max(height, width)
    if scale >= 1:
        return pixels
    small = (max(1, round(width * scale)), max(1, round(height * scale)))
    return np.asarray(Image.fromarray(np.ascontiguousarray(pixels)).resize(small, Image.Resampling.BILINEAR))
