"""No two alike: the same kind of the same fruits in the same proportions is one recipe."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations
from typing import Final

from jamhot.catalog.rules.figures import measured
from jamhot.catalog.rules.material import Dish, Material
from jamhot.catalog.rules.problem import Problem
from jamhot.catalog.types import Ingredient

SAME: Final = 0.03
"""Shares of the whole that differ by no more are one proportion."""
PIECE_G: Final = 100.0
"""Stands for the weight of what is counted and has none; only compared with itself."""


def check_distinct(material: Material) -> Iterator[Problem]:
    groups: dict[object, list[Dish]] = defaultdict(list)
    for dish in material.dishes:
        groups[dish.entry.kind, frozenset(dish.made.fruits)].append(dish)
    for dishes in groups.values():
        for one, other in combinations(dishes, 2):
            if alike(proportions(one), proportions(other)):
                yield Problem(one.slug, "distinct", f"same kind, fruits and proportions as {other.slug}")


def proportions(dish: Dish) -> dict[str, float]:
    """Share by weight of each fruit and of each other thing but spices, of what the recipe cannot do without."""
    weights: dict[str, float] = defaultdict(float)
    for line in dish.made.ingredients:
        if line.role != "spice" and not line.optional:
            weights[_thing(line)] += line.grams or _guess(line)
    total = sum(weights.values())
    return {thing: weight / total for thing, weight in weights.items()}


def _thing(line: Ingredient) -> str:
    return line.fruit or (line.item if line.role == "other" else line.role)


def _guess(line: Ingredient) -> float:
    amount = measured(line.quantity, line.unit)
    if amount is None:
        return 0.0
    return amount[1] if amount[0] in ("mass", "volume") else amount[1] * PIECE_G


def alike(one: dict[str, float], other: dict[str, float]) -> bool:
    return all(abs(one.get(thing, 0.0) - other.get(thing, 0.0)) <= SAME for thing in one.keys() | other.keys())
