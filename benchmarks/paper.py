"""Every recipe on paper, and those that take more than one page: `python -m benchmarks.paper`.

As they stand in the catalogue that ships, on A4 and on US Letter, by one Chromium. Exits with an error when one takes a
second page.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import httpx
from playwright.sync_api import Page, sync_playwright

from benchmarks.screens import chromium, served, skipped_where_missing, told

RESULTS = Path(__file__).parent / "results" / "paper.json"
PAPERS: Final = ("A4", "Letter")
AT_ONCE: Final = 100
"""Recipes asked for in one request."""


def addresses(url: str) -> Iterator[str]:
    """The page of every recipe."""
    with httpx.Client(base_url=url) as client:
        cursor: str | None = ""
        while cursor is not None:
            asked = {"limit": AT_ONCE} | ({"cursor": cursor} if cursor else {})
            found = client.get("/api/recipes", params=asked).raise_for_status().json()
            yield from (f"/jamdex/recipe/{recipe['id']}-{recipe['slug']}" for recipe in found["recipes"])
            cursor = found["next_cursor"]


def sheets(page: Page, paper: str) -> int:
    """How many the page takes when it is printed."""
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", page.pdf(format=paper)))


def measure() -> dict[str, Any]:
    """Raises Missing without a browser."""
    path = chromium()
    longer: dict[str, dict[str, int]] = {paper: {} for paper in PAPERS}
    with served() as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        page = browser.new_page(base_url=url)
        found = list(addresses(url))
        for address in found:
            page.goto(address)
            for paper in PAPERS:
                if (number := sheets(page, paper)) != 1:
                    longer[paper][address] = number
        browser.close()
    return {"recipes": len(found), "longer_than_a_page": longer}


def main() -> None:
    with skipped_where_missing():
        figures = measure()
        RESULTS.write_text(told(figures))
        if any(figures["longer_than_a_page"].values()):
            sys.exit("some recipes take more than one page")


if __name__ == "__main__":
    main()
