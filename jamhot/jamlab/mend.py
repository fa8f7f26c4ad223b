"""The smallest additions that bring a batch to its set, and what they do to yield and taste."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

from jamhot.catalog.types import Fruit
from jamhot.jamlab import constants as c
from jamhot.jamlab.balance import weigh
from jamhot.jamlab.gel import legs_of, ratio
from jamhot.jamlab.types import Addition, Batch, LegName, Portion

_STEPS = 400
"""Most steps of an amount that are tried."""


def additions(batch: Batch, apple: Fruit | None) -> list[Addition]:
    """What to add, all of it together; apple as another way to the pectin. Empty where nothing is missing."""
    if batch.ending == "thick":
        return []
    found: list[Addition] = []
    now = batch
    for leg in _ORDER:
        if enough(now, leg):
            continue
        after = _MEND[leg](now)
        found.extend(_told(now, after, leg))
        now = after
    if apple is not None and (with_apple := _apple(batch, apple)) is not None:
        pectin = next((one.what for one in found if one.what.endswith("pectin")), None)
        found.append(_apple_told(batch, with_apple, pectin))
    return found


def apply(batch: Batch) -> Batch:
    """The batch with all that `additions` asks for (not the apple, which stands in for pectin)."""
    now = batch
    if now.ending == "thick":
        return now
    for leg in _ORDER:
        if not enough(now, leg):
            now = _MEND[leg](now)
    return now


def enough(batch: Batch, name: LegName) -> bool:
    """Whether every leg of this name carries."""
    return all(ratio(leg, "value") >= 1 for leg in legs_of(batch, weigh(batch)) if leg.name == name)


def _grow(batch: Batch, leg: LegName, step: float, more: Callable[[Batch, float], Batch]) -> Batch:
    """`more` of something in steps until the leg carries; doubles its way up, then halves its way back."""
    low, high = 0, 1
    while not enough(more(batch, high * step), leg) and high < 2**24:
        low, high = high, high * 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(more(batch, middle * step), leg) else (middle, high)
    return more(batch, high * step)


def _lemon(batch: Batch) -> Batch:
    def more(one: Batch, ml: float) -> Batch:
        return replace(one, lemon_juice_g=one.lemon_juice_g + ml * c.LEMON_G_PER_ML)

    return _grow(batch, "acid", 5.0, more)


def _pectin(batch: Batch) -> Batch:
    """Pectin in the form at hand; jam sugar brings its own. In a jam that boils to the gel point it goes in for the
    last minute."""
    if batch.jam_sugar_sets:
        return _sweeten("pectin")(batch)
    if batch.sweetness == "reduced" or batch.low_methoxyl_pectin_g:
        return _grow(
            batch, "pectin", 1.0, lambda one, g: replace(one, low_methoxyl_pectin_g=one.low_methoxyl_pectin_g + g)
        )
    boiled = replace(batch, long_boil=batch.long_boil or batch.ending == "gel")
    if "liquid_pectin" in batch.at_hand and "powdered_pectin" not in batch.at_hand:
        return _grow(boiled, "pectin", 5.0, lambda one, g: replace(one, liquid_pectin_g=one.liquid_pectin_g + g))
    return _grow(boiled, "pectin", 1.0, lambda one, g: replace(one, powdered_pectin_g=one.powdered_pectin_g + g))


def _sweeten(leg: LegName) -> Callable[[Batch], Batch]:
    def mend(batch: Batch) -> Batch:
        have = weigh(batch).sugar_g
        return _grow(batch, leg, 10.0, lambda one, g: replace(one, sugar_g=have + g))

    return mend


def _pans(batch: Batch) -> Batch:
    return _grow(batch, "pan", 1.0, lambda one, n: replace(one, pans=one.pans + int(n)))


_ORDER: tuple[LegName, ...] = ("sugar", "solids", "pectin", "acid", "pectin", "solids", "sugar", "pan")
"""Sugar makes more jam, so pectin comes after it; lemon juice makes more, so pectin is looked at again."""
_MEND: dict[LegName, Callable[[Batch], Batch]] = {
    "sugar": _sweeten("sugar"), "solids": _sweeten("solids"), "pectin": _pectin, "acid": _lemon, "pan": _pans,
}  # fmt: skip


def _told(before: Batch, after: Batch, leg: LegName) -> list[Addition]:
    change = round(weigh(after).finished_g.mid - weigh(before).finished_g.mid, 0)
    if leg == "acid":
        ml = round((after.lemon_juice_g - before.lemon_juice_g) / c.LEMON_G_PER_ML)
        text = f"{ml} ml of lemon juice: it tastes fresher and a little sharper."
        return [Addition(what="lemon_juice", amount=ml, unit="ml", yield_change_g=change, text=text)]
    if after.jam_sugar_sets and leg == "pectin":
        grams = round((after.sugar_g or 0.0) - weigh(before).sugar_g)
        text = f"{grams} g more of the jam sugar: it sets only as much fruit as its pack says."
        return [Addition(what="jam_sugar", amount=grams, unit="g", yield_change_g=change, text=text)]
    if leg in ("sugar", "solids"):
        grams = round((after.sugar_g or 0.0) - weigh(before).sugar_g)
        text = f"{grams} g more sugar: sweeter, and it makes more."
        return [Addition(what="sugar", amount=grams, unit="g", yield_change_g=change, text=text)]
    if leg == "pan":
        text = f"Cook it in {after.pans} equal parts: the set of a batch too large fails while it boils down."
        return [Addition(what="pans", amount=after.pans, unit="pans", yield_change_g=0, text=text)]
    return [_pectin_told(before, after, change)]


def _pectin_told(before: Batch, after: Batch, change: float) -> Addition:
    if grams := after.low_methoxyl_pectin_g - before.low_methoxyl_pectin_g:
        text = f"{grams:.0f} g of low-methoxyl pectin with its calcium, as its pack says: no taste of its own."
        return Addition(what="low_methoxyl_pectin", amount=grams, unit="g", yield_change_g=change, text=text)
    if grams := after.liquid_pectin_g - before.liquid_pectin_g:
        pouches = grams / c.POUCH_G
        text = (
            f"{grams:.0f} g of liquid pectin ({pouches:.1f} pouches), for the last minute: hardly a taste of its own."
        )
        return Addition(what="liquid_pectin", amount=grams, unit="g", yield_change_g=change, text=text)
    grams = after.powdered_pectin_g - before.powdered_pectin_g
    text = f"{grams:.0f} g of powdered pectin ({grams / c.BOX_G:.1f} boxes), stirred into the fruit before the sugar."
    return Addition(what="powdered_pectin", amount=grams, unit="g", yield_change_g=change, text=text)


def with_apple(batch: Batch, apple: Fruit, grams: float) -> Batch:
    """The batch with so much tart apple, and sugar in the same proportion."""
    weighed = weigh(batch)
    portion = Portion(apple, grams, ripeness="under")
    more = replace(batch, portions=(*batch.portions, portion))
    if batch.sugar_g is None:
        return more
    return replace(more, sugar_g=batch.sugar_g * weigh(more).body_g / weighed.body_g)


def _apple(batch: Batch, apple: Fruit) -> Batch | None:
    """With the least apple that brings the pectin; None where pectin is not short, or apple would outweigh the
    fruit."""
    if batch.jam_sugar_sets or enough(batch, "pectin") or batch.sweetness == "reduced" or batch.low_methoxyl_pectin_g:
        return None
    fruit = sum(one.weight_g for one in batch.portions)
    steps = math.ceil(fruit / _STEPS)
    most = with_apple(batch, apple, fruit)
    if not enough(most, "pectin"):
        return None
    return _grow(batch, "pectin", max(steps, 1), lambda one, g: with_apple(one, apple, g))


def _apple_told(batch: Batch, after: Batch, instead_of: str | None) -> Addition:
    before, then = weigh(batch), weigh(after)
    grams = round(after.portions[-1].weight_g)
    text = (
        f"Or {grams} g of grated tart apple, with sugar in the same proportion: rounder, and milder in "
        "the fruit's own taste."
    )
    return Addition(
        what="apple",
        amount=grams,
        unit="g",
        sugar_g=round(then.sugar_g - before.sugar_g),
        yield_change_g=round(then.finished_g.mid - before.finished_g.mid),
        text=text,
        instead_of=instead_of,
    )
