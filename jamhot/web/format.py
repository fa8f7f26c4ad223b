"""Figures as a cook reads them: 1½ cups, 1 h 20 min, ¼ in."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from jamhot.answers.amounts import amount as amount
from jamhot.answers.amounts import grams as grams
from jamhot.answers.amounts import in_system as in_system
from jamhot.answers.amounts import jar as jar
from jamhot.answers.amounts import kitchen_number as kitchen_number
from jamhot.answers.amounts import makes as makes
from jamhot.answers.amounts import millilitres as millilitres
from jamhot.answers.amounts import number as number
from jamhot.answers.amounts import other_system as other_system
from jamhot.answers.amounts import unit as unit
from jamhot.catalog.types import Figure, PhRange, Times, Yield

_MONTHS = ("January", "February", "March", "April", "May", "June",
           "July", "August", "September", "October", "November", "December")  # fmt: skip


def duration(minutes: float | None) -> str:
    """Minutes as `45 min`, `1 h 20 min` or `2 h`; from a day on in days and hours."""
    if minutes is None:
        return ""
    total = round(minutes)
    if total < 60:
        return f"{number(minutes)} min"
    days, rest = divmod(total, 1440)
    hours, left = divmod(rest, 60)
    parts = [(days, "day" if days == 1 else "days"), (hours, "h"), (left if not days else 0, "min")]
    return " ".join(f"{count} {name}" for count, name in parts if count)


def span(low: float, high: float) -> str:
    """A timer: `5–8 min`, or one figure where both are the same."""
    if low == high:
        return duration(low)
    return f"{number(low)}–{number(high)} min" if high < 60 else f"{duration(low)} to {duration(high)}"


def celsius(degrees: float) -> str:
    """`77` is 77 °C (170 °F): kitchens' Fahrenheit goes in fives, and the Celsius was rounded from it."""
    exact = degrees * 9 / 5 + 32
    fives = round(exact / 5) * 5
    return f"{number(degrees)} °C ({fives if abs(exact - fives) < 1 else round(exact)} °F)"


def kelvin(difference: float) -> str:
    """A difference of temperature: 4.4 °C is 8 °F, with no 32 added."""
    return f"{number(difference)} °C ({round(difference * 9 / 5)} °F)"


def inches(millimetres: float) -> str:
    """`6` is ¼ in: to the nearest eighth."""
    return f"{kitchen_number(round(millimetres / 25.4 * 8) / 8)} in"


def altitude(above: int, below: int | None) -> str:
    """A row of a processing table: from `above` metres up to `below`, None for the last."""
    if above == 0:
        return "At any height" if below is None else f"Up to {below:,} m ({_feet(below)} ft)"
    if below is None:
        return f"Above {above:,} m ({_feet(above)} ft)"
    return f"{above:,}–{below:,} m ({_feet(above)}–{_feet(below)} ft)"


def _feet(metres: int) -> str:
    """To the nearest hundred, as the tables are made: 305 m is 1,000 ft."""
    return f"{round(metres * 3.28084, -2):,.0f}"


def jars(made: Yield) -> str:
    """The short form for a card: `3–4 jars`."""
    if made.jars is None:
        return ""
    low, high = kitchen_number(made.jars), kitchen_number(made.jars_max or made.jars)
    return f"{low if low == high else f'{low}–{high}'} {'jar' if high in ('1', '½') else 'jars'}"


def at_work(times: Times) -> str:
    """Time at the stove and board, without standing overnight."""
    known = [minutes for minutes in (times.prep_minutes, times.cook_minutes) if minutes is not None]
    return duration(sum(known)) if len(known) == 2 else ""


def percent(share: float) -> str:
    """A probability: never 100 %, which no model may say, and `under 1 %` rather than 0."""
    whole = math.floor(share * 100 + 0.5)
    return "under 1 %" if whole < 1 else f"{min(whole, 99)} %"


def figure(measured: Figure) -> str:
    """A measured value with its unit; empty where there is none."""
    return "" if measured.value is None else f"{number(measured.value)} {measured.unit}"


def ph(measured: PhRange) -> str:
    return number(measured.low) if measured.low == measured.high else f"{measured.low:g}–{measured.high:g}"


def listed(words: Iterable[str], last: str = "and") -> str:
    """`a, b and c`."""
    items = list(words)
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} {last} {items[-1]}" if items else ""


def months(numbers: Sequence[int]) -> str:
    """Months as runs: (5, 6, 7) is May to July, (11, 12, 1) November to January."""
    if len(set(numbers)) == 12:
        return "all year"
    return listed(_run(*run) for run in _runs(numbers))


def _run(first: int, last: int) -> str:
    return _MONTHS[first - 1] if first == last else f"{_MONTHS[first - 1]} to {_MONTHS[last - 1]}"


def _runs(numbers: Sequence[int]) -> list[tuple[int, int]]:
    """Unbroken stretches of months, over the new year too."""
    picked = set(numbers)
    firsts = sorted(month for month in picked if (month - 2) % 12 + 1 not in picked)
    ends = []
    for first in firsts:
        last = first
        while last % 12 + 1 in picked:
            last = last % 12 + 1
        ends.append((first, last))
    return ends


def blend(colours: Sequence[str]) -> str:
    """The middle of several `#rrggbb` colours: a jam of two fruits lies between them."""
    channels = [[int(colour[i : i + 2], 16) for colour in colours] for i in (1, 3, 5)]
    return "#" + "".join(f"{round(sum(values) / len(values)):02x}" for values in channels)
