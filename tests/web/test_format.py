"""Figures as a cook reads them."""

from __future__ import annotations

import pytest

from jamhot.catalog.types import Ingredient, Times, Yield
from jamhot.web import format as fmt


def line(quantity: float | None, unit: str | None = None, **more: object) -> Ingredient:
    return Ingredient.model_validate({"quantity": quantity, "unit": unit, "item": "plums", "role": "fruit", **more})


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (1.5, "1½"),
        (0.333, "⅓"),
        (0.33, "⅓"),
        (0.13, "⅛"),
        (0.67, "⅔"),
        (2, "2"),
        (1.2, "1.2"),
        (0.999, "1"),
        (12.75, "12¾"),
    ],
)
def test_kitchen_numbers(value: float, said: str) -> None:
    assert fmt.kitchen_number(value) == said


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (line(4, "cup"), "4 cups"),
        (line(0.5, "cup"), "½ cup"),
        (line(1, "cup"), "1 cup"),
        (line(1, "cup", quantity_max=2), "1–2 cups"),
        (line(1.5, "kilogram"), "1.5 kg"),
        (line(1280, "gram"), "1,280 g"),
        (line(0.25, "teaspoon"), "¼ tsp"),
        (line(2, "leaf"), "2 leaves"),
        (line(2, "pinch"), "2 pinches"),
        (line(3, None), "3"),
        (line(None), ""),
    ],
)
def test_amounts(asked: Ingredient, said: str) -> None:
    assert fmt.amount(asked) == said


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (line(4, "cup", grams=928.0), "930 g"),
        (line(1, "teaspoon", grams=2.4), "2.4 g"),
        (line(1, "cup", grams=200.0, quantity_max=2), "200–400 g"),
        (line(4, "cup", grams=800.0, quantity_max=6), "800 g–1.2 kg"),
        (line(6, "cup", grams=1200.0, quantity_max=7), "1.2–1.4 kg"),
        (line(5, "cup", grams=1160.0), "1.16 kg"),
        (line(5, "cup", grams=998.0), "1 kg"),
        (line(5, "cup", grams=997.0), "995 g"),
        (line(1, "tablespoon"), "15 ml"),
        (line(2, "cup"), "470 ml"),
        (line(500, "gram", grams=500.0), "1 lb"),
        (line(750, "millilitre"), "3¼ cups"),
        (line(1, None), ""),
    ],
)
def test_the_other_system(asked: Ingredient, said: str) -> None:
    assert fmt.other_system(asked) == said


@pytest.mark.parametrize(
    ("minutes", "said"),
    [
        (5, "5 min"),
        (60, "1 h"),
        (80, "1 h 20 min"),
        (1440, "1 day"),
        (1500, "1 day 1 h"),
        (2.5, "2.5 min"),
        (None, ""),
        (0, "0 min"),
    ],
)
def test_durations(minutes: float | None, said: str) -> None:
    assert fmt.duration(minutes) == said


def test_timers() -> None:
    assert fmt.span(5, 8) == "5–8 min"
    assert fmt.span(10, 10) == "10 min"
    assert fmt.span(45, 90) == "45 min to 1 h 30 min"


def test_temperatures() -> None:
    assert fmt.celsius(77) == "77 °C (170 °F)"
    assert fmt.celsius(104) == "104 °C (220 °F)"
    assert fmt.celsius(50) == "50 °C (122 °F)"
    assert fmt.kelvin(4.4) == "4.4 °C (8 °F)"
    assert fmt.kelvin(5) == "5 °C (9 °F)"


@pytest.mark.parametrize(("mm", "said"), [(6, "¼ in"), (12, "½ in"), (13, "½ in"), (3, "⅛ in"), (25, "1 in")])
def test_headspace(mm: float, said: str) -> None:
    assert fmt.inches(mm) == said


@pytest.mark.parametrize(
    ("above", "below", "said"),
    [
        (0, 305, "Up to 305 m (1,000 ft)"),
        (305, 1829, "305–1,829 m (1,000–6,000 ft)"),
        (1829, None, "Above 1,829 m (6,000 ft)"),
        (0, None, "At any height"),
    ],
)
def test_altitudes(above: int, below: int | None, said: str) -> None:
    assert fmt.altitude(above, below) == said


def test_yields() -> None:
    assert fmt.makes(Yield(basis="stated", jars=3, jars_max=4, jar_ml=240)) == "3–4 half-pint (240 ml) jars"
    assert fmt.makes(Yield(basis="computed", jars=1, jar_ml=177)) == "1 177 ml jar"
    assert fmt.makes(Yield(basis="unknown", jar_ml=240)) == ""
    assert fmt.jars(Yield(basis="stated", jars=3.5, jar_ml=240)) == "3½ jars"
    assert fmt.jars(Yield(basis="stated", jars=1, jar_ml=240)) == "1 jar"


def test_time_at_work_needs_both_figures() -> None:
    assert fmt.at_work(Times(prep_minutes=25, cook_minutes=55, rest_minutes=600)) == "1 h 20 min"
    assert fmt.at_work(Times(prep_minutes=25)) == ""


@pytest.mark.parametrize(
    ("share", "said"), [(1.0, "99 %"), (0.996, "99 %"), (0.5, "50 %"), (0.004, "under 1 %"), (0.0, "under 1 %")]
)
def test_no_probability_is_certain(share: float, said: str) -> None:
    assert fmt.percent(share) == said


@pytest.mark.parametrize(
    ("numbers", "said"),
    [
        ((5, 6, 7), "May to July"),
        ((11, 12, 1), "November to January"),
        ((3, 9, 10), "March and September to October"),
        (tuple(range(1, 13)), "all year"),
        ((2,), "February"),
    ],
)
def test_months(numbers: tuple[int, ...], said: str) -> None:
    assert fmt.months(numbers) == said


def test_lists_and_colours() -> None:
    assert fmt.listed([]) == ""
    assert fmt.listed(["a"]) == "a"
    assert fmt.listed(["a", "b", "c"], "or") == "a, b or c"
    assert fmt.blend(["#000000", "#ffffff"]) == "#808080"
    assert fmt.blend(["#9c1524"]) == "#9c1524"
