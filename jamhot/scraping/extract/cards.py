"""Recipe cards of blogs' plug-ins, microformats and the sites' own layouts: by selectors, one table a layout."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from selectolax.lexbor import LexborNode

from jamhot.scraping.extract.draft import Draft
from jamhot.scraping.extract.fields import grouped, steps
from jamhot.scraping.extract.page import MOST_LEVELS, MOST_RECIPES, Page, without_site_name
from jamhot.scraping.extract.text import clean, items, node_text
from jamhot.scraping.extract.text import lines as node_lines
from jamhot.scraping.types import RawLine, RawRating, RawTimes


@dataclass(frozen=True, slots=True)
class Layout:
    """Where things stand on a page, as CSS selectors; a card's own are looked for inside `root`.

    `line_parts`: selectors of amount, unit, item, note in a line. `rating` may name an attribute: `.stars@data-value`.
    `group`: headings among the ingredients; `groups`: what holds a heading and its lines.
    """

    name: str
    root: str = ""
    title: str = "h1"
    ingredients: str = ""
    instructions: str = ""
    yields: str = ""
    prep: str = ""
    cook: str = ""
    rest: str = ""
    total: str = ""
    rating: str = ""
    rating_count: str = ""
    author: str = ""
    image: str = ""
    line_parts: tuple[str, str, str, str] | None = None
    groups: str = ""
    group: str = ""


WPRM: Final = Layout(
    name="wprm", root=".wprm-recipe-container, .wprm-recipe", title=".wprm-recipe-name",
    ingredients=".wprm-recipe-ingredient", instructions=".wprm-recipe-instruction-text, .wprm-recipe-instruction",
    yields=".wprm-recipe-servings-with-unit, .wprm-recipe-servings-container, .wprm-recipe-servings",
    prep=".wprm-recipe-prep_time-container .wprm-recipe-time, .wprm-recipe-prep-time-container .wprm-recipe-time",
    cook=".wprm-recipe-cook_time-container .wprm-recipe-time, .wprm-recipe-cook-time-container .wprm-recipe-time",
    rest=".wprm-recipe-custom_time-container .wprm-recipe-time, .wprm-recipe-custom-time-container .wprm-recipe-time",
    total=".wprm-recipe-total_time-container .wprm-recipe-time, .wprm-recipe-total-time-container .wprm-recipe-time",
    rating=".wprm-recipe-rating-average, .wprm-recipe-rating@data-average", rating_count=".wprm-recipe-rating-count",
    author=".wprm-recipe-author", image=".wprm-recipe-image img@src",
    line_parts=(".wprm-recipe-ingredient-amount", ".wprm-recipe-ingredient-unit", ".wprm-recipe-ingredient-name",
                ".wprm-recipe-ingredient-notes"),
    groups=".wprm-recipe-ingredient-group", group=".wprm-recipe-ingredient-group-name",
)  # fmt: skip
TASTY: Final = Layout(
    name="tasty", root=".tasty-recipes, .tasty-recipe", title=".tasty-recipes-title, h2, h3",
    ingredients=".tasty-recipes-ingredients li, .tasty-recipe-ingredients li",
    instructions=".tasty-recipes-instructions li, .tasty-recipe-instructions li",
    yields=".tasty-recipes-yield", prep=".tasty-recipes-prep-time", cook=".tasty-recipes-cook-time",
    total=".tasty-recipes-total-time", rating=".tasty-recipes-rating .average, .average",
    rating_count=".tasty-recipes-rating .count, .count", author=".tasty-recipes-author-name",
    image=".tasty-recipes-image img@src",
)  # fmt: skip
PLUGINS: Final = (
    WPRM,
    TASTY,
    Layout(name="mediavine", root=".mv-create-card", title=".mv-create-title", ingredients=".mv-create-ingredients li",
           instructions=".mv-create-instructions li",
           yields=".mv-create-time-yield .mv-create-time-format, .mv-create-yield",
           prep=".mv-create-time-prep .mv-create-time-format", cook=".mv-create-time-active .mv-create-time-format",
           total=".mv-create-time-total .mv-create-time-format", rating=".mv-create-reviews@data-mv-create-rating",
           rating_count=".mv-create-reviews@data-mv-create-total-ratings"),
    Layout(name="easyrecipe", root=".easyrecipe", title=".ERSName, .ERName",
           ingredients=".ERSIngredients li, li.ingredient", instructions=".ERSInstructions li, li.instruction",
           yields=".yield", prep="time[itemprop=prepTime]", cook="time[itemprop=cookTime]",
           total="time[itemprop=totalTime]", rating=".ERRatingAvg, .average",
           rating_count=".ERRatingCount, .count", author=".ERSAuthor .author, .author"),
    Layout(name="ziplist",
           root=".zlrecipe-container, #zlrecipe-container, .mpprecipe-container, .zrdn-recipe-container",
           title="#zlrecipe-title, .zlrecipe-title, .fn, .mpprecipe-title, .zrdn-recipe-title, h2",
           ingredients="#zlrecipe-ingredients-list .ingredient, .zlrecipe-ingredients li, li.ingredient, "
                       ".zrdn-list-item",
           instructions="#zlrecipe-instructions-list .instruction, .zlrecipe-instructions li, li.instruction",
           yields="[itemprop=recipeYield], .yield", rating=".average, [itemprop=ratingValue]",
           rating_count=".count, .votes"),
    Layout(name="yumprint", root=".blog-yumprint-recipe", title=".blog-yumprint-recipe-title",
           ingredients=".blog-yumprint-ingredient-item", instructions=".blog-yumprint-method-item",
           yields=".blog-yumprint-serves"),
    Layout(name="cooked", root=".cooked-recipe, .cooked-shortcode", title="h1", ingredients=".cooked-single-ingredient",
           instructions=".cooked-dir-content, .cooked-single-direction"),
    Layout(name="simmer", root=".simmer-embedded-recipe, .simmer-recipe", ingredients=".simmer-ingredients-list li",
           title=".simmer-recipe-title, h1", instructions=".simmer-instructions-list li"),
    Layout(name="hrecipe", root=".hrecipe, .h-recipe", title=".fn, .p-name, h1, h2",
           ingredients=".ingredient, .p-ingredient",
           instructions=".recipe-procedure-text, .instructions li, .instructions p, .instruction, .instructions, "
                        ".e-instructions",
           yields=".yield, .p-yield", prep=".preptime", cook=".cooktime", total=".duration, .dt-duration",
           rating=".rating .average, .average, .rating .value", rating_count=".rating .count, .votes, .count",
           author=".author, .p-author"),
)  # fmt: skip


def cards(page: Page, layouts: Iterable[Layout] = PLUGINS) -> list[Draft]:
    """Every recipe that one of the layouts shows, the first that matches a card wins; in the page's order."""
    found: list[Draft] = []
    for layout in layouts:
        roots = _outermost(page.all(layout.root)) if layout.root else [page.body_node]
        found += filter(None, (_read(page, root, layout) for root in roots[:MOST_RECIPES] if root is not None))
        if any(one.whole for one in found):
            break
    return found


def _outermost(nodes: list[LexborNode]) -> list[LexborNode]:
    ids = {node.mem_id for node in nodes}
    return [node for node in nodes if not _inside(node, ids)]


def _inside(node: LexborNode, ids: set[int]) -> bool:
    return any(above.mem_id in ids for above in _above(node))


def _above(node: LexborNode) -> Iterator[LexborNode]:
    """The elements around it, the nearest first, at most `MOST_LEVELS`."""
    above = node.parent
    for _ in range(MOST_LEVELS):
        if above is None:
            return
        yield above
        above = above.parent


def _read(page: Page, root: LexborNode, layout: Layout) -> Draft:
    title = _first(root, layout.title)
    ingredients = grouped(_ingredients(root, layout))
    return Draft(
        method=layout.name,
        title=without_site_name(title) if title else "",
        ingredients=ingredients,
        instructions=_instructions(root, layout.instructions, {line.text for line in ingredients}),
        yields=_first(root, layout.yields),
        times=RawTimes(*(_first(root, where) for where in (layout.prep, layout.cook, layout.rest, layout.total))),
        rating=RawRating(value=_figure(_first(root, layout.rating)), count=_figure(_first(root, layout.rating_count))),
        image=_first(root, layout.image) or page.meta("og:image") or None,
        author=_first(root, layout.author),
    )


def _first(root: LexborNode, selectors: str) -> str | None:
    """The first text (or attribute, after `@`) that one of the selectors finds, the selectors in their order."""
    for one in filter(None, (part.strip() for part in selectors.split(", "))):
        selector, _, attribute = one.partition("@")
        for node in root.css(selector):
            text = " ".join((node.attributes.get(attribute) or "").split()) if attribute else node_text(node)
            if not attribute and not text:
                text = node.attributes.get("content") or ""
            if text:
                return text
    return None


def _figure(text: str | None) -> str | None:
    """`(4.5 stars)` → `4.5`; a text without a figure is none."""
    found = re.search(r"\d[\d,]*(?:\.\d+)?%?", text or "")
    return found.group().replace(",", "") if found else None


def _instructions(root: LexborNode, selectors: str, lines: set[str]) -> list[str]:
    """The first selector's that finds steps; some pages use one name for steps and ingredients."""
    for selector in filter(None, (part.strip() for part in selectors.split(", "))):
        found = steps([text for node in _outermost(root.css(selector)) for text in items(node)])
        if found and len(lines.intersection(found)) * 2 < len(found):
            return found
    return []


def _ingredients(root: LexborNode, layout: Layout) -> list[RawLine]:
    for one in filter(None, (part.strip() for part in layout.ingredients.split(", "))):
        selector, _, attribute = one.partition("@")
        nodes = _outermost(root.css(selector))
        lines = [_line(node, layout, attribute) for node in nodes]
        if len(nodes) <= 2 and layout.line_parts is None:  # one element, its lines broken by <br>
            lines = [RawLine(text=text) for node in nodes for text in node_lines(node)]
        if any(line.text for line in lines):
            return [line for line in lines if line.text]
    return []


def _line(node: LexborNode, layout: Layout, attribute: str) -> RawLine:
    said = clean(node.attributes.get(attribute)) if attribute else node_text(node)
    text = re.sub(r"\s+([,.;)])", r"\1", said)
    group = _group(node, layout) if layout.groups else None
    if layout.line_parts is None:
        return RawLine(text=text, group=group)
    amount, unit, item, note = (_first(node, selector) for selector in layout.line_parts)
    return RawLine(text=text, group=group, amount=amount, unit=unit, item=item, note=note)


def _group(node: LexborNode, layout: Layout) -> str | None:
    for above in _above(node):
        if above.tag == "body":
            break
        if above.css_matches(layout.groups):
            return _first(above, layout.group)
    return None
