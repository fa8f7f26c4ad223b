"""What must hold for any batch: hypothesis makes them up."""

from __future__ import annotations

import json
import math
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jamhot.answers.lab import parse_fruit, parse_fruits, weight
from jamhot.catalog.build import load_content
from jamhot.errors import InvalidRequest
from jamhot.jamlab import constants as c
from jamhot.jamlab.altitude import boiling_point_c, gel_point_c
from jamhot.jamlab.balance import weigh
from jamhot.jamlab.gel import forecast
from jamhot.jamlab.mend import additions, apply, with_apple
from jamhot.jamlab.plan import make_plan
from jamhot.jamlab.types import Batch, Portion

CONTENT = load_content()
FRUITS = {fruit.name: fruit for fruit in CONTENT.fruits}
APPLE = FRUITS["apple"]
GRAMS = st.floats(50, 2500)
SMALL = st.floats(0, 200)
HEIGHTS = st.floats(c.LOWEST_M, c.HIGHEST_M)
TRIES = settings(max_examples=120, deadline=None, derandomize=True)

PORTIONS = st.lists(
    st.builds(
        Portion,
        fruit=st.sampled_from(sorted(FRUITS.values(), key=lambda one: one.name)),
        weight_g=GRAMS,
        ripeness=st.sampled_from(["under", "just", "over"]),
        frozen=st.booleans(),
        juice=st.booleans(),
    ),
    min_size=1,
    max_size=3,
).map(tuple)
BATCHES = st.builds(
    Batch,
    portions=PORTIONS,
    kind=st.sampled_from(["jam", "jelly", "marmalade", "butter"]),
    sweetness=st.sampled_from(["traditional", "reduced"]),
    sugar_g=st.none() | st.floats(0, 3000),
    water_g=SMALL,
    lemon_juice_g=SMALL,
    powdered_pectin_g=st.just(0.0) | st.floats(1, 100),
    liquid_pectin_g=st.just(0.0) | st.floats(1, 200),
    low_methoxyl_pectin_g=st.just(0.0) | st.floats(1, 50),
    other_g=SMALL,
    altitude_m=HEIGHTS,
    jar_ml=st.integers(*c.JAR_ML),
    at_hand=st.frozensets(st.sampled_from(["lemon_juice", "apple", "jam_sugar", "liquid_pectin", "powdered_pectin"])),
    jam_sugar_sets=st.none() | st.sampled_from([1, 2, 3]),
)


def numbers(value: Any, key: str = "") -> list[tuple[str, float]]:
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return []
    if isinstance(value, int | float):
        return [(key, float(value))]
    items = value.items() if isinstance(value, dict) else enumerate(value)
    return [one for name, part in items for one in numbers(part, str(name))]


@TRIES
@given(BATCHES)
def test_nothing_is_negative_or_no_number(batch: Batch) -> None:
    told = json.loads(make_plan(batch, CONTENT.recipes, APPLE).model_dump_json())
    for key, value in numbers(told):
        assert math.isfinite(value), key
        if key not in ("yield_change_g", "altitude_m"):
            assert value >= 0, key
    assert told["yield"]["grams"]["value"] <= weigh(replace(batch, sugar_g=told["sugar"]["sugar_g"])).into_pan_g + 0.2


@TRIES
@given(BATCHES)
def test_every_range_holds_its_value(batch: Batch) -> None:
    def check(value: Any) -> None:
        if isinstance(value, dict):
            if {"low", "value", "high"} <= set(value):
                assert value["low"] <= value["value"] <= value["high"]
            for part in value.values():
                check(part)
        elif isinstance(value, list):
            for part in value:
                check(part)

    check(json.loads(make_plan(batch, CONTENT.recipes, APPLE).model_dump_json()))


@TRIES
@given(BATCHES, st.floats(0, 2000), st.floats(0, 2000))
def test_more_sugar_never_lowers_the_brix(batch: Batch, sugar: float, more: float) -> None:
    less = weigh(replace(batch, sugar_g=sugar)).brix
    then = weigh(replace(batch, sugar_g=sugar + more)).brix
    assert all(b >= a - 1e-9 for a, b in zip(less, then, strict=True))


def doubled(batch: Batch) -> Batch:
    """The same recipe, twice as much."""
    portions = tuple(replace(one, weight_g=one.weight_g * 2) for one in batch.portions)
    names = ("water_g", "lemon_juice_g", "powdered_pectin_g", "liquid_pectin_g", "low_methoxyl_pectin_g", "other_g",
             "other_solids_g")  # fmt: skip
    scaled = {name: getattr(batch, name) * 2 for name in names}
    sugar = batch.sugar_g * 2 if batch.sugar_g is not None else None
    return replace(batch, portions=portions, sugar_g=sugar, **scaled)


@TRIES
@given(BATCHES)
def test_doubling_everything_doubles_the_yield(batch: Batch) -> None:
    once, twice = weigh(batch), weigh(doubled(batch))
    assert twice.finished_g.mid == pytest.approx(2 * once.finished_g.mid)
    assert twice.brix.mid == pytest.approx(once.brix.mid)


@TRIES
@given(BATCHES)
def test_suggested_additions_reach_the_target(batch: Batch) -> None:
    after = apply(batch)
    assert forecast(after).verdict == "likely"
    assert not additions(after, APPLE)


@TRIES
@given(BATCHES)
def test_suggested_apple_brings_the_pectin(batch: Batch) -> None:
    told = next((one for one in additions(batch, APPLE) if one.what == "apple"), None)
    if told is not None:
        legs = forecast(with_apple(batch, APPLE, told.amount + 0.5)).legs
        assert all(leg.enough >= 99.9 for leg in legs if leg.name == "pectin")


@TRIES
@given(BATCHES)
def test_nothing_is_suggested_that_is_not_needed(batch: Batch) -> None:
    if forecast(batch).verdict == "likely":
        assert not additions(batch, APPLE)


@TRIES
@given(HEIGHTS, HEIGHTS)
def test_higher_up_water_boils_cooler_and_processing_is_no_shorter(a: float, b: float) -> None:
    low, high = sorted((a, b))
    assert boiling_point_c(low) >= boiling_point_c(high)
    assert gel_point_c(low) - boiling_point_c(low) == pytest.approx(c.GEL_ABOVE_BOILING_C)
    plain = Batch(portions=(Portion(FRUITS["strawberry"], 928),), sugar_g=800)
    times = [make_plan(replace(plain, altitude_m=h), CONTENT.recipes).processing.minutes or 0 for h in (low, high)]
    assert times[0] <= times[1]


NONSENSE = [
    {"portions": ()},
    {"portions": (Portion(APPLE, 0.0),)},
    {"portions": (Portion(APPLE, -5.0),)},
    {"portions": (Portion(APPLE, 500_000.0),)},
    {"portions": (Portion(APPLE, math.nan),)},
    {"portions": (Portion(APPLE, math.inf),)},
    {"portions": (Portion(APPLE, 1000.0), Portion(APPLE, -1.0))},
    {"sugar_g": -1.0},
    {"sugar_g": math.nan},
    {"lemon_juice_g": math.inf},
    {"altitude_m": 120_000.0},
    {"altitude_m": math.nan},
    {"altitude_m": -5000.0},
    {"jar_ml": 0},
    {"jar_ml": 10_000},
    {"pans": 0},
]


@pytest.mark.parametrize("changed", NONSENSE, ids=str)
def test_nonsense_is_told(changed: dict[str, Any]) -> None:
    with pytest.raises(InvalidRequest) as told:
        make_plan(replace(Batch(portions=(Portion(APPLE, 1000.0),)), **changed))
    assert told.value.message


def test_a_fruit_with_figures_missing_has_a_wider_range_and_says_so() -> None:
    known = make_plan(Batch(portions=(Portion(FRUITS["plum"], 1000),)))
    guessed = make_plan(Batch(portions=(Portion(FRUITS["jostaberry"], 1000),)))

    def width(plan: Any) -> float:
        leg = next(one for one in plan.set.legs if one.name == "acid")
        return float((leg.have.high - leg.have.low) / leg.have.value)

    assert width(guessed) > width(known)
    assert any("class" in one.text for one in guessed.warnings)
    assert not any("class" in one.text for one in known.warnings)


SCALES = {"g": 1.0, "kg": 1000.0, "lb": 453.592, "oz": 28.3495}


@TRIES
@given(st.floats(100, 5000), st.sampled_from(sorted(SCALES)))
def test_units_do_not_matter(grams: float, unit: str) -> None:
    text = f"{grams / SCALES[unit]:.2f}"
    asked = parse_fruit(f"plum {text}{unit}")
    assert weight("plum", asked) == pytest.approx(float(text) * SCALES[unit])
    spaced = parse_fruit(f" plum  {text.replace('.', ',')} {unit} ")
    assert weight("plum", spaced) == weight("plum", asked)


@TRIES
@given(st.text(max_size=80))
def test_whatever_is_typed_is_a_fruit_or_told(text: str) -> None:
    with suppress(InvalidRequest):
        assert all(one.name for one in parse_fruits(text))
