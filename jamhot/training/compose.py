"""Pictures put together from others: a fruit on a studio's white somewhere else, or a crate full of it."""

import numpy as np
from PIL import Image, ImageFilter

from jamhot.vision.photo import Pixels

# A studio's white: every channel above this, and how much of the rim has to be so.
WHITE = 232
WHITE_RIM = 0.8
# A pasted fruit's longer side, as a share of the picture's.
PASTED = (0.4, 0.95)
# A heap: its side in px, rows of fruit, a fruit's longer side in rows, how light it is between them.
HEAP_SIDE = 240
HEAP_ROWS = (2, 8)
HEAP_REACH = (1.1, 1.9)
HEAP_SHADE = 0.5
# How many times one is turned, and the light that falls on it then.
HEAP_TURNS = 6
HEAP_LIGHT = (0.65, 1.1)


def on_white(pixels: Pixels) -> bool:
    """Whether nearly all of the picture's rim is white: what is in it can be cut out by its colour."""
    rim = (pixels[[0, 1, -2, -1]].reshape(-1, 3), pixels[:, [0, 1, -2, -1]].reshape(-1, 3))
    return bool((np.concatenate(rim).min(axis=1) > WHITE).mean() > WHITE_RIM)


def paste(studio: Pixels, background: Pixels, rng: np.random.Generator) -> Pixels:
    """What is on white, cut out and put somewhere on another picture."""
    side = max(background.shape[:2])
    cut, mask = Image.fromarray(studio), _shape(studio).filter(ImageFilter.GaussianBlur(1))
    new = _scaled(cut, rng.uniform(*PASTED) * side)
    board = Image.fromarray(background).resize((side, side))
    at = (int(rng.integers(0, max(1, side - new[0] + 1))), int(rng.integers(0, max(1, side - new[1] + 1))))
    board.paste(cut.resize(new, Image.Resampling.BILINEAR), at, mask.resize(new, Image.Resampling.BILINEAR))
    return np.asarray(board)


def heap(studio: Pixels, background: Pixels, rng: np.random.Generator) -> Pixels:
    """What is on white, many times over: a crate of it as it stands in a shop, another picture behind the gaps."""
    box = _not_white(studio).getbbox()
    if box is None:
        return studio
    cut = Image.fromarray(studio).crop(box)
    # Less its rim, which white has mixed into.
    mask = _shape(np.asarray(cut)).filter(ImageFilter.MinFilter(5))
    rows = int(rng.integers(*HEAP_ROWS))
    small = _scaled(cut, HEAP_SIDE / rows * rng.uniform(*HEAP_REACH), least=4)
    cut, mask = cut.resize(small, Image.Resampling.BILINEAR), mask.resize(small, Image.Resampling.BILINEAR)
    board = Image.fromarray(background).resize((HEAP_SIDE, HEAP_SIDE)).point(lambda value: value * HEAP_SHADE)
    turned = [_turned(cut, mask, rng) for _ in range(min(HEAP_TURNS, rows * rows))]
    for place in rng.permutation(rows * rows):
        fruit, shape = turned[int(rng.integers(len(turned)))]
        x, y = (np.array([place % rows, place // rows]) + rng.uniform(0.2, 0.8, 2)) * HEAP_SIDE / rows
        board.paste(fruit, (round(x - fruit.width / 2), round(y - fruit.height / 2)), shape)
    return np.asarray(board)


def _not_white(pixels: Pixels) -> Image.Image:
    return Image.fromarray(((pixels.min(axis=2) < WHITE) * 255).astype(np.uint8))


def _shape(pixels: Pixels) -> Image.Image:
    """A mask of what is not white, without single specks."""
    return _not_white(pixels).filter(ImageFilter.MedianFilter(5))


def _scaled(image: Image.Image, longer: float, least: int = 1) -> tuple[int, int]:
    """(width, height) with the longer side as asked for."""
    scale = longer / max(image.size)
    return max(least, round(image.width * scale)), max(least, round(image.height * scale))


def _turned(cut: Image.Image, mask: Image.Image, rng: np.random.Generator) -> tuple[Image.Image, Image.Image]:
    """(fruit, mask) of one in a heap: turned, lighter or darker than its neighbours."""
    angle, light = rng.uniform(0, 360), rng.uniform(*HEAP_LIGHT)
    fruit = cut.point(lambda value: value * light).rotate(angle, Image.Resampling.BILINEAR, expand=True)
    return fruit, mask.rotate(angle, Image.Resampling.BILINEAR, expand=True)
