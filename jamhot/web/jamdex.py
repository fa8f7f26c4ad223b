"""The Jamdex: all recipes, and one of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast
from urllib.parse import urlencode

from jamhot.answers.desk import Desk
from jamhot.catalog.types import Colours, Fruit, Kind, Recipe
from jamhot.web import jamlab, views

PAGE = 60
EVERYTHING = 100_000
MOST_WORDS = 100
"""Characters of a search that are looked at; the API takes as many."""


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of recipes from A to Z. `before` and `after` are the addresses of the pages beside it."""

    q: str
    kind: str
    kinds: tuple[str, ...]
    total: int
    cards: list[views.Card]
    before: str | None
    after: str | None


def listing(desk: Desk, q: str, kind: str, page: str) -> Listing:
    """The recipes that meet `q` and `kind`; what makes no sense there is left out, as a person would."""
    q = q[:MOST_WORDS].replace("\x00", " ").strip()
    kind = kind if kind in views.KINDS else ""
    found = desk.recipes(fruits=[], kind=cast("Kind", kind) if kind else None, q=q or None, limit=EVERYTHING)
    recipes = sorted(found.recipes, key=lambda recipe: recipe.title.casefold())
    last = max((len(recipes) - 1) // PAGE + 1, 1)
    number = min(max(int(page), 1), last) if page.isascii() and page.isdigit() and len(page) < 9 else 1
    shown = recipes[(number - 1) * PAGE : number * PAGE]
    return Listing(
        q=q,
        kind=kind,
        kinds=views.KINDS,
        total=found.total_count,
        cards=[views.card(recipe, desk.snapshot.fruits) for recipe in shown],
        before=_address(q, kind, number - 1) if number > 1 else None,
        after=_address(q, kind, number + 1) if number < last else None,
    )


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
    lab: jamlab.RecipeLine | None = None


def recipe_view(desk: Desk, recipe_id: int, altitude: str = "") -> RecipeView:
    """`altitude`: what was typed, metres. Raises NotFound."""
    recipe = desk.recipe(recipe_id)
    known = desk.snapshot.fruits
    return RecipeView(
        recipe=recipe,
        url=views.recipe_url(recipe),
        colours=views.colours(recipe.primary_fruits, known),
        fruits=[known[name] for name in recipe.fruits if name in known],
        processing=views.processing(recipe.keeping),
        lab=jamlab.recipe_line(desk, recipe, altitude),
    )
