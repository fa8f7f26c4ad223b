"""One amount, two systems."""

from __future__ import annotations

import pytest

from jamhot.catalog.types import Ingredient, Unit
from jamhot.catalog.units import Amount, in_metric, in_us


def line(
    quantity: float | None, unit: Unit | None, grams: float | None = None, most: float | None = None
) -> Ingredient:
    return Ingredient(quantity=quantity, quantity_max=most, unit=unit, item="plums", role="other", grams=grams)


@pytest.mark.parametrize(
    ("given", "metric", "us"),
    [
        (line(4, "cup", 928.0), Amount(928, 928, "gram"), None),
        (line(2, "pound", 907.2), Amount(907.2, 907.2, "gram"), None),
        (line(1, "tablespoon"), Amount(14.78675, 14.78675, "millilitre"), None),
        (line(2, "cup", 400.0, most=3), Amount(400, 600, "gram"), None),
        (line(900, "gram", 900.0), None, Amount(2, 2, "pound")),
        (line(1, "kilogram", 1000.0, most=1.5), None, Amount(2.25, 3.25, "pound")),
        (line(50, "gram", 50.0), None, Amount(2, 2, "ounce")),
        (line(5, "millilitre"), None, Amount(1, 1, "teaspoon")),
        (line(30, "millilitre"), None, Amount(2, 2, "tablespoon")),
        (line(250, "millilitre"), None, Amount(1, 1, "cup")),
        (line(2, "litre"), None, Amount(2, 2, "quart")),
        (line(2, None, 168.0), None, None),
        (line(1, "pinch"), None, None),
        (line(None, None), None, None),
    ],
)
def test_the_other_system(given: Ingredient, metric: Amount | None, us: Amount | None) -> None:
    assert in_metric(given) == metric
    assert in_us(given) == us
