"""The catalogue in memory: built once from content, immutable, answering in microseconds."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Literal

import numpy as np

from jamhot.catalog.columns import Columns, Longs, Mask, Ranking, Rows
from jamhot.catalog.content import Content
from jamhot.catalog.findings import Findings
from jamhot.catalog.foraging import together
from jamhot.catalog.matching import MATCHES, Kinship, suited
from jamhot.catalog.names import FruitNames
from jamhot.catalog.search import TITLE_TIERS, Hits, TitleIndex, WordIndex, recipe_words, words
from jamhot.catalog.shelf import OPENED, RecipeShelf
from jamhot.catalog.types import Difficulty, FoodWarning, Fruit, Kind, Recipe

Order = Literal["best", "title"]
PARTIAL = MATCHES.index("partial")
LACKING_MOST = 64
"""Fruits that a recipe may lack and still be told apart in the order; none has so many."""


@dataclass(frozen=True, slots=True)
class RecipeQuery:
    """What is asked for; None leaves a filter out. `fruits` are canonical names, `source` words of its title."""

    fruits: tuple[str, ...] = ()
    kind: Kind | None = None
    tested: bool | None = None
    q: str | None = None
    difficulty: Difficulty | None = None
    max_minutes: int | None = None
    source: str | None = None
    order: Order = "best"

    @property
    def digest(self) -> str:
        """Tells this question from others."""
        asked = (self.fruits, self.kind, self.tested, self.q, self.difficulty, self.max_minutes, self.source)
        return blake2b(repr((*asked, self.order)).encode(), digest_size=6).hexdigest()


class Snapshot:
    """Fruits, recipes and their indexes.

    Args:
        content: fruits and recipes, as the database or the shipped files give them.
        version: the catalogue's version in PostgreSQL; 0 for the shipped content.
    """

    def __init__(self, content: Content, version: int) -> None:
        self.version = version
        self.edition = f"{version}-{secrets.token_hex(4)}"
        """Another for every snapshot built, so that a cached answer is never taken for a newer one's."""
        self.fruits: dict[str, Fruit] = {fruit.name: fruit for fruit in content.fruits}
        self.names = FruitNames(content.fruits)
        recipes = sorted(map(self._with_fruit_warnings, content.recipes), key=lambda recipe: recipe.id)
        self.recipes = RecipeShelf(recipes)
        self.columns = Columns(recipes)
        self._kinship = Kinship(self.fruits)
        self._text = WordIndex(recipe_words(recipes, self.names), len(recipes))
        self._titles = TitleIndex([recipe.title for recipe in recipes])
        self._sources = WordIndex((words(recipe.source) for recipe in recipes), len(recipes))
        self._best = self.columns.best_first(self.columns.mean_rating)

    def _with_fruit_warnings(self, recipe: Recipe) -> Recipe:
        inherited = self.warnings(recipe.fruits)
        if not inherited:
            return recipe
        return recipe.model_copy(update={"warnings": tuple(dict.fromkeys((*recipe.warnings, *inherited)))})

    def stands_for(self, name: str) -> frozenset[str]:
        """Fruits that a fruit on the table may stand for in a recipe: itself, its finer kinds, its broader one."""
        return self._kinship.stands_for(name)

    def find(self, query: RecipeQuery, mean: float | None = None) -> Findings:
        """Every recipe that passes the filters, best match first; the order is the same every time.

        Args:
            mean: rating that few reviews are drawn towards; the mean of all, unless an older list is read on.
        """
        mean = self.columns.mean_rating if mean is None else mean
        ranking = self._ranking(query.order, mean)
        hits = self._text.find(query.q) if query.q else Hits(None)
        passing = self._passing(query)
        if hits.mask is not None:
            passing &= hits.mask
        if not query.fruits and hits.mask is None:
            rows = ranking.rows[passing[ranking.rows]]
            alike = np.zeros(len(rows), np.int64)
            return Findings(self.recipes, self.columns, mean, rows, alike, alike, hits, matched=False)
        rows, tiers, lacking = self._tiers(query, passing)
        order = np.argsort((tiers * (LACKING_MOST + 1) + lacking) * len(self.columns) + ranking.rank[rows])
        places = rows[order], tiers[order], lacking[order]
        return Findings(self.recipes, self.columns, mean, *places, hits, matched=bool(query.fruits))

    def _ranking(self, order: Order, mean: float) -> Ranking:
        if order == "title":
            return self.columns.by_title()
        return self._best if mean == self.columns.mean_rating else self.columns.best_first(mean)

    def _passing(self, query: RecipeQuery) -> Mask:
        """Rows that pass every filter but text and fruits."""
        columns = self.columns
        passing = np.ones(len(columns), np.bool_)
        for word in (query.kind, query.difficulty):
            if word is not None:
                passing &= columns.named(word)
        if query.tested is not None:
            passing &= columns.tested == query.tested
        if query.max_minutes is not None:
            passing &= columns.minutes <= query.max_minutes
        of_source = self._sources.find(query.source).mask if query.source else None
        return passing if of_source is None else passing & of_source

    def _tiers(self, query: RecipeQuery, passing: Mask) -> tuple[Rows, Longs, Longs]:
        """Passing rows that take one of the fruits, in no order, with their tiers and how many fruits they lack.

        Tiers: perfect, good, partial; within each by how well the title meets the text. Partial ones are told apart
        further by how few fruits one must still buy.
        """
        if not query.fruits:
            rows = np.flatnonzero(passing).astype(np.int32)
            tiers = lacking = np.zeros(len(rows), np.int64)
        else:
            suits = suited(self.columns, query.fruits, self._kinship)
            rows = np.flatnonzero(passing & suits.any).astype(np.int32)
            tiers = suits.tier[rows].astype(np.int64)
            lacking = np.where(tiers == PARTIAL, np.minimum(suits.lacking[rows], LACKING_MOST), 0).astype(np.int64)
        if query.q and query.order == "best":
            tiers = tiers * TITLE_TIERS + self._titles.tiers(query.q)[rows]
        else:
            tiers = tiers * TITLE_TIERS
        return rows, tiers, lacking

    def warnings(self, names: Sequence[str]) -> tuple[FoodWarning, ...]:
        """Warnings of these fruits, each once; those about picking in the wild folded into one."""
        return together([self.fruits[name] for name in names if name in self.fruits])

    @staticmethod
    def estimated_bytes(content: Content) -> int:
        """Memory that a snapshot of `content` takes: about half its recipes' JSON, and the recipes kept as values.

        Measured by `benchmarks/catalog_growth.py`. The content itself, seven times its JSON, goes once it is built.
        """
        recipes = sum(len(recipe.model_dump_json(exclude_none=True)) for recipe in content.recipes)
        fruits = sum(len(fruit.model_dump_json(exclude_none=True)) for fruit in content.fruits)
        opened = recipes * min(1.0, OPENED / max(len(content.recipes), 1))
        return int(0.6 * recipes + 7 * opened + 7 * fruits)
