"""Quantities within human ranges: sugar to fruit by kind, acid and pectin where the fruit lacks them, the batch."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from jamhot.catalog.rules.figures import VOLUME_ML
from jamhot.catalog.rules.material import Dish, Material
from jamhot.catalog.rules.problem import Problem
from jamhot.catalog.rules.safety import LOW_ACID
from jamhot.catalog.types import Kind
from jamhot.catalog.yields import SET_BY_SUGAR

MAX_BATCH_G: Final = 6000.0
"""More does not boil down in a household pan before it darkens (USDA AIB 539, guide 7: do not double a batch)."""


class Range(NamedTuple):
    """Grams of sugar a gram of fruit, and where the ends come from."""

    low: float
    high: float
    why: str


SUGAR: Final[dict[Kind, Range]] = {
    "jam": Range(
        0.35, 1.30, "cup-for-cup USDA jams 0.86, old pound-for-pound ones 1.0; sweet fruit sets softly at 0.4"
    ),
    "jelly": Range(0.30, 1.30, "on whole fruit, half of which is juice, 0.38 (USDA grape); on juice 0.82 to 1.0"),
    "marmalade": Range(0.40, 1.60, "0.44 (USDA tomato) to 1.5: peel drinks a third more sugar than its weight"),
    "preserve": Range(0.35, 1.60, "whole fruit in syrup, ½ lb to 1½ lb a pound in the old books"),
    "conserve": Range(0.25, 1.70, "raisins bring sugar of their own; nuts carry it"),
    "butter": Range(0.00, 0.85, "set by boiling down, not by sugar; ¾ lb a pound of pulp is the old books' most"),
    "curd": Range(0.40, 2.30, "on the juice; the tested lemon curd has 2.05"),
    "chutney": Range(0.10, 1.00, "vinegar keeps it; USDA apple and cranberry chutneys 0.68 to 0.88"),
    "compote": Range(0.05, 1.10, "as sweet as the fruit asks: stewed rhubarb 0.2, cranberry sauce 1.0"),
}
WITH_PECTIN: Final[dict[Kind, Range]] = {
    "jam": Range(0.15, 3.00, "low-sugar pectin sets at 0.2; USDA pear and apple jam with liquid pectin has 2.9"),
    "jelly": Range(0.50, 2.00, "USDA jellies with boxed pectin 0.58 to 1.54, on fruit or juice"),
    "marmalade": Range(0.50, 2.30, "USDA cranberry marmalade 1.8; grapefruit peel 2.2"),
    "preserve": Range(0.35, 1.80, "as without, and USDA apple preserves 1.2"),
    "conserve": Range(0.35, 2.00, "USDA damson plum and orange conserve 1.85"),
    "chutney": SUGAR["chutney"],
    "butter": SUGAR["butter"],
    "curd": SUGAR["curd"],
    "compote": SUGAR["compote"],
}
ACID: Final[dict[Kind, Range]] = {
    "chutney": Range(0.05, 1.00, "the tested ones have 0.39 to 0.95 of vinegar; tamarind is half an acid itself"),
    "curd": Range(0.00, 0.60, "sweet fruit needs as much lemon as a lemon curd has juice"),
    "marmalade": Range(0.00, 0.60, "peel that brings no juice of its own"),
    "preserve": Range(0.00, 0.35, "the old pumpkin preserve, a gill a pound, is 0.32"),
}
SHARP: Final = Range(0.00, 0.30, "tested fig jam has 0.03; the sharpest of ours, dates with lemon, 0.29")
"""For the other kinds. Grams of lemon juice, vinegar and the like a gram of fruit."""
SPICE_ML: Final[dict[Kind, float]] = {"chutney": 45.0}
"""Most of one dry spice, millilitres a kilogram of fruit: tested apple chutney has 3 tablespoons of mustard seed."""
SPICE_ML_ELSEWHERE: Final = 20.0
"""In sweet preserves: a tablespoon and a third, more than any of ours has."""
_MILD: Final = re.compile(r"\b(ginger|zest|peel|rind|mint|basil|petals?|leaves)\b")


def check_batch(material: Material) -> Iterator[Problem]:
    for dish in material.dishes:
        total = sum(line.grams or 0 for line in dish.made.ingredients)
        if total > MAX_BATCH_G:
            yield Problem(dish.slug, "batch", f"a batch of {total / 1000:.1f} kg, above {MAX_BATCH_G / 1000:.0f} kg")


def check_sugar(material: Material) -> Iterator[Problem]:
    for dish in material.dishes:
        fruit, sugar = dish.grams("fruit"), dish.grams("sugar")
        if not fruit or sugar is None:
            continue
        kind = dish.entry.kind
        allowed = (WITH_PECTIN if dish.has("pectin") else SUGAR)[kind]
        ratio = sugar / fruit
        if not allowed.low <= round(ratio, 2) <= allowed.high:
            said = f"{ratio:.2f} g sugar a gram of fruit, outside {allowed.low:.2f}–{allowed.high:.2f} for a {kind}"
            yield Problem(dish.slug, "sugar", f"{said} ({allowed.why})")


def check_sharpness(material: Material) -> Iterator[Problem]:
    """Acid by kind; a chutney has some."""
    for dish in material.dishes:
        fruit, acid = dish.grams("fruit"), dish.grams("acid")
        allowed = ACID.get(dish.entry.kind, SHARP)
        if fruit and acid is not None and not allowed.low <= acid / fruit <= allowed.high:
            said = f"{acid / fruit:.2f} g acid a gram of fruit, outside {allowed.low:.2f}–{allowed.high:.2f}"
            yield Problem(dish.slug, "acid", f"{said} for a {dish.entry.kind} ({allowed.why})")


def check_spice(material: Material) -> Iterator[Problem]:
    """No spoon taken for another: a tablespoon of cloves where a teaspoon was meant."""
    for dish in material.dishes:
        most = SPICE_ML.get(dish.entry.kind, SPICE_ML_ELSEWHERE)
        fruit = dish.grams("fruit")
        for line in dish.entry.ingredients:
            spoons = VOLUME_ML.get(line.unit or "", 0.0) * (line.quantity or 0)
            if fruit and line.role == "spice" and not _MILD.search(line.item) and spoons / fruit * 1000 > most:
                said = f"{line.item}: {spoons / fruit * 1000:.0f} ml a kilogram of fruit, above {most:.0f}"
                yield Problem(dish.slug, "spice", f"{said} for a {dish.entry.kind}")


def check_acid(material: Material) -> Iterator[Problem]:
    """What sets by sugar and pectin needs acid: a low-acid fruit alone has not enough (USDA AIB 539, guide 7)."""
    for dish in material.dishes:
        if dish.entry.kind not in SET_BY_SUGAR or not LOW_ACID.issuperset(dish.made.fruits):
            continue
        if not dish.has("acid"):
            yield Problem(dish.slug, "acid", f"{', '.join(dish.made.fruits)}: low in acid, and none is added")


def check_pectin(material: Material) -> Iterator[Problem]:
    """A jelly of fruit that is low in pectin needs pectin, or a fruit that has it."""
    for dish in material.dishes:
        if dish.entry.kind == "jelly" and not dish.has("pectin") and _all_low(dish, material):
            yield Problem(dish.slug, "pectin", f"{', '.join(dish.made.fruits)}: low in pectin, and none is added")


def _all_low(dish: Dish, material: Material) -> bool:
    fruits = [material.fruits.get(name) for name in dish.made.fruits]
    return all(f and f.profile and f.profile.chemistry.pectin_class.value == "low" for f in fruits)
