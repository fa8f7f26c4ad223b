"""The bundle's folder: card, labels and networks, verified before they take the place of the old ones."""

import json
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from pydantic import BaseModel

from jamhot.training.labels import LabelDecisions
from jamhot.vision.bundle import CARD, FLOAT_MODEL, LABELS, MODEL, Bundle, file_entry, verify
from jamhot.vision.card import (
    SCHEMA_VERSION,
    Card,
    Check,
    FileEntry,
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

    The card's `files` are filled in here. Raises BundleError, and leaves `target` alone, when it fails.
    """
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".bundle-") as folder:
        draft = Path(folder)
        _write_json(draft / LABELS, labels)
        shutil.copyfile(model, draft / MODEL)
        if float_model is not None:
            shutil.copyfile(float_model, draft / FLOAT_MODEL)
        files = _entries(draft)
        _write_json(draft / CARD, card.model_copy(update={"files": files}))
        verify(draft)
        for name in [*files, CARD]:
            (draft / name).replace(target / name)
    if float_model is None:
        (target / FLOAT_MODEL).unlink(missing_ok=True)
    return verify(target)


def _entries(folder: Path) -> dict[str, FileEntry]:
    return {path.name: file_entry(path) for path in sorted(folder.iterdir()) if path.name != CARD}


def _write_json(path: Path, model: BaseModel) -> None:
    text = json.dumps(model.model_dump(mode="json"), indent=1, ensure_ascii=False)
    # One check is a line, not 80.
    path.write_text(_short_lists(text) + "\n", "utf-8")


def _short_lists(text: str) -> str:
    lines: list[str] = []
    inside = False
    for line in text.split("\n"):
        bare = line.strip()
        if inside and not bare.startswith(("{", "[", '"')):
            lines[-1] += bare if bare.startswith("]") else f"{bare} "
            inside = not bare.startswith("]")
            continue
        lines.append(line)
        inside = bare.endswith("[")
    return "\n".join(lines)
