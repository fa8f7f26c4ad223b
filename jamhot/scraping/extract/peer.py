"""What recipe-scrapers knows of its 650 sites, where our own readers found less than a recipe. Never its yields: it
turns "6 half-pint jars" into "6 pints"."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from jamhot.scraping.extract.draft import Draft
from jamhot.scraping.extract.fields import grouped, ingredients, steps
from jamhot.scraping.extract.page import Page
from jamhot.scraping.extract.text import clean
from jamhot.scraping.types import RawRating

_FRAMES: Final = 10_000
"""The library goes down a page by recursion, as deep as its parser lets a page be (256 elements). Where Python ended it
halfway, lxml would keep a lock, and the next page would wait for ever."""


_MOST_THINGS: Final = 1_000
"""Things marked up in a page; the library reads every thing within a thing again."""


def by_peer(page: Page) -> list[Draft]:
    """At most one recipe: the library reads one a page. It is not asked of a page that would hold it up."""
    if page.text.count("itemscope") > _MOST_THINGS:
        return []
    from recipe_scrapers import scrape_html  # half a second of 650 modules, for few pages

    try:
        with _deep_enough():
            found = scrape_html(page.text, org_url=page.address or "https://example.org/", supported_only=False)
    except Exception:  # noqa: BLE001 (a parser of other people's pages: it raises whatever its 650 sites raise)
        return []
    draft = Draft(
        method="recipe-scrapers",
        title=clean(_asked(found.title)),
        ingredients=grouped(ingredients(_asked(found.ingredients))),
        instructions=steps(_asked(found.instructions_list)),
        rating=RawRating(value=clean(_asked(found.ratings)) or None, count=clean(_asked(found.ratings_count)) or None),
        image=clean(_asked(found.image)) or None,
        author=clean(_asked(found.author)) or None,
    )
    return [draft] if draft else []


@contextmanager
def _deep_enough() -> Iterator[None]:
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, _FRAMES))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)


def _asked(field: Callable[[], Any]) -> Any:
    try:
        return field()
    except Exception:  # noqa: BLE001 (as above: "not there" is told by exceptions of every kind)
        return None
