"""Reads saved pages with recipe-scrapers and writes what it found, as JSON: `python scrape_pages.py FOLDER HOST FILE`.

A process of its own, because what it takes (a tree of each page, several parsers) would count as the service's memory.
Into a file: what is printed into a pipe is cut where a signal comes, when PYTHONUNBUFFERED is set.
A page lies in the file that its address names, with `+` for `/`.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from recipe_scrapers import scrape_html
from recipe_scrapers._exceptions import SchemaOrgException


def read(html: str, address: str) -> dict[str, object]:
    """What a recipe manager takes from a page; `yields` None where it is told that there is none."""
    page = scrape_html(html, org_url=address, supported_only=False)
    try:
        yields = page.yields()
    except SchemaOrgException:
        yields = None
    return {
        "title": page.title(),
        "address": page.canonical_url(),
        "ingredients": page.ingredients(),
        "instructions": page.instructions_list(),
        "yields": yields,
        "total": page.total_time(),
        "prep": page.prep_time(),
        "cook": page.cook_time(),
    }


if __name__ == "__main__":
    pages = {path.name.replace("+", "/"): path.read_text("utf-8") for path in Path(sys.argv[1]).iterdir()}
    found = {path: read(html, sys.argv[2] + path) for path, html in pages.items()}
    Path(sys.argv[3]).write_text(json.dumps(found), "utf-8")
