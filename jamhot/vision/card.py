"""The papers of a bundle: the schema of card.json and labels.json (docs/models.md tells how to read them)."""

import math
from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from jamhot.vision.photo import Preprocessing, View
from jamhot.vision.verdict import Rules

SCHEMA_VERSION = 1

Profile = Literal["free", "paid"]
"""For which amount of memory a bundle is made; each has its own published versions."""

Share = Annotated[float, Field(ge=0, le=1)]


class _Part(BaseModel):
    # Fields of later minor additions are ignored; a change of meaning raises schema_version.
    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False)


class FileEntry(_Part):
    """sha256 in hex, size in bytes."""

    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    bytes: Annotated[int, Field(gt=0)]


class PreprocessingCard(_Part):
    """How a photo is fitted to the input; see jamhot.vision.photo.Preprocessing."""

    size: Annotated[int, Field(ge=32, le=1024)]
    fit: Literal["crop", "stretch"]
    crop: Annotated[float, Field(gt=0, le=1)]
    resample: Literal["bilinear", "bicubic"]


class ViewCard(_Part):
    """One look at a photo; see jamhot.vision.photo.View."""

    crop: Annotated[float, Field(gt=0, le=1)] = 1.0
    x: Share = 0.5
    y: Share = 0.5
    mirror: bool = False


class TensorCard(_Part):
    """Shape of an input or output; a text stands for any size."""

    name: str
    dtype: str
    shape: list[int | str]


class Thresholds(_Part):
    """Defaults of the verdict's rule; see jamhot.vision.verdict.Rules."""

    confidence: Share
    candidates_mass: Share
    candidates_most: Annotated[int, Field(ge=1)]
    family_mass: Share = Rules.family_mass


class Score(_Part):
    """Accuracy on a set of fruit photos, as shares of 1.

    ece: expected calibration error of the top-1 confidence, 15 equal bins. precision: right among those
    answered (top fruit at or above `threshold`). coverage: answered among all.
    """

    photos: int
    top1: Share
    top5: Share
    ece: Share
    threshold: Share
    precision: Share | None
    coverage: Share


class LeftOutScore(Score):
    """Score on a source that no training photo came from, over labels that other sources teach too. samples: how many
    pictures that training showed, where it was shorter than the bundle's own."""

    photos_of_unknown_labels: int
    samples: int | None = None


class NoFruitScore(_Part):
    """answered: share of pictures of no fruit that get a fruit at the threshold; None without pictures."""

    photos: int
    threshold: Share
    answered: Share | None


class Reading(_Part):
    """Scores of the held-out fruit photos and of the held-out pictures of no fruit."""

    held_out: Score
    no_fruit: NoFruitScore


class ClassScore(_Part):
    """Held-out photos of one label, and how many were named right first (share)."""

    photos: int
    top1: Share


class Confusion(_Part):
    """How many held-out photos of `true` were named `said`."""

    true: str
    said: str
    photos: int


class CalibrationBin(_Part):
    """Fruit photos whose top-1 confidence fell between `low` and `high`: its mean, and the share named right."""

    low: Share
    high: Share
    photos: int
    confidence: Share
    right: Share


class Int8Score(_Part):
    """The int8 file against the float one on the same photos. same_top1: share with the same first label."""

    photos: int
    top1_int8: Share
    top1_float: Share
    same_top1: Share


class VerdictScore(_Part):
    """What is said of the held-out fruit photos, as shares of all; and how often it is right of those that are asked
    about: candidates_right, the fruit is among the few named; family_right, it is of the family said."""

    recognized: Share
    ambiguous: Share
    unrecognized: Share
    candidates_right: Share | None
    family_right: Share | None
    families: int


class Accuracy(_Part):
    """Measured on photos that neither fitted the weights nor the temperature, with the int8 file."""

    held_out: Score
    by_source: dict[str, Score]
    no_fruit: NoFruitScore
    by_label: dict[str, ClassScore]
    confusions: list[Confusion]
    left_out: dict[str, LeftOutScore]
    int8: Int8Score
    calibration: list[CalibrationBin] = []
    """Of the held-out fruit photos; empty in cards made before it was asked for."""
    # Sets of two and three held-out photos of one label and source, answered together.
    together: dict[str, Score] = {}
    verdicts: VerdictScore | None = None
    second_reading: Reading | None = None
    """Without the photos judged to show plainly something else than their label; None in older cards."""


class Source(_Part):
    """Photos of one source that were used, and what may be done with them."""

    photos: int
    licence: str


class Training(_Part):
    """Where the weights come from, and how to make them again."""

    command: str
    seed: int
    backbone: str
    photos: dict[str, int]
    sources: dict[str, Source]
    split: str
    # Pictures shown to the network, augmented, counted with repetition.
    samples: int | None = None


class Check(_Part):
    """What the model answered to one picture of jamhot.vision.checks: a probability for every label. `checks` are of
    the network alone, `photo_checks` of the whole way, preprocessing and views included."""

    probabilities: list[Share]


class TaughtScore(_Part):
    """What teaching a kind did when it was done; see jamhot.bundles.teach.effect. Shares of 1."""

    photos: int
    recognised: Share
    others: int
    others_before: Share
    others_after: Share
    taken: Share


class Card(_Part):
    """The bundle's papers. `files` names every other file of the bundle."""

    schema_version: int
    name: str
    version: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
    created: datetime
    profile: Profile
    minimum_app_version: Annotated[str, Field(pattern=r"^\d+\.\d+\.\d+$")]
    files: dict[str, FileEntry]
    preprocessing: PreprocessingCard
    views: Annotated[list[ViewCard], Field(min_length=1, max_length=16)] = [ViewCard()]
    input: TensorCard
    outputs: list[TensorCard]
    temperature: Annotated[float, Field(gt=0)]
    thresholds: Thresholds
    accuracy: Accuracy
    training: Training
    checks: list[Check]
    photo_checks: list[Check] = []
    taught: dict[str, TaughtScore] = {}

    @property
    def how(self) -> Preprocessing:
        """The preprocessing as `jamhot.vision.photo.prepare` takes it."""
        return Preprocessing(**self.preprocessing.model_dump())

    @property
    def looks(self) -> tuple[View, ...]:
        """The views as `jamhot.vision.photo.prepare_views` takes them; their logits are averaged."""
        return tuple(View(**view.model_dump()) for view in self.views)

    @property
    def needed(self) -> int:
        """Shortest side, px, that a decoded photo must keep so that no view of it is enlarged."""
        return math.ceil(self.how.needed / min(view.crop for view in self.views))


class Label(_Part):
    """A canonical name (`crab_apple`), other names of the same fruit, the family of look-alikes it is of."""

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    aliases: list[str] = []
    family: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")] | None = None


class Merge(_Part):
    """A class of the photos that the model does not name by itself."""

    into: str
    reason: str


class TaughtKind(_Part):
    """A kind learned from a few photos: its logit is features · weight + bias."""

    name: str
    photos: int
    weight: list[float]
    bias: float


class Taught(_Part):
    """taught.json: the last labels of labels.json, in their order, which the network itself does not know."""

    schema_version: int
    kinds: list[TaughtKind]


class Labels(_Part):
    """labels in the order of the network's outputs; no_fruit is the index of "no fruit" among them."""

    schema_version: int
    labels: list[Label]
    no_fruit: Annotated[int, Field(ge=0)]
    merged: dict[str, Merge]
    left_out: dict[str, str]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(label.name for label in self.labels)

    @property
    def families(self) -> dict[str, str]:
        """Name → family, of those that have one."""
        return {label.name: label.family for label in self.labels if label.family is not None}

    @property
    def fruits(self) -> tuple[str, ...]:
        """Names without "no fruit"."""
        return tuple(name for index, name in enumerate(self.names) if index != self.no_fruit)

    @field_validator("labels")
    @classmethod
    def _at_least_two(cls, labels: list[Label]) -> list[Label]:
        if len(labels) < 2:
            raise ValueError("a model names at least one fruit and “no fruit”")
        return labels
