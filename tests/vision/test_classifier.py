"""Pixels become probabilities: the shipped network, and a tiny one whose answers can be worked out by hand."""

from __future__ import annotations

import csv
import io
import tarfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from jamhot.vision.bundle import Bundle, verify
from jamhot.vision.checks import COUNT, check_pictures
from jamhot.vision.classifier import Classifier
from jamhot.vision.contract import softmax
from jamhot.vision.photo import Photo, read_photo

ROOT = Path(__file__).resolve().parents[2]
PHOTOS = ROOT.parent / "shared" / "data" / "fruit_photos"
HELD_OUT = ROOT / "benchmarks" / "accuracy" / "held_out.csv"


def test_probabilities_are_the_softmax_of_logits_over_the_temperature(tiny: Any) -> None:
    classifier = Classifier(verify(tiny.folder))
    red = np.zeros((1, 32, 32, 3), np.uint8)
    red[..., 0] = 200
    answer = classifier.predict(red)
    assert answer.features.tolist() == [[200.0, 0.0, 0.0]]
    assert answer.logits[0].tolist() == pytest.approx([20, 0, 0, 0], abs=1e-5)
    powers = np.exp([20 / 2.0, 0, 0, 0])
    assert answer.probabilities[0] == pytest.approx(powers / powers.sum(), abs=1e-6)
    assert answer.probabilities.dtype == np.float32


def test_softmax_of_huge_logits_is_finite() -> None:
    rows = softmax(np.array([[1e4, -1e4, 0], [0, 0, 0]], np.float32))
    assert rows[0].tolist() == [1, 0, 0]
    assert rows[1] == pytest.approx([1 / 3] * 3)


@pytest.mark.parametrize(
    "pixels",
    [
        np.zeros((1, 32, 32, 3), np.float32),
        np.zeros((32, 32, 3), np.uint8),
        np.zeros((1, 3, 32, 32), np.uint8),
        np.zeros((0, 32, 32, 3), np.uint8),
    ],
)
def test_another_shape_or_type_is_refused(tiny: Any, pixels: np.ndarray) -> None:
    with pytest.raises(ValueError, match="wanted uint8"):
        Classifier(verify(tiny.folder)).predict(pixels)


def test_batches_give_what_single_pictures_give(shipped: Bundle) -> None:
    pictures = check_pictures(224)[:5]
    singly = Classifier(shipped, batch_size=1).predict(pictures)
    together = Classifier(shipped, batch_size=3).predict(pictures)
    assert np.abs(singly.probabilities - together.probabilities).max() < 1e-4
    assert singly.features.shape == (5, 1280)


def test_probabilities_sum_to_one_over_all_labels(shipped: Bundle) -> None:
    probabilities = Classifier(shipped).predict(check_pictures(224)).probabilities
    assert probabilities.shape == (COUNT, len(shipped.labels.names))
    assert probabilities.sum(axis=1) == pytest.approx(np.ones(COUNT), abs=1e-5)


def test_the_shipped_network_answers_its_checks_as_it_did_when_it_was_made(shipped: Bundle) -> None:
    wanted = np.array([check.probabilities for check in shipped.card.checks])
    found = Classifier(shipped).predict(check_pictures(224)).probabilities
    assert wanted.shape == found.shape
    # CPUs add int8 products in different orders and widths.
    assert np.abs(found - wanted).max() < 0.05


def test_the_check_pictures_are_always_the_same() -> None:
    pictures = check_pictures(224)
    assert pictures.shape == (COUNT, 224, 224, 3)
    assert int(pictures.astype(np.int64).sum()) == 183_855_153
    assert len({picture.tobytes() for picture in pictures}) == COUNT


def test_threads_share_one_classifier(shipped: Bundle) -> None:
    classifier = Classifier(shipped)
    pictures = check_pictures(224)
    alone = classifier.predict(pictures).logits
    with ThreadPoolExecutor(4) as pool:
        rows = list(pool.map(lambda i: classifier.predict(pictures[i % COUNT][None]).logits[0], range(COUNT * 4)))
    assert (np.stack(rows) == np.tile(alone, (4, 1))).all()


@pytest.mark.parametrize("number", range(COUNT))
def test_a_large_photo_is_judged_like_the_same_photo_made_small(shipped: Bundle, number: int) -> None:
    """Large ones are decoded at an eighth: the network must see all but the same, and be as sure of the same fruits.

    These pictures show no fruit, so that the likeliest may be one of two by a hair.
    """
    classifier = Classifier(shipped)
    picture = Image.fromarray(check_pictures(896)[number])
    seen = []
    for side in (448, 3584):
        buffer = io.BytesIO()
        picture.resize((side, side)).save(buffer, "JPEG", quality=92)
        seen.append(classifier.pixels(read_photo(buffer.getvalue())))
    assert np.abs(seen[0].astype(int) - seen[1].astype(int)).mean() < 2
    first, second = (classifier.predict(pixels).probabilities[0] for pixels in seen)
    assert np.abs(first - second).sum() / 2 < 0.15


@pytest.mark.skipif(not PHOTOS.is_dir(), reason="the labelled photos are not beside this checkout")
def test_photos_that_training_did_not_use(shipped: Bundle) -> None:
    """Every fifth held-out photo from shops and kitchens: a loose bar, the card has the exact figures."""
    with HELD_OUT.open(newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["source"] in ("grocery_tr", "hellonico")]
    wanted = {row["path"]: row["label"] for row in rows if row["label"] != "no_fruit"}
    chosen = dict(list(wanted.items())[::5])
    assert len(chosen) > 30
    classifier = Classifier(shipped)
    right = sum(named(classifier, photo) == chosen[path] for path, photo in pictures(chosen))
    assert right / len(chosen) > 0.7


def pictures(wanted: dict[str, str]) -> list[tuple[str, Photo]]:
    found = []
    for shard in sorted(PHOTOS.glob("*.tar")):
        with tarfile.open(shard) as archive:
            for member in archive:
                file = archive.extractfile(member) if member.name in wanted else None
                if file is not None:
                    found.append((member.name, read_photo(file.read())))
    return found


def named(classifier: Classifier, photo: Photo) -> str:
    answer = classifier.predict(classifier.pixels(photo)).probabilities[0]
    return classifier.labels.names[int(answer.argmax())]
