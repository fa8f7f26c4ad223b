"""Recipes: one by its id, or a page of those that suit."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace

from jamhot.answers import larder, wording
from jamhot.answers.fruitbook import canonical
from jamhot.answers.types import Filters, MatchedRecipe, RecipePage
from jamhot.catalog import cursor
from jamhot.catalog.findings import Findings, Found
from jamhot.catalog.matching import Match
from jamhot.catalog.snapshot import Order, RecipeQuery, Snapshot
from jamhot.catalog.types import Difficulty, Kind, Recipe
from jamhot.errors import NotFound


@dataclass(frozen=True, slots=True, kw_only=True)
class RecipeSearch:
    """What a reader asks for. `fruits` by any name; `have` keeps to `larder.HAVE_PATTERN`; `cursor` beats `offset`."""

    fruits: tuple[str, ...] = ()
    kind: Kind | None = None
    tested: bool | None = None
    q: str | None = None
    difficulty: Difficulty | None = None
    max_minutes: int | None = None
    source: str | None = None
    have: str | None = None
    limit: int = 20
    offset: int = 0
    cursor: str | None = None
    order: Order = "best"


def with_match(recipe: Recipe, match: Match | None) -> MatchedRecipe:
    return MatchedRecipe(**{name: getattr(recipe, name) for name in type(recipe).model_fields}, match=match)


def matched(found: Iterable[Found]) -> list[MatchedRecipe]:
    return [with_match(one.recipe, one.match) for one in found]


def one(snapshot: Snapshot, recipe_id: int) -> Recipe:
    """Raises NotFound."""
    _require(snapshot, recipe_id)
    return snapshot.recipes[recipe_id]


def one_json(snapshot: Snapshot, recipe_id: int) -> bytes:
    """The recipe as the API sends it. Raises NotFound."""
    _require(snapshot, recipe_id)
    return snapshot.recipes.json(recipe_id)


def _require(snapshot: Snapshot, recipe_id: int) -> None:
    if recipe_id not in snapshot.recipes:
        raise NotFound(f"There is no recipe {recipe_id}.", {"id": recipe_id}, "GET /api/recipes lists them all.")


def page(snapshot: Snapshot, asked: RecipeSearch) -> RecipePage:
    """Recipes of one page of those that pass the filters.

    Raises:
        NotFound: a fruit is not known. InvalidRequest: the cursor is none, or of another question.
    """
    shown = _shown(snapshot, asked)
    recipes = matched(shown.found[shown.start : shown.end])
    if shown.larder is not None:
        recipes = [larder.scaled_to(recipe, shown.larder) for recipe in recipes]
    return RecipePage(recipes=recipes, **shown.around)


def page_json(snapshot: Snapshot, asked: RecipeSearch) -> bytes:
    """The same page as the API sends it: put together from recipes that were encoded once. Raises as `page` does."""
    if asked.have is not None:
        return page(snapshot, asked).model_dump_json().encode()
    shown = _shown(snapshot, asked)
    recipes = [_with_match_json(shown.found, place) for place in range(shown.start, shown.end)]
    rest = RecipePage(recipes=[], **shown.around).model_dump_json().encode()
    opening = b'{"recipes":['
    return opening + b",".join(recipes) + rest.removeprefix(opening)


def _with_match_json(found: Findings, place: int) -> bytes:
    match = json.dumps(found.match_at(place)).encode()
    return found.json(place)[:-1] + b',"match":' + match + b',"scale":null,"scale_note":null,"missing":[]}'


@dataclass(frozen=True, slots=True)
class _Shown:
    """A page: places `start` to `end` of what was found, and everything around its recipes."""

    found: Findings
    start: int
    end: int
    larder: larder.Larder | None
    filters: Filters
    message: str | None
    next_cursor: str | None

    @property
    def around(self) -> dict[str, object]:
        return {
            "total_count": len(self.found),
            "next_cursor": self.next_cursor,
            "filters_applied": self.filters,
            "message": self.message,
        }


def _shown(snapshot: Snapshot, asked: RecipeSearch) -> _Shown:
    stock = larder.read(snapshot, asked.have) if asked.have else None
    query = _query(snapshot, asked, stock)
    place = cursor.read(asked.cursor, query.digest) if asked.cursor else None
    found = snapshot.find(query, place.mean if place else None)
    start = min(found.behind(place.key) if place else asked.offset, len(found))
    end = min(start + asked.limit, len(found))
    onward = query.order == "best" and start < end < len(found)
    return _Shown(
        found,
        start,
        end,
        stock,
        _filters(query),
        wording.search_message(query.q, len(found), found.hits.unknown, found.hits.read_as or {}),
        cursor.write(cursor.Place(query.digest, found.mean, found.key(end - 1))) if onward else None,
    )


def _query(snapshot: Snapshot, asked: RecipeSearch, stock: larder.Larder | None) -> RecipeQuery:
    named = [canonical(snapshot, text) for text in asked.fruits]
    names = tuple(dict.fromkeys((*named, *(stock.stock if stock else ()))))
    plain = RecipeQuery(names, asked.kind, asked.tested, asked.q, asked.difficulty, asked.max_minutes, asked.source)
    return replace(plain, order=asked.order)


def _filters(query: RecipeQuery) -> Filters:
    return Filters(
        fruits=list(query.fruits),
        kind=query.kind,
        tested=query.tested,
        q=query.q,
        difficulty=query.difficulty,
        max_minutes=query.max_minutes,
        source=query.source,
    )
