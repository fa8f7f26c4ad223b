"""A rating on any scale → stars from 0 to 5."""

from __future__ import annotations

import math
import re
from typing import Final

from jamhot.scraping.types import Rating, RawRating

STARS: Final = 5.0
_NUMBER: Final = re.compile(r"\d+(?:[.,]\d+)?")
_OUT_OF: Final = re.compile(r"(\d+(?:[.,]\d+)?)\s*(?:/|out of|of|from)\s*(\d+(?:[.,]\d+)?)", re.I)
_MOST_PEOPLE: Final = 10_000_000


def structure_rating(raw: RawRating) -> Rating:
    """Stars and count. Never raises; what is missing or makes no sense is a value of None.

    Zero stars from nobody is no rating. The scale is `best`, "of 10" in the value, or a percentage; else five stars.
    """
    count = _count(raw.count)
    value, best = _value_and_best(raw)
    if value is None or best <= 0 or value < 0 or value > best:
        return Rating(None, count)
    stars = round(value / best * STARS, 2)
    if stars == 0 and count == 0:
        return Rating(None, 0)
    return Rating(stars, count)


def _value_and_best(raw: RawRating) -> tuple[float | None, float]:
    text = (raw.value or "")[:80].strip()
    out_of = _OUT_OF.search(text)
    if out_of:
        return _figure(out_of[1]), _figure(out_of[2]) or STARS
    value = _figure(text)
    if "%" in text:
        return value, 100.0
    return value, _figure(raw.best) or STARS


def _figure(text: str | None) -> float | None:
    found = _NUMBER.search((text or "")[:80])
    if found is None or (text or "").strip().startswith("-"):
        return None
    value = float(found.group().replace(",", "."))
    return value if math.isfinite(value) else None


def _count(text: str | None) -> int:
    """ "1,234 ratings", "1.2k"; 0 when it says nothing."""
    found = re.search(r"(\d[\d,. ]{0,15})\s*(k)?", (text or "")[:80], re.I)
    if found is None:
        return 0
    digits = found[1].strip(" .,")
    if found[2]:
        return (
            min(round(float(digits.replace(",", ".").replace(" ", "")) * 1000), _MOST_PEOPLE)
            if digits.count(".") <= 1
            else 0
        )
    whole = re.sub(r"[,. ](?=\d{3}(?:\D|$))", "", digits)
    return min(int(float(whole.replace(",", ".").split(" ")[0])), _MOST_PEOPLE) if whole.count(".") <= 1 else 0
