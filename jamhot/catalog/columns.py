"""What filters and order need of every recipe, side by side in arrays: a row a recipe, in order of id.

Thirty thousand recipes are a few hundred kilobytes here, and a filter over all of them takes microseconds.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jamhot.catalog.types import Recipe

Rows = NDArray[np.int32]
Mask = NDArray[np.bool_]
Integers = NDArray[np.int32]
Longs = NDArray[np.int64]
PRIOR_REVIEWS = 5
"""A rating counts like this many reviews at the mean of all before its own are heard."""
NOTHING: Rows = np.array([], np.int32)
ALL = slice(None)
UNKNOWN_MINUTES = np.iinfo(np.int32).max


@dataclass(frozen=True, slots=True)
class Ranking:
    """An order of all rows. `rank`: row → its place; `rows`: place → row."""

    rank: Integers
    rows: Rows


class Block:
    """Pieces of bytes behind one another."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        held = bytearray()
        ends = [0]
        for piece in pieces:
            held += piece
            ends.append(len(held))
        self._bytes = bytes(held)
        self._ends = np.array(ends, np.int64)

    def __getitem__(self, index: int) -> bytes:
        return self._bytes[self._ends[index] : self._ends[index + 1]]


class Columns:
    """The arrays.

    Args:
        recipes: in order of id.
    """

    def __init__(self, recipes: Sequence[Recipe]) -> None:
        self.ids = np.array([one.id for one in recipes], np.int32)
        titles = [one.title.casefold() for one in recipes]
        self._titles = Block(title.encode() for title in titles)
        self.tested = np.array([one.tested for one in recipes], np.bool_)
        self.minutes = np.array([_minutes(one) for one in recipes], np.int32)
        self.rating = np.array([np.nan if one.rating is None else one.rating for one in recipes], np.float64)
        self.reviews = np.array([one.review_count for one in recipes], np.int32)
        self.fruit_count = np.array([len(set(one.fruits)) for one in recipes], np.int32)
        self.primary_count = np.array([len(set(one.primary_fruits)) for one in recipes], np.int32)
        self.fruits = postings(one.fruits for one in recipes)
        self.primary = postings(one.primary_fruits for one in recipes)
        self._named = postings((one.kind, one.difficulty) for one in recipes)
        self._by_title = rank_of(sorted(range(len(recipes)), key=lambda row: (titles[row], row)))

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def mean_rating(self) -> float:
        rated = self.rating[~np.isnan(self.rating)]
        return float(rated.mean()) if len(rated) else 0.0

    def title(self, row: int) -> str:
        """As recipes are sorted by it: without regard to capitals."""
        return self._titles[row].decode()

    def mask(self, rows: Rows) -> Mask:
        """True in these rows."""
        made = np.zeros(len(self), np.bool_)
        made[rows] = True
        return made

    def named(self, word: str) -> Mask:
        """Rows of a kind or a difficulty."""
        return self.mask(self._named.get(word, NOTHING))

    def shrunk(self, mean: float, rows: int | slice = ALL) -> NDArray[np.float64]:
        """Ratings drawn towards `mean` by how few people gave them; `mean` where nobody did."""
        given, reviews = self.rating[rows], self.reviews[rows]
        rating = np.where(np.isnan(given), mean, given)
        heard: NDArray[np.float64] = (rating * reviews + mean * PRIOR_REVIEWS) / (reviews + PRIOR_REVIEWS)
        return heard

    def best_first(self, mean: float) -> Ranking:
        """Tested first, better rated, fewer fruits; then by title and id, so that it is stable."""
        keys = (self._by_title.rank, self.fruit_count, -self.shrunk(mean), ~self.tested)
        return rank_of(np.lexsort(keys))

    def by_title(self) -> Ranking:
        """From A to Z, then by id."""
        return self._by_title


def _minutes(recipe: Recipe) -> int:
    total = recipe.times.total_minutes
    return UNKNOWN_MINUTES if total is None else total


def rank_of(rows: Sequence[int] | NDArray[np.int64]) -> Ranking:
    ordered = np.asarray(rows, np.int32)
    rank = np.empty(len(ordered), np.int32)
    rank[ordered] = np.arange(len(ordered), dtype=np.int32)
    return Ranking(rank, ordered)


def postings(words_of_rows: Iterable[Iterable[str]]) -> dict[str, Rows]:
    """Word → the rows that have it, in order."""
    found: dict[str, list[int]] = defaultdict(list)
    for row, words in enumerate(words_of_rows):
        for word in set(words):
            found[word].append(row)
    return {word: np.array(rows, np.int32) for word, rows in found.items()}
