"""Yields by mass balance, worked out by hand."""

from __future__ import annotations

from typing import Any

import pytest

from jamhot.catalog.build import SEED, build_recipe, load_content, load_tables, parse, read_yaml
from jamhot.catalog.seed_format import RecipeEntry
from jamhot.catalog.types import Yield
from jamhot.errors import CatalogError

FRUITS = {fruit.name: fruit for fruit in load_content().fruits}
TABLES = load_tables()
STRAWBERRIES = {"quantity": 1000, "unit": "gram", "item": "strawberries", "role": "fruit", "fruit": "strawberry"}
SUGAR = {"quantity": 750, "unit": "gram", "item": "sugar", "role": "sugar"}
BOX = {"quantity": 1, "unit": "packet", "item": "powdered pectin", "role": "pectin"}


def made(kind: str, lines: list[dict[str, Any]], tests: list[str]) -> Yield:
    data = read_yaml(SEED / "recipes" / "strawberry-jam.yaml")
    data |= {"kind": kind, "ingredients": lines, "yield": {"basis": "computed"}, "end_point": {"tests": tests}}
    return build_recipe(parse(RecipeEntry, data, "test"), TABLES, FRUITS).yield_


def test_a_jam_boiled_to_the_gel_point_is_65_brix() -> None:
    # 4.89 g of sugars in 100 g of strawberries (SR28): (48.9 + 750) / 0.65 = 1229 g, in jars of 240 ml at 1.35 g/ml.
    assert made("jam", [STRAWBERRIES, SUGAR], ["wrinkle"]) == Yield(basis="computed", jars=4, jar_ml=240, grams=1230)


def test_with_boxed_pectin_nothing_boils_away() -> None:
    assert made("jam", [STRAWBERRIES, SUGAR, BOX], ["timed"]).grams == 1750


def test_a_compote_is_all_that_goes_in() -> None:
    assert made("compote", [STRAWBERRIES, SUGAR], ["thickened"]).grams == 1750


def test_a_butter_boils_down_to_the_water_of_apple_butter() -> None:
    # 9.05 % solids in strawberries: (90.5 + 100) / (1 - 0.5645) = 437 g.
    little = {**SUGAR, "quantity": 100}
    assert made("butter", [STRAWBERRIES, little], ["mound"]).grams == pytest.approx(437, abs=5)


def test_nothing_is_made_of_nothing() -> None:
    assert made("butter", [STRAWBERRIES, {**SUGAR, "quantity": 3000}], ["mound"]).grams == 4000


def test_a_weight_that_is_not_known_is_told() -> None:
    uncounted = {"quantity": 3, "item": "strawberries", "role": "fruit", "fruit": "strawberry"}
    with pytest.raises(CatalogError, match="cannot be computed"):
        made("jam", [uncounted, SUGAR], ["wrinkle"])


def test_in_loose_syrup_it_is_something_between_65_brix_and_all_that_goes_in() -> None:
    made_in_syrup = made("preserve", [STRAWBERRIES, SUGAR], ["thickened"])
    assert (made_in_syrup.jars, made_in_syrup.jars_max) == (4, 5.5)
    assert made_in_syrup.grams == 1490
