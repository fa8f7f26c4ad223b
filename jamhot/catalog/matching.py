"""Which recipes suit the fruits that lie on the table, and in which order.

*perfect*: the preserve is of exactly these fruits. *good*: it takes all of them, with others beside. *partial*: it
takes some of them. A fruit counts for its finer kinds: cherries on the table suit a sour cherry jam.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from jamhot.catalog.types import Fruit, Recipe

Match = Literal["perfect", "good", "partial"]
ORDER: Mapping[Match, int] = {"perfect": 0, "good": 1, "partial": 2}
PRIOR_REVIEWS = 5
"""A rating counts like this many reviews at the mean of all before its own are heard."""


class Kinship:
    """Which names a fruit on the table may stand for in a recipe: itself, its finer kinds, and its broader one."""

    def __init__(self, fruits: Mapping[str, Fruit]) -> None:
        self._names: dict[str, frozenset[str]] = {}
        for name, fruit in fruits.items():
            finer = {other.name for other in fruits.values() if other.kind_of == name}
            broader = {fruit.kind_of} if fruit.kind_of else set()
            self._names[name] = frozenset({name, *finer, *broader})

    def stands_for(self, name: str) -> frozenset[str]:
        return self._names.get(name, frozenset({name}))


def match(recipe: Recipe, wanted: Sequence[str], kinship: Kinship) -> Match | None:
    """How well `recipe` suits the fruits `wanted`; None when it takes none of them."""
    groups = [kinship.stands_for(name) for name in wanted]
    fruits, primary = set(recipe.fruits), set(recipe.primary_fruits)
    taken = [group for group in groups if group & fruits]
    if not taken:
        return None
    if len(taken) < len(groups):
        return "partial"
    all_primary = all(group & primary for group in groups)
    nothing_else = primary <= frozenset().union(*groups)
    return "perfect" if all_primary and nothing_else else "good"


def shrunk_rating(recipe: Recipe, mean: float) -> float:
    """The rating drawn towards the mean of all by how few people gave it."""
    if recipe.rating is None:
        return mean
    heard = recipe.review_count
    return (recipe.rating * heard + mean * PRIOR_REVIEWS) / (heard + PRIOR_REVIEWS)


def rank_key(recipe: Recipe, matched: Match | None, mean_rating: float) -> tuple[int, bool, float, int, str, int]:
    """Perfect, good, partial; then tested first, better rated, fewer fruits; then by title, so that it is stable."""
    return (
        ORDER[matched] if matched else 0,
        not recipe.tested,
        -shrunk_rating(recipe, mean_rating),
        len(recipe.fruits),
        recipe.title,
        recipe.id,
    )
