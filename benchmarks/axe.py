"""axe on every screen, phone and desktop, light and dark, WCAG 2.2 A and AA: `python -m benchmarks.axe`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from benchmarks.screens import SCREENS, chromium, installed, served, skipped_where_missing, told

RESULTS = Path(__file__).parent / "results" / "axe.json"
SIZES = {"phone": (390, 844), "desktop": (1280, 800)}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def measure() -> dict[str, dict[str, Any]]:
    """Rules passed and broken by screen, over both sizes and schemes. Raises Missing where a tool is not here."""
    browser_path, script = chromium(), (installed("axe-core") / "axe.min.js").read_text()
    with served() as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=["--no-sandbox"])
        figures: dict[str, dict[str, Any]] = {name: {"passed": 0, "broken": []} for name in SCREENS}
        for size, (width, height) in SIZES.items():
            for scheme in ("light", "dark"):
                # axe is put into the page from outside, which the page's own policy forbids.
                context = browser.new_context(
                    viewport={"width": width, "height": height},
                    color_scheme=scheme,
                    bypass_csp=True,
                    service_workers="block",
                )
                page = context.new_page()
                for name, path in SCREENS.items():
                    page.goto(url + path)
                    page.evaluate(script)
                    told = page.evaluate("(rules) => axe.run({ runOnly: rules })", RULES)
                    figures[name]["passed"] = max(figures[name]["passed"], len(told["passes"]))
                    figures[name]["broken"] += [
                        f"{one['id']} ({size}, {scheme}): {node['html'][:160]}"
                        for one in told["violations"]
                        for node in one["nodes"][:3]
                    ]
                context.close()
        browser.close()
    return figures


def main() -> None:
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args()
    with skipped_where_missing():
        figures = measure()
        RESULTS.write_text(told(figures))
        if any(one["broken"] for one in figures.values()):
            sys.exit("some rules are broken")


if __name__ == "__main__":
    main()
