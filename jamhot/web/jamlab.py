"""The jam lab's page, and its line on a recipe."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from jamhot.answers import amounts, lab
from jamhot.answers.desk import Desk
from jamhot.answers.types import Plan
from jamhot.catalog.types import Colours, Recipe
from jamhot.errors import InvalidRequest, JamHotError, NotFound
from jamhot.web import format as fmt
from jamhot.web import views

KINDS: Final = {"jam": "jam", "jelly": "jelly", "marmalade": "marmalade", "butter": "fruit butter"}
SWEETNESS: Final = {"traditional": "traditional", "reduced": "little sugar (low-methoxyl pectin)"}
RIPENESS: Final = {"under": "a little under-ripe", "just": "just ripe", "over": "very ripe"}
PECTIN: Final = {"powdered_pectin": "powdered pectin", "liquid_pectin": "liquid pectin", "jam_sugar": "jam sugar"}
MOST_TEXT: Final = 300
FIELDS: Final = {
    "sugar": "sugar_g",
    "water": "water_g",
    "lemon": "lemon_juice_ml",
    "powder": "powdered_pectin_g",
    "liquid": "liquid_pectin_ml",
    "low_methoxyl": "low_methoxyl_pectin_g",
    "altitude": "altitude_m",
    "jar": "jar_ml",
}
"""The form's numbers and what they are to the lab."""
LABELS: Final = {
    "sugar": "Sugar, g (empty: we choose)",
    "water": "Water, g",
    "lemon": "Lemon juice, ml",
    "powder": "Powdered pectin, g",
    "liquid": "Liquid pectin, ml",
    "low_methoxyl": "Low-methoxyl pectin, g",
    "altitude": "Height above the sea, m",
    "jar": "A jar holds, ml",
}


def address(*names: str) -> str:
    """The lab's page with these fruits typed in."""
    return f"/jamlab?{urlencode({'fruits': ', '.join(name.replace('_', ' ') for name in names)})}"


@dataclass(frozen=True, slots=True)
class LabView:
    """What was typed, and the plan or the problem; neither when nothing was asked yet."""

    typed: Mapping[str, str]
    plan: Plan | None
    problem: str | None
    hint: str | None
    status: int
    colours: Colours


@dataclass(frozen=True, slots=True)
class RecipeLine:
    """The forecast for a recipe, in two sentences; `url` null, and no gel point, where `set` says why there is none."""

    set: str
    gel: str
    url: str | None


def lab_view(desk: Desk, asked: Mapping[str, str]) -> LabView:
    """The plan for what the form says; what makes no sense is told on the page."""
    typed = {name: text[:MOST_TEXT].replace("\x00", "").strip() for name, text in asked.items()}
    try:
        typed = {**_recipe_values(desk, typed.pop("recipe", "")), **typed}
        if not typed.get("fruits"):
            return LabView(typed, None, None, None, 200, views.PLAIN)
        question = _question(typed)
        plan = desk.jamlab(question)
    except JamHotError as error:
        return LabView(typed, None, error.message, error.hint, error.status, views.PLAIN)
    names = [figure.fruit for figure in plan.figures]
    return LabView(typed, plan, None, None, 200, views.colours(dict.fromkeys(names), desk.snapshot.fruits))


def _recipe_values(desk: Desk, reference: str) -> dict[str, str]:
    """The form filled from a recipe. Raises NotFound."""
    if not reference:
        return {}
    number = reference.split("-", 1)[0]
    if not (number.isascii() and number.isdigit() and len(number) <= 10):
        raise NotFound("There is no such recipe.")
    question = desk.jamlab_question(desk.recipe(int(number)))
    if question is None:
        raise InvalidRequest("The lab knows jams, jellies, marmalades and butters whose amounts have a weight.")
    return _form(question)


def _form(question: lab.LabQuestion) -> dict[str, str]:
    fruits = [_typed_fruit(one) for one in question.fruits]
    values = {name: f"{getattr(question, field) or 0:g}" for name, field in FIELDS.items()}
    ripeness = "under" if any(one.ripeness == "under" for one in question.fruits) else "just"
    kept = {name: text for name, text in values.items() if text != "0" or name == "sugar"}
    return {"fruits": ", ".join(fruits).replace("_", " "), "kind": question.kind, "ripeness": ripeness, **kept}


def _typed_fruit(one: lab.AskedFruit) -> str:
    frozen, juice = "frozen " if one.frozen else "", " juice" if one.juice else ""
    return f"{frozen}{one.name}{juice} {round(one.weight_g or 0, 1):g}g"


def _question(typed: Mapping[str, str]) -> lab.LabQuestion:
    """Raises InvalidRequest."""
    numbers = {FIELDS[name]: _number(name, typed[name]) for name in FIELDS if typed.get(name)}
    if "jar_ml" in numbers:
        numbers["jar_ml"] = round(min(numbers["jar_ml"], 1e6))
    return lab.ask(
        lab.parse_fruits(typed["fruits"]),
        ripeness=_one_of(typed, "ripeness", tuple(RIPENESS), "just"),
        kind=_one_of(typed, "kind", tuple(KINDS), "jam"),
        sweetness=_one_of(typed, "sweetness", tuple(SWEETNESS), "traditional"),
        at_hand=[typed["pectin"]] if typed.get("pectin") in PECTIN else [],
        **numbers,
    )


def _one_of(typed: Mapping[str, str], name: str, known: tuple[str, ...], otherwise: str) -> str:
    return typed[name] if typed.get(name) in known else otherwise


def _number(name: str, text: str) -> float:
    """What was typed, with a comma or a point. Raises InvalidRequest."""
    try:
        value = amounts.typed(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise InvalidRequest(f"{LABELS[name].split(',')[0]}: {text[:20]!r} is no number.")
    return value


def recipe_line(desk: Desk, recipe: Recipe, altitude: float | None) -> RecipeLine:
    """The lab's line for a recipe; where it can say nothing, why. `altitude`: metres where people cook, if known."""
    try:
        plan = desk.jamlab_recipe(recipe, altitude or 0.0)
    except InvalidRequest as error:  # amounts or a jar that no kitchen has
        return RecipeLine(set=error.message, gel="", url=None)
    if plan is None:
        return RecipeLine(set=lab.why_no_plan(recipe), gel="", url=None)
    asked = {"recipe": str(recipe.id), **({"altitude": f"{altitude:g}"} if altitude else {})}
    return RecipeLine(set=_set(plan), gel=_gel(plan), url=f"/jamlab?{urlencode(asked)}")


def _set(plan: Plan) -> str:
    if plan.set.weakest is None:
        return plan.set.text
    index = plan.set.index
    return (
        f"Predicted set: {plan.set.verdict} (index {index.value:.0f}, {index.low:.0f}–{index.high:.0f}; 100 is enough)."
    )


def _gel(plan: Plan) -> str:
    point = plan.gel_point
    where = "at sea level" if not point.altitude_m else f"at {point.altitude_m:g} m"
    if point.celsius is None or point.fahrenheit is None:
        return f"It is not boiled to a gel point; water boils at {point.water_boils_c:.1f} °C {where}."
    boils = fmt.number(point.water_boils_c)
    return f"Gel point {where}: {point.celsius:.1f} °C ({point.fahrenheit:.0f} °F); water boils at {boils} °C."
