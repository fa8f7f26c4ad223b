"""`python -m jamhot.training.reference`: gives a bundle features of a few photos of each kind, for teaching others.

Of the photos that fitted the temperature, then of those trained on; never of those that are reported on.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from pathlib import Path

from jamhot.bundles import reference
from jamhot.bundles.folder import write_folder
from jamhot.training import dataset
from jamhot.training.labels import read_decisions
from jamhot.vision.bundle import Bundle, verify
from jamhot.vision.bundle_files import FLOAT_MODEL, LABELS, MODEL
from jamhot.vision.classifier import Classifier

A_LABEL = 12


def remember(photos: Path, bundle: Bundle) -> Bundle:
    """The bundle, in its folder, with reference features of twelve photos a label."""
    chosen = _chosen(photos, set(bundle.labels.names))
    pictures = ((chosen[path], photo) for path, photo in dataset.read_photos(photos, chosen))
    found = reference.look_at(Classifier(bundle), pictures)
    with tempfile.TemporaryDirectory() as folder:
        kept = Path(folder) / reference.REFERENCE
        reference.write(kept, found)
        files = {name: bundle.folder / name for name in (MODEL, FLOAT_MODEL) if name in bundle.card.files}
        return write_folder(bundle.folder, bundle.card, {LABELS: bundle.labels}, {**files, reference.REFERENCE: kept})


def _chosen(photos: Path, names: set[str]) -> dict[str, str]:
    """path → label. By label and place in the index, whatever the order of the tars."""
    samples = dataset.samples(dataset.read_index(photos), read_decisions())
    order = sorted((s for s in samples if s.part != "test" and s.label in names), key=lambda s: s.part != "calibrate")
    counts: Counter[str] = Counter()
    chosen = {}
    for sample in order:
        if counts[sample.label] < A_LABEL:
            counts[sample.label] += 1
            chosen[sample.row.path] = sample.label
    return chosen


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m jamhot.training.reference", description=__doc__)
    parser.add_argument("--photos", type=Path, required=True, help="folder of index.csv and the tars")
    parser.add_argument("--bundle", type=Path, required=True, help="folder of the bundle")
    asked = parser.parse_args()
    made = remember(asked.photos, verify(asked.bundle))
    sys.stdout.write(f"{made.folder}: {(made.folder / reference.REFERENCE).stat().st_size:,} bytes\n")


if __name__ == "__main__":
    main()
