"""A recipe of the catalogue as a batch of the lab."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from jamhot.catalog.solids import SUGAR_SOLIDS, dried_solids
from jamhot.catalog.types import Fruit, Ingredient, Kind, Recipe
from jamhot.jamlab import constants as c
from jamhot.jamlab.types import Batch, LabKind, Portion, Ripeness

KINDS: Final[Mapping[Kind, LabKind]] = {
    "jam": "jam", "preserve": "jam", "conserve": "jam", "jelly": "jelly", "marmalade": "marmalade", "butter": "butter",
}  # fmt: skip
"""What the lab knows; curd sets by egg, chutney and compote do not set."""
_UNRIPE: Final = re.compile(r"\b(tart|under-?ripe|sour|unripe|(still )?red\b(?! stalks)|not quite ripe)", re.I)
JUICE: Final = re.compile(r"\bjuice\b", re.I)
_LEMON: Final = re.compile(r"\b(lemon|lime)\b", re.I)
_PECTIN_G: Final = {
    "pouch": c.POUCH_G,
    "packet": c.BOX_G,
    "tablespoon": c.BOX_G / 6,
    "teaspoon": c.BOX_G / 18,
    "gram": 1.0,
}
_GEL_TESTS: Final = frozenset({"thermometer", "wrinkle", "sheeting"})


NOT_BOILED_TO_A_GEL: Final[Mapping[Kind, str]] = {
    "curd": "A curd is set by its eggs, not by pectin, so it has no gel point.",
    "chutney": "A chutney is boiled until thick, not until it gels, so it has no gel point.",
    "compote": "A compote is fruit in its syrup and is not meant to set.",
}
"""Why the lab has nothing to say of a kind."""


def why_no_batch(recipe: Recipe) -> str:
    """In one phrase why `batch_of` has none."""
    return NOT_BOILED_TO_A_GEL.get(recipe.kind, "Not every amount here has a known weight, so the set is not computed.")


def batch_of(recipe: Recipe, fruits: Mapping[str, Fruit], altitude_m: float = 0.0) -> Batch | None:
    """The recipe as a batch; None for kinds that the lab does not know, or where a weight is missing."""
    if recipe.kind not in KINDS:
        return None
    lines = [_middle(line) for line in recipe.ingredients if not line.optional or line.role == "sugar"]
    if any(line.grams is None and line.role in ("fruit", "sugar") for line in lines):
        return None
    portions = tuple(_portion(line, fruits, recipe.kind) for line in lines if line.role == "fruit")
    if not portions or any(one is None for one in portions):
        return None
    known = tuple(one for one in portions if one is not None)
    powder, liquid = _pectin(lines)
    sugar = sum((line.grams or 0.0) * SUGAR_SOLIDS.get(line.item, 1.0) for line in lines if line.role == "sugar")
    return Batch(
        portions=known,
        kind=KINDS[recipe.kind],
        sugar_g=sugar,
        water_g=_water(recipe.kind, known, sugar, _grams(lines, "liquid")),
        lemon_juice_g=sum(line.grams or 0.0 for line in lines if line.role == "acid" and _LEMON.search(line.item)),
        powdered_pectin_g=powder,
        liquid_pectin_g=liquid,
        other_g=_grams(lines, "other"),
        other_solids_g=sum(
            (one.grams or 0.0) * (dried_solids(one.item) or 0.0) for one in lines if one.role == "other"
        ),
        altitude_m=altitude_m,
        jar_ml=recipe.yield_.jar_ml or 240,
        long_boil=bool(powder + liquid) and bool(_GEL_TESTS & set(recipe.end_point.tests)),
        thick=not _GEL_TESTS & set(recipe.end_point.tests) and not powder + liquid,
    )


def _water(kind: Kind, portions: tuple[Portion, ...], sugar: float, water: float) -> float:
    """Water that counts. A jelly's sugar goes by its juice; what drips through beyond that is boiled down first."""
    whole = sum(one.weight_g for one in portions if not one.juice)
    if kind != "jelly" or not whole:
        return water
    return max(0.0, min(water, sugar / c.SUGAR_TO_JUICE / c.JUICE_FROM_FRUIT.mid - whole))


def _middle(line: Ingredient) -> Ingredient:
    """With the grams of the middle of its range; the catalogue's are those of the lower end."""
    if line.grams is None or not line.quantity or not line.quantity_max:
        return line
    return line.model_copy(update={"grams": line.grams * (1 + line.quantity_max / line.quantity) / 2})


def _grams(lines: list[Ingredient], role: str) -> float:
    return sum(line.grams or 0.0 for line in lines if line.role == role)


def _portion(line: Ingredient, fruits: Mapping[str, Fruit], kind: Kind) -> Portion | None:
    fruit = fruits.get(line.fruit or "")
    if fruit is None or line.grams is None:
        return None
    words = f"{line.item} {line.preparation or ''}"
    ripeness: Ripeness = "under" if _UNRIPE.search(words) else "just"
    return Portion(fruit, line.grams, ripeness, juice=kind == "jelly" and bool(JUICE.search(line.item)))


def pectin_g(recipe: Recipe) -> tuple[float, float]:
    """Grams of boxed pectin, powdered and liquid, in a recipe."""
    return _pectin([line for line in recipe.ingredients if not line.optional])


def _pectin(lines: list[Ingredient]) -> tuple[float, float]:
    """Grams of powder and of liquid."""
    powder = liquid = 0.0
    for line in lines:
        if line.role != "pectin":
            continue
        grams = line.grams or (line.quantity or 0.0) * _PECTIN_G.get(line.unit or "", 0.0)
        if "liquid" in line.item or line.unit == "pouch":
            liquid += grams
        else:
            powder += grams
    return powder, liquid
