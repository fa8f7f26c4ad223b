"""The bundle's folder: card, labels and networks, verified before they take the place of the old ones."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from jamhot.bundles.folder import write_folder
from jamhot.bundles.reference import REFERENCE
from jamhot.training.labels import LabelDecisions
from jamhot.vision.bundle import Bundle
from jamhot.vision.bundle_files import FLOAT_MODEL, LABELS, MODEL, TAUGHT
from jamhot.vision.card import (
    SCHEMA_VERSION,
    Card,
    Check,
    Label,
    Labels,
    Merge,
    PreprocessingCard,
    TensorCard,
)
from jamhot.vision.checks import check_pictures
from jamhot.vision.contract import FEATURES, INPUT, LOGITS, softmax
from jamhot.vision.photo import Preprocessing
from jamhot.vision.session import OnnxSession


def labels_card(names: Sequence[str], no_fruit: str, decisions: LabelDecisions) -> Labels:
    """labels.json for names in the order of the outputs."""
    return Labels(
        schema_version=SCHEMA_VERSION,
        labels=[
            Label(name=name, aliases=list(decisions.other_names(name)), family=decisions.families.get(name))
            for name in names
        ],
        no_fruit=list(names).index(no_fruit),
        merged={name: Merge(into=into, reason=why) for name, (into, why) in decisions.merged.items() if into in names},
        left_out=decisions.left_out,
    )


def preprocessing_card(how: Preprocessing) -> PreprocessingCard:
    return PreprocessingCard(size=how.size, fit=how.fit, crop=how.crop, resample=how.resample)


def tensors(how: Preprocessing, labels: int, features: int) -> tuple[TensorCard, list[TensorCard]]:
    """The contract: (input, outputs)."""
    shape: list[int | str] = ["N", how.size, how.size, 3]
    return TensorCard(name=INPUT, dtype="uint8", shape=shape), [
        TensorCard(name=LOGITS, dtype="float32", shape=["N", labels]),
        TensorCard(name=FEATURES, dtype="float32", shape=["N", features]),
    ]


def checks(model: Path, how: Preprocessing, temperature: float) -> list[Check]:
    """What the network answers to the generated pictures, to five decimals."""
    session = OnnxSession(model)
    answers = [session.run(INPUT, p[np.newaxis], [LOGITS])[0] for p in check_pictures(how.size)]
    probabilities = softmax(np.concatenate(answers), temperature)
    return [Check(probabilities=[round(float(p), 5) for p in row]) for row in probabilities]


def write_bundle(target: Path, card: Card, labels: Labels, model: Path, float_model: Path | None) -> Bundle:
    """Write a bundle beside `target`, verify it, then put its files in place, the card last.

    The card's `files` and `photo_checks` are filled in here. Raises BundleError, and leaves `target` alone, when it
    fails.
    """
    gone = (REFERENCE, TAUGHT) if float_model else (REFERENCE, TAUGHT, FLOAT_MODEL)
    files = {MODEL: model, **({FLOAT_MODEL: float_model} if float_model else {})}
    return write_folder(target, card, {LABELS: labels}, files, gone=gone)
