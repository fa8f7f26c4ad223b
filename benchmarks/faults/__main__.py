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

from benchmarks.faults.database import Larder
from benchmarks.faults.run import Row, hangs_twice, killed_in_an_upload, suffer, terminated_under_load
from benchmarks.faults.scenarios import DATABASE, MACHINE, PROCESS
from benchmarks.faults.service import GOOD

RESULTS = Path(__file__).parents[1] / "results"
OTHERS: dict[str, Callable[[Larder], Row]] = {
    "SIGTERM under load": terminated_under_load,
    "SIGKILL in an upload": killed_in_an_upload,
    "the event loop hangs twice": hangs_twice,
}
GOOD_FEEDBACK = "kept"


def measure(only: str = "") -> dict[str, object]:
    """Every fault whose name has the word; figures and the table's rows."""
    todo: dict[str, Callable[[Larder], Row]] = {
        fault.name: partial(suffer, fault) for fault in (*DATABASE, *MACHINE, *PROCESS)
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


def availability(rows: list[Row]) -> dict[str, float]:
    """Share of reads and photos answered well while something was wrong, all faults together."""
    found = {}
    for kind in ("reads", "photos"):
        counts = [(row.saw.get(kind, {}).get(GOOD[kind], 0), sum(row.saw.get(kind, {}).values())) for row in rows]
        asked = sum(count for _, count in counts)
        found[kind] = round(sum(good for good, _ in counts) / asked, 4) if asked else 0.0
    return found


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


def table(figures: dict[str, object], rows: list[Row]) -> str:
    head = (
        "# Faults, one by one, with traffic running\n\n"
        f"`python -m benchmarks.faults`, {figures['date']}, {figures['minutes']} minutes. Answers to questions "
        "that were asked while the fault lasted; then the time from its end until reads, photos and health were all "
        "well.\n\n"
        f"Share answered well while something was wrong: {figures['availability']}.\n\n"
        "| fault | lasted | a client saw | recovered in | verdict |\n|---|---|---|---|---|\n"
    )
    return head + "\n".join(line(row) for row in rows) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="faults whose name has this word; writes no results")
    asked = parser.parse_args()
    figures = measure(asked.only)
    if not asked.only:
        save(figures)
    if any(row["wrong"] for row in figures["rows"]):
        raise SystemExit(1)


def save(figures: dict[str, object]) -> None:
    """Writes both files to benchmarks/results."""
    rows = [Row(**row) for row in figures["rows"]]
    (RESULTS / "faults.json").write_text(json.dumps(figures, indent=1) + "\n")
    (RESULTS / "faults.md").write_text(table(figures, rows))


if __name__ == "__main__":
    main()
