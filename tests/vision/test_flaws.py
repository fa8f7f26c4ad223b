"""What is wrong with a picture."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageFilter

from jamhot.vision.flaws import Flaw, flaw
from jamhot.vision.photo import Pixels


def scene() -> Pixels:
    """Round things on a table, with edges and grain."""
    rng = np.random.default_rng(3)
    y, x = np.mgrid[0:224, 0:224]
    picture = np.full((224, 224, 3), (150, 120, 90), np.float64)
    for _ in range(12):
        (cy, cx), radius = rng.uniform(20, 204, 2), rng.uniform(12, 40)
        inside = (y - cy) ** 2 + (x - cx) ** 2 < radius**2
        picture[inside] = rng.uniform(30, 230, 3)
    return np.clip(picture + rng.normal(0, 6, picture.shape), 0, 255).astype(np.uint8)


def blurred(radius: float) -> Pixels:
    return np.asarray(Image.fromarray(scene()).filter(ImageFilter.GaussianBlur(radius)))


@pytest.mark.parametrize(
    ("picture", "expected"),
    [
        (scene(), None),
        (blurred(6), "too_blurred"),
        ((scene() * 0.25).astype(np.uint8), "too_dark"),
        ((245 + scene() * 0.04).astype(np.uint8), "too_bright"),
        (np.zeros((224, 224, 3), np.uint8), "too_dark"),
        (np.full((224, 224, 3), 128, np.uint8), "too_blurred"),
    ],
)
def test_the_flaw_that_a_person_would_name(picture: Pixels, expected: Flaw | None) -> None:
    assert flaw(picture, 640, 480) == expected


def test_a_thumbnail_is_too_small_whatever_it_shows() -> None:
    assert flaw(scene(), 400, 40) == "too_small"


def test_small_on_white_is_no_glare() -> None:
    picture = np.full((224, 224, 3), 255, np.uint8)
    picture[80:140, 80:140] = scene()[80:140, 80:140]
    assert flaw(picture, 640, 480) is None
