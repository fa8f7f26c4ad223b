"""Views are other pictures of the same photo, and the same ones on every run."""

from __future__ import annotations

import numpy as np

from jamhot.training.dataset import Row, Sample
from jamhot.training.features import plan_views
from jamhot.training.views import augment, generator


def picture() -> np.ndarray:
    return np.random.default_rng(0).integers(0, 255, (180, 240, 3), dtype=np.uint8)


def test_the_same_view_is_the_same_and_another_is_another() -> None:
    first = augment(picture(), generator(0, "a.jpg", 1))
    assert (first == augment(picture(), generator(0, "a.jpg", 1))).all()
    for other in (generator(1, "a.jpg", 1), generator(0, "b.jpg", 1), generator(0, "a.jpg", 2)):
        view = augment(picture(), other)
        assert view.shape != first.shape or (view != first).any()


def test_half_the_views_are_as_small_as_the_smallest_source() -> None:
    views = [augment(picture(), generator(0, "a.jpg", number)) for number in range(200)]
    assert all(view.dtype == np.uint8 and view.ndim == 3 and min(view.shape[:2]) >= 1 for view in views)
    small = sum(max(view.shape[:2]) <= 160 for view in views)
    assert 80 < small < 170
    assert min(max(view.shape[:2]) for view in views) < 64


def test_a_picture_of_one_pixel_has_views() -> None:
    assert augment(np.zeros((1, 1, 3), np.uint8), generator(0, "dot", 3)).shape == (1, 1, 3)


def test_rare_labels_get_more_views_and_held_out_photos_none() -> None:
    def some(label: str, count: int, part: str) -> list[Sample]:
        return [Sample(Row(f"{label}{part}{i}", "fruit", label, "web", i), label, part) for i in range(count)]

    plan = plan_views([*some("apple", 400, "train"), *some("fig", 30, "train"), *some("fig", 5, "test")])
    assert plan["appletrain0"] == 2
    assert plan["figtrain0"] == 7
    assert plan["figtest0"] == 0
