"""The bundle's card: what was measured, and where it comes from."""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType

import numpy as np

from jamhot.training import dataset, evaluate, features, network, thresholds, write
from jamhot.training.dataset import Sample
from jamhot.training.labels import LabelDecisions
from jamhot.training.metrics import Indices, Matrix
from jamhot.vision.card import SCHEMA_VERSION, Card, LeftOutScore, Profile, Source, Training, ViewCard
from jamhot.vision.contract import softmax
from jamhot.vision.photo import WHOLE, Preprocessing, View
from jamhot.vision.verdict import Rules

MINIMUM_APP_VERSION = "0.1.0"


@dataclass(frozen=True)
class ProfilePlan:
    """For whom a bundle is made: what the network sees of a photo."""

    name: Profile
    how: Preprocessing
    views: tuple[View, ...] = (WHOLE,)


PROFILES: Mapping[str, ProfilePlan] = MappingProxyType(
    {
        "free": ProfilePlan("free", Preprocessing()),
        "paid": ProfilePlan("paid", Preprocessing(size=260)),
    }
)


@dataclass(frozen=True)
class Measured:
    """Logits [N, K] of the int8 network on the calibration and test parts, of the float one on the test part."""

    temperature: float
    calibrate: Matrix
    test: Matrix
    test_float: Matrix


def make_card(
    profile: ProfilePlan,
    samples: Sequence[Sample],
    names: Sequence[str],
    measured: Measured,
    left_out: dict[str, LeftOutScore],
    model: Path,
    command: str,
    seed: int,
    decisions: LabelDecisions,
    shown: int,
) -> Card:
    """The card without its `files`, which are known when the bundle is written. shown: pictures, over all courses."""
    calibrate, test = (tuple(s for s in samples if s.part == part) for part in ("calibrate", "test"))
    limits = thresholds.chosen(
        softmax(measured.calibrate, measured.temperature), _truth(calibrate, names), names, decisions.families
    )
    accuracy = evaluate.accuracy(
        test,
        softmax(measured.test, measured.temperature),
        softmax(measured.test_float, measured.temperature),
        names,
        left_out,
        Rules(limits.confidence, limits.candidates_mass, limits.candidates_most, limits.family_mass),
        decisions.families,
        decisions.mislabelled,
    )
    put_in, given = write.tensors(profile.how, len(names), network.feature_count())
    # Both decide what is answered: the same network with another temperature is another version.
    digest = hashlib.sha256(model.read_bytes() + repr(measured.temperature).encode()).hexdigest()
    now = datetime.now(UTC)
    return Card(
        schema_version=SCHEMA_VERSION,
        name=f"jamhot-lite2-{profile.how.size}",
        version=f"{now:%Y.%m.%d}-{digest[:8]}",
        created=now.replace(microsecond=0),
        profile=profile.name,
        minimum_app_version=MINIMUM_APP_VERSION,
        files={},
        preprocessing=write.preprocessing_card(profile.how),
        views=[ViewCard(crop=v.crop, x=v.x, y=v.y, mirror=v.mirror) for v in profile.views],
        input=put_in,
        outputs=given,
        temperature=measured.temperature,
        thresholds=limits,
        accuracy=accuracy,
        training=_training(samples, command, seed, decisions, shown),
        checks=write.checks(model, profile.how, measured.temperature),
    )


def _truth(samples: Sequence[Sample], names: Sequence[str]) -> Indices:
    return np.array([names.index(sample.label) for sample in samples], np.int64)


def _training(samples: Sequence[Sample], command: str, seed: int, decisions: LabelDecisions, shown: int) -> Training:
    sources = Counter(sample.row.source for sample in samples)
    return Training(
        command=command,
        seed=seed,
        backbone=features.BACKBONE,
        photos=dict(sorted(Counter(sample.part for sample in samples).items())),
        sources={
            name: Source(photos=count, licence=decisions.licence(name)) for name, count in sorted(sources.items())
        },
        split="groups of near duplicates and of shop series; test when sha256(first path) mod 100 < "
        f"{dataset.TEST_PERCENT}, calibrate in the next {dataset.CALIBRATE_PERCENT}, else train",
        samples=shown,
    )
