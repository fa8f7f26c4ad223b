"""A recipe for what lies on the table: every quantity times one factor, in figures that a kitchen can measure.

Weights and volumes move to a unit in which the figure is round, at most 4 % away; eggs, packets and pouches go in
halves, cloves and pinches whole. `grams` are always exact: who weighs keeps the recipe's proportions to the letter.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from jamhot.catalog.measures import VOLUME_ML, WEIGHT_G
from jamhot.catalog.types import Ingredient, Recipe, Step, Unit, Yield

EIGHTHS: Final = (0.125, 0.25, 1 / 3, 0.375, 0.5, 0.625, 2 / 3, 0.75, 0.875, 1.0)
CLOSE: Final = 0.04
"""A round figure may be this far from the exact one; what is nearer to nothing round is written in a smaller unit."""
_LADDERS: Final[tuple[tuple[Unit, ...], ...]] = (
    ("kilogram", "gram"),
    ("litre", "millilitre"),
    ("pound", "ounce"),
    ("quart", "pint", "cup", "fluid ounce", "tablespoon", "teaspoon"),
)
_LEAST: Final[Mapping[str, float]] = {
    "kilogram": 1, "litre": 1, "pound": 0.5, "quart": 0.5, "pint": 0.5, "cup": 0.25, "fluid ounce": 0.5,
    "tablespoon": 1,
}  # fmt: skip
"""Below it a smaller unit is used."""
_MOST: Final[Mapping[str, float]] = {"teaspoon": 6, "tablespoon": 12, "ounce": 32}
"""Above it a larger unit is used, where it gives a round figure."""
_WHOLE: Final = frozenset({"clove", "leaf", "pinch"})
_HALVES: Final = frozenset({"packet", "pouch"})
NONE_OF_IT: Final = "It takes none of the fruits whose amount you gave, so it stands here as it is written."


@dataclass(frozen=True, slots=True)
class Stock:
    """What somebody has of a fruit: by weight or by volume, the other is None."""

    grams: float | None = None
    ml: float | None = None


@dataclass(frozen=True, slots=True)
class Fit:
    """What a stock is enough for. `scale`: share of the recipe, None where it cannot be told, and `why` then."""

    scale: float | None
    why: str | None = None


def fit(recipe: Recipe, stock: Mapping[str, Stock], kin: Mapping[str, frozenset[str]]) -> Fit:
    """How much of `recipe` can be made: the fruit that gives out first decides.

    Args:
        stock: by the fruit's name.
        kin: the names that each of these may stand for in a recipe.
    """
    scales = []
    for name, have in stock.items():
        lines = lines_of(recipe, kin[name])
        if not lines:
            continue
        needed = _needed(lines, have)
        if not needed:
            return Fit(None, _why_not(lines, have))
        scales.append((have.grams or have.ml or 0.0) / needed)
    return Fit(min(scales)) if scales else Fit(None, NONE_OF_IT)


def lines_of(recipe: Recipe, names: frozenset[str]) -> list[Ingredient]:
    """Lines of role fruit of one of these fruits, but for optional ones."""
    return [line for line in recipe.ingredients if line.role == "fruit" and line.fruit in names and not line.optional]


def _needed(lines: Sequence[Ingredient], have: Stock) -> float | None:
    """Grams or millilitres of these lines, as `have` is measured; None where one of them is not known."""
    if have.grams is not None:
        amounts = [None if _is_juice(line) else line.grams for line in lines]
    else:
        amounts = [_ml(line) for line in lines]
    return None if None in amounts else sum(amount for amount in amounts if amount)


def _ml(line: Ingredient) -> float | None:
    return line.quantity * VOLUME_ML[line.unit] if line.quantity and line.unit in VOLUME_ML else None


def _is_juice(line: Ingredient) -> bool:
    return "juice" in line.item


def _why_not(lines: Sequence[Ingredient], have: Stock) -> str:
    if have.grams is not None and (juice := next((line.item for line in lines if _is_juice(line)), None)):
        return f"It takes {juice}, and how much fruit that is differs: say how many millilitres you have of it."
    item = lines[0].item
    measured = "weigh" if have.grams is not None else "measure by volume"
    return f"It does not {measured} its {item}, so it stands here as it is written."


def scaled(recipe: Recipe, factor: float) -> Recipe:
    """The recipe with all quantities and its yield times `factor`. Times and the words of the steps stay."""
    lines = tuple(scaled_line(line, factor) for line in recipe.ingredients)
    renamed = {old.item: new.item for old, new in zip(recipe.ingredients, lines, strict=True)}
    changes = {
        "ingredients": lines,
        "instructions": tuple(_renamed(step, renamed) for step in recipe.instructions),
        "yield_": scaled_yield(recipe.yield_, factor),
        "servings": None if recipe.servings is None else max(round(recipe.servings * factor), 1),
    }
    return recipe.model_copy(update=changes)


def _renamed(step: Step, items: Mapping[str, str]) -> Step:
    return step.model_copy(update={"uses": tuple(items.get(item, item) for item in step.uses)})


def scaled_yield(made: Yield, factor: float) -> Yield:
    """Jars in halves, at least half a one; grams to ten."""
    low = _stepped(made.jars * factor, 0.5) if made.jars is not None else None
    high = _stepped(made.jars_max * factor, 0.5) if made.jars_max is not None else None
    grams = max(round(made.grams * factor, -1), 10.0) if made.grams is not None else None
    return made.model_copy(update={"jars": low, "jars_max": None if high == low else high, "grams": grams})


def scaled_line(line: Ingredient, factor: float) -> Ingredient:
    """One line times `factor`; unchanged where the factor is 1 or the amount is to taste."""
    if line.quantity is None or factor == 1:
        return line
    unit, low = _amount(line, line.quantity * factor)
    high = None
    if line.quantity_max is not None:
        exact = line.quantity_max * factor * _size(line.unit) / _size(unit)
        high = max(_round(line, exact, unit), low)
    most = high or low
    return line.model_copy(
        update={
            "quantity": low,
            "quantity_max": None if high == low else high,
            "unit": unit,
            "item": counted(line.item, line.quantity_max or line.quantity, most) if unit is None else line.item,
            "grams": round(line.grams * factor, 1) if line.grams is not None else None,
        }
    )


def _size(unit: Unit | None) -> float:
    """Millilitres or grams of one; 1 for what is counted."""
    if unit is None:
        return 1.0
    return VOLUME_ML.get(unit) or WEIGHT_G.get(unit) or 1.0


def _amount(line: Ingredient, exact: float) -> tuple[Unit | None, float]:
    """The unit, the line's own if it can be, in which `exact` (of the line's unit) is a round figure; and that."""
    tried: list[tuple[bool, float, Unit | None, float]] = []
    for unit in _units_near(line.unit):
        value = exact * _size(line.unit) / _size(unit)
        figure = _round(line, value, unit)
        away = abs(figure - value) / value
        if away <= CLOSE and _LEAST.get(unit or "", 0) <= figure <= _MOST.get(unit or "", figure):
            return unit, figure
        tried.append((figure < _LEAST.get(unit or "", 0), away, unit, figure))
    _, _, unit, figure = min(tried, key=lambda one: one[:2])
    return unit, figure


def _units_near(unit: Unit | None) -> list[Unit | None]:
    """The unit, then the next smaller, the next larger and so on; pints and fluid ounces only where they were."""
    ladder = next((units for units in _LADDERS if unit in units), ())
    if unit is None or not ladder:
        return [unit]
    others = [one for one in ladder if one not in (unit, "pint", "fluid ounce")]
    place = ladder.index(unit)
    return [unit, *sorted(others, key=lambda one: abs(ladder.index(one) - place - 0.1))]


def _round(line: Ingredient, value: float, unit: Unit | None) -> float:
    """The nearest figure that can be measured or counted in `unit`; never nothing."""
    if unit in ("gram", "millilitre"):
        return _metric(value)
    if unit in ("kilogram", "litre"):
        return max(round(value, 2), 0.01)
    if unit in ("cup", "pint", "quart", "pound"):
        return _fraction(value)
    if unit in ("teaspoon", "tablespoon", "ounce", "fluid ounce"):
        return _stepped(value, 0.5 if value >= 6.25 else 0.25 if value >= 1 else 0.125)
    return _count(line, value, unit)


def _metric(value: float) -> float:
    """To a hundredth or so: 7.4, 74, 745, 1,240."""
    step = 10 if value >= 1000 else 5 if value >= 100 else 1 if value >= 20 else 0.5 if value >= 5 else 0.1
    return _stepped(value, step)


def _fraction(value: float) -> float:
    """To the nearest eighth or third."""
    whole = int(value)
    below = (0.0, *EIGHTHS) if whole else EIGHTHS
    return round(whole + min(below, key=lambda part: abs(whole + part - value)), 3)


def _count(line: Ingredient, value: float, unit: Unit | None) -> float:
    """Eggs and packets in halves, cloves and pinches whole, a lemon in quarters below one; many of them whole."""
    spice = line.role == "spice" and unit is None and (line.quantity or 0) > 1
    if unit in _WHOLE or spice or value >= 6:
        return _stepped(value, 1)
    if unit in _HALVES or re.search(r"\b(egg|yolk|white)s?\b", line.item):
        return _stepped(value, 0.5)
    return _stepped(value, 0.5 if value >= 1 else 0.25)


def _stepped(value: float, step: float) -> float:
    """The nearest multiple of `step` that is not nothing."""
    return round(max(round(value / step), 1) * step, 3)


_NOUNS: Final = {
    "lemon": "lemons", "orange": "oranges", "lime": "limes", "apple": "apples", "apricot": "apricots", "pear": "pears",
    "peach": "peaches", "quince": "quinces", "mango": "mangoes", "tangerine": "tangerines", "onion": "onions",
    "clementine": "clementines", "pineapple": "pineapples", "egg": "eggs", "yolk": "yolks", "pepper": "peppers",
    "clove": "cloves", "chilli": "chillies", "rind": "rinds", "nutmeg": "nutmegs", "stick": "sticks",
}  # fmt: skip
_SINGULAR: Final = {many: one for one, many in _NOUNS.items()}
_PRONOUNS: Final = {" for its ": " for their ", " for their ": " for its "}


def counted(item: str, was: float, now: float) -> str:
    """`lemons for their zest` as `lemon for its zest` where two become one, and back."""
    if (was > 1) == (now > 1):
        return item
    head, joint, tail = re.split(r"( for | of )", item, maxsplit=1) if re.search(" for | of ", item) else (item, "", "")
    *before, noun = head.split(" ")
    other = (_NOUNS if now > 1 else _SINGULAR).get(noun)
    if other is None:
        return item
    rest = joint + tail
    for said, meant in _PRONOUNS.items():
        if rest.startswith(said):
            rest = meant + rest.removeprefix(said)
            break
    return " ".join((*before, other)) + rest
