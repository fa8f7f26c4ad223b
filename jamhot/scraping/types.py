"""What passes from stage to stage of the scraper: a page's fields, what their text means, and what was decided of it.

*extract* makes an `ExtractedRecipe`: fields as the page gives them, nothing understood yet. *structure* reads lines,
yields, times and ratings. *judge* says whether it is a fruit preserve. All are immutable and know no network.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Literal, get_args

from jamhot.catalog.types import Kind

LineRole = Literal["fruit", "sugar", "acid", "pectin", "spice", "liquid", "other", "equipment"]
"""The catalogue's roles, and *equipment*: jars, lids and labels, which are no ingredient."""

LineUnit = Literal[
    "gram", "kilogram", "milligram", "millilitre", "centilitre", "decilitre", "litre",
    "teaspoon", "tablespoon", "dessertspoon", "cup", "fluid ounce", "pint", "quart", "gallon", "gill",
    "ounce", "pound", "peck", "bushel",
    "pinch", "dash", "drop", "splash", "squeeze", "knob", "handful", "grating", "glug", "drizzle", "sprinkle",
    "stick", "sprig", "leaf", "pod", "slice", "piece", "clove", "stalk", "rib", "head", "bunch", "strip", "wedge",
    "bulb", "rasher",
    "cube", "sheet", "segment", "ball", "part", "inch", "centimetre", "millimetre",
    "packet", "package", "pouch", "sachet", "envelope", "box", "bag", "can", "tin", "bottle", "jar", "carton",
    "container", "punnet", "basket", "tub", "tube", "block", "bar",
    "half-pint jar", "pint jar", "quart jar", "half-pint", "glass", "recipe", "batch", "dozen",
]  # fmt: skip
"""Units of an ingredient line, singular, in full words; null means a count ("2 lemons")."""
LINE_UNITS: Final[frozenset[str]] = frozenset(get_args(LineUnit))

Verdict = Literal["preserve", "dish", "other"]
"""A fruit preserve; a dish with jam in it; something else."""


@dataclass(frozen=True, slots=True)
class RawLine:
    """An ingredient line as the page has it.

    `group`: the heading it stands under ("For the jelly"). `amount`, `unit`, `item`, `note`: the site's own mark-up,
    where it takes the line apart itself (WPRM, Tasty); None where it does not.
    """

    text: str
    group: str | None = None
    amount: str | None = None
    unit: str | None = None
    item: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class RawTimes:
    """Times as the page has them: ISO 8601 ("PT1H30M", "P0DT0H35M"), minutes, or words ("1 hr plus overnight")."""

    prep: str | None = None
    cook: str | None = None
    rest: str | None = None
    total: str | None = None


@dataclass(frozen=True, slots=True)
class RawRating:
    """A rating as the page has it: "4.6", "92%"; `best` and `worst` are the ends of its scale."""

    value: str | None = None
    count: str | None = None
    best: str | None = None
    worst: str | None = None


@dataclass(frozen=True, slots=True)
class ExtractedRecipe:
    """What a page says, cleaned of mark-up, nothing understood yet.

    `yields`: the page's own words ("6 half-pint jars"). `licence`: what the page states of its text, None when silent.
    `method`: which reader found it ("json-ld", "microdata", "wprm", "nchfp", ...).
    """

    title: str
    url: str
    canonical_url: str
    site: str
    ingredients: tuple[RawLine, ...]
    instructions: tuple[str, ...]
    yields: str | None = None
    times: RawTimes = RawTimes()
    rating: RawRating = RawRating()
    image: str | None = None
    author: str | None = None
    licence: str | None = None
    language: str | None = None
    method: str | None = None


@dataclass(frozen=True, slots=True)
class IngredientLine:
    """An ingredient line, understood. `raw` is what the page says, always.

    `quantity` to `quantity_max` of `unit` (None: a count; both None: "salt to taste"); the amount stated first where a
    line gives two ("1 kg/2 lb 4 oz"), the other is in `note`. `fruits`: catalogue names of the fruits it speaks of.
    """

    raw: str
    item: str
    quantity: float | None = None
    quantity_max: float | None = None
    unit: LineUnit | None = None
    preparation: str | None = None
    note: str | None = None
    role: LineRole = "other"
    fruits: tuple[str, ...] = ()
    optional: bool = False
    group: str | None = None


@dataclass(frozen=True, slots=True)
class Yield:
    """What a recipe makes: `least` to `most` of `unit` ("half-pint jar", "cup", "serving"; None when it has none).

    `jar_ml`: millilitres of one such jar, where the unit says; `grams`: weight of one unit where it says a weight.
    """

    raw: str
    least: float | None = None
    most: float | None = None
    unit: str | None = None
    jar_ml: float | None = None
    grams: float | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """Minutes, from `least` to `most` (equal for one figure)."""

    least: int
    most: int


@dataclass(frozen=True, slots=True)
class Times:
    """Minutes of work, of cooking, of standing (`rest`; "overnight" is 8 to 12 hours), and of all; None: not said."""

    prep: Span | None = None
    cook: Span | None = None
    rest: Span | None = None
    total: Span | None = None


@dataclass(frozen=True, slots=True)
class Rating:
    """Stars from 0 to 5 and how many people gave them. `value` None: not rated; never a reason to refuse a recipe."""

    value: float | None = None
    count: int = 0


@dataclass(frozen=True, slots=True)
class Judgement:
    """Whether this is a fruit preserve, and of what.

    `score`: 0 (surely not) to 1 (surely); a preserve from 0.5. `kind`: only of a preserve. `reasons`: one short
    sentence each, the weightiest first. `primary_fruits`: what it is of; `fruits`: these and every other that goes in.
    """

    verdict: Verdict
    kind: Kind | None
    score: float
    reasons: tuple[str, ...]
    primary_fruits: tuple[str, ...]
    fruits: tuple[str, ...]

    @property
    def preserve(self) -> bool:
        return self.verdict == "preserve"


@dataclass(frozen=True, slots=True)
class JudgedRecipe:
    """A page with everything that was understood and decided of it."""

    extracted: ExtractedRecipe
    lines: tuple[IngredientLine, ...]
    judgement: Judgement
    yield_: Yield | None = None
    times: Times = Times()
    rating: Rating = Rating()


@dataclass(frozen=True, slots=True)
class Duplicates:
    """Recipes by their index in what was given.

    `groups`: every index once, each group one recipe with all its sources, in the order of their first index; a recipe
    without a double is a group of one. `near`: pairs of groups (by first index) that are variants of each other.
    """

    groups: tuple[tuple[int, ...], ...]
    near: tuple[tuple[int, int], ...] = field(default=())
