"""The catalogue in memory: built once from content, immutable, answering in microseconds."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from jamhot.catalog.build import Content
from jamhot.catalog.matching import Kinship, Match, match, rank_key
from jamhot.catalog.names import FruitNames
from jamhot.catalog.search import SearchIndex
from jamhot.catalog.types import FoodWarning, Fruit, Kind, Recipe


@dataclass(frozen=True, slots=True)
class RecipeQuery:
    """What is asked for; None leaves a filter out. `fruits` are canonical names."""

    fruits: tuple[str, ...] = ()
    kind: Kind | None = None
    tested: bool | None = None
    q: str | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A recipe and how well it suits the fruits asked for (None when none were)."""

    recipe: Recipe
    match: Match | None


class Snapshot:
    """Fruits, recipes and their indexes.

    Args:
        content: fruits and recipes, as the database or the shipped files give them.
        version: the catalogue's version in PostgreSQL; 0 for the shipped content.
    """

    def __init__(self, content: Content, version: int) -> None:
        self.version = version
        self.edition = f"{version}-{secrets.token_hex(4)}"
        """Another for every snapshot built, so that a cached answer is never taken for a newer one's."""
        self.fruits: dict[str, Fruit] = {fruit.name: fruit for fruit in content.fruits}
        self.recipes: dict[int, Recipe] = {r.id: self._with_fruit_warnings(r) for r in content.recipes}
        self.names = FruitNames(content.fruits)
        self._kinship = Kinship(self.fruits)
        self._search = SearchIndex(self.recipes.values(), self.names)
        rated = [recipe.rating for recipe in content.recipes if recipe.rating is not None]
        self._mean_rating = sum(rated) / len(rated) if rated else 0.0
        self._in_order = sorted(self.recipes.values(), key=lambda r: rank_key(r, None, self._mean_rating))

    def _with_fruit_warnings(self, recipe: Recipe) -> Recipe:
        inherited = [w for name in recipe.fruits if name in self.fruits for w in self.fruits[name].warnings]
        if not inherited:
            return recipe
        return recipe.model_copy(update={"warnings": tuple(dict.fromkeys((*recipe.warnings, *inherited)))})

    @staticmethod
    def estimated_bytes(content: Content) -> int:
        """Memory that a snapshot of `content` takes: seven times its JSON (326 recipes: 7.2 MB against 0.94)."""
        parts = (*content.fruits, *content.recipes)
        return 7 * sum(len(part.model_dump_json(exclude_none=True)) for part in parts)

    def find(self, query: RecipeQuery) -> list[Found]:
        """Every recipe that passes the filters, best match first; the order is the same every time."""
        found = list(self._passing(query))
        if query.fruits:
            found.sort(key=lambda one: rank_key(one.recipe, one.match, self._mean_rating))
        return found

    def _passing(self, query: RecipeQuery) -> Iterator[Found]:
        ids = self._search.find(query.q) if query.q else None
        for recipe in self._in_order:
            if ids is not None and recipe.id not in ids:
                continue
            if query.kind is not None and recipe.kind != query.kind:
                continue
            if query.tested is not None and recipe.tested is not query.tested:
                continue
            matched = match(recipe, query.fruits, self._kinship) if query.fruits else None
            if query.fruits and matched is None:
                continue
            yield Found(recipe, matched)

    def warnings(self, names: Sequence[str]) -> tuple[FoodWarning, ...]:
        """Warnings of these fruits, each once."""
        return tuple(dict.fromkeys(w for name in names if name in self.fruits for w in self.fruits[name].warnings))
