"""Rules that keep the content true beyond its shape; each returns what is wrong, in words a writer can act on."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from jamhot.catalog.build import SEED, SeedTables, build_recipe, load_fruit_entries, load_recipe_entries, load_tables
from jamhot.catalog.build import build_fruit as _build_fruit
from jamhot.catalog.seed_format import FruitEntry, RecipeEntry
from jamhot.errors import CatalogError

BANNED = re.compile(
    r"\b(paraffin|wax(ed)? paper|alum|kernels?|brandied paper|sun[- ]dr|invert(ed)? jars?|open[- ]kettle)\b", re.I
)
"""What old books seal or set with, and we never do."""
LOW_ACID = frozenset(
    {
        "fig", "papaya", "mango", "melon", "watermelon", "citron_melon", "pumpkin", "banana", "plantain", "persimmon",
        "asian_pear", "tomato", "date", "coconut", "jackfruit", "lychee", "prickly_pear", "dragon_fruit", "avocado",
        "elderberry", "mulberry",
    }
)  # fmt: skip
"""Fruits whose pH reaches the USDA limit for acid foods (4.6), comes near it, or is not known and may well."""
MAX_BATCH_G = 6000.0


def check_content(seed: Path = SEED) -> list[str]:
    """Every rule over everything in `seed`. An empty list means the content is sound.

    Raises:
        CatalogError: a file that cannot be read at all.
    """
    tables = load_tables(seed)
    fruits = load_fruit_entries(seed)
    recipes = load_recipe_entries(seed)
    return [
        *check_tables(tables),
        *check_fruits(fruits, tables),
        *check_recipes(recipes, fruits, tables),
    ]


def check_tables(tables: SeedTables) -> Iterator[str]:
    for key, measure in tables.measures.items():
        if measure.source not in tables.sources:
            yield f"measures.yaml: {key}: unknown source {measure.source!r}"
    for key, table in tables.processing.items():
        source = tables.sources.get(table.source)
        if source is None or not source.tested:
            yield f"processing.yaml: {key}: {table.source!r} is not a tested source"


def _repeated(values: Iterable[object]) -> list[object]:
    return [value for value, count in Counter(values).items() if count > 1]


def check_fruits(fruits: list[FruitEntry], tables: SeedTables) -> Iterator[str]:
    names = {fruit.name for fruit in fruits}
    for name in _repeated(fruit.name for fruit in fruits):
        yield f"fruit {name}: described twice"
    for label in _repeated(fruit.ai_identifier for fruit in fruits if fruit.ai_identifier):
        yield f"ai_identifier {label}: given to two fruits"
    for alias in _repeated(a.lower() for f in fruits for a in {f.display_name, f.plural, *f.other_names}):
        yield f"name {alias!r}: stands for two fruits, or stands twice"
    for fruit in fruits:
        if fruit.kind_of and fruit.kind_of not in names:
            yield f"fruit {fruit.name}: kind_of {fruit.kind_of!r} is not a fruit"
        try:
            _build_fruit(fruit, tables)
        except CatalogError as error:
            yield f"fruit {fruit.name}: {error.message}"
        if fruit.name in LOW_ACID and not any(w.kind == "low_acid" for w in fruit.warnings):
            yield f"fruit {fruit.name}: low or borderline acid, and no low_acid warning"


def check_recipes(recipes: list[RecipeEntry], fruits: list[FruitEntry], tables: SeedTables) -> Iterator[str]:
    for key in ("id", "slug", "title"):
        for value in _repeated(getattr(recipe, key) for recipe in recipes):
            yield f"recipe {key} {value!r}: used twice"
    names = {fruit.name for fruit in fruits}
    built = {fruit.name: _build_fruit(fruit, tables) for fruit in fruits}
    for recipe in recipes:
        for problem in check_recipe(recipe, names, tables):
            yield f"recipe {recipe.slug}: {problem}"
        try:
            made = build_recipe(recipe, tables, built)
        except CatalogError as error:
            yield f"recipe {recipe.slug}: {error.message}"
            continue
        if sum(line.grams or 0 for line in made.ingredients) > MAX_BATCH_G:
            yield f"recipe {recipe.slug}: a batch above 6 kg"


def check_recipe(recipe: RecipeEntry, names: set[str], tables: SeedTables) -> Iterator[str]:
    """What is wrong with one recipe by itself."""
    yield from _check_relations(recipe, names)
    yield from _check_steps(recipe)
    yield from _check_safety(recipe, tables)


def _check_relations(recipe: RecipeEntry, names: set[str]) -> Iterator[str]:
    in_lines = {line.fruit for line in recipe.ingredients if line.fruit}
    for name in sorted({*recipe.primary_fruits, *in_lines} - names):
        yield f"fruit {name!r} is not in the catalogue"
    for name in recipe.primary_fruits:
        if name not in in_lines:
            yield f"primary fruit {name!r} is in no line"


def _check_steps(recipe: RecipeEntry) -> Iterator[str]:
    items = [line.item for line in recipe.ingredients]
    used = {item for step in recipe.instructions for item in step.uses}
    for item in _repeated(items):
        yield f"ingredient {item!r} stands twice: name the second one apart"
    for item in sorted(used - set(items)):
        yield f"step uses {item!r}, which is no ingredient"
    for item in items:
        if item not in used:
            yield f"ingredient {item!r} goes into no step"


def _check_safety(recipe: RecipeEntry, tables: SeedTables) -> Iterator[str]:
    prose = " ".join([recipe.summary, recipe.keeping.note, *(step.text for step in recipe.instructions)])
    if found := BANNED.search(prose):
        yield f"{found.group(0)!r} has no place in a modern recipe"
    source = tables.sources.get(recipe.source.id)
    if source is None:
        yield f"unknown source {recipe.source.id!r}"
        return
    if recipe.tested and not source.tested:
        yield "tested, but its source is not"
    if recipe.keeping.processing and not recipe.tested:
        yield "a processing time for a recipe that nobody tested"
    if recipe.keeping.method == "boiling_water" and recipe.keeping.headspace_mm is None:
        yield "boiling-water processing without a headspace"
    acidified = any(line.role == "acid" or line.fruit in ("lemon", "lime") for line in recipe.ingredients)
    low = LOW_ACID.intersection(recipe.primary_fruits)
    if low and recipe.keeping.method == "boiling_water" and not acidified:
        yield f"{', '.join(sorted(low))}: low acid, sealed without added acid"


if __name__ == "__main__":
    problems = check_content()
    print("\n".join(problems) or "the content is sound")
    raise SystemExit(bool(problems))
