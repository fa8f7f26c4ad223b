"""Where a photo's time goes: each stage alone, beside what the usual tutorial does in its place; one core, medians.

python -m benchmarks.stages                 # benchmarks/results/stages.json
"""

from __future__ import annotations

import argparse
import io
import json
import os
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

import numpy as np
import numpy.typing as npt
from PIL import Image

from benchmarks.load import machine
from benchmarks.serving.photos import photos
from jamhot.answers.identify import look
from jamhot.settings import SHIPPED_BUNDLE
from jamhot.vision.bundle import verify
from jamhot.vision.classifier import Classifier
from jamhot.vision.flaws import flaw
from jamhot.vision.photo import read_photo

RESULTS = Path(__file__).parent / "results" / "stages.json"
ROUNDS = 60


def milliseconds(work: Callable[[], object]) -> float:
    """Median of ROUNDS, after two that do not count."""
    took = []
    for _ in range(ROUNDS + 2):
        started = time.perf_counter()
        work()
        took.append((time.perf_counter() - started) * 1000)
    return round(median(took[2:]), 2)


def by_stage(data: bytes, classifier: Classifier) -> dict[str, float]:
    """Milliseconds of each stage of one photo; the service measures `flaw` only where it names no fruit."""
    photo = read_photo(io.BytesIO(data), classifier.needed)
    pixels = classifier.pixels(photo)
    size = pixels.shape[1]

    def as_in_a_tutorial() -> npt.NDArray[np.uint8]:
        return np.asarray(Image.open(io.BytesIO(data)).convert("RGB").resize((size, size)))

    return {
        "read": milliseconds(lambda: read_photo(io.BytesIO(data), classifier.needed)),
        "fit": milliseconds(lambda: classifier.pixels(photo)),
        "network": milliseconds(lambda: classifier.predict(pixels)),
        "flaw": milliseconds(lambda: flaw(pixels[0], photo.width, photo.height)),
        "whole": milliseconds(lambda: look([io.BytesIO(data)], classifier, 0.7)),
        "read_and_fit_as_in_a_tutorial": milliseconds(as_in_a_tutorial),
    }


def main() -> None:
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args()
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    classifier = Classifier(verify(SHIPPED_BUNDLE))
    figures = {
        "date": datetime.now(UTC).isoformat(timespec="minutes"),
        "machine": machine(),
        "model": classifier.version,
        "milliseconds": {name: by_stage(kind.data, classifier) for name, kind in photos().items()},
    }
    print(json.dumps(figures, indent=2))
    RESULTS.write_text(json.dumps(figures, indent=2) + "\n")


if __name__ == "__main__":
    main()
