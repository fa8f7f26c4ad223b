"""Pictures made by integer arithmetic alone: the same bytes on every machine and every library version.

A bundle's card carries what the model answers to them; a wrong runtime, wrong preprocessing or a flipped
bit shows as a number.
"""

import numpy as np
import numpy.typing as npt

from jamhot.vision.photo import Pixels

Plane = npt.NDArray[np.int64]

# Ground and disc colours, RGB: roughly a lime, an orange, a plum, a lemon on wood, cloth, leaves.
_COLOURS = (
    ((150, 110, 70), (110, 160, 40)),
    ((235, 235, 230), (240, 140, 30)),
    ((40, 90, 40), (90, 30, 90)),
    ((20, 20, 25), (245, 215, 60)),
    ((200, 180, 160), (190, 20, 40)),
    ((90, 120, 160), (250, 245, 240)),
)
COUNT = 12
_PHOTO_SIDE = 360


def check_pictures(size: int) -> Pixels:
    """uint8 [12, size, size, 3]: six shaded discs, then the same scenes repeated as tiles of small ones."""
    singles = [_disc(size, ground, disc) for ground, disc in _COLOURS]
    tiles = [_tiled(picture, 4) for picture in singles]
    return np.stack(singles + tiles)


def check_photos() -> list[Pixels]:
    """Twelve pictures of 360 × 270 px, every other one upright: what a phone's photo is before it is fitted."""
    wide = [picture[_PHOTO_SIDE // 8 : -(_PHOTO_SIDE // 8)] for picture in check_pictures(_PHOTO_SIDE)]
    turned = [np.rot90(picture) if index % 2 else picture for index, picture in enumerate(wide)]
    return [np.ascontiguousarray(picture) for picture in turned]


def _disc(size: int, ground: tuple[int, int, int], disc: tuple[int, int, int]) -> Pixels:
    rows, columns = np.mgrid[0:size, 0:size].astype(np.int64)
    across, down = 2 * columns - size, 2 * rows - size
    squared = across * across + down * down
    radius = (3 * size // 2) ** 2 // 4
    inside = squared < radius
    light = np.where(inside, 255 - 150 * squared // radius, 200 + 55 * rows // size)
    grain = (columns * 73 + rows * 151 + columns * rows * 7) % 23 - 11
    planes = [_shade(inside, light, grain, ground[c], disc[c]) for c in range(3)]
    return np.stack(planes, axis=2).astype(np.uint8)


def _shade(inside: npt.NDArray[np.bool_], light: Plane, grain: Plane, ground: int, disc: int) -> Plane:
    plane: Plane = np.clip(np.where(inside, disc, ground) * light // 255 + grain, 0, 255)
    return plane


def _tiled(picture: Pixels, times: int) -> Pixels:
    size = picture.shape[0]
    small = picture[::times, ::times]
    return np.tile(small, (times + 1, times + 1, 1))[:size, :size]
