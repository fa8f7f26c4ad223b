"""Mass balance: a stated yield neither makes matter nor is too thin or too dry to set.

The jars are weighed with the density of the kind and compared with all that goes in (water boils away, nothing is
added) and, where sugar sets it, with what dissolves: the jars would hold a syrup of so many degrees Brix.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from jamhot.catalog import measures, solids
from jamhot.catalog.rules.material import Dish, Material
from jamhot.catalog.rules.problem import Problem
from jamhot.catalog.types import Ingredient
from jamhot.catalog.yields import SET_BY_SUGAR

TOLERANCE: Final = 0.15
"""Of the weight: a cup of fruit chopped small weighs more than the cup of slices in the table, and a jar is filled to
its headspace."""
PECTIN_G: Final = {"pouch": 88.0, "packet": 50.0, "cup": 245.0}
"""Liquid pectin, 3 fluid ounces a pouch, as heavy as water; a 1¾ oz box."""
BRIX: Final = (45.0, 80.0)
"""Degrees Brix of what sets by sugar: 65 at the gel point; to 45 for tested recipes that set softly or with pectin
(cups weigh less than they count), to 80 where they count a crushed cup of whole fruit."""


def check_yield(material: Material) -> Iterator[Problem]:
    for dish in material.dishes:
        made = dish.entry.yield_
        if made.basis != "stated" or made.jars is None:
            continue
        low = made.jars * made.jar_ml * measures.density(dish.entry.kind, dish.grams("fruit"), dish.grams("sugar"))
        high = low * (made.jars_max or made.jars) / made.jars
        for text in (*_matter(dish, low), *_set(dish, low, high, material)):
            yield Problem(dish.slug, "mass-balance", text)


def _matter(dish: Dish, low: float) -> Iterator[str]:
    put_in = dish.grams("fruit", "sugar", "acid", "liquid", "other")
    if put_in is not None:
        put_in += sum(
            (one.quantity or 0) * PECTIN_G.get(one.unit or "", 0) for one in dish.lines if one.role == "pectin"
        )
    if put_in and low > put_in * (1 + TOLERANCE):
        yield f"the jars hold {low:.0f} g or more, and only {put_in:.0f} g goes in"


def _set(dish: Dish, low: float, high: float, material: Material) -> Iterator[str]:
    fruit, sugar = dish.grams("fruit"), dish.grams("sugar")
    if dish.entry.kind not in SET_BY_SUGAR or not fruit or sugar is None or sugar / fruit < measures.LOW_SUGAR:
        return
    dissolved = 100 * sum(_solids(line, material) for line in dish.made.ingredients if not line.optional)
    thin, dry = dissolved / high, dissolved / low
    if dry < BRIX[0] / (1 + TOLERANCE):
        yield f"the jars would hold only {dry:.0f} °Brix: too many jars, or sugar or a weight is missing"
    if thin > BRIX[1] * (1 + TOLERANCE):
        yield f"the jars would hold {thin:.0f} °Brix: too few jars"


def _solids(line: Ingredient, material: Material) -> float:
    dried = solids.dried_solids(line.item) if line.role in ("fruit", "other") else None
    if dried is not None:
        return (line.grams or 0.0) * dried
    known = line.role in ("fruit", "sugar")
    return (line.grams or 0.0) * solids.solids_fraction(line, material.fruits) if known else 0.0
