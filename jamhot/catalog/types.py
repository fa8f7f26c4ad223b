"""What the catalogue holds, as the database stores it, the snapshot keeps it and the API answers it.

A *fruit* is a kind that the model or the catalogue names. A *profile* is what we know of it. A *recipe* is a fruit
preserve. What a person edits is in `seed_format`; `build` turns one into the other.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

Kind = Literal["jam", "jelly", "marmalade", "preserve", "conserve", "butter", "curd", "chutney", "compote"]
Role = Literal["fruit", "sugar", "acid", "pectin", "spice", "liquid", "other"]
Unit = Literal[
    "gram", "kilogram", "millilitre", "litre",
    "teaspoon", "tablespoon", "cup", "fluid ounce", "pint", "quart", "ounce", "pound",
    "pinch", "stick", "sprig", "leaf", "pod", "slice", "piece", "clove", "packet", "pouch",
]  # fmt: skip
"""Units of a recipe line; null means a count ("2 lemons"). Cups, pints and quarts are US measures."""
Difficulty = Literal["easy", "medium", "hard"]
EndPointTest = Literal["thermometer", "wrinkle", "sheeting", "mound", "timed", "thickened"]
KeepingMethod = Literal["boiling_water", "refrigerate", "freeze"]
WarningKind = Literal["low_acid", "harmful_part", "foraging", "medical", "allergy", "handling", "storage"]
AcidClass = Literal["high", "medium", "borderline", "low"]
PectinClass = Literal["high", "medium", "low"]

Slug = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]
FruitName = Annotated[str, Field(pattern=r"^[a-z]+(_[a-z]+)*$", max_length=40)]
Colour = Annotated[str, Field(pattern=r"^#[0-9a-f]{6}$")]
Month = Annotated[int, Field(ge=1, le=12)]
Text = Annotated[str, Field(min_length=1, max_length=1200)]
Positive = Annotated[float, Field(gt=0, le=20_000, allow_inf_nan=False)]


class CatalogVersion(NamedTuple):
    """Which catalogue: the number it has in its database, and the digest of its content.

    Two databases may give one number to two catalogues; then the digests differ.
    """

    number: int
    digest: str


class Value(BaseModel):
    """Base of everything in the catalogue: immutable, nothing unknown let in."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class FoodWarning(Value):
    """Something a person must know before eating or cooking; no confidence suppresses it."""

    kind: WarningKind
    text: Text
    source: str
    look_alikes: tuple[str, ...] = Field(default=(), description="foraging: plants that people take for it")


class Figure(Value):
    """A measured value with its unit and source; a null value says why instead."""

    value: float | None
    unit: str
    source: str | None = None
    missing_because: str | None = None


class PhRange(Value):
    low: float = Field(ge=0, le=14)
    high: float = Field(ge=0, le=14)
    source: str


class Classed(Value):
    """A class such as pectin *high*, with its source; null says why."""

    value: str | None
    source: str | None = None
    missing_because: str | None = None


class Flavor(Value):
    """Taste on scales of 1–10, by the rule in `docs/catalog.md`."""

    sweet: int = Field(ge=1, le=10)
    tart: int = Field(ge=1, le=10)
    acid: int = Field(ge=1, le=10)
    floral: int = Field(ge=1, le=10)
    earthy: int = Field(ge=1, le=10)
    note: Text


class Season(Value):
    """Months (1–12) in which the fruit is picked or best bought, by hemisphere."""

    north: tuple[Month, ...]
    south: tuple[Month, ...]


class Chemistry(Value):
    """Per 100 g of edible fruit, raw unless the source says otherwise."""

    water: Figure
    sugars: Figure
    fibre: Figure
    pectin: Figure
    carbohydrate: Figure
    titratable_acid: Figure
    energy: Figure
    vitamin_c: Figure
    pectin_class: Classed
    acid_class: Classed
    ph: PhRange | None
    ph_missing_because: str | None = None


class Colours(Value):
    fruit: Colour
    jam: Colour


class Profile(Value):
    """What we know of a fruit."""

    scientific_name: str
    family: str
    description: Text
    season: Season | None
    season_source: str | None = None
    choosing: Text
    storing: Text
    preparing: Text
    goes_well_with: tuple[str, ...]
    jam_uses: Text
    flavor: Flavor
    chemistry: Chemistry
    colours: Colours


class Fruit(Value):
    """A fruit that the model or the catalogue names."""

    name: FruitName
    display_name: str
    plural: str
    other_names: tuple[str, ...] = ()
    ai_identifier: FruitName | None = None
    kind_of: FruitName | None = None
    profile: Profile | None = None
    warnings: tuple[FoodWarning, ...] = ()


class Ingredient(Value):
    """One line of a recipe. `quantity` null only where "to taste" is meant; `grams` null where no weight is known."""

    quantity: Positive | None
    quantity_max: Positive | None = None
    unit: Unit | None = None
    item: Annotated[str, Field(min_length=2, max_length=80)]
    preparation: Annotated[str, Field(max_length=160)] | None = None
    role: Role
    fruit: FruitName | None = None
    optional: bool = False
    grams: float | None = None


class Timer(Value):
    """How long a step takes, in minutes; `low` equals `high` when the source gives one figure."""

    low: Positive
    high: Positive


class Step(Value):
    """One step; `uses` are the items of the ingredients that go in now."""

    text: Text
    uses: tuple[str, ...] = ()
    timer_minutes: Timer | None = None


class EndPoint(Value):
    """How to know it is done. `above_boiling_c`: kelvin above the boiling point of water where you stand."""

    tests: tuple[EndPointTest, ...]
    above_boiling_c: float | None = Field(default=None, gt=0, lt=12)
    celsius: float | None = Field(default=None, gt=40, lt=120)


class Yield(Value):
    """What it makes. `stated` by the source, or `computed` by mass balance; `jars` of `jar_ml` millilitres.

    With `jars_max` it is a range, of which `grams` is the middle. `unknown` is for recipes that a scraper brings.
    """

    basis: Literal["stated", "computed", "unknown"]
    jars: float | None = Field(default=None, gt=0)
    jars_max: float | None = Field(default=None, gt=0)
    jar_ml: int | None = Field(default=None, gt=0)
    grams: float | None = Field(default=None, gt=0)


class Times(Value):
    """Minutes; `rest` is standing, dripping or cooling overnight; null where the source does not say."""

    prep_minutes: int | None = Field(default=None, ge=0)
    cook_minutes: int | None = Field(default=None, ge=0)
    rest_minutes: int = Field(default=0, ge=0)
    total_minutes: int | None = Field(default=None, ge=0)


class ProcessingRow(Value):
    """Minutes in boiling water for jars of at most `jar_ml`, from `above_m` metres up to the next row's."""

    jar_ml: int
    above_m: int
    minutes: int


class Keeping(Value):
    """How it is kept. `processing` only where a tested source gives times for this product."""

    method: KeepingMethod
    headspace_mm: int | None = None
    processing: tuple[ProcessingRow, ...] = ()
    processing_source: str | None = None
    note: Text


class Recipe(Value):
    """A fruit preserve that a person can make."""

    id: int = Field(ge=1, le=2_147_483_647)
    slug: Slug
    title: Annotated[str, Field(min_length=3, max_length=120)]
    kind: Kind
    tested: bool
    fruits: tuple[FruitName, ...]
    primary_fruits: tuple[FruitName, ...]
    summary: Text
    ingredients: tuple[Ingredient, ...]
    instructions: tuple[Step, ...]
    end_point: EndPoint
    yield_: Yield = Field(alias="yield")
    servings: int | None = None
    times: Times
    difficulty: Difficulty
    keeping: Keeping
    rating: float | None = Field(default=None, ge=0, le=5)
    review_count: int = Field(default=0, ge=0)
    source: str
    source_url: str | None = None
    licence: str
    warnings: tuple[FoodWarning, ...] = ()
    created: date
    scraped: date | None = None

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, serialize_by_alias=True)
