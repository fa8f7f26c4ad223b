"""One recipe as it is cooked today: scaled, in the cook's own units, at the cook's own height above the sea."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from markupsafe import Markup

from jamhot.answers import amounts
from jamhot.answers.batch import Batch, measurable
from jamhot.answers.desk import Desk
from jamhot.answers.lab import HEIGHTS
from jamhot.catalog.types import Colours, Fruit, Ingredient, Recipe, Step
from jamhot.errors import NotFound
from jamhot.web import format as fmt
from jamhot.web import jamlab, views
from jamhot.web.render import script_data

SYSTEMS: Final = {"": "as written", "metric": "grams", "us": "cups"}
BATCHES: Final = {
    "0.5": "half of it",
    "": "the whole recipe",
    "1.5": "one and a half",
    "2": "twice",
    "3": "three times",
}
STOCK_UNITS: Final = ("g", "kg", "lb", "oz", "cups", "ml")
MOST_LABELS: Final = 60


@dataclass(frozen=True, slots=True)
class Asked:
    """What the form says, cleaned. `batch` and `have` exclude each other; `have` wins."""

    units: str = ""
    batch: str = ""
    have: str = ""
    unit: str = "g"
    of: str = ""
    altitude: str = ""

    @property
    def fields(self) -> dict[str, str]:
        """What is asked, by its name in a form."""
        said = {name: getattr(self, name) for name in self.__slots__}
        if not self.have:
            said |= {"unit": "", "of": ""}
        return {name: value for name, value in said.items() if value}

    @property
    def query(self) -> str:
        """As it stands in an address, with its question mark; empty where nothing is asked."""
        return f"?{urlencode(self.fields)}" if self.fields else ""


@dataclass(frozen=True, slots=True)
class Line:
    """An ingredient: its amount in the system asked for, and in the other."""

    amount: str
    other: str
    ingredient: Ingredient


@dataclass(frozen=True, slots=True)
class StepView:
    step: Step
    lines: list[Line]
    """What goes in now."""


@dataclass(frozen=True, slots=True)
class RecipeView:
    """`recipe` has today's amounts, `written` those of its source."""

    recipe: Recipe
    written: Recipe
    asked: Asked
    url: str
    colours: Colours
    fruits: list[Fruit]
    lines: list[Line]
    steps: list[StepView]
    batch: Batch
    stocks: list[Ingredient]
    processing: views.ProcessingTable | None
    ld: Markup
    """schema.org JSON-LD, safe inside a script element."""
    lab: jamlab.RecipeLine | None = None

    @property
    def share(self) -> str:
        """Of the whole recipe, in words: `twice`, `0.79 of it`."""
        factor = self.batch.factor
        return BATCHES.get(f"{factor:g}", f"{factor:.2f} of it")


def recipe_view(
    desk: Desk, recipe_id: int, public_url: str | None, query: Mapping[str, str] | None = None
) -> RecipeView:
    """`query`: what the form says; what makes no sense in it is left out. Raises NotFound for an unknown recipe."""
    written = desk.recipe(recipe_id)
    asked = _asked(written, query or {})
    altitude = _metres(asked.altitude)
    batch = _batch(desk, written, asked)
    known = desk.snapshot.fruits
    lines = [_line(line, asked.units) for line in batch.recipe.ingredients]
    return RecipeView(
        recipe=batch.recipe,
        written=written,
        asked=asked,
        url=views.recipe_url(written),
        colours=views.colours(written.primary_fruits, known),
        fruits=[known[name] for name in written.fruits if name in known],
        lines=lines,
        steps=list(_steps(batch.recipe, lines)),
        batch=batch,
        stocks=measurable(written),
        processing=views.processing(written.keeping, altitude),
        ld=script_data(desk.recipe_ld(recipe_id, public_url)),
        lab=jamlab.recipe_line(desk, written, altitude),
    )


def _line(line: Ingredient, system: str) -> Line:
    amount, other = fmt.in_system(line, system)
    return Line(amount, other, line)


def _steps(recipe: Recipe, lines: list[Line]) -> Iterator[StepView]:
    for step in recipe.instructions:
        yield StepView(step, [line for line in lines if line.ingredient.item in step.uses])


def _asked(recipe: Recipe, query: Mapping[str, str]) -> Asked:
    said = {name: text[:60].strip() for name, text in query.items()}
    fruits = [line.fruit or "" for line in measurable(recipe)]
    have = _number(said.get("have", ""))
    factor = _number(said.get("batch", ""))
    metres = _metres(said.get("altitude", ""))
    return Asked(
        units=said.get("units", "") if said.get("units") in SYSTEMS else "",
        batch=f"{factor:g}" if factor and not have and factor != 1 else "",
        have=f"{have:.8g}" if have and fruits else "",
        unit=said.get("unit", "g") if said.get("unit") in STOCK_UNITS else "g",
        of=said.get("of", "") if said.get("of") in fruits else next(iter(fruits), ""),
        altitude=f"{metres:g}" if metres is not None else "",
    )


def _number(text: str) -> float | None:
    """A positive number, with a comma or a point; None for anything else."""
    try:
        value = amounts.typed(text)
    except ValueError:
        return None
    return value if math.isfinite(value) and 0 < value < 1e8 else None


def _metres(text: str) -> float | None:
    """A height where people cook; None for anything else."""
    try:
        value = amounts.typed(text)
    except ValueError:
        return None
    return value if HEIGHTS[0] <= value <= HEIGHTS[1] else None


def _batch(desk: Desk, recipe: Recipe, asked: Asked) -> Batch:
    if not asked.have:
        return desk.batch(recipe, factor=float(asked.batch or 1))
    try:
        return desk.batch(recipe, have=f"{asked.of}:{asked.have}{asked.unit}")
    except NotFound as error:
        return Batch(recipe, 1.0, error.message)


def label_count(view: RecipeView, text: str) -> int:
    """How many labels: what was typed, else a jar's each."""
    typed = int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 0
    made = view.recipe.yield_.jars_max or view.recipe.yield_.jars or 6
    return min(typed or math.ceil(made), MOST_LABELS)
