"""`make bench`: cold start, idle memory, one user's photos; against a bare decode-and-infer loop in the same run.

Times on a shared machine mean little by themselves; the ratio to the bare loop, measured in turns with it, does.
"""

from __future__ import annotations

import argparse
import io
import json
import platform
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.photos import phone_jpeg
from benchmarks.service import JPEG, running, wait_for_photo, wait_until_up
from jamhot.answers.identify import look
from jamhot.operations.quiet import AFTER_S
from jamhot.settings import SHIPPED_BUNDLE
from jamhot.vision.bundle import verify
from jamhot.vision.classifier import Classifier

RESULTS = Path(__file__).parent / "results" / "quick.json"
ROUNDS = 5
PHOTOS_A_ROUND = 30


def percentile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def cold_starts(photo: bytes, times: int) -> list[float]:
    """Seconds from exec to the first answered photo."""
    found = []
    for _ in range(times):
        with running() as service:
            found.append(wait_for_photo(service, photo))
    return found


def idle_memory() -> dict[str, int]:
    """kB, model loaded, nothing asked but health: after a minute and a half, when it has handed back what it can."""
    with running() as service:
        wait_until_up(service)
        time.sleep(AFTER_S * 1.5)
        return service.memory_kb()


def one_user(photo: bytes) -> dict[str, float]:
    """Milliseconds a photo through HTTP and through the bare loop, in turns; their ratio."""
    classifier = Classifier(verify(SHIPPED_BUNDLE))
    served: list[float] = []
    bare: list[float] = []
    ratios: list[float] = []
    with running(RATE_LIMIT_PER_MINUTE="0") as service:
        wait_for_photo(service, photo)
        for _ in range(ROUNDS):
            http_round = timed(lambda: service.client.post("/api/classify", content=photo, headers=JPEG))
            bare_round = timed(lambda: look([io.BytesIO(photo)], classifier, 0.7))
            served += http_round
            bare += bare_round
            ratios.append(statistics.median(bare_round) / statistics.median(http_round))
    return {
        "served_p50_ms": percentile(served, 0.5),
        "served_p95_ms": percentile(served, 0.95),
        "bare_p50_ms": percentile(bare, 0.5),
        "bare_over_served": statistics.median(ratios),
    }


def timed(work: Callable[[], object]) -> list[float]:
    """Milliseconds of each of a round's repetitions."""
    found = []
    for _ in range(PHOTOS_A_ROUND):
        started = time.perf_counter()
        work()
        found.append((time.perf_counter() - started) * 1000)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=RESULTS, help="where the figures go")
    out: Path = parser.parse_args().out
    photo = phone_jpeg()
    figures: dict[str, object] = {
        "date": datetime.now(UTC).isoformat(timespec="minutes"),
        "machine": f"{platform.processor() or platform.machine()}, Python {platform.python_version()}",
        "photo_bytes": len(photo),
    }
    print("cold start …", flush=True)
    figures["cold_start_s"] = [round(value, 2) for value in cold_starts(photo, 5)]
    print("idle memory …", flush=True)
    figures["idle_kb"] = idle_memory()
    print("one user …", flush=True)
    figures["one_user_12_megapixels"] = {name: round(value, 3) for name, value in one_user(photo).items()}
    print(json.dumps(figures, indent=2))
    out.parent.mkdir(exist_ok=True)
    out.write_text(json.dumps(figures, indent=2) + "\n")


if __name__ == "__main__":
    main()
