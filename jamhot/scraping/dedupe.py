"""Which recipes are one and the same? `python -m jamhot.scraping.dedupe` is the filter.

Two pages are one recipe when their canonical address is one, or when the same things go in, in the same proportions,
and the texts do not speak against it. The same title alone never merges; the same proportions alone neither.
"""

from __future__ import annotations

import math
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Final

from rapidfuzz import fuzz
from w3lib.url import canonicalize_url, url_query_cleaner

from jamhot.scraping.evidence import read_lines, weigh
from jamhot.scraping.filters import emit, parse_arguments, read_recipe, utf8_lines
from jamhot.scraping.fruits import plain
from jamhot.scraping.judge import judge
from jamhot.scraping.likeness import Method, copied, is_copy, may_be_one, read_method
from jamhot.scraping.types import (
    Duplicates,
    ExtractedRecipe,
    IngredientLine,
    JudgedRecipe,
    RawLine,
)

SAME: Final = math.log(1.09)
"""Largest difference of a proportion in one recipe: 2 lb for 1 kg is a tenth less, 2¼ lb two hundredths more."""
SAME_ACID: Final = math.log(1.6)
"""Of a lemon's juice: "1 lemon" is between two and four tablespoons."""
SAME_SPICE: Final = math.log(1.6)
"""Of a spice: "2 to 3 teaspoons" is two on another page."""
SAME_WATER: Final = math.log(1.25)
"""Of water, most of which boils away: a British pint is a fifth more than an American one."""
NEAR: Final = math.log(1.4)
"""Largest difference of a proportion between variants of a recipe."""
FEW_PROPORTIONS: Final = 3
"""Up to so many, amounts are nobody's own: pounds of sugar to a pound of berries, with a lemon."""
TITLE_ALIKE: Final = 60.0
_ALLOWED: Final = {"lemon": SAME_ACID, "lime": SAME_ACID, "acid": SAME_ACID, "water": SAME_WATER}
"""Difference of a thing's proportion in one recipe, where it is more than SAME."""
_TRACKING: Final = re.compile(
    r"^(?:utm_\w+|fbclid|gclid|mc_\w+|ref|source|amp|print|output|_ga|igshid|pinned|share|nb|msockid)$"
)
_KINDS_ALIKE: Final = frozenset({"jam", "preserve", "conserve"})


def canonical_address(url: str) -> str:
    """The address without scheme, "www.", "m.", tracking, fragment, "/amp", "/print" and a final slash; "" of none."""
    if not url.strip():
        return ""
    try:
        bare = canonicalize_url(url.strip(), keep_fragments=False)
        names = [part.split("=", 1)[0] for part in bare.partition("?")[2].split("&")]
        bare = url_query_cleaner(bare, [name for name in names if _TRACKING.match(name)], remove=True)
    except ValueError:
        return url.strip()
    bare = re.sub(r"^[a-z]+://(?:www\.|m\.|amp\.)?", "", bare.rstrip("?"))
    return re.sub(r"(?:/(?:amp|print|index\.html?))?/*$", "", bare)


@dataclass(frozen=True, slots=True)
class _Formula:
    """What goes in: `shares` is the log of each amount to all fruit; None where no amount is given."""

    shares: dict[str, float | None]
    spare: frozenset[str]
    spices: frozenset[str]
    fruits: frozenset[str]
    batch: float
    proportions: int
    method: Method
    title: str
    kind: str | None
    lines: str


def _formula(recipe: JudgedRecipe) -> _Formula:
    amounts: dict[str, float | None] = {}
    spare: set[str] = set()
    fruits: set[str] = set()
    spices: set[str] = set()
    only_acid = not any(line.role == "fruit" for line in recipe.lines)
    for line in recipe.lines:
        if line.role == "equipment":
            continue
        key = _key(line)
        whole = only_acid and _is_whole_citrus(line)
        grams = weigh(line, line.fruits[0]) if whole else _grams(line)
        known = amounts.get(key, 0.0)
        amounts[key] = known + grams if known is not None and grams > 0 else None if key not in amounts else known
        if (
            line.optional
            or re.search(r"\bbutter\b|\bsalt\b", line.item, re.I)
            or (line.quantity is None and line.role != "fruit")
        ):
            spare.add(key)
        if line.role == "fruit" or whole:
            fruits.add(key)
        if line.role == "spice":
            spices.add(key)
    if {"egg", "yolk"} <= amounts.keys():
        spare.add("yolk")  # a page may write both in one line
    batch = sum(amounts[key] or 0.0 for key in fruits) or sum(value or 0.0 for value in amounts.values())
    shares = {key: math.log(value / batch) if value and batch else None for key, value in amounts.items()}
    return _Formula(
        shares=shares,
        spare=frozenset(spare),
        spices=frozenset(spices),
        fruits=frozenset(fruits),
        batch=batch,
        proportions=sum(share is not None for key, share in shares.items() if key not in spare) - 1,
        method=read_method(recipe.extracted.instructions),
        title=plain(recipe.extracted.title),
        kind=recipe.judgement.kind,
        lines=plain(" ".join(sorted(line.raw for line in recipe.lines))),
    )


def _is_whole_citrus(line: IngredientLine) -> bool:
    """ "4 lemons, zest and juice": in a curd they are its fruit, however the page tells what is taken of them."""
    return line.role == "acid" and line.unit is None and bool(line.fruits)


def _key(line: IngredientLine) -> str:
    """Which thing a line names, so that "caster sugar" and "granulated sugar" are one."""
    if line.role == "fruit" and line.fruits:
        return "+".join(sorted(line.fruits))
    if line.role == "acid":
        return "vinegar" if "vinegar" in line.item.lower() else "+".join(line.fruits) or "acid"
    if line.role == "sugar":
        return "honey" if "honey" in line.item.lower() else "sugar"
    if line.role == "pectin":
        return "pectin"
    if line.role == "spice" and line.fruits:
        return f"zest of {line.fruits[0]}"
    words = [word for word in plain(line.item).split() if word not in _DROPPED]
    return re.sub(r"(?<=\w{3})(?:ies?|y)$", "i", re.sub(r"(?<=\w{3})s$", "", words[-1])) if words else plain(line.item)


_DROPPED: Final = frozenset(
    [
        "extract",
        "powder",
        "essence",
        "stick",
        "sticks",
        "pod",
        "pods",
        "bean",
        "beans",
        "seeds",
        "seed",
        "ground",
        "fresh",
        "root",
        "leaves",
        "leaf",
    ]
)
_LEMON_JUICE_G: Final = 45.0
"""Juice of one lemon: USDA SR28 NDB 09152, 48 g; of a lime 38 to 44 g."""


def _grams(line: IngredientLine) -> float:
    if line.role == "pectin":
        return 0.0
    if line.role == "acid" and line.unit is None and line.quantity is not None:
        return line.quantity * _LEMON_JUICE_G
    return weigh(line, line.fruits[0] if line.fruits else None)


def _gap(one: _Formula, other: _Formula) -> float | None:
    """How far the proportions lie apart, in units of what one recipe allows; None where different things go in."""
    missing = set(one.shares) ^ set(other.shares)
    if missing - one.spare - other.spare:
        return None
    worst = 0.0
    for key in (set(one.shares) & set(other.shares)) - (one.spare & other.spare):
        a, b = one.shares[key], other.shares[key]
        if a is None or b is None:
            worst = max(worst, 0.5 if (a is None) != (b is None) and key in one.fruits else 0.0)
            continue
        allowed = SAME_SPICE if key in one.spices else _ALLOWED.get(key, SAME)
        worst = max(worst, abs(a - b) / allowed)
    return worst


def _same(one: _Formula, other: _Formula) -> bool:
    """Same things, same proportions, and texts that may be one recipe's."""
    gap = _gap(one, other)
    if gap is None or gap > 1 or not _kinds_alike(one, other):
        return False
    texts = (one.method.text, other.method.text)
    if not one.batch or not other.batch:
        return copied(one.lines, other.lines) and copied(*(texts if all(texts) else (one.title, other.title)))
    amounts_tell = min(one.proportions, other.proportions) > FEW_PROPORTIONS
    if all(texts):
        return may_be_one(one.method, other.method, amounts_tell=amounts_tell)
    named_alike = one.kind == other.kind and fuzz.token_set_ratio(one.title, other.title) >= TITLE_ALIKE
    return named_alike and (amounts_tell or copied(one.lines, other.lines))


def _one_of_page(one: _Formula, other: _Formula) -> bool:
    """Whether recipes of one address are one: the page as it was and as it was mended; not two recipes of one page."""
    if one.fruits and other.fruits and one.fruits != other.fruits:
        return False
    named = fuzz.token_sort_ratio(one.title, other.title) if _kinds_alike(one, other) else 0.0
    told = is_copy(one.method, other.method) or not (one.method.text and other.method.text)
    return named == 100 or (named >= TITLE_ALIKE and told) or _same(one, other)


def _kinds_alike(one: _Formula, other: _Formula) -> bool:
    return one.kind == other.kind or None in (one.kind, other.kind) or _KINDS_ALIKE.issuperset({one.kind, other.kind})


def _variant(one: _Formula, other: _Formula) -> bool:
    """Same fruits and kind, and at most two things or a third of a proportion apart."""
    if one.fruits != other.fruits or not one.fruits or one.kind != other.kind:
        return False
    apart = (set(one.shares) ^ set(other.shares)) - one.spare - other.spare
    shared = [(one.shares[k], other.shares[k]) for k in set(one.shares) & set(other.shares)]
    return len(apart) <= 2 and all(abs(a - b) <= NEAR for a, b in shared if a is not None and b is not None)


def group_duplicates(recipes: Sequence[JudgedRecipe]) -> Duplicates:
    """Groups of one recipe each, and near variants. By canonical address, then fruits and proportions, then text.

    Recipes of one page are one, unless they are told apart: a page may hold two.
    """
    formulas = [_formula(recipe) for recipe in recipes]
    parent = list(range(len(recipes)))
    for indexes in _by_address(recipes).values():
        for a, b in _pairs([indexes]):
            if _one_of_page(formulas[a], formulas[b]):
                _join(parent, a, b)
    by_fruits: dict[frozenset[str], list[int]] = defaultdict(list)
    for index, formula in enumerate(formulas):
        by_fruits[formula.fruits].append(index)
    for a, b in _pairs(by_fruits.values()):
        if _root(parent, a) != _root(parent, b) and _same(formulas[a], formulas[b]):
            _join(parent, a, b)
    groups: dict[int, list[int]] = defaultdict(list)
    for index in range(len(recipes)):
        groups[_root(parent, index)].append(index)
    near = {
        (_root(parent, a), _root(parent, b))
        for a, b in _pairs(by_fruits.values())
        if _root(parent, a) != _root(parent, b) and _variant(formulas[a], formulas[b])
    }
    return Duplicates(tuple(tuple(group) for group in groups.values()), tuple(sorted({(min(p), max(p)) for p in near})))


def _by_address(recipes: Sequence[JudgedRecipe]) -> dict[str, list[int]]:
    """Indexes by canonical address; a page without one stands alone."""
    found: dict[str, list[int]] = defaultdict(list)
    for index, recipe in enumerate(recipes):
        address = canonical_address(recipe.extracted.canonical_url or recipe.extracted.url)
        if address:
            found[address].append(index)
    return found


def _pairs(groups: Iterable[list[int]]) -> Iterator[tuple[int, int]]:
    for group in groups:
        yield from combinations(group, 2)


def _root(parent: list[int], index: int) -> int:
    while parent[index] != index:
        parent[index] = parent[parent[index]]
        index = parent[index]
    return index


def _join(parent: list[int], a: int, b: int) -> None:
    """The group of the earlier index takes in the other."""
    first, second = sorted((_root(parent, a), _root(parent, b)))
    parent[second] = first


def judged(recipe: dict[str, Any]) -> JudgedRecipe:
    """A recipe of the filter's input, understood and judged."""
    extracted = ExtractedRecipe(
        title=recipe["title"],
        url=recipe["url"],
        canonical_url=recipe["url"],
        site="",
        ingredients=tuple(RawLine(text) for text in recipe["ingredients"]),
        instructions=tuple(recipe["instructions"]),
    )
    judgement = judge(recipe["title"], recipe["ingredients"], recipe["instructions"])
    return JudgedRecipe(extracted, read_lines(recipe["ingredients"]).lines, judgement)


def main(argv: list[str] | None = None) -> int:
    """Recipes in JSON, one per line, in; one JSON list of groups of line numbers, counted from 0, out."""
    parse_arguments(_HELP, argv)
    recipes: list[JudgedRecipe] = []
    numbers: list[int] = []
    alone: list[int] = []
    try:
        for number, line in enumerate(utf8_lines(sys.stdin)):
            try:
                recipes.append(judged(read_recipe(line)))
                numbers.append(number)
            except ValueError as error:
                sys.stderr.write(f"line {number}: {error}\n")
                alone.append(number)
    except KeyboardInterrupt:
        return 130
    groups = [[numbers[index] for index in group] for group in group_duplicates(recipes).groups]
    emit(sorted(groups + [[number] for number in alone]))
    return 0


_HELP: Final = (
    'Reads recipes in JSON, one a line: {"title", "url", "ingredients": [lines], "instructions": [steps]},\nand writes '
    "one JSON list of groups of line numbers, counted from 0: each group is one recipe; a recipe without a double is "
    "alone.\n\n"
    "  python -m jamhot.scraping.dedupe < recipes.jsonl"
)

if __name__ == "__main__":
    sys.exit(main())
