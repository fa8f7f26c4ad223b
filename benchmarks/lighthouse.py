"""Lighthouse on every screen, as a phone sees it: `python -m benchmarks.lighthouse`.

Its default throttling: 1.6 Mbit/s down, 150 ms a round trip, a processor four times slower, simulated. Performance on a
busy machine says more of the machine than of the page: run it while nothing else runs.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.screens import SCREENS, Missing, chromium, installed, served, skipped_where_missing, told

RESULTS = Path(__file__).parent / "results" / "lighthouse.json"
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
ENOUGH = 95


def measure(only: list[str] | None = None) -> dict[str, dict[str, object]]:
    """Scores of 100 and a few timings by screen. Raises Missing where a tool is not here."""
    browser, program = chromium(), installed("lighthouse") / "cli" / "index.js"
    with served() as url:
        return {name: audit(browser, program, url + path) for name, path in SCREENS.items() if not only or name in only}


def audit(browser: str, program: Path, address: str) -> dict[str, object]:
    node = shutil.which("node")
    if node is None:
        raise Missing("no node here: apt-get install nodejs")
    with tempfile.NamedTemporaryFile(suffix=".json") as report:
        options = [
            "--quiet",
            "--output=json",
            f"--output-path={report.name}",
            f"--only-categories={','.join(CATEGORIES)}",
        ]
        command = [node, str(program), address, *options, "--chrome-flags=--headless=new --no-sandbox"]
        subprocess.run(command, check=True, env={**os.environ, "CHROME_PATH": browser}, timeout=180)
        told = json.loads(Path(report.name).read_text())
    return read(told)


def read(told: dict[str, object]) -> dict[str, object]:
    """What is kept of a report: scores, paints, bytes, and the audits that did not pass in a category short of 100."""
    categories, audits = told["categories"], told["audits"]
    assert isinstance(categories, dict)
    assert isinstance(audits, dict)
    scores = {name: round(categories[name]["score"] * 100) for name in CATEGORIES}
    short = [
        ref["id"]
        for name in CATEGORIES[1:]
        for ref in categories[name]["auditRefs"]
        if ref["weight"] and audits[ref["id"]]["score"] not in (1, None)
    ]
    return {
        **scores,
        "first_paint_ms": round(audits["first-contentful-paint"]["numericValue"]),
        "largest_paint_ms": round(audits["largest-contentful-paint"]["numericValue"]),
        "blocking_ms": round(audits["total-blocking-time"]["numericValue"]),
        "layout_shift": round(audits["cumulative-layout-shift"]["numericValue"], 4),
        "bytes": round(audits["total-byte-weight"]["numericValue"]),
        **({"not_passed": short} if short else {}),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("screens", nargs="*", help=f"some of: {', '.join(SCREENS)}")
    asked = parser.parse_args()
    with skipped_where_missing():
        figures = measure(asked.screens)
        told(figures)
        known = (json.loads(RESULTS.read_text()) if asked.screens and RESULTS.exists() else {}) | figures
        merged = {name: known[name] for name in SCREENS if name in known}
        RESULTS.write_text(json.dumps(merged, indent=2) + "\n")
        low = [name for name, scores in figures.items() if min(int(str(scores[one])) for one in CATEGORIES) < ENOUGH]
        if low:
            sys.exit(f"below {ENOUGH}: {', '.join(low)}")


if __name__ == "__main__":
    main()
