"""A recipe as it is cooked today: twice of it, or as much as 730 g of strawberries are enough for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from jamhot.answers import larder
from jamhot.catalog.scaling import fit, scaled
from jamhot.catalog.snapshot import Snapshot
from jamhot.catalog.types import Ingredient, Recipe

LEAST: Final = 0.05
MOST: Final = 20.0
"""Of the whole recipe; beyond it the figures mean nothing in a kitchen."""
TOO_MUCH: Final = f"That is more than {MOST:g} times the recipe: these are the amounts for {MOST:g} times."
TOO_LITTLE: Final = f"That is less than {LEAST:g} of the recipe: these are the amounts for {LEAST:g} of it."
TWO_PANS: Final = "Cook more than one batch in two pans: a full pan boils down slowly, and may not set."


@dataclass(frozen=True, slots=True)
class Batch:
    """The recipe with its amounts for today. `factor`: of the whole recipe; `note`: what to mind with that."""

    recipe: Recipe
    factor: float
    note: str | None = None


def by_factor(recipe: Recipe, factor: float) -> Batch:
    """`factor` times the recipe, kept within reason; the note says where that is not what was asked for."""
    kept = min(max(factor, LEAST), MOST)
    if kept == 1:
        return Batch(recipe, 1.0)
    beyond = [TOO_MUCH] if factor > MOST else [TOO_LITTLE] if factor < LEAST else []
    pans = [TWO_PANS] if kept > 1.1 else []
    return Batch(scaled(recipe, kept), kept, " ".join([*beyond, larder.STEPS_STAY, *pans]))


def by_stock(snapshot: Snapshot, recipe: Recipe, have: str) -> Batch:
    """As much as `have` (`strawberry:730g`) is enough for; the recipe as it is, with the reason, where that is unknown.

    Raises:
        NotFound: no fruit is called so.
    """
    if not re.match(larder.HAVE_PATTERN, have):
        return Batch(recipe, 1.0, "That amount makes no sense here: write it as 730 g or 1.5 lb.")
    stock = larder.read(snapshot, have)
    found = fit(recipe, stock.stock, stock.kin)
    return Batch(recipe, 1.0, found.why) if found.scale is None else by_factor(recipe, found.scale)


def measurable(recipe: Recipe) -> list[Ingredient]:
    """Lines of fruit that a person may say an amount of, the first of each fruit."""
    lines = [line for line in recipe.ingredients if line.role == "fruit" and line.fruit and not line.optional]
    return list({line.fruit: line for line in reversed(lines)}.values())[::-1]
