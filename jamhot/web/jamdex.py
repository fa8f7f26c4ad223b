"""The Jamdex: all recipes, and one of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import cast
from urllib.parse import urlencode

from markupsafe import Markup

from jamhot.answers.cookbook import RecipeSearch
from jamhot.answers.desk import Desk
from jamhot.answers.types import RecipePage
from jamhot.catalog.types import Colours, Fruit, Kind, Recipe
from jamhot.web import views
from jamhot.web.render import script_data

PAGE = 60
MOST_WORDS = 100
"""Characters of a search that are looked at; the API takes as many."""


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of recipes from A to Z.

    `before` and `after` are the addresses of the pages beside it; `message` says what was not found, or read otherwise.
    """

    q: str
    kind: str
    kinds: tuple[str, ...]
    total: int
    message: str | None
    cards: list[views.Card]
    before: str | None
    after: str | None


def listing(desk: Desk, q: str, kind: str, page: str) -> Listing:
    """The recipes that meet `q` and `kind`; what makes no sense there is left out, as a person would."""
    q = q[:MOST_WORDS].replace("\x00", " ").strip()
    kind = kind if kind in views.KINDS else ""
    chosen = cast("Kind", kind) if kind else None
    number = int(page) if page.isascii() and page.isdigit() and len(page) < 9 else 1
    found, number, last = _page(desk, RecipeSearch(q=q or None, kind=chosen, limit=PAGE, order="title"), number)
    return Listing(
        q=q,
        kind=kind,
        kinds=views.KINDS,
        total=found.total_count,
        message=found.message,
        cards=[views.card(recipe, desk.snapshot.fruits) for recipe in found.recipes],
        before=_address(q, kind, number - 1) if number > 1 else None,
        after=_address(q, kind, number + 1) if number < last else None,
    )


def _page(desk: Desk, asked: RecipeSearch, number: int) -> tuple[RecipePage, int, int]:
    """Page `number`, counted from 1, or the nearest there is; which it is, and which is the last."""
    found = desk.recipes(replace(asked, offset=max(number - 1, 0) * PAGE))
    last = max((found.total_count - 1) // PAGE + 1, 1)
    if number > last:
        found = desk.recipes(replace(asked, offset=(last - 1) * PAGE))
    return found, min(max(number, 1), last), last


def _address(q: str, kind: str, page: int) -> str:
    asked = {name: value for name, value in (("q", q), ("kind", kind), ("page", page)) if value}
    return f"/jamdex?{urlencode(asked)}"


@dataclass(frozen=True, slots=True)
class RecipeView:
    recipe: Recipe
    url: str
    colours: Colours
    fruits: list[Fruit]
    processing: views.ProcessingTable | None
    ld: Markup
    """schema.org JSON-LD, safe inside a script element."""


def recipe_view(desk: Desk, recipe_id: int, public_url: str | None) -> RecipeView:
    """Raises NotFound."""
    recipe = desk.recipe(recipe_id)
    known = desk.snapshot.fruits
    return RecipeView(
        recipe=recipe,
        url=views.recipe_url(recipe),
        colours=views.colours(recipe.primary_fruits, known),
        fruits=[known[name] for name in recipe.fruits if name in known],
        processing=views.processing(recipe.keeping),
        ld=script_data(desk.recipe_ld(recipe_id, public_url)),
    )
