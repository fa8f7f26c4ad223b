"""The answers, as the API sends them and the pages show them."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from jamhot.catalog.matching import Match
from jamhot.catalog.types import Difficulty, Flavor, FoodWarning, Fruit, Kind, Profile, Recipe, Unit
from jamhot.jamlab.types import Plan as Plan

Status = Literal["recognized_with_data", "recognized_no_data", "ambiguous", "unrecognized"]


class Answer(BaseModel):
    """Base of every answer: immutable."""

    model_config = ConfigDict(frozen=True, serialize_by_alias=True)


class Alternative(Answer):
    name: str = Field(description="canonical name of the fruit")
    display_name: str
    confidence: float = Field(ge=0, le=1, description="calibrated probability")


Reason = Literal["too_small", "too_dark", "too_bright", "too_blurred", "no_fruit", "unsure"]


class QuestionAnswer(Answer):
    """What the answer to a question is where the fruit is this one."""

    name: str = Field(description="canonical name of the fruit")
    display_name: str
    answer: str = Field(description="`yes, like felt`")


class Question(Answer):
    """What a person can look at to tell two fruits apart."""

    text: str = Field(description="`Is the skin fuzzy?`")
    answers: list[QuestionAnswer] = Field(min_length=2)


class Finding(Answer):
    """A fruit, or why none can be said."""

    name: str | None = Field(description="canonical name; null when unrecognized")
    display_name: str | None
    confidence: float = Field(ge=0, le=1, description="calibrated probability of the likeliest fruit")
    status: Status
    message: str
    family: str | None = Field(description="when ambiguous: the family of look-alikes that can be said for sure")
    question: Question | None = Field(description="when it is between two that a question tells apart")
    reason: Reason | None = Field(description="when unrecognized: the likeliest reason")
    alternatives: list[Alternative] = Field(description="the five likeliest fruits, the first included")
    warnings: list[FoodWarning]
    profile: Profile | None = Field(description="null when not asked for or not covered")
    flavor: Flavor | None


class IdentifiedFruit(Finding):
    """What one photo shows."""

    photo: int = Field(ge=0, description="index of the photo in the request")


class Missing(Answer):
    """A fruit that a recipe takes and that `have` did not name, as much of it as the scaled recipe needs."""

    fruit: str | None
    item: str
    quantity: float | None
    quantity_max: float | None
    unit: Unit | None
    grams: float | None


class MatchedRecipe(Recipe):
    """A recipe and how well it suits the fruits asked for; null when none were."""

    match: Match | None = None
    scale: float | None = Field(
        default=None,
        gt=0,
        description="with `have`: quantities and yield are times this; null: as written",
    )
    scale_note: str | None = Field(default=None, description="with `have`: what to mind, or why there is no scale")
    missing: list[Missing] = Field(default_factory=list, description="with `have`: fruits that are needed besides")


class Identification(Answer):
    """The answer to one request with photos."""

    fruits: list[IdentifiedFruit]
    combined: Finding | None = Field(description="with `combine`: the one fruit that all photos show")
    recipes: list[MatchedRecipe] = Field(
        description="ranked for all fruits recognized, together, or for the combined one; at most ten"
    )
    recipes_total: int = Field(ge=0, description="how many recipes there are for them")
    processing_time: float = Field(ge=0, description="seconds")
    model: str = Field(description="version of the model that spoke")


class Filters(Answer):
    """The filters that were applied, fruits by their canonical names."""

    fruits: list[str]
    kind: Kind | None
    tested: bool | None
    q: str | None
    difficulty: Difficulty | None
    max_minutes: int | None
    source: str | None


class RecipePage(Answer):
    recipes: list[MatchedRecipe]
    total_count: int = Field(ge=0, description="of all pages")
    next_cursor: str | None = Field(description="send it as `cursor` for the next page; null on the last")
    filters_applied: Filters
    message: str | None = Field(description="what a person should know: nothing was found, a word was read as another")


class FruitAnswer(Fruit):
    """A fruit, whether it has a profile, and whether the model names it."""

    covered: bool
    recognizable: bool


class FruitList(Answer):
    fruits: list[FruitAnswer]
    total_count: int = Field(ge=0)
