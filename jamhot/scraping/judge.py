"""Is it a fruit preserve, of which kind, and of which fruits? Filter: `python -m jamhot.scraping.judge`.

The title's head says what it claims to be; lines and method confirm or refute it. `docs/scraping.md` gives the rules.
"""

from __future__ import annotations

import math
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from jamhot.catalog.types import Kind
from jamhot.scraping.evidence import CITRUS, Lines, method_score, puts_into_jars, read_lines
from jamhot.scraping.filters import read_recipe, run_filter
from jamhot.scraping.primary import fruits_in, primary_fruits
from jamhot.scraping.titles import NEVER, WEAK, Title, is_dish_word, read_title
from jamhot.scraping.types import Judgement, Verdict

_HOT: Final = frozenset(
    {"chili", "chilli", "chilies", "chillies", "chile", "pepper", "peppers", "jalapeno", "jalapenos"}
)
"""A jam that is named for these and for no fruit is theirs, whatever carries them."""
_STEEPNESS: Final = 1.6
"""How fast points for and against become certainty."""
_KIND_WORDS: Final[tuple[Kind, ...]] = (
    "marmalade", "jelly", "chutney", "compote", "curd", "conserve", "butter", "preserve",
)  # fmt: skip
_SCENTS_MARMALADE: Final = re.compile(
    r"wine|champagne|prosecco|port|beer|ale|stout|whiske?y|bourbon|coffee|tea|earl grey|lavender|rosemary|thyme|mint",
    re.I,
)
_MUCH_BUTTER_G: Final = 35.0
"""Dairy butter from which a "strawberry butter" is butter with strawberries."""


@dataclass
class _Case:
    """Points for (+) and against (-) a fruit preserve, with a reason each."""

    points: float = 0.0
    reasons: list[tuple[float, str]] = field(default_factory=list)

    def add(self, points: float, reason: str) -> None:
        self.points += points
        self.reasons.append((points, reason))

    @property
    def score(self) -> float:
        score = round(1 / (1 + math.exp(-self.points * _STEEPNESS / 2)), 3)
        return score if self.points > 0 else min(score, 0.499)

    def sorted_reasons(self) -> tuple[str, ...]:
        return tuple(reason for _, reason in sorted(self.reasons, key=lambda one: -abs(one[0])))


def judge(title: str, ingredients: Sequence[str], instructions: Sequence[str]) -> Judgement:
    """The judgement on a recipe, with a score and reasons. Never raises; lines and method may be missing."""
    read, lines = read_title(title), read_lines(ingredients)
    case = _Case()
    _title(case, read, lines)
    _body(case, read, lines)
    _dish(case, read, lines)
    _same_word(case, read, lines, instructions)
    _method(case, read, instructions)
    primary = primary_fruits(read, lines)
    verdict: Verdict = "preserve" if case.points > 0 else _not_preserve(read, lines)
    return Judgement(
        verdict=verdict,
        kind=_kind(read, lines, instructions) if verdict == "preserve" else None,
        score=case.score,
        reasons=case.sorted_reasons(),
        primary_fruits=primary,
        fruits=fruits_in(read, lines, primary),
    )


def _title(case: _Case, title: Title, lines: Lines) -> None:
    """What the title claims."""
    if title.roundup and not lines.any:
        case.add(-5.0, "a page about several recipes, without lines of one")
    if title.head is None:
        word = f" ({title.last_word})" if title.last_word else ""
        case.add(-3.0 if is_dish_word(title.last_word) else -2.3, f"the title's head is no preserve{word}")
        return
    if title.head in WEAK and not title.fruits and not title.unlisted and not _body_without_title(title, lines):
        case.add(-2.5, f"a {title.head} without a fruit in its name")
        return
    if title.loose:
        case.add(-0.6, f"the title speaks of {title.head}, but not as its last word")
        return
    if title.head == "jellies":
        case.add(1.5 if lines.any else -1.0, "the title's head is jellies: jars of it, or a dessert's glasses")
        return
    if title.glossed:
        case.add(0.8, f"brackets behind the title say that it is {title.head}")
        return
    case.add(3.0, f"the title's head is {title.head}")
    if title.head == "sauce":
        case.add(0.0, "a cranberry or lingonberry sauce is a compote: whole fruit boiled with sugar until it sets")


def _body_without_title(title: Title, lines: Lines) -> bool:
    """ "Mint jelly" made of two kilos of apples: the lines say what the title does not."""
    return not NEVER.search(title.about) and lines.fruit_total > 250 and lines.fruit_total > 2 * lines.vegetable_g


def _body(case: _Case, title: Title, lines: Lines) -> None:
    """What it is made of."""
    named = bool(title.fruits) or title.unlisted
    if NEVER.search(title.about) and title.head is not None:
        case.add(-6.0, "named for something that is no fruit")
    elif title.against and not title.fruits and not title.unlisted:
        _not_fruit_in_title(case, title, lines)
    elif title.head is not None:
        _mixed(case, title, lines)
    if not lines.any:
        case.add(
            0.5 if named else -1.5, "the title names a fruit" if named else "no fruit is named and no lines are given"
        )
    elif lines.has_fruit or (named and lines.juice_g):
        case.add(1.0, "fruit is in the lines")
    elif named:
        case.add(-0.5, "the fruit of the title is not in the lines")
    else:
        case.add(-3.5, "there is no fruit in title or lines")
    if lines.hot_g > 60 and lines.hot_g > 0.8 * lines.fruit_total:
        case.add(-4.0, "more hot or sweet peppers than fruit")


def _not_fruit_in_title(case: _Case, title: Title, lines: Lines) -> None:
    body = lines.fruit_total > 250 and lines.fruit_total > 1.5 * lines.vegetable_g and not lines.allium
    if body and not _HOT.intersection(title.against):
        case.add(0.0, f"flavoured with {title.against[0]}, but its body is fruit")
    elif title.kind == "marmalade" and all(map(_SCENTS_MARMALADE.fullmatch, title.against)):
        case.add(1.0, f"a marmalade is of citrus; {title.against[0]} scents it")
    else:
        case.add(-5.0, f"its body is {title.against[0]}, no fruit")


def _mixed(case: _Case, title: Title, lines: Lines) -> None:
    """Fruit with vegetables: what weighs more counts; where there are no lines, what the title names first."""
    if lines.vegetable_g > 1.1 * lines.fruit_total and (title.against or title.kind == "chutney"):
        case.add(-4.5, "more vegetables than fruit")
    elif title.vegetable_first and not lines.fruit_total:
        case.add(-4.5, "the title names a vegetable first")


def _dish(case: _Case, title: Title, lines: Lines) -> None:
    """What has no place in a preserve."""
    if lines.hard_dish:
        case.add(-2.2 * min(len(lines.hard_dish), 3), f"a dish's ingredients: {', '.join(lines.hard_dish[:3])}")
    if lines.bought and title.head not in ("chutney", "compote"):
        case.add(-1.0, f"preserve is an ingredient: {lines.bought[0]}")
    soft = [item for item in lines.dish if item not in lines.hard_dish]
    if len(soft) >= 2 and title.kind not in ("curd", "compote"):
        case.add(-1.0 * min(len(soft) - 1, 3), f"unusual in a preserve: {', '.join(soft[:3])}")


def _same_word(case: _Case, title: Title, lines: Lines, instructions: Sequence[str]) -> None:
    """Other things that are called as a preserve is: butter, cheese, gelatine jelly, honey, fresh chutney."""
    citrus = bool(title.fruits) and CITRUS.issuperset(title.fruits)
    if title.kind == "butter" and lines.butter_g >= _MUCH_BUTTER_G and not lines.eggs:
        case.add(-5.0, "butter of cream with fruit in it, no fruit butter")
    elif title.head in ("butter", "butters") and citrus and not lines.any:
        case.add(-4.0, "a butter of citrus is cream with zest more often than a curd, and no lines say which")
    if title.kind == "jelly" and lines.gelatine and not lines.pectin and not puts_into_jars(instructions):
        case.add(-5.0, "set with gelatine: a dessert")
    if title.creamy and not lines.any:
        case.add(-4.0, "a whipped or honey butter is butter of cream, unless lines say otherwise")
    if title.on_a_dish:
        case.add(-3.5, "the title says what it is eaten on")
    if title.head == "honey" and not lines.any:
        case.add(-1.5, "honey of fruit, or honey with it: the title alone does not say")
    if title.head in ("cheese", "spread", "paste") and any("cheese" in item or "cream" in item for item in lines.dish):
        case.add(-4.0, "made of cheese or cream")
    if title.kind == "chutney":
        _chutney(case, title, lines)


def _chutney(case: _Case, title: Title, lines: Lines) -> None:
    if lines.has_fruit and not lines.sugar_g and not lines.vinegar:
        case.add(-4.0, "a fresh chutney: neither sugar nor vinegar keeps it")
    elif title.fruits == ("coconut",) and not lines.sugar_g:
        case.add(-4.0, "coconut chutney is a fresh relish")


def _method(case: _Case, title: Title, instructions: Sequence[str]) -> None:
    if not instructions:
        return
    good, bad = method_score(instructions)
    if title.head is not None and not title.loose:
        good, bad = min(good, 3.0) * 0.5, min(bad, 4.0) * 0.4
    if good >= bad:
        case.add(min((good - bad) * 0.35, 2.0), "the method is that of a preserve")
    else:
        case.add(-min((bad - good) * 0.5, 2.5), "the method is that of a dish")


def _not_preserve(title: Title, lines: Lines) -> Verdict:
    return "dish" if title.mentions_preserve or lines.bought else "other"


def _kind(title: Title, lines: Lines, instructions: Sequence[str]) -> Kind:
    """Of a preserve: the title's word; a lemon butter or cheese with eggs is a curd."""
    if lines.eggs and title.kind in ("butter", "jam") and lines.butter_g:
        return "curd"
    if title.kind is not None:
        return title.kind
    text = " ".join(instructions).lower()
    for word in _KIND_WORDS:
        if f"the {word}" in text:
            return word
    return "jam"


def as_json(found: Judgement) -> dict[str, Any]:
    """The six fields of the filter."""
    return {
        "preserve": found.preserve,
        "kind": found.kind,
        "score": found.score,
        "reasons": list(found.reasons),
        "primary_fruits": list(found.primary_fruits),
        "fruits": list(found.fruits),
    }


def answer(line: str) -> dict[str, Any]:
    """The judgement on a recipe in JSON; a line that is none has null fields and the error as its reason."""
    try:
        recipe = read_recipe(line)
    except ValueError as error:
        nothing: dict[str, Any] = {"preserve": None, "kind": None, "score": None, "reasons": [str(error)]}
        return {**nothing, "primary_fruits": [], "fruits": []}
    return as_json(judge(recipe["title"], recipe["ingredients"], recipe["instructions"]))


def main(argv: list[str] | None = None) -> int:
    """One recipe in JSON per line in, one judgement per line out."""
    return run_filter(_HELP, answer, argv)


_HELP: Final = (
    'Reads one recipe per line, {"title", "ingredients": [lines], "instructions": [steps]}, and writes for each\n'
    '  {"preserve", "kind", "score", "reasons", "primary_fruits", "fruits"}\n'
    "score is 0 to 1; a preserve from 0.5. Fruits have the catalogue's names. A line that is no recipe gets "
    "nulls.\n\n"
    '  echo \'{"title": "Rhubarb bars", "ingredients": []}\' | python -m jamhot.scraping.judge'
)

if __name__ == "__main__":
    sys.exit(main())
