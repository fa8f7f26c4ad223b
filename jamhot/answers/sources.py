"""Whose recipes these are, and under which licence their facts came."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from itertools import islice

from jamhot.catalog.snapshot import Snapshot

LOOKED_AT = 2000
"""Recipes by lowest id: the curated ones. All of a large catalogue would keep everybody waiting."""


@dataclass(frozen=True, slots=True)
class RecipeSource:
    """A publisher or book, without the place in it."""

    name: str
    licence: str
    recipes: int


def recipe_sources(snapshot: Snapshot) -> list[RecipeSource]:
    """Sources by how many recipes rest on them."""
    recipes = (snapshot.recipes[number] for number in islice(snapshot.recipes, LOOKED_AT))
    counted = Counter((re.split(r"[:,]", recipe.source, maxsplit=1)[0], recipe.licence) for recipe in recipes)
    return [RecipeSource(name, licence, count) for (name, licence), count in counted.most_common()]
