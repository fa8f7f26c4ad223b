"""What a search found: recipes in order, and where each stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import overload

from jamhot.catalog import cursor
from jamhot.catalog.columns import Columns, Longs, Rows
from jamhot.catalog.matching import MATCHES, Match
from jamhot.catalog.search import TITLE_TIERS, Hits
from jamhot.catalog.shelf import RecipeShelf
from jamhot.catalog.types import Recipe


@dataclass(frozen=True, slots=True)
class Found:
    """A recipe and how well it suits the fruits asked for (None when none were)."""

    recipe: Recipe
    match: Match | None


@dataclass(frozen=True, slots=True)
class Findings(Sequence[Found]):
    """Recipes in the order of an answer, opened only when they are looked at.

    `rows`, `tiers` (see `Snapshot`) and `lacking` (0 but for partial ones) run side by side. `mean`: the rating that
    few reviews were drawn towards. `hits`: what the text of the question met. `matched`: fruits were asked for.
    """

    shelf: RecipeShelf
    columns: Columns
    mean: float
    rows: Rows
    tiers: Longs
    lacking: Longs
    hits: Hits
    matched: bool

    def __len__(self) -> int:
        return len(self.rows)

    @overload
    def __getitem__(self, index: int) -> Found: ...
    @overload
    def __getitem__(self, index: slice) -> list[Found]: ...
    def __getitem__(self, index: int | slice) -> Found | list[Found]:
        if isinstance(index, slice):
            return [self._one(place) for place in range(*index.indices(len(self)))]
        if not -len(self) <= index < len(self):
            raise IndexError(index)
        return self._one(index)

    def _one(self, place: int) -> Found:
        return Found(self.shelf[self.id_at(place)], self.match_at(place))

    def id_at(self, place: int) -> int:
        return int(self.columns.ids[self.rows[place]])

    def match_at(self, place: int) -> Match | None:
        return MATCHES[int(self.tiers[place]) // TITLE_TIERS] if self.matched else None

    def json(self, place: int) -> bytes:
        """The recipe as the API sends it."""
        return self.shelf.json(self.id_at(place))

    def key(self, place: int) -> cursor.Key:
        """The recipe's place by value; in the order of `best`."""
        columns, row = self.columns, int(self.rows[place])
        tier, lacking = int(self.tiers[place]), int(self.lacking[place])
        rating = -float(columns.shrunk(self.mean, row))
        fruits, untested = int(columns.fruit_count[row]), not columns.tested[row]
        return tier, lacking, untested, rating, fruits, columns.title(row), int(columns.ids[row])

    def behind(self, key: cursor.Key) -> int:
        """The first place behind `key`, which need not be there any more."""
        low, high = 0, len(self)
        while low < high:
            middle = (low + high) // 2
            if self.key(middle) <= key:
                low = middle + 1
            else:
                high = middle
        return low
