"""All faults, and the table of what came of them."""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.faults.database import Larder
from benchmarks.faults.run import Row, hangs_twice, killed_in_an_upload, suffer, terminated_under_load
from benchmarks.faults.scenarios import DATABASE, MACHINE, PROCESS, STOPPED
from benchmarks.faults.service import GOOD, Share

RESULTS = Path(__file__).parents[1] / "results"
OTHERS: dict[str, Callable[[Larder], Row]] = {
    "SIGTERM under load": terminated_under_load,
    "SIGKILL in an upload": killed_in_an_upload,
    "the event loop hangs twice": hangs_twice,
}
GOOD_FEEDBACK = "kept"
KINDS = ("reads", "photos")
NOT_ACCEPTED = "not accepted"
STOP_S = 180.0


def measure(only: str = "", stop_s: float = STOP_S) -> dict[str, Any]:
    """Every fault whose name has the word; figures and the table's rows. `stop_s`: how long the process is stopped."""
    todo: dict[str, Callable[[Larder], Row]] = {
        fault.name: partial(suffer, fault, lasts_s=stop_s if fault.name == STOPPED else None)
        for fault in (*DATABASE, *MACHINE, *PROCESS)
    }
    todo |= OTHERS
    started, rows = time.monotonic(), []
    for name, one in todo.items():
        if only in name:
            with tempfile.TemporaryDirectory(prefix="jamhot-larder-") as folder:
                Path(folder).chmod(0o755)  # PostgreSQL's own account must be able to enter
                larder = Larder(Path(folder) / "postgres")
                try:
                    rows.append(one(larder))
                finally:
                    larder.close()
            print(line(rows[-1]), flush=True)
    return {
        "date": datetime.now(UTC).isoformat(timespec="minutes"),
        "minutes": round((time.monotonic() - started) / 60, 1),
        "availability": availability(rows),
        "rows": [asdict(row) for row in rows],
    }


def availability(rows: list[Row]) -> dict[str, dict[str, float | None]]:
    """All faults together, counted in five ways: no single one says it all."""
    running = [row for row in rows if row.fault != STOPPED]
    return {
        "answers while something was wrong": {kind: _answered(rows, kind) for kind in KINDS},
        "the same, but what an ended process (SIGTERM) no longer accepts": {
            kind: _answered(rows, kind, frozenset({NOT_ACCEPTED})) for kind in KINDS
        },
        "answers, the whole of the time": {kind: _whole(rows, kind, by_time=False) for kind in KINDS},
        "time, the whole of it": {kind: _whole(rows, kind, by_time=True) for kind in KINDS},
        "time, but for the process stopped from outside": {kind: _whole(running, kind, by_time=True) for kind in KINDS},
        "requests that reached the service, by its /metrics": {"all": _by_metrics(rows)},
    }


def _answered(rows: list[Row], kind: str, left_out: frozenset[str] = frozenset()) -> float | None:
    counts = [(status, count) for row in rows for status, count in row.saw.get(kind, {}).items()]
    asked = sum(count for status, count in counts if status not in left_out)
    return _share(sum(count for status, count in counts if status == GOOD[kind]), asked)


def _whole(rows: list[Row], kind: str, *, by_time: bool) -> float | None:
    shares = [Share(*row.whole[kind]) for row in rows if kind in row.whole]
    if by_time:
        seconds = sum(one.seconds for one in shares)
        return _share(seconds - sum(one.unserved_s for one in shares), seconds)
    return _share(sum(one.answered for one in shares), sum(one.asked for one in shares))


def _by_metrics(rows: list[Row]) -> float | None:
    every = sum(row.metrics.get("all", 0) for row in rows)
    return _share(every - sum(row.metrics.get("5xx", 0) for row in rows), every)


def _share(part: float, whole: float) -> float | None:
    return round(part / whole, 4) if whole else None


def availability_table(found: dict[str, dict[str, float | None]]) -> str:
    """One line for each way to count."""
    said = [
        f"| {way} | " + ", ".join(f"{kind} {share:.2%}" for kind, share in shares.items() if share is not None) + " |"
        for way, shares in found.items()
    ]
    return "\n".join(["| share answered well | |", "|---|---|", *said, ""])


def line(row: Row) -> str:
    """A row of the table."""
    recovered = "–" if row.recovered_s is None else f"{row.recovered_s:g} s"
    verdict = "; ".join(row.wrong) or "as it should be"
    saw = "; ".join(f"{kind} {_counts(kind, counts)}" for kind, counts in sorted(row.saw.items()))
    notes = f" ({'; '.join(row.notes)})" if row.notes else ""
    return f"| {row.fault} | {row.lasted_s:g} s | {saw}{notes} | {recovered} | {verdict} |"


def _counts(kind: str, counts: dict[str, int]) -> str:
    good = GOOD.get(kind, GOOD_FEEDBACK)
    ordered = sorted(counts.items(), key=lambda item: (item[0] != good, item[0]))
    return ", ".join(f"{count} × {status}" for status, count in ordered)


def table(figures: dict[str, Any], rows: list[Row]) -> str:
    head = (
        "# Faults, one by one, with traffic running\n\n"
        f"`python -m benchmarks.faults`, {figures['date']}, {figures['minutes']} minutes. Answers to questions "
        "that were asked while the fault lasted; then the time from its end until reads, photos and health were all "
        "well.\n\n"
        f"{availability_table(figures['availability'])}\n"
        "| fault | lasted | a client saw | recovered in | verdict |\n|---|---|---|---|---|\n"
    )
    return head + "\n".join(line(row) for row in rows) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="faults whose name has this word; writes no results")
    parser.add_argument("--stop-seconds", type=float, default=STOP_S, help="how long the process is stopped")
    asked = parser.parse_args()
    figures = measure(asked.only, asked.stop_seconds)
    print(availability_table(figures["availability"]))
    if not asked.only:
        save(figures)
    if any(row["wrong"] for row in figures["rows"]):
        raise SystemExit(1)


def save(figures: dict[str, Any]) -> None:
    """Writes both files to benchmarks/results."""
    rows = [Row(**row) for row in figures["rows"]]
    (RESULTS / "faults.json").write_text(json.dumps(figures, indent=1) + "\n")
    (RESULTS / "faults.md").write_text(table(figures, rows))


if __name__ == "__main__":
    main()
