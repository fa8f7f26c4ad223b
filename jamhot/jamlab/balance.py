"""Mass balance: what goes into the pan, what comes out of it."""

from __future__ import annotations

from dataclasses import dataclass

from jamhot.jamlab import constants as c
from jamhot.jamlab import facts
from jamhot.jamlab.constants import Span
from jamhot.jamlab.types import Batch


@dataclass(frozen=True, slots=True)
class Balance:
    """Grams. `body_g`: fruit, or strained juice for a jelly. `acid_base_g`: what the acid is counted on."""

    body_g: float
    juice: bool
    sugar_g: float
    solids_g: Span
    pectin_g: Span
    acid_g: Span
    acid_base_g: float
    into_pan_g: float
    finished_g: Span
    brix: Span


def weigh(batch: Batch) -> Balance:
    """Everything that the forecast rests on."""
    extracted = _extraction(batch)
    body = sum(one.weight_g * (1.0 if one.juice else extracted.mid) for one in batch.portions)
    sugar = sugar_for(batch, body)
    solids = _solids_g(batch, extracted)
    solids = _plus(solids, sugar + batch.other_solids_g + batch.lemon_juice_g * c.LEMON_SOLIDS / 100 + _powder(batch))
    strained = batch.kind == "jelly" and not all(one.juice for one in batch.portions)
    water = 0.0 if strained else batch.water_g  # what drips through is in `body`
    into = body + sugar + water + batch.lemon_juice_g + batch.other_g + _boxed(batch)
    finished, brix = _finish(batch, solids, into)
    return Balance(
        body_g=body,
        juice=batch.kind == "jelly",
        sugar_g=sugar,
        solids_g=solids,
        pectin_g=_pectin_g(batch, extracted),
        acid_g=_acid_g(batch, extracted),
        acid_base_g=body + batch.lemon_juice_g,
        into_pan_g=into,
        finished_g=finished,
        brix=brix,
    )


def density(brix: float) -> float:
    """g/ml of what is in the jar."""
    return 1 + c.DENSITY_LINEAR * brix + c.DENSITY_SQUARE * brix**2


def jars(weighed: Balance, jar_ml: int) -> Span:
    """How many jars it fills, to their headspace."""
    return facts.scaled(weighed.finished_g, 1 / (density(weighed.brix.mid) * jar_ml * c.JAR_FILL))


def _extraction(batch: Batch) -> Span:
    """Grams of what is cooked a gram of fruit: all of it, or the juice that drips through for a jelly."""
    whole = sum(one.weight_g for one in batch.portions if not one.juice)
    if batch.kind != "jelly" or not whole:
        return Span(1.0, 1.0, 1.0)
    return facts.scaled(c.JUICE_FROM_FRUIT, (whole + batch.water_g) / whole)


def sugar_for(batch: Batch, body_g: float) -> float:
    """What was asked for, or what the kind takes."""
    if batch.sugar_g is not None:
        return batch.sugar_g
    if batch.jam_sugar_sets:
        return body_g / batch.jam_sugar_sets
    if batch.sweetness == "reduced":
        return c.REDUCED_SUGAR * body_g
    if batch.ending == "timed" and not batch.low_methoxyl_pectin_g:
        return c.SUGAR_WITH_PECTIN * body_g
    return c.DEFAULT_SUGAR[batch.kind] * body_g


def _solids_g(batch: Batch, extracted: Span) -> Span:
    """Grams of soluble solids; juice takes its share of them with it, by weight."""
    total = Span(0.0, 0.0, 0.0)
    for one in batch.portions:
        span = facts.solids(one.fruit).span
        share = one.weight_g / 100 * (1.0 if one.juice else _carried(batch, extracted))
        total = Span(*(a + b * share for a, b in zip(total, span, strict=True)))
    return total


def _carried(batch: Batch, extracted: Span) -> float:
    """Share of what dissolves that strained juice carries: as much as of the fruit and its water, by weight."""
    if batch.kind != "jelly":
        return 1.0
    whole = sum(one.weight_g for one in batch.portions if not one.juice)
    return extracted.mid * whole / (whole + batch.water_g) if whole else 1.0


def _pectin_g(batch: Batch, extracted: Span) -> Span:
    total = Span(0.0, 0.0, 0.0)
    strained = c.JUICE_KEEPS_PECTIN if batch.kind == "jelly" else 1.0
    for one in batch.portions:
        carried = 1.0 if one.juice or batch.kind != "jelly" else min(1.0, extracted.mid)
        share = one.weight_g / 100 * strained * carried
        shifted = facts.times(facts.pectin(one.fruit).span, c.PECTIN_RIPENESS[one.ripeness])
        if one.frozen:
            shifted = facts.times(shifted, c.PECTIN_FROZEN)
        total = Span(*(a + b * share for a, b in zip(total, shifted, strict=True)))
    for grams, part in (
        (batch.powdered_pectin_g, c.POWDERED_PECTIN),
        (batch.liquid_pectin_g, c.LIQUID_PECTIN),
    ):
        total = Span(*(a + b * grams for a, b in zip(total, part, strict=True)))
    return total


def _acid_g(batch: Batch, extracted: Span) -> Span:
    total = Span(0.0, 0.0, 0.0)
    for one in batch.portions:
        carried = 1.0 if one.juice or batch.kind != "jelly" else min(1.0, extracted.mid)
        share = one.weight_g / 100 * carried
        shifted = facts.times(facts.acid(one.fruit).span, c.ACID_RIPENESS[one.ripeness])
        total = Span(*(a + b * share for a, b in zip(total, shifted, strict=True)))
    return Span(*(a + b * batch.lemon_juice_g / 100 for a, b in zip(total, c.LEMON_ACID, strict=True)))


def _plus(span: Span, grams: float) -> Span:
    return Span(span.low + grams, span.mid + grams, span.high + grams)


def _powder(batch: Batch) -> float:
    return batch.powdered_pectin_g + batch.low_methoxyl_pectin_g


def _boxed(batch: Batch) -> float:
    return _powder(batch) + batch.liquid_pectin_g


def _finish(batch: Batch, solids: Span, into: float) -> tuple[Span, Span]:
    """Grams that go into jars, and their °Brix. It never weighs more than what went in."""
    nuts = max(batch.other_g - batch.other_solids_g, 0.0)
    if batch.ending == "timed":
        finished = into * c.KEPT_TIMED
        brix = Span(*(min(one / into * 100, 85.0) for one in solids))
        return _spread(finished, into), brix
    target = c.GEL_BRIX if batch.ending == "gel" else _thick_brix(batch)
    mid = min(solids.mid / (target.mid / 100) + nuts, into)
    reached = Span(*(max(end, min(one / into * 100, 95.0)) for end, one in zip(target, solids, strict=True)))
    return _spread(mid, into), reached


def _thick_brix(batch: Batch) -> Span:
    """A butter, or a spread with little sugar; or a preserve with a jam's sugar that is boiled until thick."""
    sugar = batch.sugar_g or 0.0
    body = sum(one.weight_g for one in batch.portions)
    return c.THICK_BRIX if batch.kind == "butter" or sugar <= c.REDUCED_SUGAR * body else c.THICK_SWEET_BRIX


def _spread(mid: float, most: float) -> Span:
    return Span(mid * (1 - c.YIELD_SPREAD), mid, max(mid, min(mid * (1 + c.YIELD_SPREAD), most)))
