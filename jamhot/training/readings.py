"""`python -m jamhot.training.readings`: both readings of the held-out photos by a bundle, whoever trained it.

The first is the one that counts: every photo as it is labelled. The second leaves out the photos of
judged_photos.csv that plainly show something else.
"""

import argparse
import sys
from pathlib import Path

import numpy as np

from jamhot.training import dataset, evaluate, report
from jamhot.training.labels import read_decisions
from jamhot.vision.bundle import Bundle, verify
from jamhot.vision.card import Reading
from jamhot.vision.classifier import Classifier


def read_twice(photos: Path, bundle: Bundle) -> tuple[Reading, Reading]:
    """(as labelled, without the plainly mislabelled); photos of labels that the bundle does not name are not asked."""
    decisions, classifier = read_decisions(), Classifier(bundle)
    names = bundle.labels.names
    used = dataset.samples(dataset.read_index(photos), decisions)
    wanted = {sample.row.path: sample for sample in used if sample.part == "test" and sample.label in names}
    samples, rows = [], []
    for path, photo in dataset.read_photos(photos, wanted):
        samples.append(wanted[path])
        rows.append(classifier.predict(classifier.pixels(photo)).probabilities)
    probabilities = np.concatenate(rows)
    return (
        evaluate.reading(samples, probabilities, names),
        evaluate.reading(samples, probabilities, names, decisions.mislabelled),
    )


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m jamhot.training.readings", description=__doc__)
    parser.add_argument("--photos", type=Path, required=True, help="folder of index.csv and the tars")
    parser.add_argument("--bundle", type=Path, required=True, help="folder of the bundle")
    asked = parser.parse_args()
    sys.stdout.write(report.readings(*read_twice(asked.photos, verify(asked.bundle))))


if __name__ == "__main__":
    main()
