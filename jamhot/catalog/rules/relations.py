"""Primary and secondary fruits, by stated rules against the ingredient lines.

A fruit is *primary* when a person would search the preserve under it. It must be in a line and be at least 10 % of the
fruit by weight. The heaviest fruit is always primary, and so is one that the title names (before any *with*) and that
reaches 15 %. Between 10 and 15 % the writer decides. Lines of role acid, spice and other are no fruit here. Every other
fruit of the lines is secondary.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from jamhot.catalog.rules.material import Dish, Material
from jamhot.catalog.rules.problem import Problem
from jamhot.catalog.rules.steps import stems
from jamhot.catalog.types import Fruit

GARNISH = 0.095
"""Share of the fruit by weight below which a fruit flavours and is not what the preserve is of (10 %, rounded)."""
IN_THE_TITLE = 0.15
"""Share from which a fruit that the title names is primary."""


def check_primary(material: Material) -> Iterator[Problem]:
    for dish in material.dishes:
        in_lines = {line.fruit for line in dish.entry.ingredients if line.fruit}
        for name in dish.entry.primary_fruits:
            if name not in in_lines:
                yield Problem(dish.slug, "primary", f"primary fruit {name!r} is in no line")
        for text in _by_weight(dish, material):
            yield Problem(dish.slug, "primary", text)


def _by_weight(dish: Dish, material: Material) -> Iterator[str]:
    shares = fruit_shares(dish)
    primary = dish.entry.primary_fruits
    for name, share in shares.items():
        fruit = material.fruits.get(name)
        if name in primary and share < GARNISH:
            yield f"{name} is primary and only {share:.0%} of the fruit"
        if name in primary or fruit is None:
            continue
        if share == max(shares.values()):
            yield f"{name} is {share:.0%} of the fruit, the most, and not primary"
        elif share >= IN_THE_TITLE and _in_title(fruit, dish.entry.title):
            yield f"{name} is in the title, {share:.0%} of the fruit, and not primary"


def fruit_shares(dish: Dish) -> dict[str, float]:
    """Each fruit's share by weight; empty where a weight is not known."""
    total = dish.grams("fruit")
    if not total:
        return {}
    shares: dict[str, float] = defaultdict(float)
    for line in dish.made.ingredients:
        if line.role == "fruit" and line.fruit and not line.optional:
            shares[line.fruit] += (line.grams or 0) / total
    return dict(shares)


def _in_title(fruit: Fruit, title: str) -> bool:
    said = stems(title.split(" with ")[0])
    return any(stems(name) <= said for name in (fruit.display_name, *fruit.other_names))
