"""Twenty thousand broken pictures and a few bombs, at the real server: no 5xx, no crash, and each within its bounds.

python -m benchmarks.fuzz                 # benchmarks/results/fuzz.json
python -m benchmarks.fuzz --number 4711   # what came back to that one
"""

from __future__ import annotations

import argparse
import json
import re
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import httpx

from benchmarks.mutants import bombs, mutant
from benchmarks.service import Running, running, wait_until_up

RESULTS = Path(__file__).parent / "results" / "fuzz.json"
ANY = {"Content-Type": "application/octet-stream"}
TAKEN = frozenset({200, 400, 413, 415})
"""Answers that a broken picture may get."""
AT_ONCE = 4


def send(client: httpx.Client, data: bytes) -> tuple[int, float]:
    """The status (0: no answer), and seconds."""
    started = time.monotonic()
    try:
        status = client.post("/api/classify", content=data, headers=ANY).status_code
    except httpx.TransportError:
        status = 0
    return status, time.monotonic() - started


def peak_mb(service: Running) -> int:
    """The most memory that the process has had at once."""
    text = Path(f"/proc/{service.process.pid}/status").read_text()
    found = re.search(r"VmHWM:\s+(\d+) kB", text)
    return int(found[1]) // 1024 if found else 0


def measure(first: int, number: int) -> dict[str, object]:
    """Sends mutants `first` to `first + number`, then the bombs one by one."""
    with running(RATE_LIMIT_PER_MINUTE="0", MAX_MEMORY_MB="8000") as service:
        wait_until_up(service)
        send(service.client, mutant(0)[1])
        before, began = peak_mb(service), time.monotonic()
        statuses: Counter[str] = Counter()
        wrong: list[str] = []
        slowest = (0.0, 0)
        with ThreadPoolExecutor(AT_ONCE) as threads:

            def one(which: int) -> tuple[int, str, int, float]:
                kind, data = mutant(which)
                return which, kind, *send(service.client, data)

            for which, kind, status, seconds in threads.map(one, range(first, first + number)):
                statuses[f"{kind} {status}"] += 1
                slowest = max(slowest, (seconds, which))
                if status not in TAKEN:
                    wrong.append(f"{which} ({kind}): {status}")
        after = peak_mb(service)
        big = {}
        for name, data in bombs().items():
            status, seconds = send(service.client, data)
            big[name] = f"{len(data)} bytes: {status} in {seconds:.2f} s, peak {peak_mb(service)} MB"
            if status not in TAKEN:
                wrong.append(f"{name}: {status}")
        alive = service.process.poll() is None
    return {
        "date": datetime.now(UTC).isoformat(timespec="minutes"),
        "inputs": number,
        "seconds": round(time.monotonic() - began),
        "statuses": dict(sorted(statuses.items())),
        "slowest": f"{slowest[0]:.2f} s (number {slowest[1]}, {AT_ONCE} at once)",
        "peak_mb": {"before": before, "after_the_mutants": after},
        "bombs": big,
        "alive": alive,
        "wrong": wrong,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--inputs", type=int, default=20_000)
    parser.add_argument("--number", type=int, help="one of them alone; writes no results")
    asked = parser.parse_args()
    figures = measure(*((asked.number, 1) if asked.number is not None else (0, asked.inputs)))
    print(json.dumps(figures, indent=2, ensure_ascii=False))
    if asked.number is None:
        RESULTS.write_text(json.dumps(figures, indent=1, ensure_ascii=False) + "\n")
    if figures["wrong"] or not figures["alive"]:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
