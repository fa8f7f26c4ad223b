"""How it is kept: a time in boiling water only where a tested recipe of the same product has one, else the fridge."""

from __future__ import annotations

from collections.abc import Sequence

from jamhot.catalog.types import ProcessingRow, Recipe
from jamhot.jamlab import constants as c
from jamhot.jamlab.balance import Balance
from jamhot.jamlab.facts import is_low_acid
from jamhot.jamlab.types import Batch, ProcessingPlan

_TOLERANCE = 0.95
"""Of the tested recipe's sugar and acid: kitchen scales."""


def minutes(rows: Sequence[ProcessingRow], jar_ml: int, altitude_m: float) -> int | None:
    """Minutes of the smallest jar in the table that is no smaller than this one; None where the table has none.

    The row in force is the last that begins at or below the height; tables begin a row at 1,001 ft and not at 1,000.
    """
    sizes = sorted({row.jar_ml for row in rows if row.jar_ml >= jar_ml - 10})
    if not sizes:
        return None
    below = [row for row in rows if row.jar_ml == sizes[0] and row.above_m <= max(altitude_m, 0)]
    return max(below, key=lambda row: row.above_m).minutes if below else None


def keep(batch: Batch, weighed: Balance, tested: Sequence[Recipe]) -> ProcessingPlan:
    """Raises nothing: where no table covers it, the fridge and why."""
    for recipe in tested:
        if not _same_product(batch, weighed, recipe):
            continue
        time = minutes(recipe.keeping.processing, batch.jar_ml, batch.altitude_m)
        if time is not None:
            return ProcessingPlan(
                method="boiling_water",
                minutes=time,
                jar_ml=batch.jar_ml,
                altitude_m=batch.altitude_m,
                keeps="A year in a cool dark place; once open, a month in the fridge.",
                reason=f"As the tested recipe “{recipe.title}”, with at least its sugar and acid, in jars boiled for "
                "10 minutes before they are filled.",
                source=recipe.keeping.processing_source or recipe.source,
            )
    return ProcessingPlan(
        method="refrigerate",
        minutes=None,
        jar_ml=batch.jar_ml,
        altitude_m=batch.altitude_m,
        keeps=_fridge(batch),
        reason=_why_not(batch),
        source=c.AIB_539,
    )


def _same_product(batch: Batch, weighed: Balance, recipe: Recipe) -> bool:
    """The same fruits cooked the same way, nothing else in it, with no less sugar and acid a gram of fruit."""
    fruits = {one.fruit.name for one in batch.portions}
    if recipe.kind != batch.kind or set(recipe.fruits) != fruits or not recipe.keeping.processing or batch.other_g:
        return False
    if any(one.ripeness == "over" for one in batch.portions):
        return False
    if batch.sweetness == "reduced" or batch.thick or _boxed(recipe) or batch.ending == "timed" or batch.long_boil:
        return False
    amounts = [_of(recipe, role) for role in ("fruit", "sugar", "acid")]
    body, sugar, acid = amounts
    if body is None or sugar is None or acid is None or not body or len(fruits) > 1:
        return False
    raw = sum(one.weight_g for one in batch.portions)
    return weighed.sugar_g / raw >= sugar / body * _TOLERANCE and batch.lemon_juice_g / raw >= acid / body * _TOLERANCE


def _boxed(recipe: Recipe) -> bool:
    return any(line.role == "pectin" for line in recipe.ingredients)


def _of(recipe: Recipe, role: str) -> float | None:
    lines = [line for line in recipe.ingredients if line.role == role and not line.optional]
    grams = [line.grams for line in lines]
    return None if None in grams else sum(one for one in grams if one)


def _fridge(batch: Batch) -> str:
    if batch.sweetness == "reduced":
        return "Up to 3 weeks in the fridge, or a year in the freezer: with little sugar it keeps less."
    return f"{c.FRIDGE_WEEKS} weeks in the fridge, or a year in the freezer."


def _why_not(batch: Batch) -> str:
    low = [one.fruit.plural for one in batch.portions if is_low_acid(one.fruit)]
    if low:
        named = " and ".join(dict.fromkeys(low))
        return f"No tested time covers this batch, and {named} may be low in acid: a computed pH is no proof of safety."
    if batch.sweetness == "reduced":
        return "No tested time covers a preserve with so little sugar."
    return "No tested recipe of exactly these fruits, sugar and acid gives a time for the canner."
