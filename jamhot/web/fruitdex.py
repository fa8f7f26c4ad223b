"""The Fruitdex: all fruits, and one of them."""

from __future__ import annotations

from dataclasses import dataclass

from jamhot.answers.cookbook import RecipeSearch
from jamhot.answers.desk import Desk
from jamhot.answers.types import FruitAnswer
from jamhot.web import views
from jamhot.web.home import MOST_RECIPES, fruit_or_none


@dataclass(frozen=True, slots=True)
class FruitView:
    """A fruit's page. `broader`: the fruit that it is a kind of."""

    fruit: FruitAnswer
    url: str
    broader: FruitAnswer | None
    chemistry: views.ChemistryTable | None
    groups: list[views.Group]
    recipes_total: int


def listing(desk: Desk) -> list[FruitAnswer]:
    return sorted(desk.fruits().fruits, key=lambda fruit: fruit.display_name.casefold())


def fruit_view(desk: Desk, name: str) -> FruitView:
    """Raises NotFound."""
    fruit = desk.fruit(name)
    found = desk.recipes(RecipeSearch(fruits=(fruit.name,), limit=MOST_RECIPES))
    return FruitView(
        fruit=fruit,
        url=views.fruit_url(fruit.name),
        broader=fruit_or_none(desk, fruit.kind_of) if fruit.kind_of else None,
        chemistry=views.chemistry(fruit.profile.chemistry) if fruit.profile else None,
        groups=views.groups(found.recipes, desk.snapshot.fruits),
        recipes_total=found.total_count,
    )
