"""Other views of a photo, and which photo is shown when."""

from __future__ import annotations

from collections import Counter

import numpy as np

from jamhot.training.augment import augment
from jamhot.training.compose import heap, on_white, paste
from jamhot.training.dataset import Row, Sample
from jamhot.training.labels import NO_FRUIT
from jamhot.training.sampling import NO_FRUIT_SHARE, sequence
from jamhot.vision.photo import Pixels


def picture(seed: int = 0) -> Pixels:
    return np.random.default_rng(seed).integers(0, 256, (60, 80, 3)).astype(np.uint8)


def sample(label: str, source: str = "web", kind: str = "fruit") -> Sample:
    return Sample(Row(f"{kind}/{label}/{source}", kind, label, source, 0), label, "train")


def test_a_view_has_the_size_asked_for_and_is_the_same_for_the_same_numbers() -> None:
    for seed in range(40):
        one, two = (augment(picture(), 64, np.random.default_rng(seed)) for _ in range(2))
        assert one.shape == (64, 64, 3)
        assert one.dtype == np.uint8
        assert np.array_equal(one, two)


def test_views_differ() -> None:
    views = [augment(picture(), 32, np.random.default_rng(seed)).tobytes() for seed in range(20)]
    assert len(set(views)) == 20


def test_the_photo_itself_is_left_alone() -> None:
    before = picture()
    pixels = before.copy()
    for seed in range(20):
        augment(pixels, 32, np.random.default_rng(seed))
    assert np.array_equal(pixels, before)


def red_on_white() -> Pixels:
    studio = np.full((80, 80, 3), 255, np.uint8)
    studio[20:60, 20:60] = (200, 20, 20)
    return studio


def test_what_is_on_white_is_told_by_its_rim() -> None:
    assert on_white(red_on_white())
    assert not on_white(picture())
    assert not on_white(np.full((40, 60, 3), (20, 60, 200), np.uint8))


def test_a_heap_is_full_of_the_fruit_and_has_none_of_its_white() -> None:
    behind = np.full((60, 60, 3), (20, 60, 200), np.uint8)
    for seed in range(10):
        heaped = heap(red_on_white(), behind, np.random.default_rng(seed))
        red = (heaped[..., 0] > 100) & (heaped[..., 2] < 60)
        assert red.mean() > 0.25
        assert (heaped.min(axis=2) > 200).mean() < 0.01
    assert np.array_equal(heaped, heap(red_on_white(), behind, np.random.default_rng(9)))


def test_there_is_no_heap_of_nothing() -> None:
    white = np.full((40, 40, 3), 255, np.uint8)
    assert np.array_equal(heap(white, picture(), np.random.default_rng(0)), white)


def test_a_fruit_on_white_is_put_on_another_picture() -> None:
    studio, behind = red_on_white(), np.full((60, 60, 3), (20, 60, 200), np.uint8)
    pasted = paste(studio, behind, np.random.default_rng(0))
    red, blue = pasted[..., 0] > 150, pasted[..., 2] > 150
    assert red.any()
    assert blue.mean() > 0.3
    assert (pasted.min(axis=2) > 230).mean() < 0.02


def test_rare_labels_are_shown_more_often_than_they_are_photographed() -> None:
    samples = [sample("apple")] * 400 + [sample("quince")] * 25 + [sample(NO_FRUIT, kind="not_fruit")] * 300
    order = sequence(samples, 0)
    shown = Counter(samples[order.draw(order.generator(i))].label for i in range(4000))
    assert 2 < shown["apple"] / shown["quince"] < 7
    assert abs(shown[NO_FRUIT] / 4000 - NO_FRUIT_SHARE) < 0.03


def test_a_position_gives_the_same_photo_whenever_it_is_asked() -> None:
    samples = [sample(f"fruit_{n}") for n in range(50)]
    first, second = (sequence(samples, 7) for _ in range(2))
    assert [first.draw(first.generator(i)) for i in (5, 3, 5)] == [second.draw(second.generator(i)) for i in (5, 3, 5)]
    other = sequence(samples, 8)
    assert [other.draw(other.generator(i)) for i in range(20)] != [first.draw(first.generator(i)) for i in range(20)]
