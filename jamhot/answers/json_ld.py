"""A recipe as schema.org/Recipe in JSON-LD, for recipe managers and search engines.

What keeps a person safe travels along: a manager shows the description and the steps, so warnings stand in the first
and keeping is the last of the second.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final

from pydantic import Field

from jamhot.answers import amounts
from jamhot.answers.types import Answer
from jamhot.catalog.types import Fruit, Ingredient, Keeping, ProcessingRow, Recipe, Yield

KEPT: Final = {
    "boiling_water": "Sealed jars, processed in boiling water.",
    "refrigerate": "Keep it in the fridge.",
    "freeze": "Keep it in the freezer.",
}
AUTHOR: Final = "Jam Hot"


class Thing(Answer):
    """A person, organization or step; `type_` is schema.org's name for which."""

    type_: str = Field(alias="@type")


class Organization(Thing):
    name: str


class HowToStep(Thing):
    text: str


class AggregateRating(Thing):
    rating_value: float = Field(alias="ratingValue", ge=0, le=5)
    rating_count: int = Field(alias="ratingCount", ge=1)


class RecipeLd(Thing):
    """https://schema.org/Recipe, of it what we know; what we do not know is left out."""

    context: str = Field(alias="@context")
    name: str
    description: str
    author: Organization
    recipe_category: str = Field(alias="recipeCategory")
    keywords: str
    recipe_ingredient: list[str] = Field(alias="recipeIngredient")
    recipe_instructions: list[HowToStep] = Field(alias="recipeInstructions")
    recipe_yield: str | None = Field(None, alias="recipeYield")
    prep_time: str | None = Field(None, alias="prepTime", description="ISO 8601")
    cook_time: str | None = Field(None, alias="cookTime", description="ISO 8601")
    total_time: str | None = Field(None, alias="totalTime", description="ISO 8601; standing overnight included")
    aggregate_rating: AggregateRating | None = Field(None, alias="aggregateRating")
    is_based_on: str | None = Field(None, alias="isBasedOn", description="address of the source, or its title")
    credit_text: str = Field(alias="creditText")
    date_published: date = Field(alias="datePublished")
    in_language: str = Field("en-GB", alias="inLanguage")
    url: str | None = None


def recipe_ld(recipe: Recipe, fruits: Iterable[Fruit], url: str | None) -> RecipeLd:
    """The recipe in schema.org's words.

    Args:
        fruits: those of the recipe that the catalogue knows, for keywords.
        url: the address of its page, None where the service does not know its own.
    """
    times = recipe.times
    names = [fruit.display_name.lower() for fruit in fruits]
    tested = "tested" if recipe.tested else "traditional"
    return RecipeLd.model_validate(
        {
            "@context": "https://schema.org",
            "@type": "Recipe",
            "name": recipe.title,
            "description": description(recipe),
            "author": {"@type": "Organization", "name": AUTHOR},
            "recipeCategory": recipe.kind,
            "keywords": ", ".join((*names, recipe.kind, tested)),
            "recipeIngredient": [ingredient(line) for line in recipe.ingredients],
            "recipeInstructions": [{"@type": "HowToStep", "text": text} for text in steps(recipe)],
            "recipeYield": jars(recipe.yield_),
            "prepTime": duration(times.prep_minutes),
            "cookTime": duration(times.cook_minutes),
            "totalTime": duration(times.total_minutes),
            "aggregateRating": _rating(recipe),
            "isBasedOn": recipe.source_url or recipe.source,
            "creditText": f"{recipe.source}. Told in our own words. Licence of the source: {recipe.licence}.",
            "datePublished": recipe.created,
            "url": url,
        }
    )


def description(recipe: Recipe) -> str:
    """The summary, then every warning."""
    return " ".join((recipe.summary, *(f"Warning: {warning.text}" for warning in recipe.warnings)))


def ingredient(line: Ingredient) -> str:
    """`4 cups strawberries, hulled and crushed (930 g)`."""
    parts = " ".join(part for part in (amounts.amount(line), line.item) if part)
    prepared = f", {line.preparation}" if line.preparation else ""
    to_taste = ", to taste" if line.quantity is None else ""
    optional = ", optional" if line.optional else ""
    other = amounts.other_system(line)
    return f"{parts}{prepared}{to_taste}{optional}{f' ({other})' if other else ''}"


def steps(recipe: Recipe) -> list[str]:
    """The steps, then how it keeps."""
    return [*(step.text for step in recipe.instructions), keeping(recipe.keeping)]


def keeping(kept: Keeping) -> str:
    """How it keeps, with the minutes in boiling water where a tested source gives them."""
    rows = sorted(kept.processing, key=lambda row: (row.jar_ml, row.above_m))
    jars = dict.fromkeys(row.jar_ml for row in rows)
    tables = [_minutes(jar, [row for row in rows if row.jar_ml == jar]) for jar in jars]
    said = f"Minutes in boiling water: {'; '.join(tables)}." if tables else ""
    return " ".join(part for part in (KEPT[kept.method], kept.note, said) if part)


def _minutes(jar_ml: int, rows: list[ProcessingRow]) -> str:
    heights = ", ".join(f"{row.minutes} from {row.above_m:,} m above the sea" for row in rows)
    return f"{amounts.jar(jar_ml)} jars: {heights}"


def jars(made: Yield) -> str | None:
    """`3–4 jars of 240 ml`: plain figures first, and no "half-pint", which programs take for pints."""
    if made.jars is None or made.jar_ml is None:
        return None
    most = made.jars_max or made.jars
    low, high = amounts.number(made.jars), amounts.number(most)
    return f"{low if low == high else f'{low}–{high}'} {'jar' if most <= 1 else 'jars'} of {made.jar_ml} ml"


def duration(minutes: int | None) -> str | None:
    """As ISO 8601: 95 is PT1H35M."""
    if minutes is None:
        return None
    hours, rest = divmod(minutes, 60)
    return f"PT{f'{hours}H' if hours else ''}{f'{rest}M' if rest or not hours else ''}"


def _rating(recipe: Recipe) -> dict[str, object] | None:
    if recipe.rating is None or not recipe.review_count:
        return None
    return {"@type": "AggregateRating", "ratingValue": recipe.rating, "ratingCount": recipe.review_count}


def encoded(ld: RecipeLd) -> bytes:
    """As JSON; what is not known is left out."""
    return ld.model_dump_json(by_alias=True, exclude_none=True).encode()
