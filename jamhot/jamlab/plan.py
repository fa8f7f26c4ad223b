"""The whole plan for a batch: what is asked of the lab."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from jamhot.catalog.foraging import together
from jamhot.catalog.types import Fruit, Recipe
from jamhot.errors import InvalidRequest
from jamhot.jamlab import constants as c
from jamhot.jamlab import facts
from jamhot.jamlab.altitude import boiling_point_c, fahrenheit, gel_point_c
from jamhot.jamlab.balance import Balance, jars, weigh
from jamhot.jamlab.constants import Span
from jamhot.jamlab.gel import forecast
from jamhot.jamlab.keeping import keep, tested_sugar
from jamhot.jamlab.mend import additions
from jamhot.jamlab.rescue import rescues
from jamhot.jamlab.types import (
    Batch,
    CookingTime,
    GelPoint,
    LabWarning,
    LabYield,
    Leg,
    Plan,
    Ranged,
    SetForecast,
    SugarPlan,
)


def make_plan(batch: Batch, tested: Sequence[Recipe] = (), apple: Fruit | None = None) -> Plan:
    """The plan. `tested`: recipes whose processing times may apply; `apple`: what to suggest for pectin.

    Raises:
        InvalidRequest: an amount, a jar or a height that makes no sense.
    """
    check(batch)
    known = tested_sugar(batch, tested) if batch.sugar_g is None else None
    batch = batch if known is None else replace(batch, sugar_g=known[0])
    weighed = weigh(batch)
    gel_c = gel_point_c(batch.altitude_m)
    taken = facts.figures(batch.portions)
    mended = additions(batch, apple)
    set_ = _shown(forecast(batch))
    processing = keep(batch, weighed, tested)
    return Plan(
        warnings=warnings(batch),
        fruit_g=round(sum(one.weight_g for one in batch.portions), 1),
        kind=batch.kind,
        set=set_,
        additions=mended,
        sugar=_sugar(batch, weighed, known),
        yield_=_yield(batch, weighed),
        cooking=_cooking(batch, weighed),
        gel_point=_gel_point(batch, gel_c),
        processing=processing,
        rescue=rescues(batch, weighed, gel_c),
        figures=taken,
        sources=list(
            dict.fromkeys([*(one.source for one in set_.legs), *(one.source for one in taken), processing.source,
                           c.AIB_539, c.STANDARD_ATMOSPHERE, c.ANTOINE, c.SR28])
        ),
    )  # fmt: skip


def check(batch: Batch) -> None:
    """Raises InvalidRequest for what nobody can cook."""
    if not batch.portions:
        raise InvalidRequest("There is no fruit in it.", hint="Name a fruit and how much: plum 1300g.")
    amounts = [one.weight_g for one in batch.portions]
    others = [batch.sugar_g or 0.0, batch.water_g, batch.lemon_juice_g, batch.powdered_pectin_g, batch.liquid_pectin_g,
              batch.low_methoxyl_pectin_g, batch.other_g, batch.other_solids_g]  # fmt: skip
    if not all(math.isfinite(one) and one >= 0 for one in (*amounts, *others)) or min(amounts) <= 0:
        raise InvalidRequest("Every amount must be a number above zero.", hint="Give grams: plum 1300g.")
    fruit = sum(amounts)
    if fruit < c.LEAST_FRUIT_G or fruit + sum(others) > c.MOST_BATCH_G:
        raise InvalidRequest(
            f"A batch has between {c.LEAST_FRUIT_G:.0f} g of fruit and {c.MOST_BATCH_G / 1000:.0f} kg in all; "
            f"this one has {fruit:.0f} g of fruit.",
            {"least_g": c.LEAST_FRUIT_G, "most_g": c.MOST_BATCH_G},
            "Cook more than 2 kg of fruit in several pans.",
        )
    _check_place(batch)


def _check_place(batch: Batch) -> None:
    if not (math.isfinite(batch.altitude_m) and c.LOWEST_M <= batch.altitude_m <= c.HIGHEST_M):
        raise InvalidRequest(
            f"A kitchen stands between {c.LOWEST_M:.0f} and {c.HIGHEST_M:,.0f} m above the sea.",
            {"lowest_m": c.LOWEST_M, "highest_m": c.HIGHEST_M},
        )
    low, high = c.JAR_ML
    if not low <= batch.jar_ml <= high:
        raise InvalidRequest(f"A jar holds {low} to {high:,} ml.", {"lowest_ml": low, "highest_ml": high})
    if batch.pans < 1:
        raise InvalidRequest("It needs a pan.")


def warnings(batch: Batch) -> list[LabWarning]:
    """The fruits' own, those of the acid and the size, and which figures are guesses by class."""
    fruits = list({one.fruit.name: one.fruit for one in batch.portions}.values())
    found = [LabWarning(text=one.text, source=one.source) for one in together(fruits)]
    low = sum(one.weight_g for one in batch.portions if facts.is_low_acid(one.fruit))
    need = low * c.BOTTLED_LEMON_G_PER_G
    if low and batch.lemon_juice_g < need:
        ml = math.ceil(need / c.LEMON_G_PER_ML / 5) * 5
        found.append(LabWarning(
            text=(
                f"For a sealed jar, fruit so low in acid needs the acid of a tested recipe: {ml} ml of bottled "
                "lemon juice "
            "at least. Without a tested recipe it belongs in the fridge or the freezer all the same."
            ),
            source="National Center for Home Food Preservation, fig jam",
        ))  # fmt: skip
    if batch.sweetness == "reduced":
        found.append(
            LabWarning(
                text="With little sugar it keeps less: it moulds and ferments sooner.", source=c.MSU_LITTLE_SUGAR
            )
        )
    guessed = [one.fruit.display_name for one in batch.portions if _estimated(one.fruit)]
    if guessed:
        named = ", ".join(dict.fromkeys(guessed))
        text = f"No table has every figure of {named}: what is missing is taken from its class, with a wider range."
        found.append(LabWarning(text=text, source=c.UGA_GROUPS))
    if batch.jam_sugar_sets and batch.jam_sugar_sets > 1:
        text = (
            "Jam sugar of 2:1 or 3:1 makes a preserve with little sugar: once open it keeps for weeks, in the fridge."
        )
        found.append(LabWarning(text=text, source=c.JAM_SUGAR))
    return list(dict.fromkeys(found))


def _estimated(fruit: Fruit) -> bool:
    return any(known(fruit).estimated for known in (facts.solids, facts.pectin, facts.acid))


def _shown(set_: SetForecast) -> SetForecast:
    """With figures as they are printed."""

    def rounded(leg: Leg) -> Leg:
        have = Ranged(**{name: round(getattr(leg.have, name), 2) for name in ("low", "value", "high")})
        return leg.model_copy(update={"have": have})

    return set_.model_copy(update={"legs": [rounded(leg) for leg in set_.legs]})


def _sugar(batch: Batch, weighed: Balance, known: tuple[float, str] | None) -> SugarPlan:
    ratio = weighed.sugar_g / weighed.body_g
    of = "juice" if weighed.juice else "fruit"
    whose = "As you said" if batch.sugar_g is not None else "What tested recipes take"
    if known is not None:
        whose = f"As the tested recipe “{known[1]}”"
    if batch.jam_sugar_sets:
        whose = f"Jam sugar {batch.jam_sugar_sets}:1" + (", as you said" if batch.sugar_g is not None else "")
    text = f"{whose}: {weighed.sugar_g:.0f} g, {ratio:.2f} g a gram of {of}."
    return SugarPlan(
        sugar_g=round(weighed.sugar_g, 1),
        sugar_per_fruit=round(ratio, 3),
        brix=facts.ranged(weighed.brix, 1),
        text=text,
    )


def _yield(batch: Batch, weighed: Balance) -> LabYield:
    """Never rounded coarser than a tenth of a gram: twice the batch is twice the yield."""
    filled = jars(weighed, batch.jar_ml)
    return LabYield(grams=facts.ranged(weighed.finished_g, 1), jars=facts.ranged(filled, 3), jar_ml=batch.jar_ml)


def _cooking(batch: Batch, weighed: Balance) -> CookingTime:
    if batch.ending == "timed":
        gone = max(weighed.into_pan_g - weighed.finished_g.mid, 0.0)
        return CookingTime(
            water_to_drive_off_g=facts.ranged(Span(0, gone, gone), 0),
            minutes_low=1,
            minutes_high=2,
            text="Bring it to a boil that cannot be stirred down, then a minute or so, as the pack says.",
        )
    away = sorted(max(weighed.into_pan_g - one, 0.0) for one in weighed.finished_g)
    water = Span(away[0], away[1], away[2])
    rate = c.EVAPORATION_G_PER_MIN
    low, high = water.low / batch.pans / rate.high, water.high / batch.pans / rate.low
    return CookingTime(
        water_to_drive_off_g=facts.ranged(water, 0),
        minutes_low=round(low),
        minutes_high=round(high),
        text=(
            f"Very roughly {low:.0f} to {high:.0f} minutes of hard boiling a pan: hob and pan decide. Go by "
            f"{'how thick it is' if batch.ending == 'thick' else 'the gel point'}."
        ),
    )


def _gel_point(batch: Batch, gel_c: float) -> GelPoint:
    gels = batch.ending == "gel"
    tests = [
        "Wrinkle: a spoonful on a cold plate, a minute in the freezer, wrinkles when a finger pushes it.",
        "Sheeting: from a cool metal spoon two drops run together and fall as one sheet.",
    ]
    if batch.ending == "thick":
        tests = ["Mound: a spoonful on a cold plate stands, and no liquid runs out round it."]
    if batch.ending == "timed":
        tests = ["By the clock, as the pack says; a spoonful on a cold plate sets as it cools."]
    return GelPoint(
        celsius=round(gel_c, 1) if gels else None,
        fahrenheit=round(fahrenheit(gel_c), 1) if gels else None,
        water_boils_c=round(boiling_point_c(batch.altitude_m), 1),
        altitude_m=batch.altitude_m,
        tests=tests,
        source=f"{c.AIB_539}; {c.STANDARD_ATMOSPHERE}",
    )
