"""Every ingredient goes into a step, and that step names it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from jamhot.catalog.rules.material import Dish, Material
from jamhot.catalog.rules.problem import Problem
from jamhot.catalog.rules.schema import repeated
from jamhot.catalog.seed_format import IngredientEntry, StepEntry

NOT_THE_NOUN = frozenset(
    {
        "fresh", "ripe", "underripe", "unripe", "dried", "ground", "whole", "white", "brown", "granulated",
        "caster", "superfine", "light", "dark", "packed", "large", "medium", "small", "big", "hot", "cold", "warm",
        "boiling", "boiled", "sweet", "sour", "tart", "sharp", "red", "green", "yellow", "black", "blue", "pink",
        "golden", "wild", "crushed", "chopped", "peeled", "stoned", "pitted", "seeded", "sliced", "grated",
        "shredded", "mashed", "cooked", "skinned", "stemmed", "strained", "drained", "prepared", "frozen", "tinned",
        "canned", "bottled", "powdered", "liquid", "unsalted", "seedless", "for", "its", "the", "of", "and", "with",
        "from", "in", "very", "old", "young", "firm", "soft", "hard", "plain", "low",
    }
)  # fmt: skip
"""Words of an ingredient that say which, not what."""
TOGETHER = {
    "spice": ("spice", "spices"),
    "peel": ("peel", "rind", "zest", "shred", "shreds", "skin"),
    "rind": ("peel", "rind", "zest", "shred", "shreds", "skin"),
    "zest": ("peel", "rind", "zest"),
    "walnut": ("nut",),
    "pecan": ("nut",),
    "almond": ("nut",),
    "yolk": ("egg",),
}
"""What a cook also calls it; *spice* stands for every line of that role."""
_ALL = re.compile(r"\b(everything|all the ingredients|all of it|all the rest|the rest|all together)\b", re.I)
_ALL_MEANS = 3
"""*Everything* names things only where this many go in."""


def check_uses(material: Material) -> Iterator[Problem]:
    for dish in material.dishes:
        items = [line.item for line in dish.entry.ingredients]
        used = {item for step in dish.entry.instructions for item in step.uses}
        for item in repeated(items):
            yield Problem(dish.slug, "uses", f"ingredient {item!r} stands twice: name the second one apart")
        for item in sorted(used - set(items)):
            yield Problem(dish.slug, "uses", f"a step uses {item!r}, which is no ingredient")
        for item in items:
            if item not in used:
                yield Problem(dish.slug, "uses", f"ingredient {item!r} goes into no step")


def check_named(material: Material) -> Iterator[Problem]:
    """Each ingredient is named, by itself or by its noun, in the text of a step that uses it."""
    for dish in material.dishes:
        for line in dish.entry.ingredients:
            steps = [step for step in dish.entry.instructions if line.item in step.uses]
            if steps and not any(is_named(line, step, dish, material) for step in steps):
                numbers = [n for n, step in enumerate(dish.entry.instructions, 1) if step in steps]
                yield Problem(dish.slug, "named", f"step {numbers[0]} uses {line.item!r} and does not name it")


def is_named(line: IngredientEntry, step: StepEntry, dish: Dish, material: Material) -> bool:
    if _ALL.search(step.text) and len(step.uses) >= _ALL_MEANS:
        return True
    said = stems(step.text)
    if line.role == "fruit" and "fruit" in said and _stands_for_fruit(step, dish):
        return True
    if line.role == "spice" and said & {"spice", "spicing"}:
        return True
    nouns = stems(line.item) - NOT_THE_NOUN
    fruit = material.fruits.get(line.fruit or "")
    if fruit:
        nouns |= {noun for name in (fruit.display_name, *fruit.other_names) for noun in stems(name)} - NOT_THE_NOUN
    nouns |= {stem(other) for noun in tuple(nouns) for other in TOGETHER.get(noun, ())}
    return any(_same(noun, word) for noun in nouns for word in said)


def _stands_for_fruit(step: StepEntry, dish: Dish) -> bool:
    """*The fruit* is clear where all fruit of the recipe goes in at once, or went in before."""
    fruits = {line.item for line in dish.entry.ingredients if line.role == "fruit"}
    return fruits <= set(step.uses) or len(fruits) == 1


def _same(noun: str, word: str) -> bool:
    """The same word, or the second half of it: currants for redcurrants, berries for strawberries."""
    return noun == word or (len(word) > 3 and noun.endswith(word)) or (len(noun) > 3 and word.endswith(noun))


def stems(text: str) -> set[str]:
    return {stem(word) for word in re.findall(r"[^\W\d_]+", text.lower())}


def stem(word: str) -> str:
    """Singular of a plural noun, near enough to compare."""
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("ches", "shes", "xes", "oes")):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith("ss") and len(word) > 3 else word
