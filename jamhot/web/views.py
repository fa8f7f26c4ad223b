"""From answers to what a template prints: cards, groups, tables, footnotes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import get_args

from jamhot.answers.types import MatchedRecipe
from jamhot.catalog.matching import Match
from jamhot.catalog.types import (
    Chemistry,
    Classed,
    Colours,
    EndPointTest,
    Figure,
    Fruit,
    Keeping,
    KeepingMethod,
    Kind,
    Profile,
    Recipe,
    WarningKind,
)
from jamhot.web import format as fmt
from jamhot.web.art import shape as shape

PLAIN = Colours(fruit="#b98a6a", jam="#a8502f")
"""Of a fruit that nobody has described yet."""
TASTES = ("sweet", "tart", "acid", "floral", "earthy")
KINDS: tuple[Kind, ...] = get_args(Kind)
HEADINGS: Mapping[Match, str] = {
    "perfect": "Made of exactly this",
    "good": "With something beside it",
    "partial": "With some of your fruits",
}
WARNING_NAMES: Mapping[WarningKind, str] = {
    "low_acid": "Low in acid",
    "harmful_part": "Harmful",
    "foraging": "Picked wild",
    "medical": "Medicines and illness",
    "allergy": "Allergy",
    "handling": "Handling",
    "storage": "Keeping",
}
END_TESTS: Mapping[EndPointTest, str] = {
    "thermometer": "by thermometer",
    "wrinkle": "a spoonful wrinkles on a cold plate",
    "sheeting": "it falls from the spoon in a sheet",
    "mound": "it stands in a mound on a cold plate",
    "timed": "by the clock",
    "thickened": "it is as thick as it should be",
}
FILLINGS: Mapping[str, str] = {
    "jelly": "jelly",
    "marmalade": "marmalade",
    "preserve": "pieces",
    "conserve": "pieces",
    "chutney": "pieces",
    "compote": "pieces",
    "butter": "butter",
    "curd": "butter",
}
"""What is drawn in the jar of a kind; jam is plain."""
KEEPING: Mapping[KeepingMethod, str] = {
    "boiling_water": "Sealed jars, processed in boiling water",
    "refrigerate": "In the fridge",
    "freeze": "In the freezer",
}
Fruits = Mapping[str, Fruit]


@dataclass(frozen=True, slots=True)
class Card:
    """A recipe in a list."""

    url: str
    title: str
    kind: str
    tested: bool
    time: str
    makes: str
    colour: str
    cloth: str
    """The cloth over the lid: the fruit's colour where the jam's is the jar's."""


@dataclass(frozen=True, slots=True)
class Group:
    """Recipes that suit equally well, under their heading."""

    heading: str
    cards: list[Card]


def same(words: Sequence[str]) -> list[tuple[str, str]]:
    """Choices that are called what they are."""
    return [(word, word) for word in words]


def recipe_url(recipe: Recipe) -> str:
    return f"/jamdex/recipe/{recipe.id}-{recipe.slug}"


def fruit_url(name: str) -> str:
    return f"/fruitdex/fruit/{name}"


def colours(names: Iterable[str], fruits: Fruits) -> Colours:
    """Of a jam of these fruits and of the cloth over its lid: the middle of theirs."""
    found = [portrait(fruits[name]) for name in names if name in fruits and fruits[name].profile] or [PLAIN]
    return Colours(fruit=fmt.blend([one.fruit for one in found]), jam=fmt.blend([one.jam for one in found]))


def portrait(fruit: Fruit) -> Colours:
    return fruit.profile.colours if fruit.profile else PLAIN


def card(recipe: Recipe, fruits: Fruits) -> Card:
    drawn = colours(recipe.primary_fruits, fruits)
    return Card(
        url=recipe_url(recipe),
        title=recipe.title,
        kind=recipe.kind,
        tested=recipe.tested,
        time=fmt.at_work(recipe.times),
        makes=fmt.jars(recipe.yield_),
        colour=drawn.jam,
        cloth=drawn.fruit,
    )


def groups(recipes: Sequence[MatchedRecipe], fruits: Fruits) -> list[Group]:
    """Recipes under perfect, good and partial, empty headings left out."""
    found = {match: [card(one, fruits) for one in recipes if one.match == match] for match in HEADINGS}
    return [Group(HEADINGS[match], cards) for match, cards in found.items() if cards]


@dataclass(frozen=True, slots=True)
class ProcessingTable:
    """Minutes in boiling water: a column a jar, a row an altitude; None where the source gives no time."""

    jars: list[str]
    rows: list[tuple[str, list[int | None]]]
    yours: int | None = None
    """The row for the cook's own height; None where it was not said."""


def processing(keeping: Keeping, altitude: float | None = None) -> ProcessingTable | None:
    """The keeping's rows as a table. A jar without a row of its own at a height keeps the one below it.

    Args:
        altitude: metres; its row is marked.
    """
    if not keeping.processing:
        return None
    sizes = sorted({row.jar_ml for row in keeping.processing})
    heights = sorted({row.above_m for row in keeping.processing})
    minutes = {(row.jar_ml, row.above_m): row.minutes for row in keeping.processing}
    rows = []
    for index, height in enumerate(heights):
        above = heights[index + 1] if index + 1 < len(heights) else None
        cells = [_in_force(minutes, size, heights[: index + 1]) for size in sizes]
        rows.append((fmt.altitude(height, above), cells))
    at_most = [index for index, height in enumerate(heights) if altitude is not None and height <= max(altitude, 0)]
    return ProcessingTable([fmt.jar(size) for size in sizes], rows, at_most[-1] if at_most else None)


def _in_force(minutes: Mapping[tuple[int, int], int], size: int, heights: Sequence[int]) -> int | None:
    return next((minutes[size, height] for height in reversed(heights) if (size, height) in minutes), None)


@dataclass(frozen=True, slots=True)
class Measured:
    """A row of the chemistry table. `note`: number of the source below it; `missing`: why there is no value."""

    name: str
    value: str
    note: int | None
    missing: str | None


@dataclass(slots=True)
class ChemistryTable:
    rows: list[Measured] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)

    def add(self, name: str, value: str, source: str | None, missing: str | None) -> None:
        if source is not None and source not in self.sources:
            self.sources.append(source)
        note = self.sources.index(source) + 1 if source is not None else None
        self.rows.append(Measured(name, value, note, missing))


_FIGURES = {
    "Water": "water",
    "Sugars": "sugars",
    "Fibre": "fibre",
    "Pectin": "pectin",
    "Carbohydrate": "carbohydrate",
    "Acid, titratable": "titratable_acid",
    "Energy": "energy",
    "Vitamin C": "vitamin_c",
}
_CLASSES = {"Pectin, for setting": "pectin_class", "Acid, for setting and keeping": "acid_class"}


def chemistry(measured: Chemistry) -> ChemistryTable:
    """Figures in 100 g with their sources as footnotes, each once."""
    table = ChemistryTable()
    for name, attribute in _CLASSES.items():
        classed: Classed = getattr(measured, attribute)
        table.add(name, classed.value or "", classed.source, classed.missing_because)
    if measured.ph is None:
        table.add("pH", "", None, measured.ph_missing_because)
    else:
        table.add("pH", fmt.ph(measured.ph), measured.ph.source, None)
    for name, attribute in _FIGURES.items():
        figure: Figure = getattr(measured, attribute)
        table.add(name, fmt.figure(figure), figure.source, figure.missing_because)
    return table


def this_month() -> int:
    """1–12, where the service stands."""
    return datetime.now(UTC).month


@dataclass(frozen=True, slots=True)
class Taste:
    """One axis of the taste, of 10."""

    name: str
    value: int


def tastes(profile: Profile) -> list[Taste]:
    return [Taste(name.capitalize(), getattr(profile.flavor, name)) for name in TASTES]
