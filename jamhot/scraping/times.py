"""Times as pages give them → minutes, from least to most."""

from __future__ import annotations

import re
from typing import Final

from jamhot.scraping.quantities import read_quantity
from jamhot.scraping.text import clean
from jamhot.scraping.types import RawTimes, Span, Times

OVERNIGHT: Final = Span(8 * 60, 12 * 60)
"""What cooks mean by it: eight to twelve hours."""
_ISO: Final = re.compile(
    r"P(?:(?P<y>[\d.,]+)Y)?(?:(?P<mo>[\d.,]+)M)?(?:(?P<w>[\d.,]+)W)?(?:(?P<d>[\d.,]+)D)?"
    r"(?:T(?:(?P<h>[\d.,]+)H)?(?:(?P<m>[\d.,]+)M)?(?:(?P<s>[\d.,]+)S)?)?",
    re.I,
)
_UNIT: Final = re.compile(r"[\s-]*(?P<unit>days?|d|hours?|hrs?|h|minutes?|mins?|m|seconds?|secs?|s|weeks?)\b\.?", re.I)
_MINUTES: Final = {"w": 7 * 1440.0, "d": 1440.0, "h": 60.0, "m": 1.0, "s": 1 / 60}
_LONGEST: Final = 60 * 24 * 120
"""Nothing that is made in a kitchen takes longer; a longer one is a slip of the page."""


def structure_times(raw: RawTimes) -> Times:
    """Minutes of each time that the page gives. Never raises; what is not understood stays None.

    A rest that the page does not name is what its total leaves over.
    """
    prep, cook, rest, total = (read_span(text) for text in (raw.prep, raw.cook, raw.rest, raw.total))
    if total is None and (prep or cook or rest):
        total = _sum([span for span in (prep, cook, rest) if span])
    if rest is None and prep and cook and total and total.least > prep.most + cook.most:
        rest = Span(total.least - prep.most - cook.most, max(total.most - prep.least - cook.least, 0))
    return Times(prep, cook, rest, total)


def read_span(text: str | None) -> Span | None:
    """One time: ISO 8601, bare minutes, or words with ranges ("30-40 mins", "1 hr 15 plus overnight chilling")."""
    if text is None or not text.strip():
        return None
    plain = clean(text)
    iso = _ISO.fullmatch(plain.replace(" ", ""))
    span = _iso(iso) if iso and len(plain) > 1 else _words(plain)
    return span if span and 0 < span.most <= _LONGEST else None


def _iso(found: re.Match[str]) -> Span | None:
    minutes = sum(_figure(found[key]) * _MINUTES[key] for key in ("w", "d", "h", "m", "s"))
    return _span(minutes, minutes) if minutes > 0 and not found["y"] and not found["mo"] else None


def _figure(text: str | None) -> float:
    try:
        return min(float(text.replace(",", ".")), float(_LONGEST)) if text else 0.0
    except ValueError:
        return 0.0


def _words(text: str) -> Span | None:
    least = most = 0.0
    found_any = False
    pos = 0
    while pos < len(text):
        quantity = read_quantity(text, pos) if _may_begin(text, pos) else None
        unit = _UNIT.match(text, quantity.end) if quantity else None
        bare = quantity and re.fullmatch(r"\d+(?:[.,]\d+)?", text.strip())
        if quantity and (unit or bare or (found_any and re.match(r"\s*(?:$|plus|\+|,)", text[quantity.end :]))):
            per = _MINUTES[unit["unit"][0].lower()] if unit else 1.0
            least, most, found_any = least + quantity.least * per, most + (quantity.most or quantity.least) * per, True
            pos = unit.end() if unit else quantity.end
            least, most, pos = _range_of_units(text, pos, least, most)
        else:
            pos += 1
    if re.search(r"\bover\s?night\b", text, re.I):
        least, most, found_any = least + OVERNIGHT.least, most + OVERNIGHT.most, True
    return _span(least, most) if found_any else None


def _range_of_units(text: str, pos: int, least: float, most: float) -> tuple[float, float, int]:
    """ "45 minutes to 1 hour": the second figure is the most, not more of it."""
    joint = re.compile(r"\s*(?:-|to|or)\s*", re.I).match(text, pos)
    quantity = read_quantity(text, joint.end()) if joint else None
    unit = _UNIT.match(text, quantity.end) if quantity else None
    if quantity is None or unit is None:
        return least, most, pos
    return least, max(most, (quantity.most or quantity.least) * _MINUTES[unit["unit"][0].lower()]), unit.end()


def _may_begin(text: str, pos: int) -> bool:
    return pos == 0 or not (text[pos - 1].isalnum() or text[pos - 1] in "./")


def _span(least: float, most: float) -> Span:
    return Span(round(least), round(max(least, most)))


def _sum(spans: list[Span]) -> Span:
    return Span(sum(span.least for span in spans), sum(span.most for span in spans))
