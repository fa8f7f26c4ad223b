"""Profiles: what a bundle costs and how right it is when its card asks for more views of each photo.

The shipped network with each set of views below, a temperature fitted for each, on the photos that no model learns
from. Times and memory are of a process of its own. `--write DIR` makes the bundle of the profile `paid` there,
verified, with its temperature and accuracy measured; publish it with `scripts/upload_model.py DIR`. Needs the photos.

    python -m benchmarks.profiles --photos DIR
    python -m benchmarks.profiles --photos DIR --write /tmp/paid
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from jamhot.bundles.folder import write_folder
from jamhot.settings import SHIPPED_BUNDLE
from jamhot.training import dataset, evaluate
from jamhot.training.calibrate import reliable_temperature
from jamhot.training.dataset import Sample
from jamhot.training.labels import NO_FRUIT, read_decisions
from jamhot.vision.bundle import Bundle, verify
from jamhot.vision.bundle_files import LABELS, MODEL
from jamhot.vision.card import Card, ViewCard
from jamhot.vision.contract import Matrix, ask, softmax
from jamhot.vision.photo import prepare_views
from jamhot.vision.trial import Terms, try_out
from jamhot.vision.verdict import Rules

RESULTS = Path(__file__).parent / "results" / "profiles.json"
VIEWS = {
    "free": [ViewCard()],
    "mirrored too": [ViewCard(), ViewCard(mirror=True)],
    "paid": [ViewCard(), ViewCard(mirror=True), ViewCard(crop=0.7)],
}
ROUNDS = 5


def logits_of(bundle: Bundle, card: Card, photos: Path, wanted: set[str]) -> dict[str, Matrix]:
    """path → mean logits [K] over the card's views."""
    found = {}
    for path, photo in dataset.read_photos(photos, wanted):
        views = prepare_views(np.ascontiguousarray(photo.pixels), card.how, card.looks)
        rows = [ask(bundle.session, bundle.taught, view[np.newaxis])[0] for view in views]
        found[path] = np.concatenate(rows).mean(axis=0)
    return found


def judged(bundle: Bundle, name: str, samples: Sequence[Sample], photos: Path) -> Card:
    """The card of these views, its temperature and its accuracy measured anew."""
    card = bundle.card.model_copy(update={"views": VIEWS[name], "profile": "free" if name == "free" else "paid"})
    logits = logits_of(bundle, card, photos, {s.row.path for s in samples if s.part != "train"})
    names = list(bundle.labels.names)
    fit = [s for s in samples if s.part == "calibrate" and s.label != NO_FRUIT]
    test = [s for s in samples if s.part == "test"]
    truth = np.array([names.index(s.label) for s in fit])
    temperature = round(
        reliable_temperature(np.stack([logits[s.row.path] for s in fit]), truth, names.index(NO_FRUIT)), 4
    )
    said = softmax(np.stack([logits[s.row.path] for s in test]), temperature)
    limits = card.thresholds
    rules = Rules(limits.confidence, limits.candidates_mass, limits.candidates_most, limits.family_mass)
    accuracy = evaluate.accuracy(
        test, said, said, names, card.accuracy.left_out, rules, bundle.labels.families, read_decisions().mislabelled
    )
    accuracy = accuracy.model_copy(update={"int8": card.accuracy.int8})
    return card.model_copy(update={
        "temperature": temperature, "accuracy": accuracy, "checks": [],
        "version": f"{card.version}-{len(card.views)}v", "created": datetime.now(UTC).replace(microsecond=0),
    })  # fmt: skip


def write(bundle: Bundle, card: Card, out: Path) -> Bundle:
    return write_folder(out, card, {LABELS: bundle.labels}, {MODEL: bundle.folder / MODEL})


def figures(bundle: Bundle, card: Card) -> dict[str, object]:
    """Accuracy from the card, costs from processes of their own."""
    with tempfile.TemporaryDirectory() as folder:
        made = write(bundle, card, Path(folder) / "bundle")
        costs = [try_out(made.folder, Terms()) for _ in range(ROUNDS)]
    held = card.accuracy.held_out
    return {
        "views": len(card.views),
        "temperature": card.temperature,
        "top1": held.top1,
        "top5": held.top5,
        "precision": held.precision,
        "coverage": held.coverage,
        "no_fruit_answered": card.accuracy.no_fruit.answered,
        "grocery_tr_top1": card.accuracy.by_source["grocery_tr"].top1,
        "cpu_ms_a_photo": round(min(cost.seconds for cost in costs) * 1000, 1),
        "memory_mb": round(float(np.median([cost.memory_mb for cost in costs])), 1),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photos", type=Path, required=True, help="folder of index.csv and the tars")
    parser.add_argument("--write", type=Path, help="folder for the bundle of the profile paid; nothing else is done")
    parser.add_argument("--out", type=Path, default=RESULTS, help="where the figures go")
    asked = parser.parse_args()
    bundle = verify(SHIPPED_BUNDLE)
    samples = dataset.samples(dataset.read_index(asked.photos), read_decisions())
    samples = [s for s in samples if s.label in bundle.labels.names or s.label == NO_FRUIT]
    if asked.write:
        print(write(bundle, judged(bundle, "paid", samples, asked.photos), asked.write).card.version)
        return
    found: dict[str, object] = {"date": datetime.now(UTC).isoformat(timespec="minutes"), "model": bundle.card.version}
    for name in VIEWS:
        found[name] = figures(bundle, judged(bundle, name, samples, asked.photos))
        print(json.dumps({name: found[name]}, indent=2), flush=True)
    asked.out.write_text(json.dumps(found, indent=2) + "\n")


if __name__ == "__main__":
    main()
