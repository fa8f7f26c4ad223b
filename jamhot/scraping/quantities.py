"""Numbers as cooks write them: "1 1/2", "2-1/2", "1,000", "one and a half", "3 to 4", "1 or 2"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

WORDS: Final = {
    "a": 1.0, "an": 1.0, "one": 1.0, "two": 2.0, "three": 3.0, "four": 4.0, "five": 5.0, "six": 6.0, "seven": 7.0,
    "eight": 8.0, "nine": 9.0, "ten": 10.0, "eleven": 11.0, "twelve": 12.0, "thirteen": 13.0, "fourteen": 14.0,
    "fifteen": 15.0, "sixteen": 16.0, "seventeen": 17.0, "eighteen": 18.0, "nineteen": 19.0, "twenty": 20.0,
    "twenty-four": 24.0, "thirty": 30.0, "forty": 40.0, "fifty": 50.0,
}  # fmt: skip
FRACTION_WORDS: Final = {
    "half": 0.5, "one half": 0.5, "one third": 1 / 3, "two thirds": 2 / 3, "third": 1 / 3, "quarter": 0.25,
    "one quarter": 0.25, "one fourth": 0.25, "three quarters": 0.75, "three quarter": 0.75, "three fourths": 0.75,
    "one eighth": 0.125, "half a": 0.5, "half an": 0.5, "a half": 0.5, "a quarter": 0.25, "a third": 1 / 3,
}  # fmt: skip
_FRACTION_WORD: Final = "|".join(sorted((w.replace(" ", "[ -]") for w in FRACTION_WORDS), key=len, reverse=True))
_WORD: Final = "|".join(sorted(WORDS, key=len, reverse=True))
_DIGITS: Final = r"\d{1,3}(?:,\d{3})+(?!\d)|\d+[.,]\d+|\d+|\.\d+"
_NUMBER: Final = re.compile(
    rf"""(?:
      (?P<whole>\d+)\s?(?:-|\s|\+|&|and\s|\sand\s)\s?(?P<over>\d+)/(?P<under>\d+)(?:ths?|rds?)?
    | (?P<bare_over>\d+)/(?P<bare_under>\d+)(?:ths?|rds?)?(?:\s+of\s+an?\b)?
    | (?P<digits>{_DIGITS})(?:\s+and\s+a\s+(?P<digits_and>half|quarter)\b)?
    | \b(?P<word>{_WORD})\s+and\s+(?:a\s+|one[ -])?(?P<word_and>half|quarter)\b
    | \b(?P<fraction>{_FRACTION_WORD})\b(?:\s+of(?:\s+(?:an?|one))?\b)?
    | \b(?P<couple>(?:a\s+)?couple)\b(?:\s+of\b)?
    | \b(?P<plain>{_WORD})\b
    )""",
    re.X | re.I,
)
LARGEST: Final = 1_000_000.0
"""No recipe takes more of anything; a longer number is a slip of the page."""
_BETWEEN: Final = re.compile(r"\s*(?:-\s*(?:to|or)\b|-|~|\bto\b|\bor\b|\band\b)\s*", re.I)


@dataclass(frozen=True, slots=True)
class Quantity:
    """From `least` to `most` (None: one figure), and where in the text it ends."""

    least: float
    most: float | None
    end: int


def read_quantity(text: str, start: int = 0) -> Quantity | None:
    """The number or range that begins at `start`, or None."""
    between = re.compile(r"between\s+", re.I).match(text, start)
    first = _read_number(text, between.end() if between else start)
    if first is None:
        return None
    value, end = first
    joint = _BETWEEN.match(text, end)
    if joint is None or ("and" in joint.group().lower() and between is None):
        return Quantity(value, None, end)
    second = _read_number(text, joint.end())
    if second is None or second[0] <= value or _is_article(text, joint.end()):
        return Quantity(value, None, end)
    return Quantity(value, second[0], second[1])


def _is_article(text: str, start: int) -> bool:
    """ "1 or a little more": an article after a number is not the end of a range."""
    return re.compile(r"an?\s", re.I).match(text, start) is not None


def _read_number(text: str, start: int) -> tuple[float, int] | None:
    found = _NUMBER.match(text, start)
    if found is None:
        return None
    value = _value(found)
    return None if value is None or value > LARGEST else (value, found.end())


def _value(found: re.Match[str]) -> float | None:
    """The number that a match stands for; None for a zero denominator."""
    if found["over"]:
        return _divided(found["over"], found["under"], float(found["whole"]))
    if found["bare_over"]:
        return _divided(found["bare_over"], found["bare_under"], 0.0)
    if found["digits"]:
        more = found["digits_and"]
        return _digits(found["digits"]) + (FRACTION_WORDS[more.lower()] if more else 0.0)
    if found["word"]:
        return WORDS[found["word"].lower()] + FRACTION_WORDS[found["word_and"].lower()]
    if found["fraction"]:
        return FRACTION_WORDS[found["fraction"].lower().replace("-", " ")]
    return 2.0 if found["couple"] else WORDS[found["plain"].lower()]


def _divided(over: str, under: str, whole: float) -> float | None:
    return whole + int(over) / int(under) if int(under) else None


def _digits(text: str) -> float:
    if re.fullmatch(r"\d{1,3}(?:,\d{3})+", text):
        return float(text.replace(",", ""))
    return float(text.replace(",", "."))
