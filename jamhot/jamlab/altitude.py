"""Where water boils, and jam gels, at a height."""

from __future__ import annotations

import math

from jamhot.jamlab import constants as c


def pressure_pa(altitude_m: float) -> float:
    """Air pressure of the standard atmosphere (ISO 2533)."""
    return c.SEA_LEVEL_PA * math.pow(1 - c.LAPSE * altitude_m, c.EXPONENT)


def boiling_point_c(altitude_m: float) -> float:
    """Where water boils, °C: Antoine's equation turned round."""
    mmhg = pressure_pa(altitude_m) / c.PA_PER_MMHG
    return c.ANTOINE_B / (c.ANTOINE_A - math.log10(mmhg)) - c.ANTOINE_C


def gel_point_c(altitude_m: float) -> float:
    """4.4 °C (8 °F) above the boiling point of water there (AIB 539)."""
    return boiling_point_c(altitude_m) + c.GEL_ABOVE_BOILING_C


def fahrenheit(celsius: float) -> float:
    return celsius * 9 / 5 + 32
