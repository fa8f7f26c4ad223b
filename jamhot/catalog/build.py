"""From the content files to the catalogue: reads, checks the shape, works out what is never typed.

Worked out here: grams of each line, the recipe's fruits, servings, difficulty, total time, processing rows, sources'
names, computed yields.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import ValidationError

from jamhot.catalog import measures
from jamhot.catalog.content import Content
from jamhot.catalog.seed_format import (
    ClassEntry,
    FigureEntry,
    FruitEntry,
    IngredientEntry,
    MeasureEntry,
    ProcessingEntry,
    ProfileEntry,
    RecipeEntry,
    SourceEntry,
)
from jamhot.catalog.types import (
    Chemistry,
    Classed,
    Difficulty,
    Figure,
    FoodWarning,
    Fruit,
    Ingredient,
    Keeping,
    ProcessingRow,
    Profile,
    Recipe,
    Step,
    Times,
    Value,
)
from jamhot.catalog.yields import yield_of
from jamhot.errors import CatalogError

SEED = Path(__file__).parent / "seed"
SERVING_G = 20
"""A serving of jam: one tablespoon, 20 g (USDA SR28, NDB 19297: 1 tbsp jams and preserves = 20 g)."""

Entry = TypeVar("Entry", bound=Value)


@dataclass(frozen=True, slots=True)
class SeedTables:
    """The three tables that recipes and fruits refer to."""

    sources: Mapping[str, SourceEntry]
    measures: Mapping[str, MeasureEntry]
    processing: Mapping[str, ProcessingEntry]

    def source_name(self, source: str, place: str | None = None) -> str:
        """The source's title with the place in it. Raises CatalogError for an unknown id."""
        if source not in self.sources:
            raise CatalogError(f"source {source!r} is not in sources.yaml")
        title = self.sources[source].title
        return f"{title}, {place}" if place else title


def read_yaml(path: Path) -> Any:
    """One content file. Raises CatalogError naming file and line when it is not YAML."""
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=_loader())  # noqa: S506 (the safe loader, in C)
    except yaml.YAMLError as error:
        raise CatalogError(f"{path.name}: not valid YAML: {' '.join(str(error).split())}") from error


@cache
def _loader() -> Any:
    return getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def parse(model: type[Entry], data: Any, where: str) -> Entry:
    """`data` as `model`. Raises CatalogError that names the file, the field and what is wrong."""
    try:
        return model.model_validate(data)
    except ValidationError as error:
        lines = "; ".join(f"{'.'.join(map(str, e['loc'])) or 'file'}: {e['msg']}" for e in error.errors())
        raise CatalogError(f"{where}: {lines}") from error


def _table(model: type[Entry], path: Path) -> dict[str, Entry]:
    return {key: parse(model, value, f"{path.name}: {key}") for key, value in (read_yaml(path) or {}).items()}


def load_tables(seed: Path = SEED) -> SeedTables:
    return SeedTables(
        sources=_table(SourceEntry, seed / "sources.yaml"),
        measures=_table(MeasureEntry, seed / "measures.yaml"),
        processing=_table(ProcessingEntry, seed / "processing.yaml"),
    )


def load_fruit_entries(seed: Path = SEED) -> list[FruitEntry]:
    """Fruits with a file of their own, then those that are only named (`named_only.yaml`)."""
    paths = sorted((seed / "fruits").glob("*.yaml"))
    entries = [parse(FruitEntry, read_yaml(path), f"fruits/{path.name}") for path in paths]
    named = read_yaml(seed / "named_only.yaml") or []
    entries += [parse(FruitEntry, item, f"named_only.yaml: {item.get('name')}") for item in named]
    return entries


def load_recipe_entries(seed: Path = SEED) -> list[RecipeEntry]:
    paths = sorted((seed / "recipes").glob("*.yaml"))
    return [parse(RecipeEntry, read_yaml(path), f"recipes/{path.name}") for path in paths]


def load_content(seed: Path = SEED) -> Content:
    """The catalogue that ships. Raises CatalogError on the first file that is wrong."""
    tables = load_tables(seed)
    fruits = [build_fruit(entry, tables) for entry in load_fruit_entries(seed)]
    by_name = {fruit.name: fruit for fruit in fruits}
    recipes = [build_recipe(entry, tables, by_name) for entry in load_recipe_entries(seed)]
    return Content(
        fruits=tuple(sorted(fruits, key=lambda f: f.name)), recipes=tuple(sorted(recipes, key=lambda r: r.id))
    )


def build_fruit(entry: FruitEntry, tables: SeedTables) -> Fruit:
    return Fruit(
        name=entry.name,
        display_name=entry.display_name,
        plural=entry.plural,
        other_names=entry.other_names,
        ai_identifier=entry.ai_identifier,
        kind_of=entry.kind_of,
        profile=_profile(entry.profile, tables) if entry.profile else None,
        warnings=_sourced(entry.warnings, tables),
    )


def _sourced(warnings: tuple[FoodWarning, ...], tables: SeedTables) -> tuple[FoodWarning, ...]:
    """Warnings with the id of their source replaced by its name."""
    return tuple(w.model_copy(update={"source": tables.source_name(w.source)}) for w in warnings)


def _profile(entry: ProfileEntry, tables: SeedTables) -> Profile:
    plain = entry.model_dump(exclude={"season", "chemistry"})
    season = entry.season
    return Profile(
        **plain,
        season=season.model_dump(exclude={"source"}) if season else None,
        season_source=tables.source_name(season.source) if season and season.source else None,
        chemistry=_chemistry(entry, tables),
    )


def _chemistry(entry: ProfileEntry, tables: SeedTables) -> Chemistry:
    chem = entry.chemistry

    def figure(part: FigureEntry, unit: str) -> Figure:
        source = tables.source_name(part.source, part.place) if part.source else None
        return Figure(value=part.value, unit=unit, source=source, missing_because=part.missing)

    def classed(part: ClassEntry) -> Classed:
        source = tables.source_name(part.source, part.place) if part.source else None
        return Classed(value=part.value, source=source, missing_because=part.missing)

    return Chemistry(
        water=figure(chem.water, "g"),
        sugars=figure(chem.sugars, "g"),
        fibre=figure(chem.fibre, "g"),
        pectin=figure(chem.pectin, "g"),
        carbohydrate=figure(chem.carbohydrate, "g"),
        titratable_acid=figure(chem.titratable_acid, "g"),
        energy=figure(chem.energy, "kcal"),
        vitamin_c=figure(chem.vitamin_c, "mg"),
        pectin_class=classed(chem.pectin_class),
        acid_class=classed(chem.acid_class),
        ph=chem.ph.to_range(tables.source_name(chem.ph.source, chem.ph.place)) if chem.ph.source else None,
        ph_missing_because=chem.ph.missing,
    )


def build_recipe(entry: RecipeEntry, tables: SeedTables, fruits: Mapping[str, Fruit]) -> Recipe:
    ingredients = tuple(_ingredient(line, tables) for line in entry.ingredients)
    instructions = tuple(Step(**step.model_dump()) for step in entry.instructions)
    yield_ = yield_of(entry, ingredients, fruits)
    source = entry.source
    return Recipe(
        id=entry.id,
        slug=entry.slug,
        title=entry.title,
        kind=entry.kind,
        tested=entry.tested,
        fruits=recipe_fruits(entry),
        primary_fruits=entry.primary_fruits,
        summary=entry.summary,
        ingredients=ingredients,
        instructions=instructions,
        end_point=entry.end_point,
        yield_=yield_,
        servings=int(yield_.grams // SERVING_G) if yield_.grams else None,
        times=_times(entry),
        difficulty=difficulty(entry),
        keeping=_keeping(entry, tables),
        source=tables.source_name(source.id, source.place),
        source_url=source.url or tables.sources[source.id].url,
        licence=tables.sources[source.id].licence,
        warnings=_sourced(entry.warnings, tables),
        created=entry.created,
    )


def recipe_fruits(entry: RecipeEntry) -> tuple[str, ...]:
    """Primary fruits first, then every other fruit that a line of role *fruit* names, in the lines' order."""
    named = [line.fruit for line in entry.ingredients if line.role == "fruit" and line.fruit]
    return tuple(dict.fromkeys((*entry.primary_fruits, *named)))


def _ingredient(line: IngredientEntry, tables: SeedTables) -> Ingredient:
    return Ingredient(**line.model_dump(exclude={"measure"}), grams=measures.grams(line, tables.measures))


def _times(entry: RecipeEntry) -> Times:
    times = entry.times
    known = times.prep_minutes is not None and times.cook_minutes is not None
    total = (times.prep_minutes or 0) + (times.cook_minutes or 0) + times.rest_minutes if known else None
    return Times(**times.model_dump(), total_minutes=total)


def difficulty(entry: RecipeEntry) -> Difficulty:
    """Points for what goes wrong in kitchens: straining, shredded peel, eggs, a wait, a long list.

    0–1 is easy, 2–3 medium, more is hard.
    """
    points = 2 if entry.kind in ("jelly", "curd") else 1 if entry.kind in ("marmalade", "butter") else 0
    points += entry.times.rest_minutes >= 240
    points += len(entry.ingredients) > 6
    points += len(entry.instructions) > 7
    points += (entry.times.cook_minutes or 0) > 90
    return "easy" if points <= 1 else "medium" if points <= 3 else "hard"


def _keeping(entry: RecipeEntry, tables: SeedTables) -> Keeping:
    keeping = entry.keeping
    rows: tuple[ProcessingRow, ...] = ()
    source = None
    if keeping.processing is not None:
        if keeping.processing not in tables.processing:
            raise CatalogError(f"{entry.slug}: processing table {keeping.processing!r} is not in processing.yaml")
        table = tables.processing[keeping.processing]
        source = tables.source_name(table.source, table.place)
        rows = tuple(
            ProcessingRow(jar_ml=jar, above_m=above, minutes=minutes)
            for jar, by_altitude in table.jars.items()
            for above, minutes in by_altitude.items()
        )
    return Keeping(
        method=keeping.method,
        headspace_mm=keeping.headspace_mm,
        processing=rows,
        processing_source=source,
        note=keeping.note,
    )
