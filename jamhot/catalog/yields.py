"""How much a recipe makes: as its source states, or by mass balance."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from jamhot.catalog import measures
from jamhot.catalog.seed_format import RecipeEntry
from jamhot.catalog.types import Fruit, Ingredient, Role, Yield
from jamhot.errors import CatalogError

TARGET_BRIX: Final = 65.0
"""Soluble solids at the gel point without added pectin, % (USDA AIB 539, guide 7: 65 % at 4.4 °C above boiling)."""
SET_BY_SUGAR: Final = frozenset({"jam", "jelly", "marmalade", "preserve", "conserve"})


def yield_of(entry: RecipeEntry, lines: tuple[Ingredient, ...], fruits: Mapping[str, Fruit]) -> Yield:
    """Jars and grams. Raises CatalogError when it is to be computed and a weight is not known."""
    stated = entry.yield_
    if stated.basis == "stated":
        jars = (stated.jars or 0) if stated.jars_max is None else ((stated.jars or 0) + stated.jars_max) / 2
        weighs = measures.density(entry.kind, _total(lines, "fruit"), _total(lines, "sugar"))
        grams = round(jars * stated.jar_ml * weighs, -1)
        return Yield(**stated.model_dump(), grams=grams)
    grams_made = computed_grams(entry, lines, fruits) if stated.basis == "computed" else None
    if grams_made is None:
        if stated.basis == "computed":
            raise CatalogError(f"{entry.slug}: the yield cannot be computed: a fruit, sugar or juice has no grams")
        return Yield(basis="unknown", jar_ml=stated.jar_ml)
    jars_made = round(grams_made / measures.JAM_G_PER_ML / stated.jar_ml * 2) / 2
    return Yield(basis="computed", jars=max(jars_made, 0.5), jar_ml=stated.jar_ml, grams=round(grams_made, -1))


def _total(lines: tuple[Ingredient, ...], role: Role) -> float | None:
    """Grams of all lines of a role; None where one is not known."""
    grams = [line.grams for line in lines if line.role == role and not line.optional]
    return None if None in grams else sum(one for one in grams if one)


def _all_of(lines: tuple[Ingredient, ...]) -> float | None:
    """Grams of everything that weighs: a minute's boil with boxed pectin drives off next to nothing."""
    weighty = [line for line in lines if line.role in ("fruit", "sugar", "acid", "liquid") and not line.optional]
    known = [line.grams for line in weighty if line.grams is not None]
    return sum(known) if len(known) == len(weighty) else None


def computed_grams(entry: RecipeEntry, lines: tuple[Ingredient, ...], fruits: Mapping[str, Fruit]) -> float | None:
    """Grams of preserve by mass balance; None where a weight is not known.

    Boiled for a minute with boxed pectin: all that goes in. Boiled to the gel point: soluble solids at 65 °Brix.

    Solids: sugars at their own share, fruit by its sugars (10 % where the table has none).
    """
    if entry.kind not in SET_BY_SUGAR:
        return None
    if entry.end_point.tests == ("timed",) and any(line.role == "pectin" for line in lines):
        return _all_of(lines)
    solids = 0.0
    for line in lines:
        if line.role not in ("fruit", "sugar") or line.optional:
            continue
        if line.grams is None:
            return None
        solids += line.grams * measures.solids_fraction(line, fruits)
    return solids / (TARGET_BRIX / 100)
