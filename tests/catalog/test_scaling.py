"""Scaling: what any factor keeps, and what a cook would write for a few that matter."""

from __future__ import annotations

from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jamhot.catalog.content import Content
from jamhot.catalog.measures import VOLUME_ML, WEIGHT_G
from jamhot.catalog.scaling import Stock, counted, fit, scaled, scaled_line, scaled_yield
from jamhot.catalog.types import Ingredient, Recipe, Unit, Yield
from jamhot.web import format as fmt

FACTORS = st.floats(0.05, 20, allow_nan=False).filter(lambda factor: factor != 1)
"""One gives the line as it was written, rounded or not."""
SIZES = {**VOLUME_ML, **WEIGHT_G}
COUNTED = [unit for unit in (None, *get_args(Unit)) if unit not in SIZES]


def line(quantity: float | None, unit: str | None, item: str = "sugar", role: str = "sugar", **more: Any) -> Ingredient:
    return Ingredient.model_validate({"quantity": quantity, "unit": unit, "item": item, "role": role, **more})


@given(st.floats(0.1, 3000), st.sampled_from(sorted(SIZES)), FACTORS)
def test_a_measured_amount_stays_within_a_spoon_or_four_percent(quantity: float, unit: Any, factor: float) -> None:
    made = scaled_line(line(quantity, unit), factor)
    assert made.quantity
    assert made.unit
    exact, got = quantity * factor * SIZES[unit], made.quantity * SIZES[made.unit]
    least = 0.125 * SIZES["teaspoon"] if unit in VOLUME_ML else 0.125 * SIZES["ounce"]
    assert abs(got - exact) <= max(0.041 * exact, least, 0.05)


@given(st.floats(0.25, 40), st.sampled_from(COUNTED), FACTORS)
def test_a_counted_thing_keeps_its_unit_and_never_vanishes(quantity: float, unit: Any, factor: float) -> None:
    made = scaled_line(line(quantity, unit, "thing", "other"), factor)
    assert made.unit == unit
    assert made.quantity
    assert made.quantity * 4 % 1 == 0
    assert abs(made.quantity - quantity * factor) <= max(0.5, 1 - quantity * factor)


@given(st.floats(0.1, 500), st.floats(1.01, 3), st.sampled_from([None, *get_args(Unit)]), FACTORS)
def test_a_range_stays_a_range_the_right_way_round(low: float, more: float, unit: Any, factor: float) -> None:
    made = scaled_line(line(low, unit, quantity_max=low * more), factor)
    assert made.quantity
    assert made.quantity_max is None or made.quantity_max > made.quantity


@given(st.floats(0.1, 3000), st.sampled_from([None, *get_args(Unit)]), FACTORS, st.floats(1, 5000))
def test_grams_are_exact(quantity: float, unit: Any, factor: float, grams: float) -> None:
    made = scaled_line(line(quantity, unit, grams=grams), factor)
    assert made.grams == pytest.approx(grams * factor, abs=0.0501)


def test_one_is_the_recipe_itself(content: Content) -> None:
    for recipe in content.recipes:
        assert scaled(recipe, 1).ingredients == recipe.ingredients


@pytest.mark.parametrize("factor", [0.1, 0.33, 0.753, 1.5, 4])
def test_every_recipe_can_be_scaled(content: Content, factor: float) -> None:
    """Still a recipe that the types allow, whose steps use what is in the list."""
    for recipe in content.recipes:
        made = Recipe.model_validate_json(scaled(recipe, factor).model_dump_json())
        items = {one.item for one in made.ingredients}
        assert all(item in items for step in made.instructions for item in step.uses), recipe.slug
        assert all(one.quantity is None or fmt.amount(one) for one in made.ingredients)


@pytest.mark.parametrize(
    ("given_line", "factor", "said"),
    [
        (line(4, "cup"), 0.753, "3 cups"),
        (line(1, "cup"), 0.6, "9½ tbsp"),
        (line(0.5, "cup"), 0.25, "2 tbsp"),
        (line(1, "tablespoon"), 0.5, "1½ tsp"),
        (line(2, "teaspoon"), 6, "4 tbsp"),
        (line(0.5, "teaspoon", "butter", "other"), 0.81, "⅜ tsp"),
        (line(1, "kilogram"), 0.7, "700 g"),
        (line(1, "kilogram"), 2.15, "2.15 kg"),
        (line(750, "gram"), 0.753, "565 g"),
        (line(1.5, "pound"), 0.25, "6 oz"),
        (line(1, "pouch", "liquid pectin", "pectin"), 0.7, "½ pouch"),
        (line(1, "packet", "powdered pectin", "pectin"), 2.3, "2½ packets"),
        (line(3, None, "eggs", "other"), 0.75, "2"),
        (line(1, None, "lemon", "acid"), 0.75, "¾"),
        (line(1, None, "lemon", "acid"), 0.1, "¼"),
        (line(1, "pinch", "salt", "other"), 0.2, "1 pinch"),
        (line(4, None, "whole cloves", "spice"), 0.3, "1"),
        (line(12, None, "apricots", "fruit", quantity_max=13), 0.5, "6"),
        (line(2, "cup", quantity_max=3), 0.5, "1–1½ cups"),
        (line(None, None, "salt", "other"), 3, ""),
    ],
)
def test_a_cook_would_write(given_line: Ingredient, factor: float, said: str) -> None:
    assert fmt.amount(scaled_line(given_line, factor)) == said


@pytest.mark.parametrize(
    ("item", "was", "now", "said"),
    [
        ("lemons", 2, 1, "lemon"),
        ("lemon", 1, 2, "lemons"),
        ("limes for their zest", 2, 1, "lime for its zest"),
        ("orange for its zest", 1, 3, "oranges for their zest"),
        ("peels of the tangerines", 2, 1, "peels of the tangerines"),
        ("egg yolks", 4, 0.5, "egg yolk"),
        ("star anise", 2, 1, "star anise"),
        ("lemons", 4, 3, "lemons"),
    ],
)
def test_one_of_many_is_named_so(item: str, was: float, now: float, said: str) -> None:
    assert counted(item, was, now) == said


@given(st.floats(0.5, 12), FACTORS)
def test_jars_go_in_halves(jars: float, factor: float) -> None:
    made = scaled_yield(Yield(basis="stated", jars=jars, jars_max=jars + 1, jar_ml=240, grams=1000), factor)
    assert made.jars
    assert made.jars * 2 % 1 == 0
    assert made.jars_max is None or made.jars_max > made.jars


def recipe(content: Content, slug: str) -> Recipe:
    return next(one for one in content.recipes if one.slug == slug)


KIN = {name: frozenset({name}) for name in ("strawberry", "rhubarb", "redcurrant", "cherry")}


def test_the_fruit_that_gives_out_first_decides(content: Content) -> None:
    jam = recipe(content, "strawberry-jam")
    grams = jam.ingredients[0].grams
    assert grams
    assert fit(jam, {"strawberry": Stock(grams=700)}, KIN).scale == pytest.approx(700 / grams)
    assert fit(jam, {"strawberry": Stock(ml=473.176)}, KIN).scale == pytest.approx(0.5, rel=1e-4)
    both = recipe(content, "strawberry-rhubarb-jam")
    plenty = fit(both, {"strawberry": Stock(grams=50_000), "rhubarb": Stock(grams=100)}, KIN)
    assert plenty == fit(both, {"rhubarb": Stock(grams=100)}, KIN)


def test_what_cannot_be_told_is_said(content: Content) -> None:
    jelly = next(one for one in content.recipes if any(i.item == "redcurrant juice" for i in one.ingredients))
    told = fit(jelly, {"redcurrant": Stock(grams=1000)}, KIN)
    assert told.scale is None
    assert told.why
    assert "juice" in told.why
    assert fit(jelly, {"redcurrant": Stock(ml=250)}, KIN).scale
    assert fit(jelly, {"cherry": Stock(grams=1)}, KIN).scale is None
    trace = jelly.model_copy(
        update={"ingredients": (line(0.04, "gram", "cherries", "fruit", fruit="cherry", grams=0.0),)}
    )
    assert fit(trace, {"cherry": Stock(grams=1)}, KIN).scale is None  # 0.04 g rounds to nothing, as a scraper writes it
