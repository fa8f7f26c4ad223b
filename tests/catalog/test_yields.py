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


def test_a_butter_that_is_sweet_from_the_start_boils_down_further() -> None:
    # All in is 1750 g with 90.5 + 750 g of solids, drier than apple butter: from 840.5 / 0.65 = 1293 g to all of it.
    sweet = made("butter", [STRAWBERRIES, SUGAR], ["mound"])
    assert (sweet.jars, sweet.jars_max) == (4.5, 6.5)
    assert sweet.grams == pytest.approx((1293 + 1750) / 2, abs=6)


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


def test_by_the_clock_without_boxed_pectin_is_a_range_too() -> None:
    timed = made("jam", [STRAWBERRIES, SUGAR], ["timed", "wrinkle"])
    assert (timed.jars, timed.jars_max, timed.grams) == (4, 5.5, 1490)


def test_a_jelly_takes_what_drips_through_of_whole_fruit_and_all_of_its_juice() -> None:
    # 12 × 48.9 g of sugars, of which 45 to 58 % drip through: (264 + 750) / 0.65 = 1560 g, (340 + 750) / 0.65 = 1677 g.
    twelve = {**STRAWBERRIES, "quantity": 12_000}
    whole = made("jelly", [twelve, SUGAR], ["sheeting"])
    assert (whole.jars, whole.grams) == (5, 1620)
    juice = {**twelve, "item": "strawberry juice"}
    # (587 + 750) / 0.65 = 2057 g
    assert made("jelly", [juice, SUGAR], ["sheeting"]).grams == 2060


def test_raisins_dissolve_and_nuts_stay() -> None:
    raisins = {"quantity": 200, "unit": "gram", "item": "raisins", "role": "other"}
    nuts = {**raisins, "item": "walnuts"}
    # (48.9 + 750 + 0.75 × 200) / 0.65 + 200 = 1660 g
    assert made("conserve", [STRAWBERRIES, SUGAR, raisins, nuts], ["wrinkle"]).grams == 1660


def test_every_recipe_has_a_yield_in_jars_and_grams() -> None:
    for recipe in load_content().recipes:
        assert recipe.yield_.basis in ("stated", "computed"), recipe.slug
        assert None not in (recipe.yield_.jars, recipe.yield_.jar_ml, recipe.yield_.grams), recipe.slug


def test_a_yield_that_nobody_knows_is_refused() -> None:
    data = read_yaml(SEED / "recipes" / "strawberry-jam.yaml") | {"yield": {"basis": "unknown"}}
    with pytest.raises(CatalogError, match=r"yield\.basis"):
        parse(RecipeEntry, data, "test")
