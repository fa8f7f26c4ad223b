"""A whole catalogue, before it is laid out for readers: from the files that ship, PostgreSQL or the disk."""

from __future__ import annotations

from dataclasses import dataclass

from jamhot.catalog.types import Fruit, Recipe


@dataclass(frozen=True, slots=True)
class Content:
    """Fruits and recipes, in order of name and id."""

    fruits: tuple[Fruit, ...]
    recipes: tuple[Recipe, ...]
