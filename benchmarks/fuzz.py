"""Twenty thousand broken pictures and a few bombs, at the real server: no 5xx, no crash, and each within its bounds.

python -m benchmarks.fuzz                 # benchmarks/results/fuzz.json, written anew after each thousand
python -m benchmarks.fuzz --resume        # goes on behind the last thousand that stands there
python -m benchmarks.fuzz --number 4711   # what came back to that one; writes no results
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, fields
from datetime import UTC, datetime
from pathlib import Path

import httpx
import psutil

from benchmarks.mutants import bombs, mutant
from benchmarks.service import Running, running, wait_until_up

RESULTS = Path(__file__).parent / "results" / "fuzz.json"
ANY = {"Content-Type": "application/octet-stream"}
TAKEN = frozenset({200, 400, 413, 415})
"""Answers that a broken picture may get."""
AT_ONCE = 4
INPUTS = 20_000
TOGETHER, A_SERVER = 100, 1000
"""So many between two looks at memory, and so many for one life of the server."""
MOST_S = 20.0
"""What the service itself allows a photo."""
MOST_MB = 400
"""The service and its decoder; MAX_MEMORY_MB's default."""


def send(client: httpx.Client, data: bytes) -> tuple[int, float]:
    """The status (0: no answer), and seconds."""
    started = time.monotonic()
    try:
        status = client.post("/api/classify", content=data, headers=ANY).status_code
    except httpx.TransportError:
        status = 0
    return status, time.monotonic() - started


def forget_peaks(service: Running) -> None:
    """From now on the peaks are of what comes now."""
    for process in family(service):
        with suppress(OSError):
            Path(f"/proc/{process.pid}/clear_refs").write_text("5")


def peak_mb(service: Running) -> int:
    """The most memory that the service and its decoder have had, each at its own worst moment, since forget_peaks."""
    texts = []
    for process in family(service):
        with suppress(OSError):
            texts.append(Path(f"/proc/{process.pid}/status").read_text())
    return sum(int(kb) for text in texts for kb in re.findall(r"VmHWM:\s+(\d+) kB", text)) // 1024


def family(service: Running) -> list[psutil.Process]:
    own = psutil.Process(service.process.pid)
    return [own, *own.children(recursive=True)]


@dataclass
class Found:
    """What came of numbers 0 and up. Times in seconds, memory in MB."""

    inputs: int = 0
    seconds: float = 0.0
    statuses: Counter[str] = field(default_factory=Counter)
    slowest: tuple[float, int] = (0.0, 0)
    """How long, and which number it was."""
    most_mb: tuple[int, int] = (0, 0)
    """How much, and the first of the hundred numbers that were sent then."""
    wrong: list[str] = field(default_factory=list)


def fuzz(service: Running, found: Found, until: int, say: Callable[[str], None]) -> None:
    """Sends the numbers that `found` does not have yet, a hundred at a time."""
    with ThreadPoolExecutor(AT_ONCE) as threads:

        def one(which: int) -> tuple[int, str, int, float]:
            kind, data = mutant(which)
            return which, kind, *send(service.client, data)

        while found.inputs < until:
            first, began = found.inputs, time.monotonic()
            numbers = range(first, min(first + TOGETHER, until))
            forget_peaks(service)
            for which, kind, status, seconds in threads.map(one, numbers):
                found.statuses[f"{kind} {status}"] += 1
                found.slowest = max(found.slowest, (round(seconds, 2), which))
                if status not in TAKEN or seconds > MOST_S:
                    found.wrong.append(f"{which} ({kind}): {status} after {seconds:.1f} s")
            found.most_mb = max(found.most_mb, (peak_mb(service), first))
            if found.most_mb[0] > MOST_MB and found.most_mb[1] == first:
                found.wrong.append(f"{first} and the next: {found.most_mb[0]} MB")
            if service.process.poll() is not None:
                found.wrong.append(f"{first} and the next: the service ended")
                return
            found.inputs = numbers.stop
            found.seconds += time.monotonic() - began
            say(f"{found.inputs} sent, {len(numbers) / (time.monotonic() - began):.0f} a second")


def drop(service: Running, wrong: list[str]) -> dict[str, str]:
    """Sends the bombs, one by one."""
    big = {}
    for name, data in bombs().items():
        forget_peaks(service)
        status, seconds = send(service.client, data)
        big[name] = f"{len(data)} bytes: {status} in {seconds:.2f} s, peak {peak_mb(service)} MB"
        if status not in TAKEN or seconds > MOST_S or peak_mb(service) > MOST_MB:
            wrong.append(f"{name}: {big[name]}")
    return big


def measure(found: Found, until: int, keep: Callable[[dict[str, object]], None]) -> dict[str, object]:
    """Mutants in thousands, each at a server started anew and kept when done; then the bombs."""
    while found.inputs < until and not found.wrong:
        with started() as service:
            fuzz(service, found, min(until, found.inputs + A_SERVER), say)
        keep(figures_of(found, until, {}))
    with started() as service:
        figures = figures_of(found, until, drop(service, found.wrong))
        figures["alive"] = service.process.poll() is None
    keep(figures)
    return figures


@contextmanager
def started() -> Iterator[Running]:
    """The service, with one photo behind it."""
    with running(RATE_LIMIT_PER_MINUTE="0", MAX_MEMORY_MB="8000") as service:
        wait_until_up(service)
        send(service.client, mutant(0)[1])
        yield service


def figures_of(found: Found, wanted: int, bombs_said: dict[str, str]) -> dict[str, object]:
    """As they are written."""
    return {
        "date": datetime.now(UTC).isoformat(timespec="minutes"),
        **asdict(found),
        "wanted": wanted,
        "seconds": round(found.seconds),
        "inputs_a_second": round(found.inputs / found.seconds, 1) if found.seconds else None,
        "at_once": AT_ONCE,
        "bounds": f"{MOST_S:g} s, {MOST_MB} MB",
        "statuses": dict(sorted(found.statuses.items())),
        "bombs": bombs_said,
    }


def kept() -> Found:
    """What the last run found before it was ended."""
    figures = json.loads(RESULTS.read_text())
    found = Found(**{one.name: figures[one.name] for one in fields(Found)})
    found.statuses, found.slowest, found.most_mb = Counter(found.statuses), (*found.slowest,), (*found.most_mb,)
    return found


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def one_alone(number: int) -> None:
    """Says what comes back to one of them."""
    with started() as service:
        forget_peaks(service)
        kind, data = mutant(number)
        status, seconds = send(service.client, data)
        print(f"{number} ({kind}, {len(data)} bytes): {status} in {seconds:.2f} s, peak {peak_mb(service)} MB")


def save(figures: dict[str, object]) -> None:
    RESULTS.write_text(json.dumps(figures, indent=1, ensure_ascii=False) + "\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--inputs", type=int, default=INPUTS, help="fewer than all of them: writes no results")
    parser.add_argument("--resume", action="store_true", help="go on where the last run was ended")
    parser.add_argument("--number", type=int, help="one of them alone; writes no results")
    asked = parser.parse_args()
    if asked.number is not None:
        one_alone(asked.number)
        return
    whole = asked.inputs >= INPUTS
    figures = measure(kept() if asked.resume else Found(), asked.inputs, save if whole else lambda _: None)
    print(json.dumps(figures, indent=2, ensure_ascii=False))
    if figures["wrong"] or not figures["alive"]:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
