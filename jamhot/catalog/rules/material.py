"""What the rules look at: the files as they are written and as they are built, read once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, TypeVar

from jamhot.catalog.build import Entry, SeedTables, build_fruit, build_recipe, load_tables, parse, read_yaml
from jamhot.catalog.rules.problem import Problem
from jamhot.catalog.seed_format import FruitEntry, IngredientEntry, RecipeEntry
from jamhot.catalog.types import Fruit, Recipe, Role
from jamhot.catalog.yields import total
from jamhot.errors import CatalogError

T = TypeVar("T")
Made = TypeVar("Made")


class Dish(NamedTuple):
    """A recipe as its file has it (`entry`: units, facts, tables) and as it is built (`made`: grams, yield)."""

    entry: RecipeEntry
    made: Recipe

    @property
    def slug(self) -> str:
        return self.entry.slug

    def grams(self, *roles: Role) -> float | None:
        """Grams of all lines of these roles that are not optional; None where one has no known weight."""
        return total(self.made.ingredients, *roles)

    def has(self, role: str) -> bool:
        return any(line.role == role and not line.optional for line in self.made.ingredients)

    @property
    def prose(self) -> Iterator[str]:
        """Everything in it that is written in sentences."""
        yield self.entry.summary
        yield from (step.text for step in self.entry.instructions)
        yield self.entry.keeping.note
        yield from (warning.text for warning in self.entry.warnings)

    @property
    def lines(self) -> Iterator[IngredientEntry]:
        """The ingredients that it cannot do without."""
        return (line for line in self.entry.ingredients if not line.optional)


@dataclass(frozen=True, slots=True)
class Material:
    """All content that can be read; files that cannot are problems already."""

    tables: SeedTables
    entries: tuple[FruitEntry, ...]
    fruits: Mapping[str, Fruit]
    dishes: tuple[Dish, ...]


def read_material(seed: Path) -> tuple[Material, list[Problem]]:
    """The content of `seed`, and what is wrong with files that had to be left out.

    Raises:
        CatalogError: one of the three shared tables cannot be read.
    """
    problems: list[Problem] = []
    fruits = list(_files(FruitEntry, seed / "fruits", problems))
    named = read_yaml(seed / "named_only.yaml") or []
    fruits += _kept(named, lambda item: parse(FruitEntry, item, f"named_only.yaml: {item.get('name')}"), problems)
    recipes = list(_files(RecipeEntry, seed / "recipes", problems))
    material, unbuilt = build_material(load_tables(seed), fruits, recipes)
    return material, [*problems, *unbuilt]


def build_material(
    tables: SeedTables, fruits: Iterable[FruitEntry], recipes: Iterable[RecipeEntry]
) -> tuple[Material, list[Problem]]:
    """Builds what can be built."""
    problems: list[Problem] = []
    entries = tuple(fruits)
    built = {fruit.name: fruit for fruit in _kept(entries, lambda entry: build_fruit(entry, tables), problems)}
    dishes = _kept(recipes, lambda entry: Dish(entry, build_recipe(entry, tables, built)), problems)
    return Material(tables, entries, built, tuple(dishes)), problems


def _files(model: type[Entry], folder: Path, problems: list[Problem]) -> list[Entry]:
    paths = sorted(folder.glob("*.yaml"))
    return _kept(paths, lambda path: _file(model, path), problems)


def _file(model: type[Entry], path: Path) -> Entry:
    entry = parse(model, read_yaml(path), f"{path.parent.name}/{path.name}")
    own = getattr(entry, "slug", None) or getattr(entry, "name", None)
    if own != path.stem:
        raise CatalogError(f"{path.parent.name}/{path.name}: is named {own!r} inside")
    return entry


def _kept(items: Iterable[T], make: Callable[[T], Made], problems: list[Problem]) -> list[Made]:
    """What `make` makes of each; what it cannot becomes a problem."""
    made = []
    for item in items:
        try:
            made.append(make(item))
        except CatalogError as error:
            problems.append(Problem(_where(item), "schema", error.message))
    return made


def _where(item: object) -> str:
    if isinstance(item, Path):
        return item.stem if item.parent.name == "recipes" else f"fruits/{item.stem}"
    if isinstance(item, RecipeEntry):
        return item.slug
    return f"fruits/{item.name}" if isinstance(item, FruitEntry) else "named_only.yaml"
