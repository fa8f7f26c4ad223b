"""From a recipe line to grams."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from jamhot.catalog.types import Unit
from jamhot.errors import CatalogError

if TYPE_CHECKING:
    from jamhot.catalog.seed_format import IngredientEntry, MeasureEntry

CUP_ML: Final = 236.588
"""US customary cup, NIST Handbook 44, appendix C."""
JAM_G_PER_ML: Final = 1.35
"""Density of jam at 65 °Brix: USDA SR28 NDB 19297, jams and preserves, 1 tbsp (14.8 ml) = 20 g."""
DENSITY: Final = {"butter": 1.15, "chutney": 1.15, "compote": 1.04, "curd": 1.15}
"""Grams a millilitre where it is not jam: USDA SR28 NDB 19294 apple butter, 1 tbsp = 17 g; NDB 09019 applesauce, 1 cup
= 246 g; chutney and curd by the butter's."""
THIN: Final = 1.1
"""Grams a millilitre of a fruit spread with little sugar, between applesauce and apple butter."""
LOW_SUGAR: Final = 0.45
"""Below this ratio of sugar to fruit a preserve does not set by sugar, and its degrees Brix say nothing."""

WEIGHT_G: Final[dict[Unit, float]] = {"gram": 1.0, "kilogram": 1000.0, "ounce": 28.3495, "pound": 453.592}
VOLUME_ML: Final[dict[Unit, float]] = {
    "millilitre": 1.0,
    "litre": 1000.0,
    "teaspoon": CUP_ML / 48,
    "tablespoon": CUP_ML / 16,
    "fluid ounce": CUP_ML / 8,
    "cup": CUP_ML,
    "pint": CUP_ML * 2,
    "quart": CUP_ML * 4,
}
_DEFAULT_MEASURE: Final = {"sugar": "sugar", "water": "water", "lemon juice": "lemon_juice"}
"""Items that need no `measure:` because their name is one."""
_COUNTED: Final = (None, "piece", "packet", "pouch")


def density(kind: str, fruit_g: float | None, sugar_g: float | None) -> float:
    """Grams a millilitre of what is in the jar; thinner than jam where a jam has little sugar."""
    if kind == "jam" and fruit_g and sugar_g is not None and sugar_g / fruit_g < LOW_SUGAR:
        return THIN
    return DENSITY.get(kind, JAM_G_PER_ML)


def grams(line: IngredientEntry, measures: Mapping[str, MeasureEntry]) -> float | None:
    """Grams of a line at its lower quantity; None where no weight is known.

    Raises:
        CatalogError: the measure does not exist or does not fit the unit.
    """
    if line.quantity is None:
        return None
    if line.unit in WEIGHT_G:
        return round(line.quantity * WEIGHT_G[line.unit], 1)
    key = line.measure or _DEFAULT_MEASURE.get(line.item)
    if key is None:
        return None
    if key not in measures:
        raise CatalogError(f"measure {key!r} ({line.item}) is not in measures.yaml")
    return _measured(line, key, measures[key])


def _measured(line: IngredientEntry, key: str, measure: MeasureEntry) -> float | None:
    quantity = line.quantity or 0.0
    if line.unit in VOLUME_ML and measure.per != "each":
        per_ml = measure.grams / (CUP_ML if measure.per == "cup" else CUP_ML / 16)
        return round(quantity * VOLUME_ML[line.unit] * per_ml, 1)
    if line.unit in _COUNTED and measure.per == "each":
        return round(quantity * measure.grams, 1)
    raise CatalogError(f"measure {key!r} is per {measure.per}; {line.item} is in {line.unit or 'pieces'}")
