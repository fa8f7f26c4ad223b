"""A yield phrase → from how many to how many of what. Filter: `python -m jamhot.scraping.yields`."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from typing import Any, Final

from jamhot.scraping.filters import run_filter
from jamhot.scraping.quantities import FRACTION_WORDS, Quantity, read_quantity
from jamhot.scraping.text import clean
from jamhot.scraping.types import Yield
from jamhot.scraping.units import GRAMS, MEASURES, MILLILITRES, read_unit

_LEAD: Final = re.compile(
    r"(?:\s|[:~≈(-]|\b(?:makes?|making|yields?|yielding|servings?|serves|recipe|quantity|fills?|gives?|produces?|"
    r"enough|"
    r"for|to fill|will|should|this|it|you|get|about|approximately|approx|around|roughly|circa|ca|up to|at least|"
    r"a total|an?(?=\s+(?:scant|generous|good|little|bit|total)\b)|"
    r"of|just|over|under|generous|scant|total|nearly|almost|amount|jars?(?=\s*:)|in|canning|batch)\b\.?)*",
    re.I,
)
_JAR: Final = r"jars?|glass(?:es)?|pots?|tumblers?|bottles?|containers?|tubs?|jam ?jars?|mason jars?|tins?|cans?"
_FILLER: Final = (
    r"(?:small|medium|large|big|little|tiny|regular|standard|sized?|canning|mason|ball|kerr|jelly|jam|glass|freezer|"
    r"sterili[sz]ed|preserving|kilner|clean|hot|full|plastic|storage|wide[- ]mouth|capacity|average|normal|"
    r"decorative|"
    r"good|medium-sized|small-sized|or so|fluid|fl|of)[\s.-]*"
)
_JARS: Final = re.compile(rf"[\s.,-]*(?:{_FILLER})*(?:{_JAR})\b", re.I)
_HALF: Final = re.compile(r"[\s,-]*[(\[]?\s*(?:half|1/2)\s*(?:-|\s|a\s)*\s*(pint|pt|quart|qt)s?\b\.?\s*[)\]]?", re.I)
_ONE_HALF_PINT: Final = re.compile(r"(?:(?:an?|one)\s+)?(?=half[\s-]+(?:pint|quart)\b)", re.I)
""" "One half-pint jar" is one jar, and no half of a pint jar."""
_BRANDED: Final = re.compile(rf"\s*(?:[A-Z][a-z'-]+\s+){{1,2}}(?=(?:{_JAR})\b)")
""" "4 Weck jars"."""
_EACH: Final = re.compile(
    r"[\s,-]*(?:x|@|times|-|of)\s*(?=\d|half|one|a\b)|[\s,]*(?:each\s+)?[(\[]\s*(?:about\s+)?(?=\d|half)", re.I
)
_SERVING: Final = re.compile(r"[\s,-]*(?:servings?|portions?|people|persons?|serves)\b", re.I)
_NOUN: Final = re.compile(
    r"[\s,.-]*(?:small |medium |large |mini |thick |generous )*([a-z][a-z'-]+)(?:\s+([a-z]+))?", re.I
)
_SOME_OR_OTHERS: Final = re.compile(rf"\s*(?:{_FILLER})+or\s+\d+\s+(?:{_FILLER})+(?:{_JAR})\b", re.I)
""" "4 large or 6 small jars": the first figure counts."""
_OTHER_SIZE: Final = re.compile(
    rf"\s*(?:[(\[][^)\]]*[)\]]|/\s*\d[\d.]*\s*-?(?:ml|oz|ounces?|fl\.? ?oz)\b|"
    rf"(?:or|and)\s+\d+\s+(?=(?:{_FILLER})*(?:pint|quart)s?\b))[\s-]*(?:pint|quart)?",
    re.I,
)
""" "6 half-pint/250 ml jars", "6 half-pint or 3 pint jars": what stands between the first size and its jars."""
_MAKES: Final = re.compile(r"\b(?:makes?|yields?|fills?|gives?)\b", re.I)
_AND_A_PART: Final = re.compile(r"\s+and\s+an?\s+(half|third|quarter)\b", re.I)
""" "A cup and a half"."""
JAR_UNITS: Final = frozenset({"half-pint jar", "pint jar", "quart jar"})


def structure_yield(raw: str) -> Yield:
    """What a yield phrase says ("About 6 half-pint jars"). Never raises; what is not understood stays None.

    "4 (8 ounce) jars", "4 x 8 oz jars", "four 8-ounce jars" and "4 - 8 oz jars" are all four of them. Jars named in
    ounces are fluid (an 8-ounce jar is a half-pint jar), jars named in grams or pounds are by weight.
    """
    text = re.sub(r"(?<=\d)\+(?=\s*[a-z])", " ", clean(raw))
    text = re.sub(r"^(\D*)\((\d+)\)(?=\s*\d)", r"\1\2", text)
    found = _first(raw, text, list(_starts(text)))
    if found is not None and not _is_measure(found.unit):
        verb = _MAKES.search(text)
        behind = _first(raw, text, [start for start in _starts(text) if start >= verb.end()]) if verb else None
        found = behind if behind is not None and _is_measure(behind.unit) else found
    if found is not None:
        return found
    alone = re.fullmatch(rf"\W*(?:an?|one)?\s*(?:{_FILLER})*({_JAR})\W*", text, re.I)
    return Yield(raw, 1.0, 1.0, "jar") if alone else Yield(raw)


def _first(raw: str, text: str, starts: list[int]) -> Yield | None:
    """What the first number that can be read counts."""
    for start in starts:
        quantity = read_quantity(text, start)
        if quantity is not None and quantity.least > 0:
            return _understood(raw, text, quantity, start)
    return None


def _is_measure(unit: str | None) -> bool:
    """Whether it is a jar, a measure or a serving; not the batch, nor the mangoes that go in."""
    return unit is not None and (unit in MEASURES or unit == "serving" or unit.endswith(("jar", "half-pint")))


def _starts(text: str) -> Iterator[int]:
    """Where the number may begin: behind "makes about", then at every later number."""
    lead = _LEAD.match(text)
    if lead:
        yield lead.end()
    for found in re.finditer(
        r"(?<![\w/.,])\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|twelve|half)\b", text, re.I
    ):
        if lead is None or found.start() > lead.end():
            yield found.start()


def _understood(raw: str, text: str, quantity: Quantity, start: int) -> Yield:
    single = _ONE_HALF_PINT.match(text, start)
    half = _HALF.match(text, single.end()) if single else None
    if half:
        return _half(raw, 1.0, 1.0, text, half)
    whole = _whole_and_half_pints(text, start)
    if whole:
        return whole_of(raw, whole[0], whole[0], text, whole[1])
    dashed = re.compile(r"(\d+)\s?-\s?(\d+)(?=[\s-]*(?:oz|ounces?|ml|g|grams?|fl|lb)\b)", re.I).match(text, start)
    if dashed and _JARS.match(text, _past_unit(text, dashed.end())):
        # "4 - 8 oz jars": four jars; a jar has one size, so this is no range of ounces.
        return whole_of(raw, float(dashed[1]), float(dashed[1]), text, dashed.start(2), sized=True)
    slashed = re.compile(r"(\d+)/(\d+)(?=\s+jars?\b)").match(text, start)
    if slashed and int(slashed[2]) == int(slashed[1]) + 1:  # "7/8 jars" are seven or eight
        return whole_of(raw, float(slashed[1]), float(slashed[2]), text, slashed.end())
    most = quantity.most or quantity.least
    return whole_of(raw, quantity.least, most, text, quantity.end)


def _past_unit(text: str, pos: int) -> int:
    blank = re.compile(r"[\s-]*").match(text, pos)
    unit = read_unit(text, blank.end() if blank else pos)
    return unit[1] if unit else pos


def _whole_and_half_pints(text: str, start: int) -> tuple[float, int] | None:
    """ "5 1/2-pint jars" are five half-pint jars, not five and a half pints; "5 1/2 pints" are."""
    found = re.compile(
        r"(?:(\d+)(?:\s?(?:-|to|or)\s?(\d+))?)(?:\s*-\s*|\s+)(?=1/[24](?:-|\s?)(?:pint|pt)s?\b\.?(-|\s)*(jars?|canning|mason|"
        r"jelly|glass)?)",
        re.I,
    )
    match = found.match(text, start)
    if match is None or match[2]:
        return None
    hyphen = re.compile(r"1/[24]-").match(text, match.end())
    return (float(match[1]), match.end()) if hyphen or match[4] else None


def whole_of(raw: str, least: float, most: float, text: str, pos: int, *, sized: bool = False) -> Yield:
    """The yield whose number ends at `pos`; what it counts stands behind. `sized`: a jar's size stands there."""
    half = _HALF.match(text, pos)
    if half:
        return _half(raw, least, most, text, half)
    each = _EACH.match(text, pos)
    size = _size_at(text, each.end() if each else _blank(text, pos), sized or each is not None)
    if size:
        return _sized(raw, least, most, text, size, each is not None)
    if _SOME_OR_OTHERS.match(text, pos):
        return Yield(raw, least, most, "jar")
    if _JARS.match(text, pos):
        jar = _JARS.match(text, pos)
        return _jars(raw, least, most, text, jar.end() if jar else pos)
    if _SERVING.match(text, pos):
        return Yield(raw, least, most, "serving")
    unit = read_unit(text, _blank(text, pos))
    if unit and unit[0] == "dozen":
        return whole_of(raw, least * 12, most * 12, text, unit[1])
    if unit and unit[0] in JAR_UNITS:
        return Yield(raw, least, most, unit[0], jar_ml=round(MILLILITRES[unit[0].split()[0]], 1))
    if unit and unit[0] in MEASURES:
        return _measured(raw, least, most, text, unit)
    return _not_measured(raw, least, most, text, pos)


def _not_measured(raw: str, least: float, most: float, text: str, pos: int) -> Yield:
    if re.match(r"\W*$", text[pos:]):
        return Yield(raw, least, most, "serving" if re.search(r"\bserv", text[:pos], re.I) else None)
    branded = _BRANDED.match(text, pos)
    if branded:
        return whole_of(raw, least, most, text, branded.end())
    return Yield(raw, least, most, _noun(text, pos))


def _blank(text: str, pos: int) -> int:
    found = re.compile(rf"[\s.,-]*(?:{_FILLER})*").match(text, pos)
    return found.end() if found else pos


def _half(raw: str, least: float, most: float, text: str, half: re.Match[str]) -> Yield:
    size = "half-pint" if half[1].lower().startswith("p") else "half-quart"
    ml = MILLILITRES["pint" if size == "half-pint" else "quart"] / 2
    behind = _OTHER_SIZE.match(text, half.end())
    jars = _JARS.match(text, behind.end() if behind else half.end())
    return Yield(raw, least, most, f"{size} jar" if jars else size, jar_ml=round(ml, 1))


def _size_at(text: str, pos: int, wanted: bool) -> tuple[float, str, int] | None:
    """The size of a jar at `pos`: number, unit, and where it ends. Unless `wanted`, jars or servings must follow."""
    number = read_quantity(text, pos)
    if number is None:
        return None
    unit = read_unit(text, _blank(text, number.end))
    if unit and unit[0] in JAR_UNITS and number.least in (1.0, 0.5, 0.25):  # "3 1-pint jars"
        return number.least, unit[0].split()[0], len(re.sub(r"[\s-]*jars?\.?$", "", text[: unit[1]], flags=re.I))
    if unit is None or unit[0] not in MEASURES:
        return None
    close = re.compile(r"\s*(?:/[^)\]]*|\([^)]*\)|\d[\d/ ]*(?:lb|oz|pounds?|ounces?|g|ml)\b)?\s*[)\]]?").match(
        text, unit[1]
    )
    end = close.end() if close else unit[1]
    if not wanted and not any(behind.match(text, end) for behind in (_JARS, _HALF, _SERVING)):
        return None
    return number.least, unit[0], end


def _sized(raw: str, least: float, most: float, text: str, size: tuple[float, str, int], each: bool) -> Yield:
    number, unit, end = size
    half = _HALF.match(text, end)
    if half:
        return _half(raw, least, most, text, half)
    if not _JARS.match(text, end):
        return _not_in_jars(raw, least, most, text, size, each)
    name = _jar_name(number, unit)
    return Yield(raw, least, most, name, _millilitres(number, unit), _grams(number, unit))


def _not_in_jars(raw: str, least: float, most: float, text: str, size: tuple[float, str, int], each: bool) -> Yield:
    """ "64 (1 tablespoon) servings" are servings; "6 cups (1.4 l)" is read before; "4 x 450 g" are such jars."""
    number, unit, end = size
    if _SERVING.match(text, end):
        return Yield(raw, least, most, "serving", _millilitres(number, unit), _grams(number, unit))
    if re.match(r"\W*$", text[end:]) and each:
        return Yield(raw, least, most, _jar_name(number, unit), _millilitres(number, unit), _grams(number, unit))
    return Yield(raw, least, most, _noun(text, end))


def _jar_name(number: float, unit: str) -> str:
    if unit in ("pint", "quart", "half-pint") and number in (1.0, 0.5):
        return f"{unit} jar" if number == 1.0 else f"half-{unit} jar"
    if unit == "pint" and number == 0.25:
        return "quarter-pint jar"
    return f"{number:g}-{'ounce' if unit == 'fluid ounce' else unit} jar"


def _millilitres(number: float, unit: str) -> float | None:
    """Volume of a jar; American jars are named in fluid ounces even where the page says "8 oz"."""
    per = MILLILITRES.get("fluid ounce" if unit == "ounce" else unit)
    return round(number * per, 1) if per else None


def _grams(number: float, unit: str) -> float | None:
    return round(number * GRAMS[unit], 1) if unit in GRAMS and unit != "ounce" else None


def _jars(raw: str, least: float, most: float, text: str, end: int) -> Yield:
    """Jars whose size, if the phrase gives one, stands behind: "6 jars (450 g each)", "4 jars of 8 oz"."""
    behind = re.compile(r"[\s,]*(?:[(\[]|of|@|-|,|\s(?=\d))\s*(?:about\s+)?(?:(?:each|holding|size)\s+)?", re.I).match(
        text, end
    )
    half = _HALF.match(text, behind.end() if behind else end)
    if half and behind:
        return Yield(raw, least, most, "half-pint jar", jar_ml=round(MILLILITRES["pint"] / 2, 1))
    size = _size_at(text, behind.end(), True) if behind else None
    if size is None or size[0] <= 0:
        return Yield(raw, least, most, "jar")
    return Yield(
        raw, least, most, _jar_name(size[0], size[1]), _millilitres(size[0], size[1]), _grams(size[0], size[1])
    )


def _measured(raw: str, least: float, most: float, text: str, unit: tuple[str, int]) -> Yield:
    name, end = unit
    more = _AND_A_PART.match(text, end)
    if more:
        part = FRACTION_WORDS[more[1].lower()]
        return Yield(raw, least + part, most + part, name, None, GRAMS.get(name))
    if name in ("pint", "quart", "ounce", "fluid ounce", "gram", "millilitre", "pound") and _JARS.match(text, end):
        if name in ("pint", "quart"):
            return Yield(raw, least, most, f"{name} jar", jar_ml=round(MILLILITRES[name], 1))
        return Yield(raw, 1.0, 1.0, _jar_name(least, name), _millilitres(least, name), _grams(least, name))
    return Yield(raw, least, most, name, None, GRAMS.get(name))


def _noun(text: str, pos: int) -> str | None:
    """The thing that is counted, in the singular: "24 cookies" → "cookie"."""
    found = _NOUN.match(text, pos)
    if found is None:
        return None
    word = found[1].lower()
    if word.endswith("ies") and len(word) > 4:
        return f"{word[:-3]}y" if word not in ("cookies", "brownies", "smoothies") else word[:-1]
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word


def as_json(found: Yield) -> dict[str, Any]:
    """The four fields of the filter; whole numbers without a point."""
    return {"raw": found.raw, "min": _number(found.least), "max": _number(found.most), "unit": found.unit}


def _number(value: float | None) -> float | int | None:
    if value is None:
        return None
    return int(value) if value == int(value) else round(value, 4)


def main(argv: list[str] | None = None) -> int:
    """One yield phrase per line in, one JSON object per line out."""
    return run_filter(_HELP, lambda text: as_json(structure_yield(text)), argv)


_HELP: Final = (
    'Reads one yield phrase per line and writes for each a line of JSON: {"raw", "min", "max", "unit"}.\n'
    'Units are singular and in full ("half-pint jar", "8-ounce jar", "cup", "serving"); null where none is said.\n\n'
    "  echo 'About 6 to 7 half-pint jars' | python -m jamhot.scraping.yields"
)

if __name__ == "__main__":
    sys.exit(main())
