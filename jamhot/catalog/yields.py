"""How much a recipe makes: as its source states, or by mass balance."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from jamhot.catalog import measures, solids
from jamhot.catalog.seed_format import RecipeEntry
from jamhot.catalog.types import Fruit, Ingredient, Kind, Role, Yield
from jamhot.errors import CatalogError

TARGET_BRIX: Final = 65.0
"""Soluble solids at the gel point without added pectin, % (USDA AIB 539, guide 7: 65 % at 4.4 °C above boiling)."""
SET_BY_SUGAR: Final = frozenset({"jam", "jelly", "marmalade", "preserve", "conserve"})
GEL_TESTS: Final = frozenset({"thermometer", "wrinkle", "sheeting"})
JUICE: Final = re.compile(r"\bjuice\b", re.I)
COOKED_GENTLY: Final = frozenset({"compote", "curd"})
"""Next to nothing boils away."""
FINAL_WATER: Final[Mapping[Kind, float]] = {"butter": 0.5645, "chutney": 0.5320}
"""Share of water when it is thick enough: USDA SR28 NDB 19294, apple butter; NDB 09082, cranberry-orange relish."""
SWEET_FROM_THE_START: Final = 0.9
"""Where a butter or chutney would be thick after losing less than a tenth, sugar has done it and the pot still runs."""
WATER: Final = tuple(
    (re.compile(pattern, re.I), share)
    for pattern, share in (
        (r"\bboiled cider\b", 0.775),
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
        (r"\b(juice|cider|wine|oranges)\b", 0.882),
        (r"\bsalt\b", 0.0),
    )
)
"""Share of water by what a line is called: USDA SR28 NDB 09298, 09032 (dried apricots), 11282, 11821, 12155, 01145,
01125, 01123, 02048, 09152, 09400 (boiled to half, as boiled cider; the juice of oranges, 09206, is the same). The first
that fits counts."""
FRUIT_WATER: Final = 0.86
"""Of a fruit whose figure is missing: the middle of the fruits in USDA SR28."""


def yield_of(entry: RecipeEntry, lines: tuple[Ingredient, ...], fruits: Mapping[str, Fruit]) -> Yield:
    """Jars and grams; where a range, jars by its ends and grams by its middle.

    Raises:
        CatalogError: it is to be computed and a weight is not known.
    """
    stated = entry.yield_
    weighs = measures.density(entry.kind, total(lines, "fruit"), total(lines, "sugar"))
    if stated.basis == "stated":
        jars = (stated.jars or 0) if stated.jars_max is None else ((stated.jars or 0) + stated.jars_max) / 2
        return Yield(**stated.model_dump(), grams=round(jars * stated.jar_ml * weighs, -1))
    made = computed_grams(entry, lines, fruits)
    if made is None:
        raise CatalogError(f"{entry.slug}: the yield cannot be computed: a line has no grams")
    least, most = (max(round(grams / weighs / stated.jar_ml * 2) / 2, 0.5) for grams in made)
    return Yield(
        basis="computed",
        jars=least,
        jars_max=most if most > least else None,
        jar_ml=stated.jar_ml,
        grams=round(sum(made) / 2, -1),
    )


def _by_the_clock(entry: RecipeEntry) -> bool:
    """Set by sugar in kind, but not boiled to a gel: fruit in loose syrup, or so many minutes without boxed pectin."""
    boxed = any(line.role == "pectin" for line in entry.ingredients)
    tests = set(entry.end_point.tests)
    return entry.kind in SET_BY_SUGAR and not boxed and ("timed" in tests or not GEL_TESTS & tests)


def total(lines: Iterable[Ingredient], *roles: Role) -> float | None:
    """Grams of all lines of these roles that are not optional; None where one is not known."""
    grams = [line.grams for line in lines if line.role in roles and not line.optional]
    return None if None in grams else sum(one for one in grams if one)


def _all_that_goes_in(lines: tuple[Ingredient, ...]) -> float | None:
    main = total(lines, "fruit", "sugar", "acid", "liquid")
    extras = sum(line.grams or 0 for line in lines if line.role == "other" and not line.optional)
    return None if main is None else main + extras


def computed_grams(
    entry: RecipeEntry, lines: tuple[Ingredient, ...], fruits: Mapping[str, Fruit]
) -> tuple[float, float] | None:
    """Least and most grams of preserve by mass balance; None where a weight is not known.

    Boiled for a minute with boxed pectin, or cooked gently: all that goes in. Boiled to the gel point: what dissolves
    at 65 °Brix, and the nuts; for a jelly of whole fruit with the share of it that drips through. By the clock: from
    that to all that goes in. Butters and chutneys: all solids, at the water of a finished one; where sugar brings them
    there uncooked, from a jam's 65 % of solids to that. Never more than goes in.
    """
    all_in = _all_that_goes_in(lines)
    if all_in is None:
        return None
    boxed = entry.end_point.tests == ("timed",) and any(line.role == "pectin" for line in lines)
    if boxed or entry.kind in COOKED_GENTLY:
        return all_in, all_in
    if entry.kind in SET_BY_SUGAR:
        least, most = (min(all_in, _gelled(entry, lines, fruits, share)) for share in solids.STRAINED)
        return least, all_in if _by_the_clock(entry) else most
    dry = _weighted(lines, ("fruit", "sugar", "acid", "liquid", "other"), lambda line: solids_of(line, fruits))
    if dry is None:
        return None
    made = min(all_in, dry / (1 - FINAL_WATER[entry.kind]))
    return (min(made, dry / (TARGET_BRIX / 100)) if made > SWEET_FROM_THE_START * all_in else made), made


def _gelled(entry: RecipeEntry, lines: tuple[Ingredient, ...], fruits: Mapping[str, Fruit], strained: float) -> float:
    """Grams at 65 °Brix. `strained`: the share of whole fruit that goes into a jelly."""
    dissolved = undissolved = 0.0
    for line in lines:
        if line.optional or line.role not in ("fruit", "sugar", "other"):
            continue
        grams = line.grams or 0.0
        dried = solids.dried_solids(line.item)
        if line.role == "other":
            dissolved += grams * (dried or 0.0)
            undissolved += 0.0 if dried else grams
            continue
        whole = entry.kind == "jelly" and line.role == "fruit" and not JUICE.search(line.item)
        dissolved += grams * solids.solids_fraction(line, fruits) * (strained if whole else 1.0)
    return dissolved / (TARGET_BRIX / 100) + undissolved


def solids_of(line: Ingredient, fruits: Mapping[str, Fruit]) -> float | None:
    """Share of a line that is not water; None where it is not known."""
    if line.role == "sugar":
        return solids.solids_fraction(line, fruits)
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
