"""The amount of an ingredient line: number or range, unit, size of the container, what stands beside it in other units.

The amount stated first is the one that counts; others go to the notes. "2 lb 4 oz" and "1 cup plus 2 tablespoons" are
one amount, summed in the first unit.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from jamhot.scraping.quantities import Quantity, read_quantity
from jamhot.scraping.types import LineUnit
from jamhot.scraping.units import CONTAINERS, GRAMS, MEASURES, MILLILITRES, SAID_WITHOUT_NUMBER, read_unit

_QUALIFIER: Final = re.compile(
    r"(?:(?:about|approximately|approx|around|roughly|circa|ca|scant|heaping|heaped|generous|level|rounded|good|full|"
    r"most of|at least|up to|nearly|almost|just (?:over|under)|"
    r"(?:firmly |lightly |loosely |tightly |well )?packed|brimming|"
    r"big|extra|"
    r"additional|"
    r"another|fat|slightly (?:heaped|rounded)|even|overflowing|flat|enough for|the|weight)\.?(?![\w-])|~|≈)\s*",
    re.I,
)
_QUALIFIED: Final = re.compile(
    r"an?\s+(?=(?:generous|scant|good|heap(?:ing|ed)|rounded|full|level|little over|bare)\s+\d)", re.I
)
""" "A generous 3/4 cup" is no whole one."""
_SIZE: Final = re.compile(
    r"(?:small|medium|med\.?|large|big|tiny|jumbo|medium[- ]sized|large[- ]sized|small[- ]sized|"
    r"extra[- ]large|very large|"
    r"thumb(?:nail)?[- ]sized?|good[- ]sized|walnut[- ]sized|whole|average|regular(?:[- ]sized?)?|medium to large|"
    r"small to medium|short|long|thin|thick|standard|individual|heaping|heaped|level|scant|generous|rounded|packed)"
    r"(?![\w-])\s*",
    re.I,
)
_SIZES: Final = re.compile(rf"(?:{_SIZE.pattern})+", re.I)
_SEVERAL: Final = re.compile(r"(?:a few|few|several|some)\s+", re.I)
_NO_NUMBER: Final = re.compile(r"(?:half|1/2)[\s-]pint\s+(?:\w+\s+)?(?:jars?|lids?|glasses)\b|a few\b", re.I)
"""What begins like a number and is none."""
_NUMBERED_CAN: Final = re.compile(r"\(?(?:no\.?|number|#)\s?\d+(?:[ -]1/2)?\)?(?=\s+(?:can|tin)s?\b)", re.I)
_PAREN: Final = re.compile(r"\s*[(\[]([^()\[\]]*)[)\]]\s*")
_PLUS: Final = re.compile(r"\s*(?:,\s*(?=plus\b))?(?:\+|\bplus\b|\band\b|&|,)?\s*", re.I)
_OTHER_UNITS: Final = re.compile(r"\s*(?:/|=|\||;|\bor\b(?: about)?|-|,\s*(?:or|about)|,)\s*(?:about\s+)?", re.I)
_SECOND_UNITS: Final = re.compile(r"\s+(?=\d[\d.,/ ]*(?:g|gms?|gr|kg|ml|l|litres?|liters?|oz|lbs?|pints?)\b)")
_SIZE_OF_CONTAINER: Final = re.compile(r"\s*(?:small|large|medium|big)\s*\([^()]*\d[^()]*\)", re.I)
_UNREADABLE: Final = re.compile(r"\s*/\s?[\d./ ]+(?:pt|pints?|lb|oz|g|kg|ml|l|cups?)\b", re.I)
_RANGE: Final = re.compile(r"\s*(?:-|\bto\b|\bor\b)\s*", re.I)
_PIECE: Final = re.compile(
    r"(?:\s|-)*[\"']?(?:long\s+|thick\s+|thumb\s+)?(piece|stub|knob|chunk|stick|length|hunk|nub|slice|strip)s?\b", re.I
)
_ACROSS: Final = re.compile(r"-?\s?(?:long|wide|thick|diameter)\b", re.I)
_SIDES: Final = re.compile(
    r"\d[\d./]*\s?x\s?\d[\d./]*(?:\"|[\s-]?(?:inch(?:es)?|cm|mm))(?:-?(?:long|wide|thick))?(?=\s+[a-z])", re.I
)
""" "2x1" strips": as long and as wide."""
_CUT_TO: Final = re.compile(
    r"\s+((?:bite[- ]sized?|\d[\d./]*\"?(?:-\d[\d./]*)?(?:\"|[\s-]?inch|[\s-]?cm))[\s-]*(?:thick\s+)?"
    r"(?:cubes?|pieces?|chunks?|slices?|dice|lengths?|sections?|strips?))\s+(?:of\s+)?(?=[a-z])",
    re.I,
)
""" "4 cups 1-inch pieces rhubarb": what it is cut to is a remark."""
_OF_SIZE: Final = re.compile(
    r"\s*,?\s*\d[\d./ -]*(?:fl\.? )?(?:oz|ounces?|g|grams?|ml)\.?[\s-](?:sized?|each)\s+(?=[a-z])", re.I
)
""" "2 pouches 3-ounce size pectin"."""
_EMPTY_JARS: Final = re.compile(
    r"[-\s]*(?:\w+\s+)?jars?\b\s*(?:$|[,(]|(?:with|and|or|&)\s)(?!\s*(?:drained|undrained))", re.I
)
""" "8 250 ml jars with lids" hold nothing yet: the size is their name."""
_JARS_ALONE: Final = re.compile(
    r"[-\s]*(?:\w+\s+)?jars\b\s*(?:$|[,(]|(?:with|and|that|to|for|washed|sterili[sz]ed)\b)", re.I
)
""" "6 x 250 ml jars that seal": what the line is about."""
_OR_SO: Final = re.compile(r"\s*,?\s+or (?:more|less|so)\b(?! as\b)(?:,(?=\s+[a-z]))?", re.I)
_MORE: Final = re.compile(r"\s*(?:more|extra|additional|for\b|to\b(?!\s*\d))", re.I)


@dataclass(frozen=True, slots=True)
class Amount:
    """What a line begins with: `least` to `most` of `unit`; `notes` in the order of the line; `end` where it ends."""

    least: float | None
    most: float | None
    unit: LineUnit | None
    notes: tuple[str, ...]
    end: int


_ONE_OF_IT: Final = CONTAINERS | {"piece", "bunch", "sprig", "stick", "strip", "slice", "head", "stalk"} - {"jar"}
"""Units that mean one without a number, where a size or "of" says that they are a unit: "small bunch of mint"."""
_COMPOUND: Final = frozenset(
    {("pound", "ounce"), ("kilogram", "gram"), ("pint", "fluid ounce"), ("quart", "pint"), ("litre", "millilitre")}
)
"""Pairs that are one amount with nothing between them: "2 lb 4 oz"."""


class _Reader:
    """Reads one amount from `text` at `pos`; collects notes on the way."""

    def __init__(self, text: str, pos: int) -> None:
        self.text = text
        self.pos = pos
        self.notes: list[str] = []
        self.least: float | None = None
        self.most: float | None = None
        self.unit: LineUnit | None = None

    def read(self) -> Amount | None:
        article = _QUALIFIED.match(self.text, self.pos)
        self.pos = article.end() if article else self.pos
        self._skip(_QUALIFIER)
        quantity = read_quantity(self.text, self.pos)
        if quantity is None or quantity.least == 0 or _NO_NUMBER.match(self.text, self.pos):
            return self._without_number()
        self._take(self._count_and_size(quantity))
        if not self._multiplied() and not self._sized_container():
            if _SIZE_OF_CONTAINER.match(self.text, self.pos):
                self.pos = self._blank(self.pos)
                self._skip(_SIZE)
            self._paren()
            self._unit()
        self._behind_unit()
        return Amount(self.least, self.most, self.unit, tuple(self.notes), self.pos)

    def _count_and_size(self, quantity: Quantity) -> Quantity:
        """ "1 - 3 oz pouch" is one pouch of three ounces, no range of ounces."""
        dash = re.compile(r"(\d+)(?:\s+-\s*|\s*-\s+)(?=\d)").match(self.text, self.pos)
        unit = read_unit(self.text, self._blank(quantity.end)) if dash and quantity.most is not None else None
        if dash is None or unit is None or unit[0] not in MEASURES:
            return quantity
        container = read_unit(self.text, self._blank(unit[1]))
        if container is None or container[0] not in CONTAINERS:
            return quantity
        blanks = " " * (dash.end() - dash.end(1))
        self.text = f"{self.text[: dash.end(1)]}{blanks}{self.text[dash.end() :]}"
        return Quantity(float(dash[1]), None, dash.end(1))

    def _take(self, quantity: Quantity) -> None:
        self.least, self.most, self.pos = quantity.least, quantity.most, quantity.end

    def _skip(self, pattern: re.Pattern[str]) -> None:
        """Passes over words such as "about" and "heaped", and keeps them as notes."""
        while found := pattern.match(self.text, self.pos):
            word = found.group().strip()
            if word.lower() not in ("the", "weight"):
                self.notes.append(word)
            self.pos = found.end()

    def _without_number(self) -> Amount | None:
        """A "pinch of salt" is one pinch; "a few sprigs" are no number."""
        several = _SEVERAL.match(self.text, self.pos)
        pos = several.end() if several else self.pos
        size = _SIZES.match(self.text, pos)
        found = read_unit(self.text, size.end() if size else pos)
        if found is None:
            return None
        of_it = re.match(r"\s*of\s", self.text[found[1] :]) is not None
        sized = found[0] in _ONE_OF_IT and (size is not None or of_it)
        if found[0] not in SAID_WITHOUT_NUMBER and not several and not sized:
            return None
        if found[0] in MEASURES or not re.match(r"\s*,?\s*[\w(]", self.text[found[1] :]):
            return None
        self.notes = [part.group().strip() for part in (several, size) if part]
        many = several or self.text[: found[1]].lower().endswith("s")  # "sprigs of thyme" are no number either
        self.least, self.unit, self.pos = None if many else 1.0, found[0], found[1]
        self._behind_unit()
        return Amount(self.least, None, self.unit, tuple(self.notes), self.pos)

    def _blank(self, pos: int) -> int:
        found = re.compile(r"[\s.]*-?\s*").match(self.text, pos)
        return found.end() if found else pos

    def _multiplied(self) -> bool:
        """ "2 x 400 g tins" are two tins; "2 x 250 g" are 500 grams."""
        times = re.compile(r"\s*[xX*]\s*(?=\d)").match(self.text, self.pos)
        each = read_quantity(self.text, times.end()) if times else None
        if times is None or each is None or self.least is None:
            cross = re.compile(r"\s*[xX]\s+(?=[a-zA-Z(])").match(self.text, self.pos)
            self.pos = cross.end() if cross else self.pos
            return False
        unit = read_unit(self.text, self._blank(each.end))
        if unit is None:
            return False
        if _JARS_ALONE.match(self.text, unit[1]):
            self.pos = times.end()
            return True
        if self._container_behind(unit[1]):
            self.notes.insert(0, self.text[times.end() : unit[1]].strip())
            return True
        self.least, self.unit, self.pos = self.least * each.least, unit[0], unit[1]
        return True

    def _word_of(self, piece: re.Match[str]) -> LineUnit:
        """ "1-inch slice" is a slice; a chunk, a length and the like are pieces."""
        found = read_unit(piece[1])
        return found[0] if found else "piece"

    def _sized_container(self) -> bool:
        """ "1 14-ounce can", "two 3-oz. pouches", "1 No. 2 can", "1/2 of a 6 oz bottle"."""
        start = re.compile(r",?\s+(?:of\s+(?:an?\s+)?)?(?=[\d(#nN]|one|three|six)").match(self.text, self.pos)
        if start is None:
            return False
        sides = _SIDES.match(self.text, start.end())
        if sides:
            self.notes.append(sides.group().strip())
            self.pos = sides.end()
            self._unit()
            return True
        numbered = _NUMBERED_CAN.match(self.text, start.end())
        if numbered and self._container_behind(numbered.end()):
            self.notes.append(numbered.group().strip("() "))
            return True
        size = read_quantity(self.text, start.end()) if self.text[start.end()] != "(" else None
        unit = read_unit(self.text, self._blank(size.end)) if size else None
        if unit is None or unit[0] not in MEASURES or _EMPTY_JARS.match(self.text, unit[1]):
            return False
        behind = self._container_behind(unit[1])
        piece = _PIECE.match(self.text, unit[1])
        if not behind and not piece and unit[0] != "inch" and "-" not in self.text[start.end() : unit[1]]:
            return False
        self.notes.append(self.text[start.end() : unit[1]].strip())
        if not behind:
            across = _ACROSS.match(self.text, unit[1])
            self.pos = across.end() if across else unit[1]
            self._unit()
        return True

    def _container_behind(self, pos: int) -> bool:
        """A container, or a piece, whose size was just read: it becomes the unit."""
        paren = _PAREN.match(self.text, pos)
        slash = re.compile(r"\s*/\s*").match(self.text, pos)
        other = self._measure_at(slash.end()) if slash else None
        if paren and re.search(r"\d", paren[1]):
            pos = paren.end()
        elif other:
            pos = other[2]
        found = read_unit(self.text, self._blank(self._past_size(self._blank(pos))))
        if found is None or found[0] not in CONTAINERS | {"piece", "knob", "stick"}:
            return False
        self.unit, self.pos = found
        return True

    def _past_size(self, pos: int) -> int:
        found = _SIZE.match(self.text, pos)
        return found.end() if found else pos

    def _paren(self) -> None:
        """ "1 (3 fluid ounce) pouch": the size of what follows."""
        found = _PAREN.match(self.text, self.pos)
        if found and re.search(r"\d", found[1]):
            self.notes.append(found[1].strip())
            self.pos = found.end()
            spare = re.compile(r"-?\s*").match(self.text, self.pos)
            self.pos = spare.end() if spare else self.pos

    def _unit(self) -> None:
        start, kept = self.pos, len(self.notes)
        hyphen = re.compile(r"-(?=[a-zA-Z])").match(self.text, self.pos)
        self.pos = hyphen.end() if hyphen else self._blank(self.pos)
        self._skip(_QUALIFIER)
        self._skip(_SIZE)
        found = read_unit(self.text, self.pos)
        if found is None or not self._plausible(found[0], found[1]):
            self.pos, self.notes[kept:] = start, []
            return
        if hyphen and found[0] in MEASURES and self.most is None and self._adjective(found):
            return
        self.unit, self.pos = found
        again = read_unit(self.text, self._blank(self.pos))
        if again and again[0] == self.unit in MEASURES:
            self.pos = again[1]
        if self.unit in ("inch", "centimetre", "millimetre"):
            self._inches()

    def _adjective(self, found: tuple[LineUnit, int]) -> bool:
        """ "3-ounce pouch", "2-inch piece": one of it, and the size is a note."""
        piece = _PIECE.match(self.text, found[1])
        size = self.text[: found[1]].strip()
        if self._container_behind(found[1]) or piece:
            self.notes.append(size)
            self.least = 1.0
            if piece and self.unit is None:
                self.unit, self.pos = self._word_of(piece), piece.end()
            return True
        return False

    def _inches(self) -> None:
        """ "1 inch piece of ginger" is a piece."""
        piece = _PIECE.match(self.text, self.pos)
        if piece:
            self.notes.append(self.text[: self.pos].strip())
            self.least, self.most, self.pos = 1.0, None, piece.end()
            self.unit = self._word_of(piece)

    def _plausible(self, unit: LineUnit, end: int) -> bool:
        """Units that are also things: "4 cloves" are the spice, "6 glass jars" no glasses, "12 jars" no unit."""
        rest = self.text[end:]
        if unit.endswith(" jar") and rest.lstrip().startswith(","):
            return False
        if re.match(r"[-\s]*sized?\b", rest, re.I):
            return False
        if unit in MEASURES:
            filled = unit in ("gram", "millilitre", "litre", "ounce") and re.match(
                r"\s?jar (?!with|and|or|lids)[a-z]", rest, re.I
            )
            return unit == "gram" or bool(filled) or not re.match(r"[-\s]*(?:canning )?jars?\b", rest, re.I)
        if not re.match(r"[\s,]*(?:of\s+)?[(\w]", rest) or re.match(r"[\s,]*(?:and|or|with|&)\s", rest, re.I):
            return unit in ("pinch", "dash")
        if unit == "clove":
            return re.search(r"\bgarlic\b", rest, re.I) is not None
        if unit in ("glass", "jar", "half-pint jar", "pint jar", "quart jar", "half-pint"):
            return (
                re.match(r"[\s-]*(?:\([^()]*\)\s*)?(?:\w+\s+)?(?:jars?|lids?|canning|bottles?)\b", rest, re.I) is None
            )
        return not (unit in ("part", "head", "bar", "ball") and re.match(r"\s*,", rest))

    def _behind_unit(self) -> None:
        """The second half of the amount, a range that repeats its unit, and the same amount in other units."""
        cut_to = _CUT_TO.match(self.text, self.pos) if self.unit in MEASURES else None
        if cut_to:
            self.notes.append(cut_to[1])
            self.pos = cut_to.end()
        of_size = _OF_SIZE.match(self.text, self.pos) if self.unit in CONTAINERS else None
        if of_size:
            self.notes.append(of_size.group().strip(" ,"))
            self.pos = of_size.end()
        self._range_to()
        self._summed()
        self._range_to()
        while self._other_units():
            pass
        self._skip(_OR_SO)
        if self.unit in ("inch", "centimetre", "millimetre") and _PIECE.match(self.text, self.pos):
            self._inches()
        self._bag()
        of = re.compile(r"\s*(?:of\s+(?:the\s+)?|each\s+(?:of\s+)?|ea\.?\s+)", re.I).match(self.text, self.pos)
        self.pos = of.end() if of else self.pos

    def _measure_at(self, pos: int) -> tuple[Quantity, LineUnit, int] | None:
        quantity = read_quantity(self.text, pos)
        unit = read_unit(self.text, self._blank(quantity.end)) if quantity else None
        if quantity is None or unit is None or unit[0] not in MEASURES | {"stick"}:
            return None
        return quantity, unit[0], unit[1]

    def _range_to(self) -> None:
        joint = _RANGE.match(self.text, self.pos)
        found = self._measure_at(joint.end()) if joint and self.unit in MEASURES and self.most is None else None
        if found and found[1] == self.unit and self.least is not None and found[0].least > self.least:
            self.most, self.pos = found[0].least, found[2]

    def _summed(self) -> None:
        joint = _PLUS.match(self.text, self.pos)
        found = self._measure_at(joint.end()) if joint and self.unit and self.most is None else None
        if joint is None or found is None or self.least is None or _MORE.match(self.text, found[2]):
            self._more_of_it()
            return
        factor = 1.0 if found[1] == self.unit else _factor(found[1], str(self.unit))
        said = joint.group().strip(" ,").lower()
        compound = (self.unit, found[1]) in _COMPOUND if said in ("", ",") else factor is not None and factor < 1
        if factor is None or not (compound or said in ("plus", "+")):
            self._more_of_it()
            return
        self.notes.append(self.text[joint.start() : found[2]].strip(" ,"))
        self.least, self.pos = round(self.least + found[0].least * factor, 4), found[2]

    def _more_of_it(self) -> None:
        """ "1/2 cup plus 1 pinch sugar": what cannot be summed is a remark, and the sugar what the line is about."""
        joint = re.compile(r"\s*(?:plus|\+)\s+", re.I).match(self.text, self.pos) if self.unit else None
        quantity = read_quantity(self.text, joint.end()) if joint else None
        unit = read_unit(self.text, self._blank(quantity.end)) if quantity else None
        if unit and re.match(r"\s+[a-z]", self.text[unit[1] :], re.I) and not _MORE.match(self.text, unit[1]):
            self.notes.append(self.text[self.pos : unit[1]].strip())
            self.pos = unit[1]

    def _other_units(self) -> bool:
        paren = _PAREN.match(self.text, self.pos)
        if paren and self.unit and re.match(r"\W*(?:about|approx\w*\.?|around|or)?\W*\d", paren[1], re.I):
            self.notes.append(paren[1].strip())
            self.pos = paren.end()
            again = read_unit(self.text, self.pos)
            if (
                again
                and again[0] in MEASURES
                and re.search(r"[a-z]+$", paren[1], re.I)
                and read_unit(paren[1].split()[-1])
            ):
                self.pos = self._blank(again[1])  # "1 pound (2 cups) cups sugar"
            return True
        joint = _OTHER_UNITS.match(self.text, self.pos) or _SECOND_UNITS.match(self.text, self.pos)
        found = self._measure_at(joint.end()) if joint and self.unit else None
        if found is None or joint is None:
            garbled = _UNREADABLE.match(self.text, self.pos) if self.unit else None
            self.pos = garbled.end() if garbled else self.pos
            return False
        last = self._measure_at(self._blank(found[2]))
        end = last[2] if last else found[2]
        self.notes.append(self.text[joint.end() : end].strip())
        self.pos = end
        return True

    def _bag(self) -> None:
        """ "400 g tin", "2 kg (4 lb) bag": bought in it; the weight stays the amount."""
        if self.unit in GRAMS or self.unit in MILLILITRES:
            start = self._blank(self.pos)
            found = read_unit(self.text, start)
            if (
                found
                and found[0] in CONTAINERS | {"knob", "piece", "stick", "slice", "bunch"}
                and re.match(r"\s*(?:of\s+)?\w", self.text[found[1] :])
            ):
                self.notes.append(self.text[start : found[1]])
                self.pos = found[1]


def _factor(small: str, large: str) -> float | None:
    """How many of `large` one `small` is; None when they are not of one dimension."""
    for table in (GRAMS, MILLILITRES):
        if small in table and large in table:
            return table[small] / table[large]
    return None


def read_amount(text: str, start: int = 0) -> Amount | None:
    """The amount that begins at `start` of cleaned text, or None where there is none."""
    return _Reader(text, start).read()
