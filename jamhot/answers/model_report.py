"""How sure the model may be, from its card: by fruit, what it takes for what, and whether its confidence is true."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from jamhot.answers.identify import by_label
from jamhot.catalog.snapshot import Snapshot
from jamhot.catalog.types import Fruit
from jamhot.vision.card import Card

CLEARLY = 3
"""Photos from which a mix-up is told; one or two are chance."""


@dataclass(frozen=True, slots=True)
class MixUp:
    """`photos` of the fruit were named `said`."""

    said: str
    photos: int


@dataclass(frozen=True, slots=True)
class FruitReport:
    """One label on photos that the model had not seen. `fruit`: None for a label that the catalogue does not name."""

    label: str
    display_name: str
    fruit: Fruit | None
    photos: int
    right: int
    mixed_up: list[MixUp] = field(default_factory=list)

    @property
    def share(self) -> float:
        return self.right / self.photos if self.photos else 0.0


@dataclass(frozen=True, slots=True)
class SourceReport:
    """A source of photos that was left out of training, and how the model fared on it."""

    photos: int
    top1: float
    top5: float


@dataclass(frozen=True, slots=True)
class Bin:
    """Photos whose confidence was about `confidence`, and the share of them that was named right."""

    photos: int
    confidence: float
    right: float


@dataclass(frozen=True, slots=True)
class ModelReport:
    """The card in words' reach. Shares of 1; `precision` of those answered at `threshold`."""

    version: str
    made: str
    photos: int
    top1: float
    top5: float
    threshold: float
    precision: float | None
    coverage: float
    ece: float
    no_fruit_photos: int
    no_fruit_answered: float | None
    fruits: list[FruitReport]
    confusions: list[tuple[str, str, int]]
    left_out: list[SourceReport]
    calibration: list[Bin]
    trained_on: int
    sources: Mapping[str, tuple[int, str]]
    """Photos and licence by source."""
    backbone: str


def report(card: Card, snapshot: Snapshot) -> ModelReport:
    """The card with the catalogue's names."""
    measured = card.accuracy
    mixed: dict[str, list[MixUp]] = {}
    for one in measured.confusions:
        if one.photos >= CLEARLY:
            mixed.setdefault(one.true, []).append(MixUp(_name(snapshot, one.said), one.photos))
    fruits = [
        FruitReport(
            label=label,
            display_name=_name(snapshot, label),
            fruit=by_label(snapshot, label),
            photos=score.photos,
            right=round(score.top1 * score.photos),
            mixed_up=mixed.get(label, []),
        )
        for label, score in measured.by_label.items()
        if label != "no_fruit"
    ]
    held_out = measured.held_out
    return ModelReport(
        version=card.version,
        made=f"{card.created:%-d %B %Y}",
        photos=held_out.photos,
        top1=held_out.top1,
        top5=held_out.top5,
        threshold=held_out.threshold,
        precision=held_out.precision,
        coverage=held_out.coverage,
        ece=held_out.ece,
        no_fruit_photos=measured.no_fruit.photos,
        no_fruit_answered=measured.no_fruit.answered,
        fruits=sorted(fruits, key=lambda one: one.display_name.casefold()),
        confusions=[
            (_name(snapshot, one.true), _name(snapshot, one.said), one.photos)
            for one in measured.confusions
            if one.photos >= CLEARLY
        ],
        left_out=[SourceReport(one.photos, one.top1, one.top5) for one in measured.left_out.values()],
        calibration=[Bin(one.photos, one.confidence, one.right) for one in measured.calibration],
        trained_on=card.training.photos.get("train", 0),
        sources={name: (source.photos, source.licence) for name, source in card.training.sources.items()},
        backbone=card.training.backbone,
    )


def _name(snapshot: Snapshot, label: str) -> str:
    if label == "no_fruit":
        return "No fruit"
    fruit = by_label(snapshot, label)
    return fruit.display_name if fruit else label.replace("_", " ").capitalize()
