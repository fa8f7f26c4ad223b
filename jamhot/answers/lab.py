"""The jam lab at the desk: what a person says becomes a batch, and the batch a plan."""

from __future__ import annotations

import re
from typing import Annotated, Any, Final

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from jamhot.answers import amounts
from jamhot.answers.fruitbook import canonical
from jamhot.catalog.snapshot import RecipeQuery, Snapshot
from jamhot.catalog.types import Recipe
from jamhot.errors import InvalidRequest
from jamhot.jamlab import constants as c
from jamhot.jamlab.plan import check, make_plan
from jamhot.jamlab.recipes import batch_of, why_no_batch
from jamhot.jamlab.types import AtHand, Batch, JamSugar, LabKind, Plan, Portion, Ripeness, Sweetness
from jamhot.jamlab.weights import WEIGHTS

Grams = Annotated[float, Field(ge=0, le=20_000, allow_inf_nan=False)]
Whole = Annotated[int, BeforeValidator(lambda one: int(one) if isinstance(one, float) and one.is_integer() else one)]
"""JSON knows one kind of number: 240.0 is 240."""
More = Annotated[float, Field(gt=0, le=20_000, allow_inf_nan=False)]
MOST_FRUITS: Final = 10
HEIGHTS: Final = (c.LOWEST_M, c.HIGHEST_M)
"""Metres above the sea where people cook."""
WHOLE: Final = {"g": 1.0, "kg": 1000.0, "oz": 28.3495, "lb": 453.592}
_AMOUNT: Final = re.compile(
    rf"^(?P<name>[^\d]+?)\s+(?P<amount>{amounts.TYPED})\s*(?P<unit>g|kg|oz|lbs?|cups?|punnets?|pieces?)?$", re.I
)


class _Question(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class AskedFruit(_Question):
    """One fruit with one amount: its weight, or a number of pieces, US cups or punnets (a US dry pint)."""

    name: str = Field(min_length=1, max_length=60, pattern=r"^[^\x00]*$", description="any name that people call it")
    weight_g: More | None = Field(None, description="edible part; strained juice for `juice`")
    count: More | None = Field(None, description="pieces of middling size (USDA SR28)")
    cups: More | None = Field(None, description="US cups of 236.6 ml (USDA SR28)")
    punnets: More | None = Field(None, description="US dry pints of 550.6 ml")
    ripeness: Ripeness = "just"
    frozen: bool = Field(False, description="counted whole, with the juice that it loses in thawing")
    juice: bool = Field(False, description="the amount is of strained juice")


class LabQuestion(_Question):
    """A batch. Whatever is not said is as in tested recipes; `sugar_g` null lets the lab choose."""

    fruits: list[AskedFruit] = Field(min_length=1, max_length=MOST_FRUITS)
    kind: LabKind = "jam"
    sweetness: Sweetness = "traditional"
    sugar_g: Grams | None = None
    water_g: Grams = 0.0
    lemon_juice_ml: Grams = 0.0
    powdered_pectin_g: Grams = 0.0
    liquid_pectin_ml: Grams = 0.0
    low_methoxyl_pectin_g: Grams = 0.0
    at_hand: list[AtHand] = Field(default_factory=list, max_length=6)
    jam_sugar_sets: JamSugar | None = Field(
        None,
        description="the sugar is jam sugar for so many times its weight of fruit (1:1, 2:1, 3:1, as on the pack); "
        "left out with jam_sugar at hand: 1, or 2 with reduced sugar",
    )
    altitude_m: float = Field(0.0, ge=HEIGHTS[0], le=HEIGHTS[1], allow_inf_nan=False)
    jar_ml: Whole = Field(240, ge=c.JAR_ML[0], le=c.JAR_ML[1])
    pans: Whole = Field(1, ge=1, le=20)


def plan(snapshot: Snapshot, question: LabQuestion) -> Plan:
    """The plan for a batch.

    Raises:
        NotFound: a fruit is not known. InvalidRequest: an amount is missing, or makes no sense.
    """
    names = [canonical(snapshot, one.name) for one in question.fruits]
    portions = tuple(
        Portion(snapshot.fruits[name], weight(name, one), one.ripeness, one.frozen, one.juice)
        for name, one in zip(names, question.fruits, strict=True)
    )
    batch = Batch(
        portions=portions,
        kind=question.kind,
        sweetness=question.sweetness,
        sugar_g=question.sugar_g,
        water_g=question.water_g,
        lemon_juice_g=question.lemon_juice_ml * c.LEMON_G_PER_ML,
        powdered_pectin_g=question.powdered_pectin_g,
        liquid_pectin_g=question.liquid_pectin_ml,
        low_methoxyl_pectin_g=question.low_methoxyl_pectin_g,
        altitude_m=question.altitude_m,
        jar_ml=question.jar_ml,
        pans=question.pans,
        at_hand=frozenset(question.at_hand),
        jam_sugar_sets=_jam_sugar(question),
    )
    return of_batch(snapshot, batch)


def _jam_sugar(question: LabQuestion) -> JamSugar | None:
    if question.jam_sugar_sets is not None or "jam_sugar" not in question.at_hand:
        return question.jam_sugar_sets
    return 2 if question.sweetness == "reduced" else 1


def of_batch(snapshot: Snapshot, batch: Batch) -> Plan:
    """Raises InvalidRequest."""
    found = snapshot.find(RecipeQuery(kind=batch.kind, tested=True))  # not all recipes: opening thousands takes long
    tested = sorted((one.recipe for one in found), key=lambda recipe: recipe.id)
    return make_plan(batch, tested, snapshot.fruits.get("apple"))


def of_recipe(snapshot: Snapshot, recipe: Recipe, altitude_m: float = 0.0) -> Plan | None:
    """What the lab makes of a recipe; None for kinds that it does not know, or where a weight is missing.

    Raises InvalidRequest for amounts or a jar that no kitchen has, and for a height where nobody cooks.
    """
    batch = batch_of(recipe, snapshot.fruits, altitude_m)
    return None if batch is None else make_plan(batch)


def why_no_plan(recipe: Recipe) -> str:
    """In one phrase why `of_recipe` has none."""
    return why_no_batch(recipe)


def question_of(snapshot: Snapshot, recipe: Recipe) -> LabQuestion | None:
    """The question that a recipe answers, to begin from; None where the lab does not know its kind.

    Raises InvalidRequest for amounts or a jar that no kitchen has.
    """
    batch = batch_of(recipe, snapshot.fruits)
    if batch is None:
        return None
    check(batch)
    return LabQuestion(
        fruits=[
            AskedFruit(name=one.fruit.name, weight_g=one.weight_g, ripeness=one.ripeness, juice=one.juice)
            for one in batch.portions[:MOST_FRUITS]
        ],
        kind=batch.kind,
        sugar_g=batch.sugar_g,
        water_g=batch.water_g,
        lemon_juice_ml=round(batch.lemon_juice_g / c.LEMON_G_PER_ML, 1),
        powdered_pectin_g=batch.powdered_pectin_g,
        liquid_pectin_ml=batch.liquid_pectin_g,
        jar_ml=batch.jar_ml,
    )


def weight(name: str, asked: AskedFruit) -> float:
    """Grams of one fruit, whichever way its amount was given. Raises InvalidRequest."""
    given = [one for one in (asked.weight_g, asked.count, asked.cups, asked.punnets) if one is not None]
    if len(given) != 1:
        raise InvalidRequest(
            f"{asked.name}: give one amount: weight_g, count, cups or punnets.",
            {"fruit": asked.name},
            "A weight in grams is the surest.",
        )
    if asked.weight_g is not None:
        return asked.weight_g
    known = WEIGHTS.get(name)
    per_piece, per_cup = (known.each_g, known.cup_g) if known else (None, None)
    if asked.count is not None and per_piece is not None:
        return asked.count * per_piece
    cups = asked.cups if asked.cups is not None else (asked.punnets or 0.0) * c.DRY_PINT_ML / c.CUP_ML
    if asked.count is None and per_cup is not None:
        return cups * per_cup
    raise InvalidRequest(f"No table says what that much {asked.name} weighs.", {"fruit": asked.name}, "Give grams.")


def parse_fruit(text: str, ripeness: Ripeness = "just") -> AskedFruit:
    """`plum 1300g`, `plums 12`, `strawberries 3 cups`, `grape juice 900g`, `frozen figs 1kg`; without amount 1 kg.

    Raises InvalidRequest.
    """
    text = text.strip()
    found = _AMOUNT.match(text)
    if found is None:
        if not text or len(text) > 60 or re.search(r"[\d\x00]", text):
            raise InvalidRequest(f"{text[:60]!r} is no fruit with an amount.", hint="Write it as: plum 1300g.")
        return _named(text, ripeness, weight_g=1000.0)
    name, amount = found["name"].strip()[:60], amounts.typed(found["amount"])
    unit = (found["unit"] or "piece").lower().removesuffix("s")
    if not 0 < amount * WHOLE.get(unit, 1.0) <= c.MOST_BATCH_G:
        raise InvalidRequest(f"{text[:60]!r}: a batch has up to {c.MOST_BATCH_G / 1000:.0f} kg.", hint="plum 1300g")
    field = {"cup": "cups", "punnet": "punnets", "piece": "count"}.get(unit, "weight_g")
    return _named(name, ripeness, **{field: amount * WHOLE.get(unit, 1.0)})


def _named(name: str, ripeness: Ripeness, **amount: float) -> AskedFruit:
    """`grape juice` is juice of grape, `frozen cherries` are cherries from the freezer."""
    thawed = re.sub(r"^frozen\s+", "", name, flags=re.I)
    fruit = re.sub(r"\s+juice$", "", thawed, flags=re.I)
    how = {"juice": fruit != thawed, "frozen": thawed != name, "ripeness": ripeness}
    return AskedFruit.model_validate({"name": fruit, **how, **amount})


def parse_fruits(text: str, ripeness: Ripeness = "just") -> list[AskedFruit]:
    """Several, separated by commas or semicolons. Raises InvalidRequest."""
    parts = [part for part in re.split(r"[,;\n](?!\d)", text) if part.strip()]
    if not 1 <= len(parts) <= MOST_FRUITS:
        raise InvalidRequest(f"Name 1 to {MOST_FRUITS} fruits.", hint="Write them as: plum 1300g, apple 200g.")
    return [parse_fruit(part, ripeness) for part in parts]


def ask(fruits: list[AskedFruit], *, ripeness: str = "just", **rest: Any) -> LabQuestion:
    """A question of plain texts and numbers; `ripeness` is of every fruit. Raises InvalidRequest."""
    try:
        told = [{**one.model_dump(), "ripeness": ripeness} for one in fruits]
        return LabQuestion.model_validate({"fruits": told, **rest})
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise InvalidRequest(f"{where}: {first['msg']}", {"where": where}) from error


def told(plan: Plan) -> list[str]:
    """The plan as lines for a terminal, warnings first."""
    made, cooking = plan.yield_, plan.cooking
    lines = [f"! {one.text} ({one.source})" for one in plan.warnings]
    index = plan.set.index
    lines.append(f"Set: {plan.set.verdict} (index {index.value:g}, {index.low:g}–{index.high:g}). {plan.set.text}")
    lines += [f"  {leg.name}: {leg.text}" for leg in plan.set.legs]
    lines += [f"  + {one.text}" for one in plan.additions]
    lines.append(f"Sugar: {plan.sugar.text}")
    jars = f"{made.jars.value:.1f} jars of {made.jar_ml} ml ({made.jars.low:.1f}–{made.jars.high:.1f})"
    lines.append(f"Makes: {made.grams.value:.0f} g ({made.grams.low:.0f}–{made.grams.high:.0f}), {jars}")
    lines.append(f"Cooking: {cooking.text}")
    if plan.gel_point.celsius is not None:
        degrees = f"{plan.gel_point.celsius:.1f} °C ({plan.gel_point.fahrenheit:.1f} °F)"
        lines.append(f"Gel point at {plan.gel_point.altitude_m:g} m: {degrees}")
    lines += [f"  {test}" for test in plan.gel_point.tests]
    kept = plan.processing
    time = f"{kept.minutes} minutes in boiling water. " if kept.minutes is not None else ""
    lines.append(f"Keeping: {time}{kept.keeps} {kept.reason} ({kept.source})")
    return lines
