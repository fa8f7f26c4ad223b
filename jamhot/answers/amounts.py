"""Amounts and vessels as a cook reads them: 1½ cups, 930 g, 3–4 half-pint (240 ml) jars."""

from __future__ import annotations

import re
from typing import Final

from jamhot.catalog.types import Ingredient, Yield
from jamhot.catalog.units import in_metric, in_us

_FRACTIONS = ((0.0, ""), (1 / 8, "⅛"), (1 / 4, "¼"), (1 / 3, "⅓"), (3 / 8, "⅜"), (1 / 2, "½"), (5 / 8, "⅝"),
              (2 / 3, "⅔"), (3 / 4, "¾"), (7 / 8, "⅞"), (1.0, ""))  # fmt: skip
_FRACTION_TOLERANCE = 0.011
"""Recipes write 0.33 and 0.13 for ⅓ and ⅛."""
_METRIC = {"gram": "g", "kilogram": "kg", "millilitre": "ml", "litre": "l"}
_SHORT = {"teaspoon": "tsp", "tablespoon": "tbsp", "fluid ounce": "fl oz", "ounce": "oz", "pound": "lb"}
_PLURALS = {"leaf": "leaves", "pinch": "pinches", "pouch": "pouches"}
_JARS = {236: "half-pint", 240: "half-pint", 473: "pint", 946: "quart"}
_GROUPED: Final = r"[1-9][0-9]{0,2}(?:,[0-9]{3})+(?:\.[0-9]{1,3})?"
TYPED: Final = rf"(?:{_GROUPED}|[0-9]{{1,6}}(?:[.,][0-9]{{1,3}})?)"
"""A figure within what a person types; `typed` reads it."""


def typed(text: str) -> float:
    """What a person types as a figure, with a comma or a point: `1,300` is 1300, as we write it; `1,5` is 1.5.

    Raises ValueError.
    """
    if re.fullmatch(_GROUPED, text.strip()):
        text = text.replace(",", "")
    return float(text.replace(",", "."))


def number(value: float) -> str:
    """A plain figure: no needless zeros, at most two decimals, thousands apart."""
    return f"{value:,.2f}".rstrip("0").rstrip(".")


def kitchen_number(value: float) -> str:
    """A figure with the fractions that cups and spoons have: 1½; what is no such fraction stays decimal."""
    whole, rest = divmod(value, 1)
    for fraction, sign in _FRACTIONS:
        if abs(rest - fraction) <= _FRACTION_TOLERANCE:
            count = int(whole) + (fraction == 1.0)
            return f"{count:,}{sign}" if count or not sign else sign
    return number(value)


def amount(line: Ingredient) -> str:
    """Quantity and unit of a recipe's line, as its source gives them; empty where it is to taste."""
    if line.quantity is None:
        return ""
    write = number if line.unit in _METRIC else kitchen_number
    highest = line.quantity_max or line.quantity
    figures = write(line.quantity) if highest == line.quantity else f"{write(line.quantity)}–{write(highest)}"
    return f"{figures} {unit(line.unit, highest)}" if line.unit else figures


def unit(name: str, quantity: float) -> str:
    """A unit's short form, or its word in the number that `quantity` asks for."""
    if name in _METRIC or name in _SHORT:
        return _METRIC.get(name) or _SHORT[name]
    return name if quantity <= 1 else _PLURALS.get(name, f"{name}s")


def other_system(line: Ingredient) -> str:
    """The same amount in grams or millilitres, or for a metric line in US measures; empty where there is none."""
    found = in_metric(line) or in_us(line)
    if found is None:
        return ""
    if found.unit == "gram":
        low, high = grams(found.low), grams(found.high)
        if low == high:
            return low
        figure, measure = low.split(" ")
        return f"{figure}–{high}" if high.endswith(f" {measure}") else f"{low}–{high}"
    write = millilitres if found.unit == "millilitre" else kitchen_number
    figures = write(found.low) if found.low == found.high else f"{write(found.low)}–{write(found.high)}"
    return f"{figures} {unit(found.unit, found.high)}"


def in_system(line: Ingredient, system: str) -> tuple[str, str]:
    """The line's amount as a cook asks for it, and the same in the other system: empty where there is none.

    Args:
        system: `metric`, `us`, or anything else for the amount as it is written.
    """
    written, other = amount(line), other_system(line)
    is_us = in_metric(line) is not None
    if other and ((system == "metric" and is_us) or (system == "us" and not is_us)):
        return other, written
    return written, other


def millilitres(value: float) -> str:
    """`236.6` is 240, `14.8` is 15."""
    return number(round(value / 10) * 10 if value >= 50 else round(value / 5) * 5 if value >= 10 else round(value, 1))


def grams(value: float) -> str:
    """`928` is 930 g, `14.2` is 14 g, `2.4` is 2.4 g, `1130` is 1.13 kg."""
    if value >= 997.5:  # which is 1000 to five grams
        return f"{number(round(value / 1000, 2))} kg"
    if value >= 100:
        return f"{round(value / 5) * 5} g"
    return f"{number(round(value) if value >= 10 else round(value, 1))} g"


def jar(millilitres: int) -> str:
    name = _JARS.get(millilitres)
    return f"{name} ({millilitres} ml)" if name else f"{millilitres} ml"


def makes(made: Yield) -> str:
    """What a batch fills: `3–4 half-pint (240 ml) jars`; empty where nobody knows."""
    if made.jars is None or made.jar_ml is None:
        return ""
    low, high = kitchen_number(made.jars), kitchen_number(made.jars_max or made.jars)
    count = low if low == high else f"{low}–{high}"
    return f"{count} {jar(made.jar_ml)} {'jar' if (made.jars_max or made.jars) <= 1 else 'jars'}"
