"""Small drawings from figures: geometry only, in the units of each drawing's viewBox."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol


class Scored(Protocol):
    """Something with a name and a value of 10."""

    @property
    def name(self) -> str: ...
    @property
    def value(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Axis:
    """A spoke of a radar: where it ends, and where its words stand."""

    name: str
    value: int
    x: float
    y: float
    text_x: float
    text_y: float
    anchor: str


@dataclass(frozen=True, slots=True)
class Radar:
    """Points of polygons as SVG wants them, on 240 × 210."""

    axes: list[Axis]
    rings: list[str]
    shape: str


_MIDDLE = (120.0, 105.0)
_RADIUS = 78.0


def radar(scores: Sequence[Scored]) -> Radar:
    """A spoke for each score, the first straight up; rings at 2, 4, 6, 8 and 10."""
    turns = [2 * math.pi * index / len(scores) - math.pi / 2 for index in range(len(scores))]
    axes = [_axis(score, turn) for score, turn in zip(scores, turns, strict=True)]
    rings = [_polygon((value / 10, turn) for turn in turns) for value in (2, 4, 6, 8, 10)]
    shape = _polygon((score.value / 10, turn) for score, turn in zip(scores, turns, strict=True))
    return Radar(axes, rings, shape)


def _axis(score: Scored, turn: float) -> Axis:
    x, y = _place(1, turn)
    text_x, text_y = _place(1.13, turn)
    anchor = "middle" if abs(text_x - _MIDDLE[0]) < 12 else "start" if text_x > _MIDDLE[0] else "end"
    return Axis(score.name, score.value, x, y, text_x, text_y + 4, anchor)


def _polygon(places: Iterable[tuple[float, float]]) -> str:
    return " ".join(f"{x},{y}" for x, y in (_place(share, turn) for share, turn in places))


def _place(share: float, turn: float) -> tuple[float, float]:
    across, down = share * _RADIUS * math.cos(turn), share * _RADIUS * math.sin(turn)
    return round(_MIDDLE[0] + across, 1), round(_MIDDLE[1] + down, 1)
