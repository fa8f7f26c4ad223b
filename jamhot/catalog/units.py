"""A line's amount in the other system: grams and millilitres for cups and pounds, ounces and cups for grams.

Computed from the one amount that the content gives; nothing is typed twice. Counts ("2 lemons") are the same in both.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from jamhot.catalog.measures import VOLUME_ML, WEIGHT_G
from jamhot.catalog.types import Ingredient, Unit

METRIC: Final[frozenset[Unit]] = frozenset({"gram", "kilogram", "millilitre", "litre"})
_POUND_FROM_G: Final = 340.0
"""From three quarters of a pound on, American recipes count in pounds."""
_STEPS: Final[dict[Unit, float]] = {
    "ounce": 0.5, "pound": 0.25, "teaspoon": 0.25, "tablespoon": 0.5, "cup": 0.25, "quart": 0.25,
}  # fmt: skip
"""What scales and measuring cups show."""


@dataclass(frozen=True, slots=True)
class Amount:
    """From `low` to `high` (equal for one figure) of `unit`."""

    low: float
    high: float
    unit: Unit


def in_metric(line: Ingredient) -> Amount | None:
    """Grams where the weight is known, else millilitres of a volume; None for counts, or where it is metric already."""
    if line.quantity is None or line.unit is None or line.unit in METRIC:
        return None
    if line.grams is not None:
        return _ranged(line, line.grams, "gram")
    if line.unit in VOLUME_ML:
        return _ranged(line, line.quantity * VOLUME_ML[line.unit], "millilitre")
    return None


def in_us(line: Ingredient) -> Amount | None:
    """Ounces or pounds for a weight, spoons, cups or quarts for a volume; None where the line is not metric."""
    if line.quantity is None or line.unit not in METRIC:
        return None
    if line.unit in WEIGHT_G:
        grams = line.quantity * WEIGHT_G[line.unit]
        unit: Unit = "pound" if grams >= _POUND_FROM_G else "ounce"
        return _stepped(line, grams / WEIGHT_G[unit], unit)
    ml = line.quantity * VOLUME_ML[line.unit]
    unit = _us_volume(ml)
    return _stepped(line, ml / VOLUME_ML[unit], unit)


def _us_volume(ml: float) -> Unit:
    if ml < VOLUME_ML["tablespoon"]:
        return "teaspoon"
    if ml < VOLUME_ML["cup"] / 4:
        return "tablespoon"
    return "cup" if ml < VOLUME_ML["quart"] else "quart"


def _ranged(line: Ingredient, low: float, unit: Unit) -> Amount:
    return Amount(low, low * _spread(line), unit)


def _stepped(line: Ingredient, low: float, unit: Unit) -> Amount:
    step = _STEPS[unit]
    rounded = [max(step, round(value / step) * step) for value in (low, low * _spread(line))]
    return Amount(rounded[0], rounded[1], unit)


def _spread(line: Ingredient) -> float:
    return (line.quantity_max or line.quantity or 1.0) / (line.quantity or 1.0)
