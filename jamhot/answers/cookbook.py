"""Recipes: one by its id, or a page of those that suit."""

from __future__ import annotations

from jamhot.answers.fruitbook import canonical
from jamhot.answers.types import Filters, MatchedRecipe, RecipePage
from jamhot.catalog.matching import Match
from jamhot.catalog.snapshot import Found, RecipeQuery, Snapshot
from jamhot.catalog.types import Kind, Recipe
from jamhot.errors import NotFound


def with_match(recipe: Recipe, match: Match | None) -> MatchedRecipe:
    return MatchedRecipe(**{name: getattr(recipe, name) for name in type(recipe).model_fields}, match=match)


def matched(found: list[Found]) -> list[MatchedRecipe]:
    return [with_match(one.recipe, one.match) for one in found]


def one(snapshot: Snapshot, recipe_id: int) -> Recipe:
    """Raises NotFound."""
    recipe = snapshot.recipes.get(recipe_id)
    if recipe is None:
        raise NotFound(f"There is no recipe {recipe_id}.", {"id": recipe_id}, "GET /api/recipes lists them all.")
    return recipe


def page(
    snapshot: Snapshot,
    *,
    fruits: list[str],
    kind: Kind | None,
    tested: bool | None,
    q: str | None,
    limit: int,
    offset: int,
) -> RecipePage:
    """Recipes `offset` to `offset + limit` of those that pass the filters. Raises NotFound for an unknown fruit."""
    names = tuple(dict.fromkeys(canonical(snapshot, text) for text in fruits))
    found = snapshot.find(RecipeQuery(names, kind, tested, q))
    return RecipePage(
        recipes=matched(found[offset : offset + limit]),
        total_count=len(found),
        filters_applied=Filters(fruits=list(names), kind=kind, tested=tested, q=q),
    )
