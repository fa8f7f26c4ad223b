"""The limit: decode and infer in one process, one photo after the other, no HTTP.

Reads `KIND SECONDS` from its input, a line a round, and prints how many photos a second it made.
"""

from __future__ import annotations

import io
import sys
import time

from benchmarks.serving.photos import photos
from jamhot.answers.identify import look
from jamhot.settings import SHIPPED_BUNDLE
from jamhot.vision.bundle import verify
from jamhot.vision.classifier import Classifier


def main() -> None:
    kinds = photos()
    classifier = Classifier(verify(SHIPPED_BUNDLE))
    print("ready", flush=True)
    for line in sys.stdin:
        kind, seconds = line.split()
        started, count = time.perf_counter(), 0
        while (elapsed := time.perf_counter() - started) < float(seconds):
            look([io.BytesIO(kinds[kind].data)], classifier, 0.7)
            count += 1
        print(count / elapsed, flush=True)


if __name__ == "__main__":
    main()
