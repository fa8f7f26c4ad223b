"""All readers asked, and one answer a recipe: JSON-LD, microdata, RDFa, cards, the site's layout, headings, the peer.

The first reader that has a field gives it. Two recipes in a page are both kept; one recipe told twice is one.
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from typing import Final

from jamhot.scraping.extract import json_ld, markup
from jamhot.scraping.extract.cards import Layout, cards
from jamhot.scraping.extract.draft import Draft
from jamhot.scraping.extract.fields import draft, rating_of
from jamhot.scraping.extract.headings import by_headings
from jamhot.scraping.extract.page import Page, canonical
from jamhot.scraping.extract.peer import by_peer
from jamhot.scraping.extract.text import lines
from jamhot.scraping.types import ExtractedRecipe, RawLine, RawRating, RawTimes

MOST_LINES: Final = 120
MOST_STEPS: Final = 120
_YIELD: Final = re.compile(r"^(?:recipe )?(?:yields?|makes)\s*:\s*(?P<what>.{0,60})$", re.I)
_LICENCE_RELS: Final = 'a[rel~="license"], link[rel~="license"]'


def extract(page: Page, site: str = "", layouts: tuple[Layout, ...] = ()) -> list[ExtractedRecipe]:
    """The recipes of a page, in its order. Never raises on any bytes; a page without a recipe gives none.

    Args:
        site: what to call where it comes from; the host when empty.
        layouts: the site's own, tried before the plug-ins'.
    """
    drafts = _drafts(page, layouts)
    return [_finished(one, page, site, alone=len(drafts) == 1) for one in drafts]


def _drafts(page: Page, layouts: tuple[Layout, ...]) -> list[Draft]:
    things, others = json_ld.recipe_nodes(page)
    found: list[Draft] = []
    _join(found, [draft(node, others, "json-ld") for node in things])
    for dialect, name in ((markup.MICRODATA, "microdata"), (markup.RDFA, "rdfa")):
        _join(found, [draft(node, (), name) for node in markup.recipe_nodes(page, dialect)])
    if layouts and not (found and all(one.whole for one in found)):
        _join(found, cards(page, layouts))
    _join(found, cards(page))
    if not any(one.whole for one in found):
        _join(found, by_headings(page))
    if not any(_convincing(one) for one in found):
        _join(found, by_peer(page))
    if len(found) == 1:
        _rate(found[0], page, others, layouts)
    about = _plain(page.heading)
    return sorted((one for one in found if one.ingredients), key=lambda one: not _is_about(one, about))


def _is_about(one: Draft, heading: str) -> bool:
    """Whether the page's heading names it: of several recipes, that one is told first."""
    title = _plain(one.title)
    return bool(title and heading) and (title in heading or heading in title)


def _convincing(one: Draft) -> bool:
    """More than a word or two: some pages give categories for ingredients and a teaser for the method."""
    return len(one.ingredients) > 1 and sum(map(len, one.instructions)) > 40


def _join(found: list[Draft], more: list[Draft]) -> None:
    """Fills the gaps of recipes that are there; what is told for the first time is added, if it is whole."""
    for one in filter(None, more):
        alone = len(found) == len(more) == 1
        twin = next((there for there in found if _same(there, one, alone=alone)), None)
        if twin is not None:
            _fill(twin, one)
        elif not found or one.method == found[0].method or one.whole:
            found.append(one)


def _same(one: Draft, other: Draft, *, alone: bool) -> bool:
    words, others = _words(one.ingredients), _words(other.ingredients)
    if words and others:
        shared = len(words & others) / min(len(words), len(others))
        return shared >= (0.7 if one.method == other.method else 0.5) or (alone and not _convincing(one))
    return alone or _plain(one.title) == _plain(other.title)


def _words(raw: list[RawLine]) -> set[str]:
    return {word for line in raw for word in re.findall(r"[a-z]{4,}|\d+", line.text.lower())}


def _plain(title: str) -> str:
    return " ".join(re.findall(r"[a-z0-9]+", title.lower()))


def _fill(kept: Draft, other: Draft) -> None:
    """Takes over what `kept` lacks."""
    if len(kept.ingredients) < len(other.ingredients) and len(kept.ingredients) <= 1:
        kept.ingredients = other.ingredients
    elif _aligned(kept.ingredients, other.ingredients):
        kept.ingredients = [_annotated(*pair) for pair in zip(kept.ingredients, other.ingredients, strict=True)]
    if not kept.instructions or _more_of_the_same(kept.instructions, other.instructions):
        kept.instructions = other.instructions
    for name in ("title", "yields", "image", "author", "licence", "language", "url"):
        setattr(kept, name, getattr(kept, name) or getattr(other, name))
    kept.times = RawTimes(*(getattr(kept.times, name) or getattr(other.times, name) for name in RawTimes.__slots__))
    if kept.rating.value is None and other.rating.value is not None:
        kept.rating = other.rating
    if (kept.yields or "").isdecimal() and kept.yields in (other.yields or "").split():
        kept.yields = other.yields


def _aligned(mine: list[RawLine], others: list[RawLine]) -> bool:
    return len(mine) == len(others) and any(line.amount or line.item or line.group for line in others)


def _annotated(line: RawLine, marked: RawLine) -> RawLine:
    """The line with what the card's mark-up says of it."""
    return replace(marked, text=line.text, group=line.group or marked.group)


def _more_of_the_same(one: list[str], other: list[str]) -> bool:
    """One long step here, the same words in several there."""
    return len(one) == 1 and len(other) > 1 and abs(len(" ".join(other)) - len(one[0])) < 0.2 * len(one[0])


def _rate(one: Draft, page: Page, others: list[json_ld.Node], layouts: tuple[Layout, ...]) -> None:
    """Looks for the only recipe's rating elsewhere on the page: pages hang it on a product, a widget or a meta."""
    if one.rating.value is not None:
        return
    found = [rating_of(node) for node in others if json_ld.is_a(node, "aggregaterating")]
    found += [card.rating for card in cards(page, layouts)]
    found += [rating_of(thing) for thing in markup.things(page, markup.MICRODATA, "aggregaterating")]
    found.append(RawRating(value=page.meta("og:rating", "rating", "ratingValue") or None,
                           count=page.meta("og:rating_count", "ratingCount", "reviewCount") or None,
                           best=page.meta("og:rating_scale", "bestRating") or None))  # fmt: skip
    one.rating = next((rating for rating in found if rating.value is not None), one.rating)


def _finished(one: Draft, page: Page, site: str, *, alone: bool) -> ExtractedRecipe:
    own = canonical(one.url) if one.url and not alone else ""
    address = page.address or one.url or ""
    where = page.canonical or canonical(one.url or "") or own
    return ExtractedRecipe(
        title=one.title or page.heading,
        url=address,
        canonical_url=where,
        site=site,
        ingredients=tuple(one.ingredients[:MOST_LINES]),
        instructions=tuple(one.instructions[:MOST_STEPS]),
        yields=one.yields or (_yield_beside(page) if alone else None),
        times=one.times,
        rating=one.rating,
        image=one.image or page.meta("og:image") or None,
        author=one.author,
        licence=one.licence or _licence(page),
        language=one.language or _language(page),
        method=one.method,
    )


def _yield_beside(page: Page) -> str | None:
    """What stands behind a word "Yield:", in its line or the next."""
    seen = lines(page.body_node) if page.body_node is not None else []
    for line, after in pairwise([*seen, ""]):
        found = _YIELD.match(line)
        if found:
            said: str = found["what"] or (after if len(after) < 60 else "")
            return said or None
    return None


def _licence(page: Page) -> str | None:
    node = page.first(_LICENCE_RELS)
    return (node.attributes.get("href") or None) if node is not None else None


def _language(page: Page) -> str | None:
    node = page.first("html")
    return (node.attributes.get("lang") or None) if node is not None else None
