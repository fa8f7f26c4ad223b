"""Units as pages write them → one word each, singular, in full."""

from __future__ import annotations

import re
from typing import Final

from jamhot.scraping.types import LineUnit

_SPELT: Final[dict[LineUnit, str]] = {
    "gram": "g gr gm gms gramme grammes grm grms",
    "kilogram": "k kg kgs kilo kilos kilogramme kilogrammes",
    "milligram": "mg",
    "millilitre": "ml mls milliliter milliliters mil",
    "centilitre": "cl centiliter centiliters",
    "decilitre": "dl deciliter deciliters",
    "litre": "l ltr ltrs lt liter liters",
    "teaspoon": "tea-spoon tea-spoons tsp ts tsps tspn tspns teasp teaspn teaspoonful teaspoonfuls teaspoonsful",
    "tablespoon": "table-spoon table-spoons tbsp tbsps tbps tbs tbl tbls tblsp tblsps tbp tb tblspn tbspn "
    "tablespoonful tablespoonfuls tablespoonsful",
    "dessertspoon": "dessert-spoon dessert-spoons dsp dstspn dessertspoonful dessertspoonfuls",
    "cup": "c cp cupful cupfuls cupsful",
    "fluid ounce": "fl-oz floz fluid-oz fl-ozs fl-ounce fl-ounces",
    "pint": "pt pts",
    "quart": "qt qts",
    "gallon": "gal gals gall",
    "gill": "",
    "ounce": "oz ozs onz",
    "pound": "lb lbs #",
    "peck": "",
    "bushel": "bu",
    "pinch": "",
    "dash": "",
    "drop": "",
    "splash": "",
    "squeeze": "",
    "knob": "",
    "handful": "handsful",
    "grating": "grind grinds",
    "glug": "",
    "drizzle": "",
    "sprinkle": "sprinkling sprinklings",
    "stick": "",
    "sprig": "",
    "leaf": "",
    "pod": "",
    "slice": "",
    "piece": "pc pcs chunk chunks stub nub hunk thumb",
    "clove": "",
    "stalk": "stem stems",
    "rib": "",
    "head": "",
    "bulb": "",
    "rasher": "",
    "bunch": "",
    "strip": "",
    "wedge": "",
    "cube": "",
    "sheet": "",
    "segment": "",
    "ball": "",
    "part": "",
    "inch": '"',
    "millimetre": "mm mms millimeter millimeters",
    "centimetre": "cm cms centimeter centimeters",
    "packet": "pkt pkts",
    "package": "pkg pkgs pack packs pk",
    "pouch": "",
    "sachet": "",
    "envelope": "env",
    "box": "bx",
    "bag": "",
    "can": "",
    "tin": "",
    "bottle": "btl",
    "jar": "",
    "carton": "ctn",
    "container": "",
    "punnet": "",
    "basket": "",
    "tub": "",
    "tube": "",
    "block": "",
    "bar": "",
    "half-pint jar": "half-pint-jar",
    "pint jar": "pint-jar",
    "quart jar": "quart-jar",
    "half-pint": "",
    "glass": "wineglass wineglassful",
    "recipe": "",
    "batch": "",
    "dozen": "doz",
}
CONTAINERS: Final = frozenset(
    {
        "packet", "package", "pouch", "sachet", "envelope", "box", "bag", "can", "tin", "bottle", "jar", "carton",
        "container", "punnet", "basket", "tub", "tube", "block", "bar",
    }
)  # fmt: skip
"""What things are bought in: a size may stand before or behind it ("1 (3 ounce) pouch")."""
MEASURES: Final = frozenset(
    {
        "gram", "kilogram", "milligram", "millilitre", "centilitre", "decilitre", "litre", "teaspoon", "tablespoon",
        "dessertspoon", "cup", "fluid ounce", "pint", "quart", "gallon", "gill", "ounce", "pound", "peck",
        "bushel", "inch", "centimetre", "millimetre",
    }
)  # fmt: skip
SAID_WITHOUT_NUMBER: Final = frozenset(
    {
        "pinch", "dash", "handful", "knob", "splash", "squeeze", "drop", "grating", "glug", "drizzle", "sprinkle",
        "bunch", "sprig",
    }
)  # fmt: skip
"""Units that mean one when no number stands before them."""
GRAMS: Final = {"gram": 1.0, "kilogram": 1000.0, "ounce": 28.3495, "pound": 453.592, "milligram": 0.001}
MILLILITRES: Final = {
    "millilitre": 1.0, "centilitre": 10.0, "decilitre": 100.0, "litre": 1000.0, "teaspoon": 4.92892,
    "tablespoon": 14.7868, "fluid ounce": 29.5735, "cup": 236.588, "half-pint": 236.588, "pint": 473.176,
    "quart": 946.353, "gallon": 3785.41,
}  # fmt: skip
"""US measures: NIST Handbook 44, appendix C."""
_CASED: Final[dict[str, LineUnit]] = {"T": "tablespoon", "Tb": "tablespoon", "t": "teaspoon", "C": "cup", "L": "litre"}


def plural(word: str) -> str:
    """How English forms it for units: leaves, pouches, dozens."""
    if word == "leaf":
        return "leaves"
    return f"{word}es" if word.endswith(("s", "sh", "ch", "x")) else f"{word}s"


def _table() -> dict[str, LineUnit]:
    table: dict[str, LineUnit] = {}
    for unit, spelt in _SPELT.items():
        for word in (unit, plural(unit), *spelt.split()):
            table[word.replace("-", " ")] = unit
    return table


_UNITS: Final = _table()


def _pattern() -> re.Pattern[str]:
    words = sorted(_UNITS, key=len, reverse=True)
    spelt = "|".join(re.escape(word).replace(r"\ ", r"[.\s-]*") for word in words if word not in ("#", '"'))
    return re.compile(rf"(?:(?P<cased>Tb|[TtCL])(?![\w'])|(?P<word>(?i:{spelt}))(?![\w'])|(?P<sign>[#\"]))\.?")


_UNIT: Final = _pattern()


def read_unit(text: str, start: int = 0) -> tuple[LineUnit, int] | None:
    """The unit that begins at `start`, and where it ends (a full stop behind it included), or None."""
    found = _UNIT.match(text, start)
    if found is None:
        return None
    if found["cased"]:
        return _CASED[found["cased"]], found.end()
    word = found["sign"] or " ".join(re.split(r"[.\s-]+", found["word"].lower()))
    unit = _UNITS.get(word)
    return None if unit is None else (unit, found.end())
