"""Photos in, answers out: what each shows, what that fruit is like, and what to make of all of them together."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np

from jamhot.answers import wording
from jamhot.answers.cookbook import matched
from jamhot.answers.types import Alternative, Identification, IdentifiedFruit, Status
from jamhot.catalog.snapshot import RecipeQuery, Snapshot
from jamhot.catalog.types import Fruit
from jamhot.errors import ImageTooLarge, InvalidImage
from jamhot.operations.stages import Timing, untimed
from jamhot.vision.classifier import Classifier
from jamhot.vision.photo import Photo, Pixels, read_photo
from jamhot.vision.verdict import Verdict

MOST_RECIPES = 10
MOST_CONTENDERS = 3
FAR_BEHIND = 0.25
"""A candidate less than a quarter as likely as the first is not put to the person."""


@dataclass(frozen=True, slots=True)
class Options:
    """What the request asks for. `threshold`: probability from which a fruit is named."""

    threshold: float
    recipes: bool = True
    flavor: bool = True


def look(
    photos: Sequence[BinaryIO | Photo], classifier: Classifier, threshold: float, first: int = 0,
    timing: Timing = untimed,
) -> list[Verdict]:  # fmt: skip
    """Decodes (what is not decoded yet) and classifies a batch of photos: what costs CPU, made for a worker thread.

    Raises:
        InvalidImage, ImageTooLarge: one cannot be taken; `details["photo"]` is its place, counted from `first`.
        ModelError: the network failed.
    """
    with timing("decode"):
        pixels = [_pixels(photo, first + index, classifier) for index, photo in enumerate(photos)]
    with timing("infer"):
        return classifier.verdicts(np.concatenate(pixels), threshold)


def _pixels(photo: BinaryIO | Photo, index: int, classifier: Classifier) -> Pixels:
    if isinstance(photo, Photo):
        return classifier.pixels(photo)
    with naming(index):
        return classifier.pixels(read_photo(photo, classifier.needed))


@contextmanager
def naming(index: int) -> Iterator[None]:
    """Errors of a photo say which one it is."""
    try:
        yield
    except (InvalidImage, ImageTooLarge) as error:
        error.details["photo"] = index
        raise


def answer(
    verdicts: Sequence[Verdict], snapshot: Snapshot, model_version: str, options: Options, started: float
) -> Identification:
    """Joins verdicts with the catalogue. `started`: monotonic seconds when the request came in."""
    fruits = [_identified(index, verdict, snapshot, options) for index, verdict in enumerate(verdicts)]
    named = [by_label(snapshot, v.name) for v in verdicts if v.status == "recognized" and v.name]
    names = tuple(dict.fromkeys(fruit.name for fruit in named if fruit is not None))
    found = snapshot.find(RecipeQuery(names)) if names and options.recipes else []
    return Identification(
        fruits=fruits,
        recipes=matched(found[:MOST_RECIPES]),
        recipes_total=len(found),
        processing_time=round(time.monotonic() - started, 4),
        model=model_version,
    )


def by_label(snapshot: Snapshot, label: str) -> Fruit | None:
    """The fruit that the model's `label` stands for."""
    fruit = snapshot.fruits.get(label)
    if fruit is not None and fruit.ai_identifier == label:
        return fruit
    return next((other for other in snapshot.fruits.values() if other.ai_identifier == label), None)


def _identified(index: int, verdict: Verdict, snapshot: Snapshot, options: Options) -> IdentifiedFruit:
    fruit = by_label(snapshot, verdict.name) if verdict.name else None
    status, message = _status(verdict, fruit, snapshot)
    profile = fruit.profile if fruit and status == "recognized_with_data" and options.flavor else None
    return IdentifiedFruit(
        photo=index,
        name=verdict.name,
        display_name=_display(fruit, verdict.name) if verdict.name else None,
        confidence=round(verdict.confidence, 4),
        status=status,
        message=message,
        alternatives=[
            Alternative(
                name=one.name,
                display_name=_display(by_label(snapshot, one.name), one.name),
                confidence=round(one.confidence, 4),
            )
            for one in verdict.alternatives
        ],
        warnings=list(snapshot.warnings(_named(verdict, snapshot))),
        profile=profile,
        flavor=profile.flavor if profile else None,
    )


def _status(verdict: Verdict, fruit: Fruit | None, snapshot: Snapshot) -> tuple[Status, str]:
    if verdict.name is None:
        return "unrecognized", wording.UNRECOGNIZED
    if verdict.status == "ambiguous":
        nouns = [wording.spoken(by_label(snapshot, name), name) for name in contenders(verdict)]
        return "ambiguous", wording.ambiguous(nouns, verdict.confidence)
    covered = fruit is not None and fruit.profile is not None
    message = wording.recognized(wording.spoken(fruit, verdict.name), verdict.confidence, covered)
    return ("recognized_with_data" if covered else "recognized_no_data"), message


def contenders(verdict: Verdict) -> list[str]:
    """Labels of an ambiguous verdict that are worth a person's look: at most three, none far behind the first."""
    least = verdict.confidence * FAR_BEHIND
    return [one.name for one in verdict.alternatives[:MOST_CONTENDERS] if one.confidence >= least]


def _named(verdict: Verdict, snapshot: Snapshot) -> list[str]:
    """Fruits that the answer names: the one recognized, or the few it is between."""
    if verdict.name is None:
        return []
    labels = contenders(verdict) if verdict.status == "ambiguous" else [verdict.name]
    return [fruit.name for label in labels if (fruit := by_label(snapshot, label)) is not None]


def _display(fruit: Fruit | None, label: str) -> str:
    return fruit.display_name if fruit else label.replace("_", " ").capitalize()
