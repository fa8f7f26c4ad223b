"""Recipes as they lie in memory: compressed JSON in one block; those looked at lately as values too.

A recipe as a value takes seven times its JSON, compressed it takes a third. A list is answered from the JSON alone.
One block, because thirty thousand small objects, made while the content lies beside them, would hold on to the pages
that the content leaves behind.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Mapping

import numpy as np
from cachetools import LRUCache

from jamhot.catalog.columns import Block
from jamhot.catalog.types import Recipe

OPENED = 400
"""Recipes kept as values, about 20 KB each."""
SAMPLES = 3
"""Recipes that the others are compressed against: the names of the fields, and how a recipe sounds."""


class RecipeShelf(Mapping[int, Recipe]):
    """Recipe ids → recipes, in order of id. For one thread."""

    def __init__(self, recipes: Iterable[Recipe]) -> None:
        ordered = sorted(recipes, key=lambda recipe: recipe.id)
        self._ids = np.array([recipe.id for recipe in ordered], np.int32)
        self._like = b"".join(_encode(recipe) for recipe in ordered[:SAMPLES])
        self._packed = Block(map(self._pack, ordered))
        self._opened: LRUCache[int, Recipe] = LRUCache(OPENED)

    def json(self, recipe_id: int) -> bytes:
        """The recipe as the API sends it. Raises KeyError."""
        place = self._place(recipe_id)
        if place is None:
            raise KeyError(recipe_id)
        unpack = zlib.decompressobj(zdict=self._like)
        return unpack.decompress(self._packed[place])

    def _place(self, recipe_id: int) -> int | None:
        place = int(np.searchsorted(self._ids, recipe_id))
        return place if place < len(self._ids) and self._ids[place] == recipe_id else None

    def _pack(self, recipe: Recipe) -> bytes:
        pack = zlib.compressobj(level=1, zdict=self._like)
        return pack.compress(_encode(recipe)) + pack.flush()

    def __getitem__(self, recipe_id: int) -> Recipe:
        found = self._opened.get(recipe_id)
        if found is None:
            found = self._opened[recipe_id] = Recipe.model_validate_json(self.json(recipe_id))
        return found

    def __contains__(self, recipe_id: object) -> bool:
        return isinstance(recipe_id, int) and self._place(recipe_id) is not None

    def __iter__(self) -> Iterator[int]:
        return iter(self._ids.tolist())

    def __len__(self) -> int:
        return len(self._ids)


def _encode(recipe: Recipe) -> bytes:
    return recipe.model_dump_json().encode()
