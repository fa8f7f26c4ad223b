"""How it is kept: a time in boiling water only where a tested recipe of the same product has one, else the fridge."""

from __future__ import annotations

import math
from collections.abc import Sequence

from jamhot.catalog.types import ProcessingRow, Recipe
from jamhot.jamlab import constants as c
from jamhot.jamlab.balance import Balance
from jamhot.jamlab.facts import is_low_acid
from jamhot.jamlab.recipes import JUICE, pectin_g
from jamhot.jamlab.types import Batch, ProcessingPlan

_TOLERANCE = 0.95
"""Of the tested recipe's sugar and acid: kitchen scales."""
_SHARE = 0.05
"""How far the share of a fruit in a mixture may be from the tested one's: kitchen scales again. Chosen."""


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
    """A time where a tested recipe of this product has one; else the fridge, and in what the nearest recipe differs."""
    doubts = []
    for recipe in tested:
        if not _same_kind(batch, recipe):
            continue
        time = minutes(recipe.keeping.processing, batch.jar_ml, batch.altitude_m)
        doubt = _departs(batch, weighed, recipe)
        if doubt is None and time is None:
            doubt = f"“{recipe.title}” has no tested time for a jar of {batch.jar_ml} ml."
        if doubt is not None or time is None:
            doubts.append(doubt or "")
            continue
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
        reason=_why_not(batch, doubts),
        source=c.AIB_539,
    )


def tested_sugar(batch: Batch, tested: Sequence[Recipe]) -> tuple[float, str] | None:
    """Grams of sugar and title of the tested recipe of this product; None where no recipe has a time for it.

    What the lab chooses should be what was tested, or its own choice would cost the batch its place on the shelf.
    """
    if batch.ending != "gel" or _little_sugar(batch):
        return None
    for recipe in tested:
        body, sugar = amount(recipe, "fruit"), amount(recipe, "sugar")
        same = _same_kind(batch, recipe) and not any(pectin_g(recipe)) and _other_fruit(batch, recipe) is None
        if same and body and sugar and sugar / body >= c.SUGAR_NEED:
            return math.ceil(sugar / body * _raw(batch)), recipe.title
    return None


def _same_kind(batch: Batch, recipe: Recipe) -> bool:
    """The same fruits made into the same thing."""
    fruits = {one.fruit.name for one in batch.portions}
    return recipe.kind == batch.kind and set(recipe.fruits) == fruits and bool(recipe.keeping.processing)


def _departs(batch: Batch, weighed: Balance, recipe: Recipe) -> str | None:
    """In what the batch is not the tested product; None where it is."""
    if _little_sugar(batch):
        return "No tested time covers a preserve with so little sugar."
    if any(one.ripeness == "over" for one in batch.portions):
        return f"“{recipe.title}” was tested with fruit that is ripe, not overripe."
    if batch.other_g or batch.thick:
        return f"“{recipe.title}” was tested with nothing else in it, and boiled as it says."
    return _other_pectin(batch, recipe) or _other_fruit(batch, recipe) or _too_little(batch, weighed, recipe)


def _other_pectin(batch: Batch, recipe: Recipe) -> str | None:
    """Boxed pectin is a product of its own: the same form, no less of it, no more water, cooked by the clock."""
    boxed, ours = pectin_g(recipe), (batch.powdered_pectin_g, batch.liquid_pectin_g)
    if batch.jam_sugar_sets:
        return "No tested recipe of ours takes jam sugar, so none of its times can be lent."
    if not any(boxed):
        return f"“{recipe.title}” was tested without boxed pectin." if any(ours) else None
    if not any(ours):
        return f"“{recipe.title}” was tested with boxed pectin, and yours has none."
    body, raw = amount(recipe, "fruit") or 0.0, _raw(batch)
    least = [grams / body * raw * _TOLERANCE for grams in boxed] if body else [math.inf]
    wet = batch.water_g > (amount(recipe, "liquid") or 0.0) / (body or 1.0) * raw / _TOLERANCE + 1
    if batch.long_boil or wet or any(mine < need for mine, need in zip(ours, least, strict=False)):
        return f"“{recipe.title}” was tested with its own pectin and water, cooked by the clock."
    return None


def _other_fruit(batch: Batch, recipe: Recipe) -> str | None:
    """Juice where it was juice; mixed fruit: every fruit's share of the weight as in the tested recipe."""
    juice = [bool(JUICE.search(line.item)) for line in recipe.ingredients if line.role == "fruit"]
    if batch.kind == "jelly" and any(one.juice for one in batch.portions) != any(juice):
        return f"“{recipe.title}” was tested from {'juice' if any(juice) else 'whole fruit'}, and measured so."
    body, raw = amount(recipe, "fruit"), _raw(batch)
    for name in {one.fruit.name for one in batch.portions}:
        lines = [line.grams for line in recipe.ingredients if line.role == "fruit" and line.fruit == name]
        theirs = sum(one for one in lines if one) / body if body and None not in lines else math.nan
        mine = sum(one.weight_g for one in batch.portions if one.fruit.name == name) / raw
        if not abs(mine - theirs) <= _SHARE:
            return f"“{recipe.title}” was tested with its fruits in other proportions."
    return None


def _too_little(batch: Batch, weighed: Balance, recipe: Recipe) -> str | None:
    body, sugar, acid = (amount(recipe, role) for role in ("fruit", "sugar", "acid"))
    if not body or sugar is None or acid is None:
        return f"Not every amount of “{recipe.title}” has a known weight to compare with."
    need_sugar, need_acid = (grams / body * _raw(batch) for grams in (sugar, acid))
    if weighed.sugar_g < need_sugar * _TOLERANCE:
        return f"“{recipe.title}” was tested with {need_sugar:.0f} g of sugar to as much fruit."
    if batch.lemon_juice_g < need_acid * _TOLERANCE:
        ml = need_acid / c.LEMON_G_PER_ML
        return f"“{recipe.title}” was tested with {ml:.0f} ml of lemon juice to as much fruit."
    return None


def _raw(batch: Batch) -> float:
    return sum(one.weight_g for one in batch.portions)


def amount(recipe: Recipe, role: str) -> float | None:
    """Grams of a role in a recipe; None where one is not known."""
    grams = [line.grams for line in recipe.ingredients if line.role == role and not line.optional]
    return None if None in grams else sum(one for one in grams if one)


def _little_sugar(batch: Batch) -> bool:
    return batch.sweetness == "reduced" or (batch.jam_sugar_sets or 1) > 1 or bool(batch.low_methoxyl_pectin_g)


def _fridge(batch: Batch) -> str:
    if _little_sugar(batch):
        return "Up to 3 weeks in the fridge, or a year in the freezer: with little sugar it keeps less."
    return f"{c.FRIDGE_WEEKS} weeks in the fridge, or a year in the freezer."


def _why_not(batch: Batch, doubts: Sequence[str]) -> str:
    low = [one.fruit.plural for one in batch.portions if is_low_acid(one.fruit)]
    if low:
        named = " and ".join(dict.fromkeys(low))
        proof = (
            f"No tested time covers this batch, and {named} may be low in acid: a computed pH is no proof of safety."
        )
        return " ".join((proof, *doubts[:1]))
    if doubts:
        return doubts[0]
    if _little_sugar(batch):
        return "No tested time covers a preserve with so little sugar."
    return _no_table(batch)


def _no_table(batch: Batch) -> str:
    if len({one.fruit.name for one in batch.portions}) > 1:
        return "Nobody tested this mixture as a recipe that we have; times of one fruit are not lent to another."
    return "No tested recipe of exactly this fruit and kind gives a time for the canner."
