"""The content files as a person edits them: one YAML file a fruit, one a recipe, and three shared tables.

`docs/catalog.md` explains every field by example. Nothing is typed twice: grams, US and metric amounts, servings,
difficulty, warnings of the fruits and computed yields are worked out in `build`.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from jamhot.catalog.types import (
    Colours,
    EndPoint,
    Flavor,
    FoodWarning,
    FruitName,
    KeepingMethod,
    Kind,
    PhRange,
    Positive,
    Role,
    Season,
    Slug,
    Text,
    Timer,
    Unit,
    Value,
)

SourceId = Annotated[str, Field(pattern=r"^[a-z0-9]+(_[a-z0-9]+)*$")]
MeasureId = Annotated[str, Field(pattern=r"^[a-z0-9_]+(\.[a-z0-9_]+)?$")]


class SourceEntry(Value):
    """Where facts come from. `tested`: USDA, NCHFP or a modern extension service."""

    title: str
    licence: str
    url: str | None = None
    tested: bool = False
    note: str | None = None


class MeasureEntry(Value):
    """The weight of a cup (US, 236.6 ml), a tablespoon or one piece of something."""

    grams: Positive
    per: Literal["cup", "tablespoon", "each"]
    source: SourceId
    place: str
    note: str | None = None


class ProcessingEntry(Value):
    """Minutes in boiling water by jar size (ml) and altitude (m, lower bound), as the source prints them."""

    product: str
    source: SourceId
    place: str
    jars: dict[int, dict[int, int]]


class _SourcedEntry(Value):
    """`{value, source, place}`, or `{missing: why}`."""

    source: SourceId | None = None
    place: str | None = None
    missing: str | None = None

    @model_validator(mode="after")
    def _value_or_reason(self) -> Self:
        value = getattr(self, "value", None)
        if (value is None) == (self.missing is None):
            raise ValueError("give either value and source, or missing with the reason")
        if value is not None and self.source is None:
            raise ValueError("nothing without a source enters the catalogue")
        return self


class FigureEntry(_SourcedEntry):
    """A measured value, or the reason why there is none."""

    value: float | None = Field(default=None, ge=0, le=2000)


class ClassEntry(_SourcedEntry):
    """A class, or the reason why there is none."""

    value: Literal["high", "medium", "borderline", "low"] | None = None


class PhEntry(Value):
    """A pH range with its source, or the reason why there is none."""

    low: float | None = Field(default=None, ge=1, le=9)
    high: float | None = Field(default=None, ge=1, le=9)
    source: SourceId | None = None
    place: str | None = None
    missing: str | None = None

    @model_validator(mode="after")
    def _range_or_reason(self) -> Self:
        if self.missing is None:
            if self.low is None or self.high is None or self.source is None:
                raise ValueError("give low, high and source, or missing with the reason")
            if self.low > self.high:
                raise ValueError("low is above high")
        elif self.low is not None or self.high is not None:
            raise ValueError("a range that is there is not missing")
        return self

    def to_range(self, source: str) -> PhRange | None:
        if self.low is None or self.high is None:
            return None
        return PhRange(low=self.low, high=self.high, source=source)


class ChemistryEntry(Value):
    """Per 100 g of edible fruit: grams, but energy in kcal and vitamin C in mg; carbohydrate by difference bounds the
    sugars from above; titratable acid in grams.
    """

    water: FigureEntry
    sugars: FigureEntry
    fibre: FigureEntry
    pectin: FigureEntry
    carbohydrate: FigureEntry
    titratable_acid: FigureEntry
    energy: FigureEntry
    vitamin_c: FigureEntry
    pectin_class: ClassEntry
    acid_class: ClassEntry
    ph: PhEntry


class SeasonEntry(Season):
    source: SourceId | None = None


class ProfileEntry(Value):
    scientific_name: str
    family: str
    description: Text
    season: SeasonEntry | None
    choosing: Text
    storing: Text
    preparing: Text
    goes_well_with: tuple[str, ...] = Field(min_length=2)
    jam_uses: Text
    flavor: Flavor
    chemistry: ChemistryEntry
    colours: Colours


class FruitEntry(Value):
    """`seed/fruits/<name>.yaml`."""

    name: FruitName
    display_name: str
    plural: str
    other_names: tuple[str, ...] = ()
    ai_identifier: FruitName | None = None
    kind_of: FruitName | None = None
    warnings: tuple[FoodWarning, ...] = ()
    profile: ProfileEntry | None = None


class IngredientEntry(Value):
    quantity: Positive | None = None
    quantity_max: Positive | None = None
    unit: Unit | None = None
    item: Annotated[str, Field(min_length=2, max_length=80)]
    preparation: Annotated[str, Field(max_length=160)] | None = None
    role: Role
    fruit: FruitName | None = None
    measure: MeasureId | None = None
    optional: bool = False

    @model_validator(mode="after")
    def _sensible(self) -> Self:
        if self.quantity is None and self.role not in ("spice", "other"):
            raise ValueError(f"{self.item}: only a spice or another extra may be without a quantity")
        if self.quantity_max is not None and self.quantity_max <= (self.quantity or 0):
            raise ValueError(f"{self.item}: quantity_max is not above quantity")
        if self.role == "fruit" and self.fruit is None:
            raise ValueError(f"{self.item}: role fruit needs the fruit's name")
        return self


class StepEntry(Value):
    text: Text
    uses: tuple[str, ...] = ()
    timer_minutes: Timer | None = None


class YieldEntry(Value):
    """`stated`: as the source says (jars of jar_ml). `computed`: worked out in `build`; only jar_ml is given.

    There is no third: a recipe whose yield is not known is not in the catalogue.
    """

    basis: Literal["stated", "computed"]
    jars: float | None = Field(default=None, gt=0, le=60)
    jars_max: float | None = Field(default=None, gt=0, le=60)
    jar_ml: int = Field(default=240, gt=0, le=1000)

    @model_validator(mode="after")
    def _stated_has_jars(self) -> Self:
        if (self.basis == "stated") != (self.jars is not None):
            raise ValueError("a stated yield gives jars; a computed one does not")
        return self


class TimesEntry(Value):
    prep_minutes: int | None = Field(default=None, ge=0, le=600)
    cook_minutes: int | None = Field(default=None, ge=0, le=900)
    rest_minutes: int = Field(default=0, ge=0, le=4320)


class KeepingEntry(Value):
    method: KeepingMethod
    headspace_mm: int | None = Field(default=None, ge=3, le=30)
    processing: str | None = None
    note: Text

    @model_validator(mode="after")
    def _boiling_water_has_times(self) -> Self:
        if (self.method == "boiling_water") != (self.processing is not None):
            raise ValueError("boiling_water needs a processing table, and only boiling_water has one")
        return self


class RecipeSourceEntry(Value):
    """`facts`: the row of the fact sheet the figures come from, when there is one."""

    id: SourceId
    place: str | None = None
    url: str | None = None
    facts: str | None = None


class RecipeEntry(Value):
    """`seed/recipes/<slug>.yaml`."""

    id: int = Field(ge=1, le=99_999)
    slug: Slug
    title: Annotated[str, Field(min_length=3, max_length=120)]
    kind: Kind
    tested: bool
    primary_fruits: tuple[FruitName, ...] = Field(min_length=1)
    summary: Text
    ingredients: tuple[IngredientEntry, ...] = Field(min_length=1)
    instructions: tuple[StepEntry, ...] = Field(min_length=2)
    end_point: EndPoint
    yield_: YieldEntry = Field(alias="yield")
    times: TimesEntry
    keeping: KeepingEntry
    source: RecipeSourceEntry
    warnings: tuple[FoodWarning, ...] = ()
    created: date
