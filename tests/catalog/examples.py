"""A good recipe and a bare fruit to spoil, and what the rules say of them."""

from __future__ import annotations

from typing import Any

from jamhot.catalog.build import SEED, load_fruit_entries, load_tables, parse, read_yaml
from jamhot.catalog.rules import RULES
from jamhot.catalog.rules.material import Material, build_material
from jamhot.catalog.seed_format import FruitEntry, RecipeEntry

TABLES = load_tables()
FRUITS = load_fruit_entries()


def recipe(like: str = "strawberry-jam", **changes: Any) -> RecipeEntry:
    return parse(RecipeEntry, {**read_yaml(SEED / "recipes" / f"{like}.yaml"), **changes}, "test")


def fruit(**changes: Any) -> FruitEntry:
    return parse(FruitEntry, {"name": "fig", "display_name": "Fig", "plural": "figs", **changes}, "test")


def line(quantity: float | None, unit: str | None, item: str, role: str, **more: Any) -> dict[str, Any]:
    return {"quantity": quantity, "unit": unit, "item": item, "role": role, **more}


def material(*recipes: RecipeEntry) -> Material:
    """These recipes with all shipped fruits and tables. Fails where one cannot be built."""
    made, unbuilt = build_material(TABLES, FRUITS, recipes)
    assert not unbuilt, unbuilt
    return made


def told(made: Material) -> str:
    """What all rules but those against committed tables say, about recipes and the fruits that are given."""
    shipped = {f"fruits/{entry.name}" for entry in FRUITS} if made.entries == tuple(FRUITS) else set()
    return "\n".join(str(p) for rule in RULES for p in rule(made) if p.where not in shipped)
