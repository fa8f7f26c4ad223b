"""Will it set: what there is of pectin, acid, sugar and room in the pan, against what a gel needs."""

from __future__ import annotations

from jamhot.jamlab import constants as c
from jamhot.jamlab.balance import Balance, weigh
from jamhot.jamlab.constants import Span
from jamhot.jamlab.facts import ranged
from jamhot.jamlab.types import Batch, Leg, LegName, Ranged, SetForecast, Verdict

MOST_INDEX = 150.0
MOST_ENOUGH = 200.0
_WEAK: dict[LegName, str] = {
    "pectin": "pectin", "acid": "acid", "sugar": "sugar", "solids": "sugar", "pan": "the size of the batch",
}  # fmt: skip


def forecast(batch: Batch) -> SetForecast:
    """An index with its range, never a bare yes: percent of what the weakest leg needs."""
    if batch.ending == "thick":
        return _thick()
    legs = legs_of(batch, weigh(batch))
    low, mid, high = (min(ratio(leg, end) for leg in legs) for end in ("low", "value", "high"))
    weakest = min(legs, key=lambda leg: ratio(leg, "value"))
    verdict: Verdict = "likely" if mid >= 1 else "uncertain" if high >= 1 else "unlikely"
    return SetForecast(
        index=Ranged(low=_percent(low), value=_percent(mid), high=_percent(high)),
        verdict=verdict,
        weakest=weakest.name,
        legs=legs,
        text=_say(verdict, weakest),
    )


def ratio(leg: Leg, end: str) -> float:
    have: float = getattr(leg.have, end)
    return have / leg.need if leg.need else MOST_ENOUGH / 100


def _percent(share: float) -> float:
    return round(min(share * 100, MOST_INDEX), 1)


def _thick() -> SetForecast:
    return SetForecast(
        index=Ranged(low=100, value=100, high=100),
        verdict="likely",
        weakest=None,
        legs=[],
        text="Boiled down until it is thick: it holds by what has boiled away, and no gel is asked for.",
    )


def legs_of(batch: Batch, weighed: Balance) -> list[Leg]:
    """The legs that this batch stands on."""
    if not batch.jam_sugar_sets and (batch.low_methoxyl_pectin_g or batch.sweetness == "reduced"):
        return [_low_methoxyl(batch, weighed), _pan(batch, weighed)]
    if batch.jam_sugar_sets:
        return [_jam_sugar(batch.jam_sugar_sets, weighed), _acid(weighed, added=True), _pan(batch, weighed)]
    added = bool(batch.powdered_pectin_g or batch.liquid_pectin_g)
    legs = [_pectin(batch, weighed), _acid(weighed, added)]
    legs.append(_solids(weighed) if batch.ending == "timed" else _sugar(weighed))
    legs.append(_pan(batch, weighed))
    return legs


def _leg(name: LegName, have: Span, need: float, unit: str, text: str, source: str, digits: int = 2) -> Leg:
    enough = round(min(have.mid / need * 100, MOST_ENOUGH), 1) if need else MOST_ENOUGH
    exact = Ranged(low=have.low, value=have.mid, high=have.high)
    return Leg(name=name, have=ranged(have, digits) if digits < 6 else exact, need=need, unit=unit, enough=enough,
               text=text, source=source)  # fmt: skip


def _nearly(have: float) -> Span:
    """A figure that is weighed, against a need that nobody knows to better than a tenth."""
    return Span(have * (1 - c.NEED_SPREAD), have, have * (1 + c.NEED_SPREAD))


EXACT = 6
"""Digits from which a leg's figures are not rounded; the plan rounds them when it shows them."""


def _pectin(batch: Batch, weighed: Balance) -> Leg:
    total = weighed.finished_g.mid
    have = Span(*(grams / total * 100 for grams in weighed.pectin_g))
    need = c.PECTIN_NEED_JELLY if batch.kind == "jelly" else c.PECTIN_NEED_JAM
    softly = "" if have.mid >= c.PECTIN_FIRM else f" It is firm from {c.PECTIN_FIRM} %; between, it sets softly."
    text = f"Pectin makes {have.mid:.2f} % of the finished {batch.kind}; a set needs {need:.2f} %.{softly}"
    return _leg("pectin", have, need, "% of the finished preserve", text, f"{c.MCGEE}; {c.TESTED}", EXACT)


def _acid(weighed: Balance, added: bool) -> Leg:
    have = Span(*(grams / weighed.acid_base_g * 100 for grams in weighed.acid_g))
    need = c.ACID_NEED_WITH_PECTIN if added else c.ACID_NEED
    text = f"Fruit and lemon juice hold {have.mid:.2f} g of acid in 100 g; a set needs {need:.2f} g."
    return _leg("acid", have, need, "g as citric in 100 g of fruit and juice", text, f"{c.MCGEE}; {c.TESTED}", EXACT)


def _sugar(weighed: Balance) -> Leg:
    have = weighed.sugar_g / weighed.body_g
    text = f"{have:.2f} g of sugar a gram of fruit; with less than {c.SUGAR_NEED} it boils too long to set well."
    return _leg("sugar", _nearly(have), c.SUGAR_NEED, "g a gram of fruit", text, f"{c.MSU_SOFT}; {c.TESTED}", EXACT)


def _solids(weighed: Balance) -> Leg:
    text = (
        f"A minute's boil leaves it at {weighed.brix.mid:.0f} °Brix; boxed pectin sets from "
        f"{c.BRIX_NEED_WITH_PECTIN:.0f}."
    )
    return _leg(
        "solids", _nearly(weighed.brix.mid), c.BRIX_NEED_WITH_PECTIN, "°Brix", text, f"{c.MCGEE}; {c.TESTED}", EXACT
    )


def _low_methoxyl(batch: Batch, weighed: Balance) -> Leg:
    have = batch.low_methoxyl_pectin_g / weighed.finished_g.mid * 100
    text = (
        f"{have:.2f} % of low-methoxyl pectin; it sets with little sugar from about {c.LOW_METHOXYL_NEED} "
        "%, with calcium."
    )
    source = "makers of low-methoxyl pectin: 0.5–3.0 %, at any sugar, pH 2.5–6.5"
    return _leg("pectin", _nearly(have), c.LOW_METHOXYL_NEED, "% of the finished preserve", text, source, EXACT)


def _jam_sugar(sets: int, weighed: Balance) -> Leg:
    """Nobody says how much pectin is in it; its pack says how much fruit it sets, and that is computed with."""
    share = weighed.sugar_g * sets / weighed.body_g
    text = f"The pack says {sets}:1: this much jam sugar sets {share * 100:.0f} % of the fruit in the pan."
    return _leg("pectin", _nearly(share), 1.0, "of the fruit that its pack promises to set", text, c.JAM_SUGAR, EXACT)


def _pan(batch: Batch, weighed: Balance) -> Leg:
    limit = c.MOST_JUICE_G if weighed.juice else c.MOST_FRUIT_G
    room = _nearly(limit * batch.pans / weighed.body_g)
    text = (
        f"{weighed.body_g / batch.pans / 1000:.2f} kg in one pan; more than {limit / 1000:.1f} kg boils "
        "too long to set well."
    )
    return _leg("pan", room, 1.0, "of the most that one pan takes", text, f"{c.MSU_SOFT}; {c.NCHFP_CAUSES}", EXACT)


def _say(verdict: Verdict, weakest: Leg) -> str:
    if verdict == "likely":
        return f"A set is likely. Its weakest leg is {_WEAK[weakest.name]}: {weakest.enough:.0f} % of what it needs."
    how = "may fail" if verdict == "uncertain" else "is unlikely"
    return f"The set {how}: {_WEAK[weakest.name]} is at {weakest.enough:.0f} % of what it needs."
