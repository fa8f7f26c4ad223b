"""Warnings of several fruits together: those about picking in the wild become one, which keeps every look-alike."""

from __future__ import annotations

from collections.abc import Sequence

from jamhot.catalog.types import FoodWarning, Fruit


def together(fruits: Sequence[Fruit]) -> tuple[FoodWarning, ...]:
    """Warnings of these fruits, each once; where two or more of them are picked wild, one for all of those."""
    all_of = list(dict.fromkeys(warning for fruit in fruits for warning in fruit.warnings))
    picked = [fruit for fruit in fruits if any(warning.kind == "foraging" for warning in fruit.warnings)]
    if len(picked) < 2:
        return tuple(all_of)
    rest = (warning for warning in all_of if warning.kind != "foraging")
    return (_folded(picked), *rest)


def _folded(fruits: Sequence[Fruit]) -> FoodWarning:
    wild = {fruit.plural: [one for one in fruit.warnings if one.kind == "foraging"] for fruit in fruits}
    named = [f"of {plural}, {listed(_look_alikes(found))}" for plural, found in wild.items()]
    told = [one for found in wild.values() for one in found]
    return FoodWarning(
        kind="foraging",
        text=(
            f"Wild {listed(list(wild), 'or')}? A photo never makes a wild berry safe to eat. Dangerous look-alikes: "
            f"{'; '.join(named)}. Pick only what somebody who knows the plant has named for you."
        ),
        source="; ".join(dict.fromkeys(one.source for one in told)),
        look_alikes=_look_alikes(told),
    )


def _look_alikes(warnings: Sequence[FoodWarning]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for warning in warnings for name in warning.look_alikes))


def listed(names: Sequence[str], word: str = "and") -> str:
    """`a, b and c`."""
    *most, last = names
    return f"{', '.join(most)} {word} {last}" if most else last
