"""A recipe's proportions against the committed table of facts: equal, or a written reason.

A recipe may be any batch of its source: every main line is divided by the table's, and all quotients must agree.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median
from typing import Final

from rapidfuzz import fuzz

from jamhot.catalog.facts import FactLine, YieldFact
from jamhot.catalog.measures import CUP_ML
from jamhot.catalog.rules.material import Dish, Material
from jamhot.catalog.rules.problem import Problem
from jamhot.catalog.rules.steps import stems
from jamhot.catalog.seed_format import IngredientEntry

TOLERANCE: Final = 0.06
"""Rounding to what a cook measures: ⅓ cup for 75 g, 450 g for a pound."""
MASS_G: Final = {"gram": 1.0, "kilogram": 1000.0, "ounce": 28.3495, "pound": 453.592}
VOLUME_ML: Final = {
    "millilitre": 1.0, "litre": 1000.0, "teaspoon": CUP_ML / 48, "tablespoon": CUP_ML / 16, "dessertspoon": 10.0,
    "fluid ounce": CUP_ML / 8, "gill": CUP_ML / 2, "cup": CUP_ML, "pint": CUP_ML * 2, "quart": CUP_ML * 4,
    "peck": CUP_ML * 32,
}  # fmt: skip
IMPERIAL_ML: Final = {"pint": 568.261, "gill": 142.065, "quart": 1136.52}
GRAMS_PER_ML: Final = {"sugar": 200 / CUP_ML, "liquid": 1.0, "acid": 1.03}
"""A cup of sugar, USDA SR28 NDB 19335; water; lemon juice, NDB 09152."""
_OTHER: Final = re.compile(
    r"\b(cinnamon|cloves?|ginger|salt|butter|nutmeg|nuts?|walnuts?|pecans?|raisins?|sultanas?|eggs?|mace|allspice|pepper"
    r"s?|chile|chili|onion|garlic|seed|soda|masala|calcium|bay|cayenne|carrots?|tincture|asafoetida|spice|coconut"
    r"|(lemon|lime|orange|grapefruit|citrus)\W.*(rind|peel|zest|shells)|parings)\b|^rind$"
)
_OURS: Final = re.compile(r"\b(ours?|our own|chosen)\b", re.I)
SAME_NAME: Final = 85.0
_KINDS: Final = (
    ("pectin", re.compile(r"\bpectin\b")),
    ("acid", re.compile(r"\b(lemons?|limes?|vinegar)\b")),
    ("sugar", re.compile(r"\b(sugar|honey|molasses)\b")),
    ("liquid", re.compile(r"\b(water|cider|wine|brandy|madeira|syrup)\b")),
)
_ACID_FRUIT: Final = ("lemon", "lime")


@dataclass(frozen=True, slots=True)
class Pair:
    """A line of ours and of the table, and how many times the table's ours is."""

    ours: IngredientEntry
    fact: FactLine
    low: float
    high: float

    @property
    def middle(self) -> float:
        return (self.low + self.high) / 2


def check_recipe_figures(material: Material, facts: dict[str, list[FactLine]]) -> Iterator[Problem]:
    for dish in material.dishes:
        known = dish.entry.source.facts
        if known is None:
            continue
        if known not in facts:
            yield Problem(dish.slug, "figures", f"the table of facts has no row {known!r}")
            continue
        for text in compare(dish, facts[known]):
            yield Problem(dish.slug, "figures", text)


def compare(dish: Dish, facts: list[FactLine]) -> Iterator[str]:
    """What of a recipe's main lines is not in the proportion of the table's."""
    ours, theirs = main_lines(dish, facts)
    matched = list(match(ours, theirs))
    told = _said_to_be_ours(dish)
    for line in ours:
        found = any(line is mine for mine, _ in matched) or line.optional or _is_water(line.item)
        if not found and not stems(line.item) & told:
            yield f"{line.item!r} is not in {facts[0].recipe}"
    for fact in theirs:
        found = any(fact is known for _, known in matched) or fact.optional or _is_water(fact.name)
        if not found and fact.quantity and not any(_alike(fact, one) for one in dish.entry.ingredients):
            yield f"{facts[0].recipe} has {_amount(fact)}, the recipe not"
    yield from _proportions(dish, matched)


def _proportions(dish: Dish, matched: list[tuple[IngredientEntry, FactLine]]) -> Iterator[str]:
    pairs = [pair for mine, fact in matched if not fact.per and (pair := quotient(mine, fact))]
    batch = median(pair.middle for pair in pairs) if pairs else 1.0
    if any(not _agrees(pair, batch) for pair in pairs):
        told = ", ".join(f"{pair.ours.item} ×{pair.middle:.2f} of {_amount(pair.fact)}" for pair in pairs)
        yield f"not in the proportions of {pairs[0].fact.recipe}: {told}"
    for mine, fact in matched:
        rated = rate(mine, fact, dish) if fact.per else None
        if rated and not _agrees(rated, 1.0):
            yield f"{mine.item} is {rated.middle:.2f} times {_amount(fact)} per {fact.per}"


def _is_water(name: str) -> bool:
    """Water that only one of the two has is no difference: it boils away, and the table has it in the method."""
    return bool(re.search(r"\bwater\b", name))


def _alike(fact: FactLine, line: IngredientEntry) -> bool:
    return fuzz.token_set_ratio(fact.name, line.item.lower()) >= SAME_NAME


def _said_to_be_ours(dish: Dish) -> set[str]:
    """Things that the recipe's `place` says are our own choice; a syrup is sugar and water."""
    place = dish.entry.source.place or ""
    said = {word for part in re.split(r"[;.]", place) if _OURS.search(part) for word in stems(part)}
    return said | {"sugar"} if "syrup" in said else said


def check_yields(material: Material, facts: dict[str, list[FactLine]], jars: dict[str, YieldFact]) -> Iterator[Problem]:
    """A stated yield is the source's, times the batch."""
    for dish in material.dishes:
        row, made = dish.entry.source.facts or "", dish.entry.yield_
        if made.jars is None or row not in jars or row not in facts:
            continue
        low, high = made.jars * made.jar_ml, (made.jars_max or made.jars) * made.jar_ml
        least, most = (n * jars[row].jar_ml * batch_of(dish, facts[row]) for n in jars[row][1:3])
        if high * (1 + TOLERANCE) < least or low > most * (1 + TOLERANCE):
            said = f"the jars hold {low:.0f}–{high:.0f} ml; {row} fills {least:.0f}–{most:.0f} ml"
            yield Problem(dish.slug, "yield", said)


def batch_of(dish: Dish, facts: list[FactLine]) -> float:
    """How many times the table's quantities the recipe has; 1 where nothing can be compared."""
    pairs = [pair for mine, fact in match(*main_lines(dish, facts)) if not fact.per and (pair := quotient(mine, fact))]
    return median(pair.middle for pair in pairs) if pairs else 1.0


def main_lines(dish: Dish, facts: list[FactLine]) -> tuple[list[IngredientEntry], list[FactLine]]:
    return merge(
        [line for line in dish.entry.ingredients if our_kind(line) != "other"],
        [line for line in facts if fact_kind(line) != "other"],
    )


def fact_kind(line: FactLine) -> str:
    return "other" if _OTHER.search(line.name) else _named_kind(line.name)


def our_kind(line: IngredientEntry) -> str:
    """The kind of a line as the table would have it: a lemon is an acid wherever it stands, its rind is a spice."""
    if line.role in ("spice", "other") or _OTHER.search(line.item.lower()):
        return "other"
    if line.role == "acid" or line.fruit in _ACID_FRUIT:
        return _named_kind(line.item.lower()) if line.role == "acid" else "acid"
    return line.role


def _named_kind(name: str) -> str:
    return next((kind for kind, pattern in _KINDS if pattern.search(name)), "fruit")


def merge(ours: list[IngredientEntry], theirs: list[FactLine]) -> tuple[list[IngredientEntry], list[FactLine]]:
    """Where one side has one line of a kind and the other several in one unit, their sum stands for the several:
    three cups each of three berries are the table's nine cups of crushed berries.
    """
    for kind in ("fruit", "sugar"):
        mine = [line for line in ours if our_kind(line) == kind]
        facts = [line for line in theirs if fact_kind(line) == kind]
        if len(facts) == 1 and len(mine) > 1 and len({line.unit for line in mine}) == 1:
            total = mine[0].model_copy(
                update={"quantity": sum(line.quantity or 0 for line in mine), "quantity_max": None}
            )
            ours = [line for line in ours if line not in mine] + [total]
        elif len(mine) == 1 and len(facts) > 1 and len({(line.unit, line.per) for line in facts}) == 1:
            sum_of = facts[0]._replace(quantity=sum(line.quantity or 0 for line in facts), quantity_max=None)
            theirs = [line for line in theirs if line not in facts] + [sum_of]
    return ours, theirs


def match(ours: list[IngredientEntry], theirs: list[FactLine]) -> Iterator[tuple[IngredientEntry, FactLine]]:
    """Pairs lines of the same kind, the most alike first; each line is used once."""
    scores = [
        (fuzz.token_set_ratio(f"{line.item} {(line.fruit or '').replace('_', ' ')}".lower(), fact.name), n, m)
        for n, line in enumerate(ours)
        for m, fact in enumerate(theirs)
        if our_kind(line) == fact_kind(fact)
    ]
    used_ours: set[int] = set()
    used_theirs: set[int] = set()
    for _, n, m in sorted(scores, key=lambda score: (-score[0], score[1], score[2])):
        if n not in used_ours and m not in used_theirs:
            used_ours.add(n)
            used_theirs.add(m)
            yield ours[n], theirs[m]


def quotient(line: IngredientEntry, fact: FactLine) -> Pair | None:
    """How many times the table's line ours is; None where the two cannot be compared (a cup with a count).

    Half a piece more or less is rounding: nobody puts 2.2 lemons into a pan.
    """
    mine, theirs = measured(line.quantity, line.unit), measured(fact.quantity, fact.unit, imperial=fact.imperial)
    if mine is None or theirs is None or _part(line.item) != _part(fact.name):
        return None
    amount = _in_dimension(mine, theirs[0], GRAMS_PER_ML.get(our_kind(line)))
    if amount is None:
        return None
    slack = 0.5 if theirs[0] == "piece" else 0.0
    most = amount * (line.quantity_max or line.quantity or 1) / (line.quantity or 1) + slack
    most_of = theirs[1] * (fact.quantity_max or fact.quantity or 1) / (fact.quantity or 1)
    return Pair(line, fact, (amount - slack) / most_of, most / theirs[1])


def rate(line: IngredientEntry, fact: FactLine, dish: Dish) -> Pair | None:
    """The same for a line that the table gives by the cup or pound of juice, pulp or fruit; 1 when it agrees."""
    unit, _, thing = (fact.per or "").partition(" ")
    base = measured(1, unit, imperial=fact.imperial)
    fruit = [measured(one.quantity, one.unit) for one in dish.lines if one.role == "fruit" and _is(thing, one.item)]
    amounts = [one[1] for one in fruit if one and base and one[0] == base[0]]
    if base is None or not amounts or len(amounts) < len(fruit) or fact.quantity is None:
        return None
    scaled = fact._replace(quantity=fact.quantity * sum(amounts) / base[1], per=None)
    return quotient(line, scaled)


def _is(thing: str, item: str) -> bool:
    return thing in ("", "fruit") or thing in item


def _part(name: str) -> str:
    """Juice and pulp are not the fruit that they come from."""
    return next((part for part in ("juice", "pulp", "rind", "peel") if part in name), "")


def _in_dimension(mine: tuple[str, float], wanted: str, density: float | None) -> float | None:
    dimension, amount = mine
    if dimension == wanted:
        return amount
    if density is None or {dimension, wanted} != {"mass", "volume"}:
        return None
    return amount * density if dimension == "volume" else amount / density


def measured(quantity: float | None, unit: str | None, *, imperial: bool = False) -> tuple[str, float] | None:
    """Dimension and amount: grams, millilitres, or a count of the unit."""
    if quantity is None:
        return None
    if unit in MASS_G:
        return "mass", quantity * MASS_G[unit]
    millilitres = (IMPERIAL_ML if imperial else {}).get(unit or "") or VOLUME_ML.get(unit or "")
    return ("volume", quantity * millilitres) if millilitres else (unit or "piece", quantity)


def _agrees(pair: Pair, batch: float) -> bool:
    return pair.low / (1 + TOLERANCE) <= batch <= pair.high * (1 + TOLERANCE)


def _amount(fact: FactLine) -> str:
    return f"{fact.quantity:g} {fact.unit or ''} {fact.name}".replace("  ", " ")
