"""What the home page shows: the answer to a photo, or the recipes for fruits that a person names."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from jamhot.answers.cookbook import RecipeSearch
from jamhot.answers.desk import Desk
from jamhot.answers.types import FruitAnswer, Identification, IdentifiedFruit, RecipePage
from jamhot.answers.wording import spoken
from jamhot.catalog.types import Colours, FoodWarning
from jamhot.errors import NotFound
from jamhot.web import format as fmt
from jamhot.web import views

MOST_FRUITS = 3
"""On the table at once; a jam of more is a recipe's own idea."""
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
    left_out: list[str]
    found: RecipePage | None
    groups: list[views.Group]
    colours: Colours
    warnings: tuple[FoodWarning, ...]

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
    before: list[str]
    """Names of the fruits that lay on the table already."""
    table: list[FruitAnswer]
    """Those and the one of the photo."""
    groups: list[views.Group]
    recipes_total: int
    model: str

    @property
    def table_names(self) -> list[str]:
        return [fruit.name for fruit in self.table]

    @property
    def offered(self) -> str:
        """What the photo was taken for, as JSON; it comes back with a correction."""
        return json.dumps([{"name": one.name, "confidence": one.confidence} for one in self.identified.alternatives])

    def with_fruit(self, name: str) -> str:
        """The address of the recipes for this fruit and those that lay there already."""
        return fruits_url(*dict.fromkeys((*self.before, name)))


def fruit_or_none(desk: Desk, text: str) -> FruitAnswer | None:
    try:
        return desk.fruit(text)
    except NotFound:
        return None


def shelf(desk: Desk) -> list[FruitAnswer]:
    return [fruit for name in SHELF if (fruit := fruit_or_none(desk, name)) and fruit.profile]


def fruits_url(*names: str) -> str:
    """The address of the recipes for these fruits; it may be kept and passed on."""
    return f"/?fruits={quote(','.join(names), safe=',')}" if names else "/"


def picker(desk: Desk) -> list[str]:
    """Every name of every fruit, British and American, from A to Z."""
    fruits = desk.snapshot.fruits.values()
    return sorted({name for fruit in fruits for name in (fruit.display_name, *fruit.other_names)}, key=str.casefold)


def names_in(text: str) -> list[str]:
    """`a, b` as names; what comes after the first ten is dropped."""
    cleaned = text[:MOST_TEXT].replace("\x00", "")
    return [part.strip()[:60] for part in cleaned.split(",") if part.strip()][:10]


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
    names = list(known)[:MOST_FRUITS]
    found, grouped = _recipes(desk, names)
    return Table(
        fruits=[known[name] for name in names],
        unknown=unknown,
        left_out=[spoken(known[name], name) for name in list(known)[MOST_FRUITS:]],
        found=found,
        groups=grouped,
        colours=views.colours(names, desk.snapshot.fruits),
        warnings=desk.snapshot.warnings(names),
    )


def _recipes(desk: Desk, names: Sequence[str]) -> tuple[RecipePage | None, list[views.Group]]:
    if not names:
        return None, []
    found = desk.recipes(RecipeSearch(fruits=tuple(names), limit=MOST_RECIPES))
    return found, views.groups(found.recipes, desk.snapshot.fruits)


def on_the_table(desk: Desk, texts: list[str]) -> list[FruitAnswer]:
    """The fruits that these name, each once, with room for one more."""
    found = [fruit for text in texts if (fruit := fruit_or_none(desk, text))]
    return list({fruit.name: fruit for fruit in found}.values())[: MOST_FRUITS - 1]


def answer(desk: Desk, found: Identification, before: list[FruitAnswer]) -> Answer:
    """The page's answer: it shows one photo, the first, and recipes for its fruit and those `before` it."""
    identified = found.fruits[0]
    fruit = fruit_or_none(desk, identified.name) if identified.name else None
    named = [fruit] if fruit and identified.status.startswith("recognized") else []
    table = list({one.name: one for one in (*before, *named)}.values())
    page, grouped = _recipes(desk, [one.name for one in table])
    return Answer(
        identified=identified,
        fruit=fruit,
        candidates=[
            Candidate(one.display_name, one.confidence, fruit_or_none(desk, one.name))
            for one in identified.alternatives
        ],
        before=[one.name for one in before],
        table=table,
        groups=grouped,
        recipes_total=page.total_count if page else 0,
        model=found.model,
    )
