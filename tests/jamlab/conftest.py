"""The shipped fruits, and a short way to a batch."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from jamhot.catalog.content import Content
from jamhot.catalog.types import Fruit
from jamhot.jamlab.types import Batch, Portion


@pytest.fixture(scope="session")
def fruits(content: Content) -> Mapping[str, Fruit]:
    return {fruit.name: fruit for fruit in content.fruits}


@pytest.fixture(scope="session")
def batch(fruits: Mapping[str, Fruit]) -> Callable[..., Batch]:
    """`batch({"plum": 1300}, ripeness="over", juice=True, sugar_g=800)`."""

    def make(amounts: dict[str, float], *, ripeness: Any = "just", juice: bool = False, **rest: Any) -> Batch:
        portions = tuple(Portion(fruits[name], grams, ripeness, juice=juice) for name, grams in amounts.items())
        return Batch(portions=portions, **rest)

    return make
