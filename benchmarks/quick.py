"""`make bench`: cold start, idle memory, one user's photos; against a bare decode-and-infer loop in the same run.

Times on a shared machine mean little by themselves; the ratio to the bare loop, measured in turns with it, does. To
compare with the last recorded run, each time is also told in rounds of a fixed piece of work that was measured around
it; what takes a tenth more of them than it did is named.
"""

from __future__ import annotations

import argparse
import io
import json
import platform
import statistics
import time
import zlib
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import numpy as np

from benchmarks.photos import phone_jpeg
from benchmarks.service import JPEG, compile_as_built, own_libraries, running, wait_for_photo, wait_until_up
from jamhot.answers.identify import look
from jamhot.operations.quiet import AFTER_S
from jamhot.settings import SHIPPED_BUNDLE
from jamhot.vision.bundle import verify
from jamhot.vision.classifier import Classifier

T = TypeVar("T")

RESULTS = Path(__file__).parent / "results" / "quick.json"
ROUNDS = 5
PHOTOS_A_ROUND = 30
SLOWER = 1.10
"""Ratio to the last recorded run from which something is named."""


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
    with ExitStack() as stack:
        with running() as other:
            wait_until_up(other)
            packages = stack.enter_context(own_libraries(other))
        service = stack.enter_context(running(PYTHONPATH=packages))
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


def reference_s() -> float:
    """Seconds of a fixed piece of work, nothing of it ours: what changes it is the machine."""
    data = np.random.default_rng(0).integers(0, 64, 1 << 20, dtype=np.uint8).tobytes()
    return statistics.median(timed(lambda: (zlib.compress(data, 1), sum(range(200_000))))) / 1000


def beside_reference(name: str, measure: Callable[[], T], seconds: Callable[[T], float]) -> tuple[T, dict[str, float]]:
    """What `measure` found, and its seconds in rounds of the reference taken before and after it."""
    print(f"{name} …", flush=True)
    before = reference_s()
    found = measure()
    return found, {name: round(2 * seconds(found) / (before + reference_s()), 2)}


def worse(then: Mapping[str, float], now: Mapping[str, float]) -> list[str]:
    """What costs over a tenth more than it did, in words."""
    return [
        f"{name}: {now[name] / then[name]:.2f} times what it was"
        for name in now
        if name in then and now[name] > SLOWER * then[name]
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=RESULTS, help="where the figures go")
    out: Path = parser.parse_args().out
    compile_as_built()
    photo = phone_jpeg()
    starts, start_cost = beside_reference("cold start", lambda: cold_starts(photo, 5), statistics.median)
    user, user_cost = beside_reference("one user", lambda: one_user(photo), lambda found: found["served_p50_ms"] / 1000)
    print("idle memory …", flush=True)
    idle = idle_memory()
    compared = {**start_cost, **user_cost, "idle memory": idle["Pss"]}
    recorded = json.loads(RESULTS.read_text()).get("compared", {}) if RESULTS.exists() else {}
    figures = {
        "date": datetime.now(UTC).isoformat(timespec="minutes"),
        "machine": f"{platform.processor() or platform.machine()}, Python {platform.python_version()}",
        "photo_bytes": len(photo),
        "cold_start_s": [round(value, 2) for value in starts],
        "idle_kb": idle,
        "one_user_12_megapixels": {name: round(value, 3) for name, value in user.items()},
        "compared": compared,
    }
    print(json.dumps(figures, indent=2))
    out.parent.mkdir(exist_ok=True)
    out.write_text(json.dumps(figures, indent=2) + "\n")
    for line in worse(recorded, compared) or ["nothing costs over a tenth more than in the last recorded run"]:
        print(line)


if __name__ == "__main__":
    main()
