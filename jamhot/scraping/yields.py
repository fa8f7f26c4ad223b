"""A yield phrase → from how many to how many of what. Filter: `python -m jamhot.scraping.yields`."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from typing import Any, Final

from jamhot.scraping.filters import run_filter
from jamhot.scraping.quantities import FRACTION_WORDS, WORDS, Quantity, read_quantity
from jamhot.scraping.text import clean
from jamhot.scraping.types import Yield
from jamhot.scraping.units import GRAMS, MEASURES, MILLILITRES, read_unit

_NUMBER_WORD: Final = "|".join(word for word in WORDS if word not in ("a", "an"))
_LEAD: Final = re.compile(
    r"(?:\s|[:~≈(-]|\b(?:makes?|making|yields?|yielding|servings?|serves|recipe|quantity|fills?|gives?|produces?|"
    r"enough|"
    r"for|to fill|will|should|this|it|you|get|about|approximately|approx|around|roughly|circa|ca|up to|at least|"
    r"a total|(?:an? (?:bit|little) )?(?:less|more|fewer) than|"
    r"an?(?=\s+(?:scant|generous|good|little|bit|total)\b(?:\s+(?:over|under|of))?"
    rf"\s+(?:\d|{_NUMBER_WORD}))|"
    r"of|just|over|under|generous|scant|total|nearly|almost|amount|jars?(?=\s*:)|in|canning|batch)\b\.?)*",
    re.I,
)
_JAR: Final = r"jars?|glass(?:es)?|pots?|tumblers?|bottles?|containers?|tubs?|jam ?jars?|mason jars?|tins?|cans?"
_FILLER: Final = (
    r"(?:small|medium|large|big|little|tiny|regular|standard|sized?|canning|mason|ball|kerr|jelly|jam|glass|freezer|"
    r"sterili[sz]ed|preserving|kilner|clean|hot|full|plastic|storage|wide[- ]mouth|capacity|average|normal|"
    r"decorative|"
    r"good|scant|generous|medium-sized|small-sized|or so|fluid|fl|of the|of)[\s.-]*"
)
_JARS: Final = re.compile(rf"[\s.,-]*(?:{_FILLER})*(?:{_JAR})\b", re.I)
_SEVERAL_JARS: Final = re.compile(rf"[\s.,-]*(?:{_FILLER})*(?:jars|pots|glasses|bottles|tubs|containers)\b", re.I)
""" "5 lb jars" are five, of a pound each."""
_HALF: Final = re.compile(r"[\s,-]*[(\[]?\s*(?:half|1/2)\s*(?:-|\s|a\s)*\s*(pint|pt|quart|qt)s?\b\.?\s*[)\]]?", re.I)
_ONE_HALF_PINT: Final = re.compile(r"(?:(?:an?|one)\s+)?(?=half[\s-]+(?:pint|quart)\b)", re.I)
""" "One half-pint jar" is one jar, and no half of a pint jar."""
_DESCRIBED: Final = re.compile(
    r"\s*(?:(?!(?:in|into|to|for|from|per|of|or|and|with|plus|each|as|on|at|by)\b)[a-z][a-z'-]*\s+){1,3}?"
    rf"(?=(?:{_JAR})\b|half|\d)",
    re.I,
)
""" "4 Weck jars", "one old coffee jar", "3 quilted half-pint jars": what a container is called, whatever it is."""
_ABOUT: Final = r"(?:(?:about|approximately|approx|around|roughly|circa|ca|or)\b\.?|~)\s*"
_EACH: Final = re.compile(
    rf"[\s,-]*(?:x|@|times|-|of)\s*(?=\d|half|one|a\b)|[\s,]*(?:each\s+)?[(\[]\s*(?:{_ABOUT})?(?=\d|half)", re.I
)
_BEHIND_JARS: Final = re.compile(
    rf"[\s,]*(?:[(\[]|(?P<of>of\b|at\b|à|@)|-|,|\s(?=\d|{_ABOUT}\d|(?:each|holding)\b))\s*(?P<about>{_ABOUT})?"
    rf"(?P<each>(?:(?:each|holding|weighing|containing|size)\s+)*)(?:{_ABOUT})?",
    re.I,
)
""" "6 jars (450 g each)", "4 jars of 8 oz", "2 jars (about 3 cups)"."""
_OF_EACH: Final = re.compile(r"[\s?,]*(?:each|apiece|per jar)\b", re.I)
_OF_ALL: Final = re.compile(r"[\s?,]*(?:in\s+)?(?:total|all\b|altogether)", re.I)
_LARGEST_JAR: Final = 1000.0
"""Millilitres or grams that one jar holds."""
_LEAST_IN_JAR: Final = 100.0
_PLURAL_IS_OF_ALL: Final = frozenset({"cup", "pint", "quart", "litre", "pound", "kilogram"})
""" "4 jars (2 pints)" fills all; "4 jars (1 pint)" is what one holds."""
_OF_SERVINGS: Final = frozenset({"cup", "tablespoon", "teaspoon"})
"""Sizes of servings, where no jar is named: "10 (1/2 cup each)"."""
_DIMENSIONS: Final = frozenset({"inch", "centimetre"})
"""Of what a thing measures across: "a 23 cm cake" is one cake."""
_SERVES: Final = re.compile(r"\b(?:servings?|(serves?|feeds))\b", re.I)
_SERVING: Final = re.compile(r"[\s,-]*(?:servings?|portions?|people|persons?|serves)\b", re.I)
_NOUN: Final = re.compile(
    r"[\s,.-]*(?:small |medium |large |mini |thick |generous )*([a-z][a-z'-]+)(?:\s+([a-z]+))?", re.I
)
_SOME_OR_OTHERS: Final = re.compile(rf"\s*(?:{_FILLER})+or\s+\d+\s+(?:{_FILLER})+(?:{_JAR})\b", re.I)
""" "4 large or 6 small jars": the first figure counts."""
_AND_OTHERS: Final = re.compile(
    rf"\s*(?:and|or|plus|&)\s*\d+\s+\d[\d/.]*[\s-]*(?:lb|oz|ounces?|pounds?|pints?|g|ml)\b(?=[\s-]*(?:{_JAR})\b)", re.I
)
""" "4 8-oz and 2 4-oz jars": the first figure counts."""
_OTHER_SIZE: Final = re.compile(
    rf"\s*(?:[(\[][^)\]]*[)\]]|/\s*\d[\d.]*\s*-?(?:ml|oz|ounces?|fl\.? ?oz)\b|"
    rf"(?:or|and)\s+\d+\s+(?=(?:{_FILLER})*(?:pint|quart)s?\b))[\s-]*(?:pint|quart)?",
    re.I,
)
""" "6 half-pint/250 ml jars", "6 half-pint or 3 pint jars": what stands between the first size and its jars."""
_MAKES: Final = re.compile(r"\b(?:makes?|made|yields?|yielding|fills?|gives?|produces?)\b", re.I)
_SERVING_SIZE: Final = re.compile(r"\bserving size\b[^,;|)]*", re.I)
_TWICE: Final = re.compile(rf"\b({_NUMBER_WORD})\s*\((\d+)\)", re.I)
""" "Six (6) jars"."""
_ACROSS: Final = re.compile(r"(?<![\d.])(?:[5-9]|\d\d)\s?[x×]\s?\d+[\s-]*(?:inch(?:es)?|in)\b", re.I)
""" "1 9x13-inch pan": of a thing that is counted."""
_TIME: Final = re.compile(r"\b\d+\s*(?:min(?:ute)?s?|hrs?|hours?)\b\.?", re.I)
"""Cards tell times and yield in one breath."""
_DOZEN: Final = re.compile(r"\b(?:(half(?:[- ]a)?)|a|one)[- ]dozen\b", re.I)
_IN_BRACKETS: Final = re.compile(r"^(\D*)\((\d+)\)\s*(?:(?=(\d))|(?=[a-z]))", re.I)
""" "(5) half-pint jars", "(10) 1/2 pints"."""
_DASHED: Final = re.compile(
    r"(\d+)\s?-\s?(?=(?:\d+[\s-]*(?:oz|ounces?|ml|g|grams?|fl|inch(?:es)?)|[1-3][\s-]*(?:lb|pounds?)|\d/\d[\s-]*cup)\b)",
    re.I,
)
""" "4 - 8 oz jars": four jars; a jar has one size, so this is no range of ounces."""
_AND_A_PART: Final = re.compile(r"\s+and\s+an?\s+(half|third|quarter)\b", re.I)
""" "A cup and a half"."""
JAR_UNITS: Final = frozenset({"half-pint jar", "pint jar", "quart jar"})


def structure_yield(raw: str) -> Yield:
    """What a yield phrase says ("About 6 half-pint jars"). Never raises; what is not understood stays None.

    "4 (8 ounce) jars", "4 x 8 oz jars", "four 8-ounce jars" and "4 - 8 oz jars" are all four of them. Jars named in
    ounces are fluid (an 8-ounce jar is a half-pint jar), jars named in grams or pounds are by weight.
    """
    text = _SERVING_SIZE.sub(" ", re.sub(r"(?<=\d)\+(?=\s*[a-z])", " ", clean(raw)))
    text = _TWICE.sub(lambda told: told[2] if WORDS[told[1].lower()] == int(told[2]) else told[0], text)
    text = _DOZEN.sub(lambda told: " 6 " if told[1] else " 12 ", _TIME.sub(" ", _ACROSS.sub(" ", text)))
    text = _IN_BRACKETS.sub(lambda told: f"{told[1]}{told[2]}{' x ' if told[3] else ' '}", text)
    found = min(_readings(raw, text), key=_rank, default=None)
    if found is not None:
        return found
    alone = re.fullmatch(rf"\W*(?:an?|one)?\s*(?:{_FILLER})*({_JAR})\W*", text, re.I)
    return Yield(raw, 1.0, 1.0, "jar") if alone else Yield(raw)


def _readings(raw: str, text: str) -> Iterator[Yield]:
    """What the whole phrase says, and what stands behind each "makes"; in "4 lb plums make 6 jars" the latter first."""
    verbs = [verb.end() for verb in _MAKES.finditer(text)]
    subject = verbs and not re.search(r"[,;:|(\[]", text[: verbs[0]])
    for begin in (*verbs, 0) if subject else (0, *verbs):
        found = _first(raw, text, _starts(text, begin))
        if found is not None:
            yield found


def _first(raw: str, text: str, starts: Iterator[int]) -> Yield | None:
    """What the first number that can be read counts; a batch is only counted where nothing else is."""
    batch = None
    for start in starts:
        quantity = read_quantity(text, start)
        if quantity is not None and quantity.least > 0:
            found = _understood(raw, text, quantity, start)
            if found.unit not in ("batch", "recipe"):
                return batch if batch and _rank(found) == 2 else found
            batch = batch or found
    return batch


def _rank(found: Yield) -> int:
    """Jars and measures before servings, those before the batch or the mangoes that go in."""
    if found.unit is not None and (found.unit in MEASURES or found.unit.endswith(("jar", "half-pint"))):
        return 0
    return 1 if found.unit == "serving" else 2


def _starts(text: str, begin: int) -> Iterator[int]:
    """Where the number may begin: behind "makes about", then at every later number."""
    lead = _LEAD.match(text, begin)
    first = lead.end() if lead else begin
    yield first
    for found in re.compile(rf"(?<![\w/.,])\d|\b(?:{_NUMBER_WORD}|half)\b", re.I).finditer(text, first):
        if found.start() > first:
            yield found.start()


def _understood(raw: str, text: str, quantity: Quantity, start: int) -> Yield:
    single = _ONE_HALF_PINT.match(text, start)
    half = _HALF.match(text, single.end()) if single else None
    if half:
        return _half(raw, 1.0, 1.0, text, half)
    whole = _whole_and_half_pints(text, start)
    if whole:
        return whole_of(raw, whole[0], whole[0], text, whole[1])
    dashed = _DASHED.match(text, start)
    if dashed and _size_at(text, dashed.end(), wanted=False):
        return whole_of(raw, float(dashed[1]), float(dashed[1]), text, dashed.end(), sized=True)
    slashed = re.compile(r"(\d+)/(\d+)(?=\s+jars?\b)").match(text, start)
    if slashed and int(slashed[2]) == int(slashed[1]) + 1:  # "7/8 jars" are seven or eight
        return whole_of(raw, float(slashed[1]), float(slashed[2]), text, slashed.end())
    most = quantity.most or quantity.least
    return whole_of(raw, quantity.least, most, text, quantity.end)


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
    described = _DESCRIBED.match(text, pos)
    jars = whole_of(raw, least, most, text, described.end()) if described else None
    if jars and not _rank(jars):
        return jars
    serves = _SERVES.search(text[:pos])
    noun = None if serves and serves[1] else _noun(text, pos)  # "serves 4 generously"; "Servings: 12 muffins"
    return Yield(raw, least, most, noun or ("serving" if serves else None))


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
    close = re.compile(
        r"\s*(?:/[^)\]]*|\([^)]*\)|\d[\d/ ]*(?:lb|oz|pounds?|ounces?|g|ml)\b)?\s*(?:each\b)?\s*[)\]]?"
    ).match(text, unit[1])
    end = close.end() if close else unit[1]
    others = _AND_OTHERS.match(text, end)
    end = others.end() if others else end
    wanted = wanted or unit[0] in _DIMENSIONS
    if not wanted and not any(behind.match(text, end) for behind in (_JARS, _HALF, _SERVING)):
        return None
    return number.least, unit[0], end


def _sized(raw: str, least: float, most: float, text: str, size: tuple[float, str, int], each: bool) -> Yield:
    number, unit, end = size
    if not _JARS.match(text, end):
        named = whole_of(raw, least, most, text, end)  # "5 (16 ounce) pint jars"
        return named if not _rank(named) else _not_in_jars(raw, least, most, text, size, each)
    name = _jar_name(number, unit)
    return Yield(raw, least, most, name, _millilitres(number, unit), _grams(number, unit))


def _not_in_jars(raw: str, least: float, most: float, text: str, size: tuple[float, str, int], each: bool) -> Yield:
    """ "64 (1 tablespoon) servings" are servings; "6 cups (1.4 l)" is read before; "4 x 450 g" are such jars."""
    number, unit, end = size
    alone = re.match(r"\W*$", text[end:]) is not None
    if _SERVING.match(text, end) or (alone and (unit in _OF_SERVINGS or _SERVES.search(text))):
        return Yield(raw, least, most, "serving", _millilitres(number, unit), _grams(number, unit))
    if alone and each:
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
    """Jars whose size, if the phrase gives one, stands behind; what all of them hold is no size."""
    behind = _BEHIND_JARS.match(text, end)
    half = _HALF.match(text, behind.end() if behind else end)
    if half and behind:
        return Yield(raw, least, most, "half-pint jar", jar_ml=round(MILLILITRES["pint"] / 2, 1))
    size = _size_at(text, behind.end(), True) if behind else None
    if behind is None or size is None or size[0] <= 0 or _holds_all(least, behind, size, text):
        return Yield(raw, least, most, "jar")
    number, unit, _ = size
    return Yield(raw, least, most, _jar_name(number, unit), _millilitres(number, unit), _grams(number, unit))


def _holds_all(jars: float, behind: re.Match[str], size: tuple[float, str, int], text: str) -> bool:
    """Whether the measure behind the jars is of all of them: more than one holds, or hedged and enough for all."""
    number, unit, end = size
    stated = text[behind.end() : end]
    if behind["of"] or behind["each"] or re.search(r"\beach\b", stated, re.I) or _OF_EACH.match(text, end):
        return False
    if _OF_ALL.match(text, end):
        return True
    holds = _millilitres(number, unit) or _grams(number, unit) or 0.0
    plenty = number > 1 if unit in _PLURAL_IS_OF_ALL else holds > _LARGEST_JAR
    return holds / jars >= _LEAST_IN_JAR and (plenty or (jars > 1 and behind["about"] is not None))


def _measured(raw: str, least: float, most: float, text: str, unit: tuple[str, int]) -> Yield:
    name, end = unit
    more = _AND_A_PART.match(text, end)
    if more:
        part = FRACTION_WORDS[more[1].lower()]
        return Yield(raw, least + part, most + part, name, None, GRAMS.get(name))
    if name in ("pint", "quart", "ounce", "fluid ounce", "gram", "millilitre", "pound") and _JARS.match(text, end):
        if name == "pound" and _SEVERAL_JARS.match(text, end):
            return Yield(raw, least, most, _jar_name(1.0, name), None, GRAMS[name])
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
    if word.endswith("ves"):
        return f"{word[:-3]}f"
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
