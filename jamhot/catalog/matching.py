"""Which recipes suit the fruits that lie on the table, and how well.

*perfect*: the preserve is of exactly these fruits. *good*: it takes all of them, with others beside. *partial*: it
takes some of them. A fruit counts for its finer kinds: cherries on the table suit a sour cherry jam.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from jamhot.catalog.columns import NOTHING, Columns, Mask, Rows
from jamhot.catalog.types import Fruit

Match = Literal["perfect", "good", "partial"]
MATCHES: tuple[Match, ...] = ("perfect", "good", "partial")
"""Best first; a *tier* is an index in it."""


class Kinship:
    """Which names a fruit on the table may stand for in a recipe: itself, its finer kinds, and its broader one."""

    def __init__(self, fruits: Mapping[str, Fruit]) -> None:
        self._names: dict[str, frozenset[str]] = {}
        for name, fruit in fruits.items():
            finer = {other.name for other in fruits.values() if other.kind_of == name}
            broader = {fruit.kind_of} if fruit.kind_of else set()
            self._names[name] = frozenset({name, *finer, *broader})

    def stands_for(self, name: str) -> frozenset[str]:
        return self._names.get(name, frozenset({name}))


@dataclass(frozen=True, slots=True)
class Suited:
    """All rows at once. `tier`: 0 perfect, 1 good, 2 partial. `lacking`: fruits of the recipe that nobody has."""

    any: Mask
    tier: NDArray[np.int8]
    lacking: NDArray[np.int32]


def suited(columns: Columns, wanted: Sequence[str], kinship: Kinship) -> Suited:
    """How well each recipe suits the fruits `wanted`; tiers and counts mean something only where `any` is true."""
    groups = [kinship.stands_for(name) for name in wanted]
    on_table = frozenset[str]().union(*groups)
    taken = _how_many(columns, columns.fruits, groups)
    primary = _how_many(columns, columns.primary, groups)
    nothing_else = _count(columns, columns.primary, on_table) == columns.primary_count
    perfect = (primary == len(groups)) & nothing_else
    tier = np.where(perfect, 0, np.where(taken == len(groups), 1, 2)).astype(np.int8)
    return Suited(taken > 0, tier, columns.fruit_count - _count(columns, columns.fruits, on_table))


def _how_many(columns: Columns, rows_of: Mapping[str, Rows], groups: Sequence[frozenset[str]]) -> NDArray[np.int32]:
    """For each row, how many of the groups it takes a fruit of."""
    found = np.zeros(len(columns), np.int32)
    for group in groups:
        found += _count(columns, rows_of, group) > 0
    return found


def _count(columns: Columns, rows_of: Mapping[str, Rows], names: frozenset[str]) -> NDArray[np.int32]:
    """For each row, how many of these fruits it takes."""
    found = np.zeros(len(columns), np.int32)
    for name in names:
        found[rows_of.get(name, NOTHING)] += 1
    return found
