"""What goes into the lab and what comes out of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from jamhot.catalog.types import Fruit

LabKind = Literal["jam", "jelly", "marmalade", "butter"]
Sweetness = Literal["traditional", "reduced"]
Ripeness = Literal["under", "just", "over"]
AtHand = Literal["lemon_juice", "apple", "jam_sugar", "liquid_pectin", "powdered_pectin", "low_methoxyl_pectin"]
JamSugar = Literal[1, 2, 3]
"""Fruit to sugar, as on the pack: 1:1, 2:1, 3:1."""
Ending = Literal["gel", "timed", "thick"]
"""Boiled to the gel point; boiled a minute with boxed pectin; boiled down until thick (no gel is asked for)."""
Verdict = Literal["likely", "uncertain", "unlikely"]
LegName = Literal["pectin", "acid", "sugar", "solids", "pan"]


@dataclass(frozen=True, slots=True)
class Portion:
    """A fruit and how much of it, grams of edible fruit; `juice`: strained already."""

    fruit: Fruit
    weight_g: float
    ripeness: Ripeness = "just"
    frozen: bool = False
    juice: bool = False


@dataclass(frozen=True, slots=True)
class Batch:
    """One batch as it would be cooked. Grams; `sugar_g` None: the lab chooses. `pans`: cooked in so many equal
    parts."""

    portions: tuple[Portion, ...]
    kind: LabKind = "jam"
    sweetness: Sweetness = "traditional"
    sugar_g: float | None = None
    water_g: float = 0.0
    lemon_juice_g: float = 0.0
    powdered_pectin_g: float = 0.0
    liquid_pectin_g: float = 0.0
    low_methoxyl_pectin_g: float = 0.0
    other_g: float = 0.0
    other_solids_g: float = 0.0
    altitude_m: float = 0.0
    jar_ml: int = 240
    pans: int = 1
    at_hand: frozenset[AtHand] = field(default_factory=frozenset)
    long_boil: bool = False
    """Pectin is added and it is boiled to the gel point all the same."""
    thick: bool = False
    """Boiled down until thick; nobody expects a gel."""
    jam_sugar_sets: JamSugar | None = None
    """All of the sugar is jam sugar whose pack promises to set so many times its weight of fruit."""

    @property
    def ending(self) -> Ending:
        if self.kind == "butter" or self.thick:
            return "thick"
        if self.jam_sugar_sets:
            return "timed"
        boxed = self.powdered_pectin_g + self.liquid_pectin_g + self.low_methoxyl_pectin_g
        return "timed" if boxed and not self.long_boil else "gel"


class Out(BaseModel):
    """Base of what the lab says: immutable."""

    model_config = ConfigDict(frozen=True, serialize_by_alias=True, populate_by_name=True)


class Ranged(Out):
    """A figure and the range that its sources leave."""

    low: float = Field(ge=0)
    value: float = Field(ge=0)
    high: float = Field(ge=0)


class LabWarning(Out):
    text: str
    source: str


class Leg(Out):
    """One thing that a gel stands on: what there is against what it needs."""

    name: LegName
    have: Ranged
    need: float = Field(ge=0)
    unit: str
    enough: float = Field(ge=0, description="percent of the need, at most 200")
    text: str
    source: str


class SetForecast(Out):
    index: Ranged = Field(description="percent of what its weakest leg needs, at most 150")
    verdict: Verdict
    weakest: LegName | None = Field(description="null where it is boiled down until thick and no gel is asked for")
    legs: list[Leg]
    text: str


class Addition(Out):
    """The smallest amount that mends the set; `instead_of` names the addition that it can stand in for."""

    what: Literal[
        "lemon_juice", "powdered_pectin", "liquid_pectin", "low_methoxyl_pectin", "apple", "sugar", "jam_sugar", "pans"
    ]
    amount: float = Field(gt=0)
    unit: Literal["ml", "g", "pans"]
    sugar_g: float = Field(default=0, ge=0, description="sugar that goes in with it")
    yield_change_g: float = Field(description="what it does to the yield")
    text: str
    instead_of: str | None = None


class SugarPlan(Out):
    sugar_g: float = Field(ge=0)
    sugar_per_fruit: float = Field(ge=0, description="grams a gram of fruit, or of juice for a jelly")
    brix: Ranged = Field(description="degrees Brix of the finished preserve")
    text: str


class LabYield(Out):
    grams: Ranged
    jars: Ranged
    jar_ml: int


class CookingTime(Out):
    water_to_drive_off_g: Ranged
    minutes_low: float = Field(ge=0)
    minutes_high: float = Field(ge=0)
    text: str


class GelPoint(Out):
    """`celsius` null where it is not boiled to a gel point."""

    celsius: float | None
    fahrenheit: float | None
    water_boils_c: float
    altitude_m: float
    tests: list[str]
    source: str


class ProcessingPlan(Out):
    method: Literal["boiling_water", "refrigerate"]
    minutes: int | None
    jar_ml: int
    altitude_m: float
    keeps: str
    reason: str
    source: str


class Rescue(Out):
    problem: Literal["did_not_set", "too_hard", "crystals", "floating_fruit"]
    text: str
    source: str


class Figure(Out):
    """What the lab took for a fruit, in 100 g of it, and from where."""

    fruit: str
    what: Literal["soluble_solids", "pectin", "acid"]
    grams_per_100_g: Ranged
    source: str
    estimated: bool = Field(description="from the fruit's class, because no table has it")


class Plan(Out):
    """Warnings come first."""

    warnings: list[LabWarning]
    fruit_g: float
    kind: LabKind
    set: SetForecast
    additions: list[Addition]
    sugar: SugarPlan
    yield_: LabYield = Field(alias="yield")
    cooking: CookingTime
    gel_point: GelPoint
    processing: ProcessingPlan
    rescue: list[Rescue]
    figures: list[Figure]
    sources: list[str]
