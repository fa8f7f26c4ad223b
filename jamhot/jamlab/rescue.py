"""What to do when it went wrong, computed for the batch."""

from __future__ import annotations

from jamhot.jamlab import constants as c
from jamhot.jamlab.balance import Balance, density
from jamhot.jamlab.types import Rescue


def rescues(weighed: Balance, gel_c: float) -> list[Rescue]:
    """For all that it makes; `gel_c`: the gel point here, °C."""
    grams = weighed.finished_g.mid
    quarts = grams / density(weighed.brix.mid) / c.QUART_ML
    lemon, powder = _up(c.REMAKE_LEMON_ML * quarts, 5), _up(c.REMAKE_POWDER_G * quarts, 1)
    sugar, water = _up(c.REMAKE_SUGAR_G * quarts, 5), _up(c.REMAKE_WATER_ML * quarts, 10)
    plain = (
        f"Wait two weeks first: plum and some others set late. Then add {lemon} ml of bottled lemon juice "
        "to all of it, boil "
        f"3–4 minutes, and test again at {gel_c:.1f} °C. Or boil {powder} g of powdered pectin with "
        f"{water} ml of water, "
        f"{sugar} g of sugar and the lemon juice, add the preserve, and boil hard for half a minute. No "
        "more than 1.4 litres at once."
    )
    loosen = _up(grams * 0.05, 10)
    return [
        Rescue(problem="did_not_set", text=plain, source=c.MSU_REMAKE),
        Rescue(
            problem="too_hard",
            text=(
                f"Warm it gently with up to {loosen} ml of water or juice, a spoonful at a time, and eat that "
                "batch from "
                "the fridge. Next time stop at the gel point: it was boiled too long, or had too much pectin."
            ),
            source=c.NCHFP_CAUSES,
        ),
        Rescue(
            problem="crystals",
            text=(
                "Warm the jar in a water bath until they melt, and use it soon. Next time dissolve all sugar "
                "before it "
                "boils, wipe the sides of the pan, boil fast, and weigh the sugar."
            ),
            source=c.NCHFP_CAUSES,
        ),
        Rescue(
            problem="floating_fruit",
            text=(
                "Stir it in the jar as it begins to set. Next time crush the fruit, use ripe fruit, and let the "
                "pan stand "
                "5 minutes, stirring now and then, before filling."
            ),
            source=c.NCHFP_CAUSES,
        ),
    ]


def _up(value: float, step: int) -> int:
    return max(step, round(value / step) * step)
