"""Names and references: everything that is named exists, and stands for one thing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from jamhot.catalog.rules.material import Material
from jamhot.catalog.rules.problem import Problem

PUBLISHED_FROM_US = 99_999


def check_tables(material: Material) -> Iterator[Problem]:
    tables = material.tables
    for key, measure in tables.measures.items():
        if measure.source not in tables.sources:
            yield Problem("measures.yaml", "source", f"{key}: unknown source {measure.source!r}")
    for key, table in tables.processing.items():
        source = tables.sources.get(table.source)
        if source is None or not source.tested:
            yield Problem("processing.yaml", "source", f"{key}: {table.source!r} is not a tested source")


def check_fruit_names(material: Material) -> Iterator[Problem]:
    fruits = material.entries
    names = {fruit.name for fruit in fruits}
    for name in repeated(fruit.name for fruit in fruits):
        yield Problem(f"fruits/{name}", "unique", "described twice")
    for label in repeated(fruit.ai_identifier for fruit in fruits if fruit.ai_identifier):
        yield Problem("fruits", "unique", f"ai_identifier {label} is given to two fruits")
    for alias in repeated(a.lower() for f in fruits for a in {f.display_name, f.plural, *f.other_names}):
        yield Problem("fruits", "unique", f"name {alias!r} stands for two fruits, or stands twice")
    for fruit in fruits:
        if fruit.kind_of and fruit.kind_of not in names:
            yield Problem(f"fruits/{fruit.name}", "fruit-exists", f"kind_of {fruit.kind_of!r} is not a fruit")


def check_recipe_names(material: Material) -> Iterator[Problem]:
    for key in ("id", "slug", "title"):
        for value in repeated(str(getattr(dish.entry, key)).lower() for dish in material.dishes):
            yield Problem("recipes", "unique", f"{key} {value!r} is used twice")


def check_recipe_references(material: Material) -> Iterator[Problem]:
    for entry, _ in material.dishes:
        if entry.source.id not in material.tables.sources:
            yield Problem(entry.slug, "source", f"unknown source {entry.source.id!r}")
        in_lines = {line.fruit for line in entry.ingredients if line.fruit}
        for name in sorted({*entry.primary_fruits, *in_lines} - material.fruits.keys()):
            yield Problem(entry.slug, "fruit-exists", f"fruit {name!r} is not in the catalogue")


def repeated(values: Iterable[str]) -> list[str]:
    return [value for value, count in Counter(values).items() if count > 1]
