"""What the home page shows: the answer to a photo, or the recipes for fruits that a person names."""

from __future__ import annotations

from dataclasses import dataclass

from jamhot.answers.cookbook import RecipeSearch
from jamhot.answers.desk import Desk
from jamhot.answers.types import FruitAnswer, Identification, IdentifiedFruit, RecipePage
from jamhot.answers.wording import spoken
from jamhot.errors import NotFound
from jamhot.web import format as fmt
from jamhot.web import views

MOST_FRUITS = 10
MOST_RECIPES = 24
MOST_TEXT = 300
"""Characters of `fruits=` that are looked at; the API takes as many."""
SHELF = ("strawberry", "apricot", "blackcurrant", "lemon", "plum", "rhubarb", "quince", "blueberry")
"""Jars on the home page's shelf, where the catalogue has them."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """A name that no fruit has, and fruits with names like it."""

    text: str
    similar: list[FruitAnswer]


@dataclass(frozen=True, slots=True)
class Table:
    """The fruits that lie on the table, and what to make of them."""

    fruits: list[FruitAnswer]
    unknown: list[Unknown]
    found: RecipePage | None
    groups: list[views.Group]

    @property
    def names(self) -> list[str]:
        return [fruit.name for fruit in self.fruits]

    @property
    def title(self) -> str:
        """`Strawberry and rhubarb`."""
        said = fmt.listed(spoken(fruit, fruit.name) for fruit in self.fruits)
        return said[:1].upper() + said[1:]


@dataclass(frozen=True, slots=True)
class Candidate:
    """One of the likeliest fruits; `fruit` is None where the catalogue has no page for it."""

    display_name: str
    confidence: float
    fruit: FruitAnswer | None


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one photo, ready to print."""

    identified: IdentifiedFruit
    fruit: FruitAnswer | None
    candidates: list[Candidate]
    groups: list[views.Group]
    recipes_total: int


def fruit_or_none(desk: Desk, text: str) -> FruitAnswer | None:
    try:
        return desk.fruit(text)
    except NotFound:
        return None


def shelf(desk: Desk) -> list[FruitAnswer]:
    return [fruit for name in SHELF if (fruit := fruit_or_none(desk, name)) and fruit.profile]


def names_in(text: str) -> list[str]:
    """`a, b` as names, at most ten; what comes after is dropped."""
    cleaned = text[:MOST_TEXT].replace("\x00", "")
    return [part.strip()[:60] for part in cleaned.split(",") if part.strip()][:MOST_FRUITS]


def table(desk: Desk, texts: list[str]) -> Table:
    """Recipes for the fruits that `texts` name; names that mean nothing are set apart, not fatal."""
    known: dict[str, FruitAnswer] = {}
    unknown = []
    for text in texts:
        try:
            fruit = desk.fruit(text)
            known[fruit.name] = fruit
        except NotFound as error:
            similar = [fruit_or_none(desk, name) for name in error.details.get("similar", ())]
            unknown.append(Unknown(text, [fruit for fruit in similar if fruit]))
    found = desk.recipes(RecipeSearch(fruits=tuple(known), limit=MOST_RECIPES)) if known else None
    grouped = views.groups(found.recipes, desk.snapshot.fruits) if found else []
    return Table(list(known.values()), unknown, found, grouped)


def answer(desk: Desk, found: Identification) -> Answer:
    """The page's answer: it shows one photo, the first."""
    identified = found.fruits[0]
    return Answer(
        identified=identified,
        fruit=fruit_or_none(desk, identified.name) if identified.name else None,
        candidates=[
            Candidate(one.display_name, one.confidence, fruit_or_none(desk, one.name))
            for one in identified.alternatives
        ],
        groups=views.groups(found.recipes, desk.snapshot.fruits),
        recipes_total=found.recipes_total,
    )
