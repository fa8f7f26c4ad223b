"""A yield phrase → from how many to how many of what. `python -m jamhot.scraping.yields` is the filter."""

from __future__ import annotations

from jamhot.scraping.types import Yield


def structure_yield(raw: str) -> Yield:
    """What a yield phrase says ("About 6 half-pint jars"). Never raises; what is not understood stays None."""
    return Yield(raw=raw)
