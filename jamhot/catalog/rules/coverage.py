"""How much there is: what the issue promises, and the table of fruits and kinds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, get_args

from jamhot.catalog.content import Content
from jamhot.catalog.types import Kind

COMMONEST: Final = (
    "strawberry", "raspberry", "apricot", "plum", "blackberry", "blueberry", "orange", "cherry", "blackcurrant",
    "redcurrant", "apple", "peach", "gooseberry", "rhubarb", "fig", "grape", "lemon", "quince", "pear", "cranberry",
)  # fmt: skip
"""The twenty fruits that jam is most often made of, in British and American kitchens."""
NOT_PRESERVED: Final[Mapping[str, str]] = {
    "avocado": "low in acid and oily: a spread, never a preserve",
    "bearberry": "mealy, and harmful in quantity",
    "breadfruit": "a starch, boiled or roasted as a vegetable",
    "cashew": "the fruit does not reach a kitchen outside the tropics",
    "durian": "eaten fresh; kept as a fermented paste where it grows",
    "hala_fruit": "fibrous, chewed for its juice; we found no preserve of it",
    "juniper_berry": "a spice",
    "miracle_fruit": "eaten for what it does to the taste of other fruit",
    "monstera": "harmful unless dead ripe, and then eaten fresh",
    "plantain": "a starch, fried or boiled as a vegetable",
}
"""Fruits that the model names and nobody preserves, with the reason."""


@dataclass(frozen=True, slots=True)
class Promises:
    """The least that ships."""

    recipes: int = 300
    fruits_in_recipes: int = 65
    fruits_named: int = 85
    profiles: int = 75
    each_recognised: int = 2
    each_of_the_commonest: int = 5


def recipes_by_fruit(content: Content) -> Counter[str]:
    """Recipes that are of a fruit (primary), a kind counting for the fruit it is a kind of as well."""
    kind_of = {fruit.name: fruit.kind_of for fruit in content.fruits}
    counts: Counter[str] = Counter()
    for recipe in content.recipes:
        counts.update({name for own in recipe.primary_fruits for name in (own, kind_of.get(own)) if name})
    return counts


def shortfalls(content: Content, promises: Promises = Promises()) -> Iterator[str]:
    """What is promised and not there."""
    fruits_in_recipes = len({name for recipe in content.recipes for name in recipe.fruits})
    for what, there, promised in (
        ("recipes", len(content.recipes), promises.recipes),
        ("fruits in recipes", fruits_in_recipes, promises.fruits_in_recipes),
        ("fruits named", len(content.fruits), promises.fruits_named),
        ("profiles", sum(fruit.profile is not None for fruit in content.fruits), promises.profiles),
    ):
        if there < promised:
            yield f"{what}: {there} of {promised}"
    counts = recipes_by_fruit(content)
    for name in sorted(fruit.name for fruit in content.fruits if fruit.ai_identifier):
        if name not in NOT_PRESERVED and counts[name] < promises.each_recognised:
            yield f"{name}, which the camera names: {counts[name]} of {promises.each_recognised} recipes"
    for name in COMMONEST:
        if counts[name] < promises.each_of_the_commonest:
            yield f"{name}, one of the twenty commonest: {counts[name]} of {promises.each_of_the_commonest} recipes"


def table(content: Content) -> Iterator[str]:
    """Fruits × kinds, in Markdown: recipes that are of the fruit; its own only, not those of its kinds."""
    kinds = get_args(Kind)
    counts = Counter((name, recipe.kind) for recipe in content.recipes for name in recipe.primary_fruits)
    totals = Counter(name for recipe in content.recipes for name in recipe.primary_fruits)
    in_kind = Counter(recipe.kind for recipe in content.recipes)
    yield "| fruit | " + " | ".join(kinds) + " | all |"
    yield "|---|" + "---:|" * (len(kinds) + 1)
    for name in sorted(totals):
        yield f"| {name} | " + " | ".join(str(counts[name, kind] or "") for kind in kinds) + f" | {totals[name]} |"
    yield "| recipes | " + " | ".join(str(in_kind[kind]) for kind in kinds) + f" | {len(content.recipes)} |"
