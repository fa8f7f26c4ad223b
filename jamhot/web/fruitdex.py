"""The Fruitdex: all fruits, and one of them among the others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from jamhot.answers.cookbook import RecipeSearch
from jamhot.answers.desk import Desk
from jamhot.answers.model_report import FruitReport
from jamhot.answers.types import FruitAnswer
from jamhot.catalog.types import Chemistry, Figure, Fruit
from jamhot.web import format as fmt
from jamhot.web import views
from jamhot.web.home import MOST_RECIPES, fruit_or_none

_PLOTTED: Final[Mapping[str, tuple[str, str]]] = {
    "Sugars": ("sugars", "sweeter"),
    "Acid": ("titratable_acid", "sharper"),
    "Pectin": ("pectin", "richer in pectin"),
    "Water": ("water", "juicier"),
    "Vitamin C": ("vitamin_c", "richer in vitamin C"),
}
"""Figures that are drawn, and what more of one makes a fruit."""
WIDTH: Final = 200


@dataclass(frozen=True, slots=True)
class Strip:
    """One figure among those of all fruits: ticks on a line of WIDTH, from the least to the most."""

    name: str
    value: str
    place: float
    others: list[float]
    least: str
    most: str
    text: str
    """The same in words."""


@dataclass(frozen=True, slots=True)
class FruitView:
    """A fruit's page. `broader`: the fruit that it is a kind of; `seen`: how well the camera knows it."""

    fruit: FruitAnswer
    url: str
    broader: FruitAnswer | None
    seen: FruitReport | None
    chemistry: views.ChemistryTable | None
    strips: list[Strip]
    groups: list[views.Group]
    recipes_total: int


@dataclass(frozen=True, slots=True)
class Listing:
    """The fruits that meet the search, and how many there are in all."""

    q: str
    fruits: list[FruitAnswer]
    total: int


def listing(desk: Desk, q: str = "") -> Listing:
    """All fruits from A to Z, or those with `q` in one of their names."""
    q = q[:60].replace("\x00", "").strip()
    every = sorted(desk.fruits().fruits, key=lambda fruit: fruit.display_name.casefold())
    return Listing(q, [fruit for fruit in every if _is_called(fruit, q)], len(every))


def _is_called(fruit: FruitAnswer, q: str) -> bool:
    names = (fruit.name.replace("_", " "), fruit.display_name, fruit.plural, *fruit.other_names)
    return any(q.casefold() in name.casefold() for name in names)


def fruit_view(desk: Desk, name: str) -> FruitView:
    """Raises NotFound."""
    fruit = desk.fruit(name)
    found = desk.recipes(RecipeSearch(fruits=(fruit.name,), limit=MOST_RECIPES))
    report = desk.model_report()
    return FruitView(
        fruit=fruit,
        url=views.fruit_url(fruit.name),
        broader=fruit_or_none(desk, fruit.kind_of) if fruit.kind_of else None,
        seen=next((one for one in report.fruits if one.label == fruit.ai_identifier), None) if report else None,
        chemistry=views.chemistry(fruit.profile.chemistry) if fruit.profile else None,
        strips=strips(fruit, desk.snapshot.fruits),
        groups=views.groups(found.recipes, desk.snapshot.fruits),
        recipes_total=found.total_count,
    )


def strips(fruit: Fruit, fruits: Mapping[str, Fruit]) -> list[Strip]:
    """The fruit's figures among those of all others; without those that it has none of, or that only it has."""
    if fruit.profile is None:
        return []
    drawn = []
    for title, (attribute, more) in _PLOTTED.items():
        mine = _figure(fruit.profile.chemistry, attribute)
        known = [
            (value, other.display_name)
            for other in fruits.values()
            if other.profile and (value := _figure(other.profile.chemistry, attribute).value) is not None
        ]
        if mine.value is not None and len(known) > 2:
            drawn.append(_strip(title, more, mine, sorted(known)))
    return drawn


def _figure(chemistry: Chemistry, attribute: str) -> Figure:
    figure: Figure = getattr(chemistry, attribute)
    return figure


def _strip(title: str, more: str, mine: Figure, known: list[tuple[float, str]]) -> Strip:
    value = mine.value or 0.0
    (least, least_name), (most, most_name) = known[0], known[-1]
    below = sum(1 for other, _ in known if other < value)

    def place(figure: float) -> float:
        # A root spreads the crowd near the low end, where most fruits are.
        return round(WIDTH * ((figure - least) / (most - least)) ** 0.5 if most > least else 0.0, 1)

    return Strip(
        name=title,
        value=fmt.figure(mine),
        place=place(value),
        others=sorted({place(other) for other, _ in known}),
        least=f"{least_name} {fmt.number(least)}",
        most=f"{most_name} {fmt.number(most)}",
        text=f"{title}: {fmt.figure(mine)} in 100 g; {more} than {below} of the {len(known) - 1} other fruits with a "
        f"figure, which go from {fmt.number(least)} ({least_name}) to {fmt.number(most)} ({most_name}).",
    )
