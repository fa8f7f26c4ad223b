"""What to do when it went wrong, computed for the batch."""

from __future__ import annotations

import math

from jamhot.jamlab import constants as c
from jamhot.jamlab.balance import Balance, density
from jamhot.jamlab.types import Batch, Rescue

OVERBOILED = 70.0
"""°Brix of what was boiled about 2 °C past the gel point: the middle of what a cook notices. Chosen."""
LOOSE_FRUIT_BRIX = 12.0
"""Of raw fruit: the middle of USDA SR28's berries and stone fruit, with what else dissolves."""


def rescues(batch: Batch, weighed: Balance, gel_c: float) -> list[Rescue]:
    """For all that it makes; `gel_c`: the gel point here, °C."""
    return [_soft(weighed, gel_c), _hard(batch, weighed), _crystals(weighed), _floating(weighed)]


def _soft(weighed: Balance, gel_c: float) -> Rescue:
    quarts = weighed.finished_g.mid / density(weighed.brix.mid) / c.QUART_ML
    lemon, powder = _up(c.REMAKE_LEMON_ML * quarts, 5), _up(c.REMAKE_POWDER_G * quarts, 1)
    sugar, water = _up(c.REMAKE_SUGAR_G * quarts, 5), _up(c.REMAKE_WATER_ML * quarts, 10)
    text = (
        f"Wait two weeks first: plum and some others set late. Then add {lemon} ml of bottled lemon juice to all of "
        f"it, boil 3–4 minutes, and test again at {gel_c:.1f} °C. Or boil {powder} g of powdered pectin with {water} "
        f"ml of water, {sugar} g of sugar and the lemon juice, add the preserve, and boil hard for half a minute. No "
        "more than 1.4 litres at once."
    )
    return Rescue(problem="did_not_set", text=text, source=f"{c.MSU_REMAKE}; {c.NCHFP_CAUSES}")


def _hard(batch: Batch, weighed: Balance) -> Rescue:
    """The scale tells how far it was boiled: what is missing of the weight is water."""
    due, dry = weighed.finished_g.mid, max(weighed.brix.mid, OVERBOILED)
    found = due * weighed.brix.mid / dry
    loosen = _up(due - found, 10) if due > found else _up(due * 0.05, 10)
    why = "it had more pectin than it needs" if batch.ending == "timed" else "it was boiled too long"
    text = (
        f"Weigh it: all of it should come to about {due:.0f} g. What it falls short is water that has gone; at "
        f"{found:.0f} g it would hold {dry:.0f} % of sugar and want {loosen} ml. Warm it gently, stir that much water "
        "or juice back in, a spoonful at a time, and eat that batch from the fridge. Next time stop earlier: "
        f"{why}, or the fruit was not ripe, or there was too little sugar and it took too long."
    )
    return Rescue(problem="too_hard", text=text, source=f"{c.MSU_STIFF}; {c.OSU_PROBLEMS}")


def _crystals(weighed: Balance) -> Rescue:
    """Sugar against what the water left can hold when cold."""
    due = weighed.finished_g.mid
    water = due * (1 - min(weighed.brix.mid, 95.0) / 100)
    holds = water * c.SUCROSE_SATURATED
    over = weighed.sugar_g - holds
    if over > 0:
        more = _up(over / c.SUCROSE_SATURATED, 10)
        sum_ = f"is {over:.0f} g more than that: about {more} ml of water would hold it, and fruit acid helps"
    else:
        sum_ = "is within that, so sugar stayed undissolved on the pan's sides, or it was boiled too long or too slowly"
    text = (
        "Stand the open jar in hot water until they melt, and use it soon. The water left in this batch holds about "
        f"{holds:.0f} g of sugar when cold; the {weighed.sugar_g:.0f} g in it {sum_}. Next time dissolve all sugar "
        "before it boils, wipe the sides of the pan, and boil fast. In grapes they may be tartar: let the juice stand "
        "a night in the fridge."
    )
    return Rescue(problem="crystals", text=text, source=f"{c.NCHFP_CAUSES}; {c.SUCROSE}")


def _floating(weighed: Balance) -> Rescue:
    """Fruit floats while it is lighter than the syrup."""
    if weighed.juice:
        text = "A jelly has no pieces. What floats in it is foam: skim the pan before you fill the jars."
        return Rescue(problem="floating_fruit", text=text, source=c.NCHFP_CAUSES)
    text = (
        f"Stir it in the jar as it begins to set. The syrup weighs {density(weighed.brix.mid):.2f} g a millilitre, "
        f"raw fruit about {density(LOOSE_FRUIT_BRIX):.2f}: pieces float until they have taken up sugar. Next time "
        f"leave the fruit with {_half(weighed.sugar_g):.0f} g of the sugar overnight, crush it or cut it smaller, use "
        "ripe fruit, and let the pan stand 5 minutes, stirring now and then, before filling."
    )
    return Rescue(problem="floating_fruit", text=text, source=c.NCHFP_CAUSES)


def _half(grams: float) -> float:
    return math.floor(grams / 20) * 10


def _up(value: float, step: int) -> int:
    return max(step, round(value / step) * step)
