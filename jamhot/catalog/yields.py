"""How much a recipe makes: as its source states, or by mass balance."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from jamhot.catalog import measures
from jamhot.catalog.seed_format import RecipeEntry
from jamhot.catalog.types import Fruit, Ingredient, Kind, Role, Yield
from jamhot.errors import CatalogError

TARGET_BRIX: Final = 65.0
"""Soluble solids at the gel point without added pectin, % (USDA AIB 539, guide 7: 65 % at 4.4 °C above boiling)."""
SET_BY_SUGAR: Final = frozenset({"jam", "jelly", "marmalade", "preserve", "conserve"})
GEL_TESTS: Final = frozenset({"thermometer", "wrinkle", "sheeting"})
COOKED_GENTLY: Final = frozenset({"compote", "curd"})
"""Next to nothing boils away."""
FINAL_WATER: Final[Mapping[Kind, float]] = {"butter": 0.5645, "chutney": 0.5320}
"""Share of water when it is thick enough: USDA SR28 NDB 19294, apple butter; NDB 09082, cranberry-orange relish."""
WATER: Final = tuple(
    (re.compile(pattern, re.I), share)
    for pattern, share in (
        (r"\bwater\b", 1.0),
        (r"\b(raisins?|sultanas?)\b", 0.154),
        (r"\bdried\b", 0.30),
        (r"\b(onions?|shallots?)\b", 0.891),
        (r"\bpeppers?\b", 0.92),
        (r"\b(walnuts?|pecans?|almonds?|hazelnuts?|nuts?)\b", 0.042),
        (r"\bbutter\b", 0.179),
        (r"\begg yolks?\b", 0.523),
        (r"\beggs?\b", 0.762),
        (r"\bvinegar\b", 0.938),
        (r"\b(lemons?|limes?)\b", 0.92),
        (r"\b(juice|cider|wine)\b", 0.882),
        (r"\bsalt\b", 0.0),
    )
)
"""Share of water by what a line is called: USDA SR28 NDB 09298, 09032 (dried apricots), 11282, 11821, 12155, 01145,
01125, 01123, 02048, 09152, 09400. The first that fits counts."""
FRUIT_WATER: Final = 0.86
"""Of a fruit whose figure is missing: the middle of the fruits in USDA SR28."""


def yield_of(entry: RecipeEntry, lines: tuple[Ingredient, ...], fruits: Mapping[str, Fruit]) -> Yield:
    """Jars and grams. Raises CatalogError when it is to be computed and a weight is not known."""
    stated = entry.yield_
    weighs = measures.density(entry.kind, total(lines, "fruit"), total(lines, "sugar"))
    if stated.basis == "stated":
        jars = (stated.jars or 0) if stated.jars_max is None else ((stated.jars or 0) + stated.jars_max) / 2
        return Yield(**stated.model_dump(), grams=round(jars * stated.jar_ml * weighs, -1))
    if stated.basis == "unknown":
        return Yield(basis="unknown", jar_ml=stated.jar_ml)
    low, high = computed_grams(entry, lines, fruits), _all_that_goes_in(lines)
    if low is None:
        raise CatalogError(f"{entry.slug}: the yield cannot be computed: a line has no grams")
    jars = max(round(low / weighs / stated.jar_ml * 2) / 2, 0.5)
    if not _in_loose_syrup(entry) or high is None or high <= low:
        return Yield(basis="computed", jars=jars, jar_ml=stated.jar_ml, grams=round(low, -1))
    most = round(high / weighs / stated.jar_ml * 2) / 2
    middle = round((low + high) / 2, -1)
    return Yield(
        basis="computed", jars=jars, jars_max=most if most > jars else None, jar_ml=stated.jar_ml, grams=middle
    )


def _in_loose_syrup(entry: RecipeEntry) -> bool:
    """Set by sugar in kind, but not boiled to a gel: it makes something between 65 °Brix and all that goes in."""
    boxed = any(line.role == "pectin" for line in entry.ingredients)
    return entry.kind in SET_BY_SUGAR and not boxed and not GEL_TESTS.intersection(entry.end_point.tests)


def total(lines: Iterable[Ingredient], *roles: Role) -> float | None:
    """Grams of all lines of these roles that are not optional; None where one is not known."""
    grams = [line.grams for line in lines if line.role in roles and not line.optional]
    return None if None in grams else sum(one for one in grams if one)


def _all_that_goes_in(lines: tuple[Ingredient, ...]) -> float | None:
    main = total(lines, "fruit", "sugar", "acid", "liquid")
    extras = sum(line.grams or 0 for line in lines if line.role == "other" and not line.optional)
    return None if main is None else main + extras


def computed_grams(entry: RecipeEntry, lines: tuple[Ingredient, ...], fruits: Mapping[str, Fruit]) -> float | None:
    """Grams of preserve by mass balance; None where a weight is not known.

    Boiled for a minute with boxed pectin, or cooked gently: all that goes in. Boiled to the gel point: soluble solids
    at 65 °Brix. Butters and chutneys: all solids, at the water of a finished one. Never more than goes in.
    """
    all_in = _all_that_goes_in(lines)
    boxed = entry.end_point.tests == ("timed",) and any(line.role == "pectin" for line in lines)
    if boxed or entry.kind in COOKED_GENTLY:
        return all_in
    if entry.kind in SET_BY_SUGAR:
        solids = _weighted(lines, ("fruit", "sugar"), lambda line: measures.solids_fraction(line, fruits))
        return None if solids is None else solids / (TARGET_BRIX / 100)
    solids = _weighted(lines, ("fruit", "sugar", "acid", "liquid", "other"), lambda line: solids_of(line, fruits))
    if solids is None or all_in is None:
        return None
    return min(all_in, solids / (1 - FINAL_WATER[entry.kind]))


def solids_of(line: Ingredient, fruits: Mapping[str, Fruit]) -> float | None:
    """Share of a line that is not water; None where it is not known."""
    if line.role == "sugar":
        return measures.solids_fraction(line, fruits)
    named = next((share for pattern, share in WATER if pattern.search(line.item)), None)
    if named is None and line.fruit is not None:
        fruit = fruits.get(line.fruit)
        measured = fruit.profile.chemistry.water.value if fruit and fruit.profile else None
        named = FRUIT_WATER if measured is None else measured / 100
    return None if named is None else 1 - named


def _weighted(
    lines: tuple[Ingredient, ...], roles: tuple[Role, ...], share: Callable[[Ingredient], float | None]
) -> float | None:
    """The sum of grams times share; None where either is not known."""
    found = 0.0
    for line in lines:
        if line.role not in roles or line.optional:
            continue
        part = share(line)
        if line.grams is None or part is None:
            return None
        found += line.grams * part
    return found
