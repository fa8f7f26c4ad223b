"""What somebody has: `strawberry:700g,rhubarb:1lb` read, and recipes scaled to it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from jamhot.answers.fruitbook import canonical
from jamhot.answers.types import MatchedRecipe, Missing
from jamhot.catalog.measures import VOLUME_ML, WEIGHT_G
from jamhot.catalog.scaling import Stock, fit, scaled
from jamhot.catalog.snapshot import Snapshot
from jamhot.catalog.types import Ingredient, Recipe

EXAMPLE: Final = "strawberry:700g,rhubarb:1.5lb"
_AMOUNT = r"(?:[1-9][0-9]{0,4}(?:\.[0-9]{1,3})?|0\.[0-9]{0,2}[1-9])"
_ONE = rf"[^:,\x00]{{1,60}}: ?{_AMOUNT} ?(?:g|kg|ml|l|oz|lb|cups?)"
HAVE_PATTERN: Final = rf"^{_ONE}(?:,{_ONE}){{0,9}}$"
"""At most ten fruits, each with an amount above nothing."""
_READ = re.compile(rf"({_AMOUNT}) ?([a-z]+)")
_GRAMS: Final = {"g": 1.0, "kg": 1000.0, "oz": WEIGHT_G["ounce"], "lb": WEIGHT_G["pound"]}
_ML: Final = {"ml": 1.0, "l": 1000.0, "cup": VOLUME_ML["cup"], "cups": VOLUME_ML["cup"]}
STEPS_STAY: Final = "Amounts and times inside the steps are those of the whole recipe; a smaller pot boils down sooner."


@dataclass(frozen=True, slots=True)
class Larder:
    """Stocks by canonical name, and the names that each may stand for in a recipe."""

    stock: Mapping[str, Stock]
    kin: Mapping[str, frozenset[str]]


def read(snapshot: Snapshot, text: str) -> Larder:
    """What `text`, which keeps to HAVE_PATTERN, says. A fruit named twice counts by its last amount.

    Raises:
        NotFound: no fruit is called so.
    """
    stock = {}
    for part in text.split(","):
        name, _, amount = part.rpartition(":")
        stock[canonical(snapshot, name.strip())] = _stock(amount.strip())
    return Larder(stock, {name: snapshot.stands_for(name) for name in stock})


def _stock(amount: str) -> Stock:
    found = _READ.fullmatch(amount)
    if found is None:
        raise ValueError(f"{amount!r} is no amount; the pattern should have kept it out")
    figure, unit = float(found[1]), found[2]
    return Stock(grams=figure * _GRAMS[unit]) if unit in _GRAMS else Stock(ml=figure * _ML[unit])


def scaled_to(one: MatchedRecipe, larder: Larder) -> MatchedRecipe:
    """The recipe for what there is, with what is missing; as it is written where its scale cannot be told."""
    plain = Recipe.model_construct(**{name: getattr(one, name) for name in Recipe.model_fields})
    found = fit(plain, larder.stock, larder.kin)
    made = scaled(plain, found.scale) if found.scale is not None else plain
    had = frozenset[str]().union(*larder.kin.values())
    return MatchedRecipe(
        **{name: getattr(made, name) for name in Recipe.model_fields},
        match=one.match,
        scale=None if found.scale is None else round(found.scale, 3) or found.scale,
        scale_note=STEPS_STAY if found.scale is not None else found.why,
        missing=[_missing(line) for line in made.ingredients if _is_missing(line, had)],
    )


def _is_missing(line: Ingredient, had: frozenset[str]) -> bool:
    return line.role == "fruit" and not line.optional and line.fruit not in had


def _missing(line: Ingredient) -> Missing:
    return Missing(
        fruit=line.fruit,
        item=line.item,
        quantity=line.quantity,
        quantity_max=line.quantity_max,
        unit=line.unit,
        grams=line.grams,
    )
