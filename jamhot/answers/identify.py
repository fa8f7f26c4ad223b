"""Photos in, answers out: what each shows, what that fruit is like, and what to make of all of them together."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, BinaryIO

import numpy as np

from jamhot.answers import wording
from jamhot.answers.cookbook import matched
from jamhot.answers.questions import question_for
from jamhot.answers.types import (
    Alternative,
    Finding,
    Identification,
    IdentifiedFruit,
    Question,
    QuestionAnswer,
    Reason,
    Status,
)
from jamhot.catalog.snapshot import RecipeQuery, Snapshot
from jamhot.catalog.types import Fruit
from jamhot.errors import ImageTooLarge, InvalidImage
from jamhot.operations.stages import Timing, untimed
from jamhot.vision.classifier import Classifier
from jamhot.vision.contract import Matrix
from jamhot.vision.flaws import flaw
from jamhot.vision.photo import Photo, Pixels, read_photo
from jamhot.vision.verdict import Verdict, together

MOST_RECIPES = 10
MOST_CONTENDERS = 3
FAR_BEHIND = 0.25
"""A candidate less than a quarter as likely as the first is not put to the person."""


@dataclass(frozen=True, slots=True)
class Options:
    """What the request asks for.

    `threshold`: probability from which a fruit is named. `combine`: all photos show one fruit; answer for it, too.
    """

    threshold: float
    recipes: bool = True
    flavor: bool = True
    combine: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Sight:
    """What may be said of one photo, and the probabilities, float32 [K], that it rests on."""

    verdict: Verdict
    probabilities: Matrix


def look(
    photos: Sequence[BinaryIO | Photo], classifier: Classifier, threshold: float, first: int = 0,
    timing: Timing = untimed,
) -> list[Sight]:  # fmt: skip
    """Decodes (what is not decoded yet) and classifies a batch of photos: what costs CPU, made for a worker thread.

    Raises:
        InvalidImage, ImageTooLarge: one cannot be taken; `details["photo"]` is its place, counted from `first`.
        ModelError: the network failed.
    """
    with timing("decode"):
        opened = [_opened(photo, first + index, classifier) for index, photo in enumerate(photos)]
        views = [classifier.pixels(photo) for photo in opened]
    with timing("infer"):
        rows = classifier.predict(np.concatenate(views)).probabilities
    return [
        Sight(_explained(classifier.verdict(row, threshold), photo, seen[0]), row)
        for row, photo, seen in zip(rows, opened, views, strict=True)
    ]


def _opened(photo: BinaryIO | Photo, index: int, classifier: Classifier) -> Photo:
    if isinstance(photo, Photo):
        return photo
    with naming(index):
        return read_photo(photo, classifier.needed)


def _explained(verdict: Verdict, photo: Photo, pixels: Pixels) -> Verdict:
    """The verdict, with what is wrong with the picture where it was not recognized."""
    if verdict.status == "recognized":
        return verdict
    return replace(verdict, flaw=flaw(pixels, photo.width, photo.height))


def combined(sights: Sequence[Sight], classifier: Classifier, threshold: float) -> Verdict:
    """What may be said of the one fruit that all photos show."""
    return classifier.verdict(together(np.stack([sight.probabilities for sight in sights])), threshold)


@contextmanager
def naming(index: int) -> Iterator[None]:
    """Errors of a photo say which one it is."""
    try:
        yield
    except (InvalidImage, ImageTooLarge) as error:
        error.details["photo"] = index
        raise


def answer(
    verdicts: Sequence[Verdict], snapshot: Snapshot, model_version: str, options: Options, started: float,
    whole: Verdict | None = None,
) -> Identification:  # fmt: skip
    """Joins verdicts with the catalogue.

    `whole`: of all photos together; the recipes are for it then. `started`: monotonic seconds when the request came.
    """
    fruits = [
        IdentifiedFruit(photo=index, **_found(verdict, snapshot, options)) for index, verdict in enumerate(verdicts)
    ]
    spoken_of = [whole] if whole else verdicts
    named = [by_label(snapshot, v.name) for v in spoken_of if v.status == "recognized" and v.name]
    names = tuple(dict.fromkeys(fruit.name for fruit in named if fruit is not None))
    found = snapshot.find(RecipeQuery(names)) if names and options.recipes else []
    return Identification(
        fruits=fruits,
        combined=Finding(**_found(whole, snapshot, options)) if whole else None,
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


def _found(verdict: Verdict, snapshot: Snapshot, options: Options) -> dict[str, Any]:
    """The fields of a `Finding`."""
    fruit = by_label(snapshot, verdict.name) if verdict.name else None
    status = _status(verdict, fruit)
    asked = _question(verdict, snapshot)
    reason = _reason(verdict)
    profile = fruit.profile if fruit and status == "recognized_with_data" and options.flavor else None
    return {
        "name": verdict.name,
        "display_name": _display(fruit, verdict.name) if verdict.name else None,
        "confidence": round(verdict.confidence, 4),
        "status": status,
        "message": _message(verdict, status, asked, reason, snapshot),
        "family": verdict.family,
        "question": asked,
        "reason": reason,
        "alternatives": [
            Alternative(
                name=one.name,
                display_name=_display(by_label(snapshot, one.name), one.name),
                confidence=round(one.confidence, 4),
            )
            for one in verdict.alternatives
        ],
        "warnings": list(snapshot.warnings(_named(verdict, snapshot))),
        "profile": profile,
        "flavor": profile.flavor if profile else None,
    }


def _status(verdict: Verdict, fruit: Fruit | None) -> Status:
    if verdict.status != "recognized":
        return verdict.status
    return "recognized_with_data" if fruit is not None and fruit.profile is not None else "recognized_no_data"


def _message(
    verdict: Verdict, status: Status, asked: Question | None, reason: Reason | None, snapshot: Snapshot
) -> str:
    if reason is not None:
        return wording.unrecognized(reason)
    nouns = [wording.spoken(by_label(snapshot, name), name) for name in contenders(verdict)]
    if status == "ambiguous":
        return wording.ambiguous(nouns, verdict.confidence, verdict.family, asked.text if asked else None)
    return wording.recognized(nouns[0], verdict.confidence, status == "recognized_with_data")


def _reason(verdict: Verdict) -> Reason | None:
    """What the picture shows is wrong with it comes first: in the dark everything looks like no fruit."""
    if verdict.name is not None:
        return None
    return verdict.flaw or ("no_fruit" if verdict.no_fruit else "unsure")


def _question(verdict: Verdict, snapshot: Snapshot) -> Question | None:
    if verdict.status != "ambiguous":
        return None
    asked = question_for(contenders(verdict))
    if asked is None:
        return None
    return Question(
        text=asked.text,
        answers=[
            QuestionAnswer(name=name, display_name=_display(by_label(snapshot, name), name), answer=answer)
            for name in contenders(verdict)
            for answer in [asked.answers[name]]
        ],
    )


def contenders(verdict: Verdict) -> list[str]:
    """Labels that are worth a person's look: at most three, none far behind the first, all of the family if one is
    sure. One when it is recognized."""
    least = verdict.confidence * (FAR_BEHIND if verdict.status == "ambiguous" else 1)
    return [
        one.name
        for one in verdict.alternatives[:MOST_CONTENDERS]
        if one.confidence >= least and verdict.family in (None, one.family)
    ]


def _named(verdict: Verdict, snapshot: Snapshot) -> list[str]:
    """Fruits that the answer names: the one recognized, or the few it is between."""
    if verdict.name is None:
        return []
    labels = contenders(verdict) if verdict.status == "ambiguous" else [verdict.name]
    return [fruit.name for label in labels if (fruit := by_label(snapshot, label)) is not None]


def _display(fruit: Fruit | None, label: str) -> str:
    return fruit.display_name if fruit else label.replace("_", " ").capitalize()
