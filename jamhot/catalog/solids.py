"""What of an ingredient dissolves, and how much of a fruit drips through a jelly bag."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from jamhot.catalog.types import Fruit, Ingredient

DEFAULT_SOLUBLE_SOLIDS: Final = 0.10
"""Share of sugars in a fruit whose figure is missing: the middle of the fruits in USDA SR28."""
SUGAR_SOLIDS: Final = {"honey": 0.829, "maple syrup": 0.676, "molasses": 0.782}
"""100 g less water, USDA SR28 NDB 19296, 19353, 19304."""
STRAINED: Final = (0.45, 0.58)
"""Share of whole fruit and its water, and of what dissolves in them, that drips through a jelly bag, by weight: apple,
crab apple, plum and grape jelly of USDA AIB 539, guide 7, get 4 cups of juice from 3 to 3½ lb of fruit."""
_RAISINS: Final = re.compile(r"\b(raisins?|sultanas?|currants)\b", re.I)
_DRIED: Final = re.compile(r"\bdried\b", re.I)
RAISIN_SOLIDS: Final = 0.75
"""Of raisins: carbohydrate 79 g less 4 g of fibre, USDA SR28 NDB 09298."""
DRIED_SOLIDS: Final = 0.55
"""Of other dried fruit: figs 54, apricots 55, prunes 57 g of carbohydrate less fibre, NDB 09094, 09032, 09291."""


def dried_solids(item: str) -> float | None:
    """Share of dried fruit that dissolves; None for what is not dried fruit."""
    if _RAISINS.search(item) and not re.search(r"\b(red|black|white) ?currants", item, re.I):
        return RAISIN_SOLIDS
    return DRIED_SOLIDS if _DRIED.search(item) else None


def solids_fraction(line: Ingredient, fruits: Mapping[str, Fruit]) -> float:
    """Share of a line of fruit or sugar that dissolves: sugars of a fruit (USDA SR28 where the profile has them), of
    dried fruit, or of a sugar."""
    if line.role == "sugar":
        return SUGAR_SOLIDS.get(line.item, 1.0)
    dried = dried_solids(line.item)
    if dried is not None:
        return dried
    fruit = fruits.get(line.fruit or "")
    if fruit is None or fruit.profile is None or fruit.profile.chemistry.sugars.value is None:
        return DEFAULT_SOLUBLE_SOLIDS
    return fruit.profile.chemistry.sugars.value / 100
