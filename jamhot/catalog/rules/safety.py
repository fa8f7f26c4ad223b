"""Rules about what could make a person ill. None of them can be excepted."""

from __future__ import annotations

import re
from collections.abc import Iterator

from jamhot.catalog.rules.material import Dish, Material
from jamhot.catalog.rules.problem import Problem

BANNED = re.compile(
    r"\b(paraffin|wax(ed)? paper|alum|kernels?|brandied paper|sun[- ]dr|invert(ed)? jars?|open[- ]kettle)\b", re.I
)
"""What old books seal or set with, and we never do."""
LOW_ACID = frozenset(
    {
        "fig", "papaya", "mango", "melon", "watermelon", "citron_melon", "pumpkin", "banana", "plantain", "persimmon",
        "asian_pear", "tomato", "date", "coconut", "jackfruit", "lychee", "prickly_pear", "dragon_fruit", "avocado",
        "elderberry", "mulberry", "guava", "loquat", "jujube", "longan", "cherimoya", "sapodilla",
    }
)  # fmt: skip
"""Fruits whose pH reaches the USDA limit for acid foods (4.6), comes near it, or is not known and may well."""
ACID_PER_FRUIT = 0.03
"""Least acid for a low-acid fruit in a sealed jar, grams a gram of that fruit: NCHFP's fig jam has ¼ cup (61 g) of
bottled lemon juice to 2 quarts (1.9 kg) of figs, the least of our tested recipes."""
SHORT_MINUTES = 10
"""Jars that are processed for less must be sterile before they are filled (USDA AIB 539, guide 1)."""
_JARS_BOILED = re.compile(
    r"(?=.*\b(jars?|half-pints?|pints?)\b)(?=.*\b(boil\w*|canner|under water|boiling water|simmer\w*|steril\w*)\b)"
    r"(?=.*\b(10|ten)[ -]min)",
    re.I | re.S,
)
_PROCESSED = re.compile(r"[^.!?]*\bprocess[^.!?]*[.!?]", re.I)


def check_banned(material: Material) -> Iterator[Problem]:
    for dish in material.dishes:
        for found in BANNED.finditer(" ".join([*dish.prose, *(line.item for line in dish.entry.ingredients)])):
            yield Problem(dish.slug, "banned", f"{found.group(0)!r} has no place in a modern recipe")


def check_tested(material: Material) -> Iterator[Problem]:
    for dish in material.dishes:
        source = material.tables.sources.get(dish.entry.source.id)
        if dish.entry.tested and (source is None or not source.tested):
            yield Problem(dish.slug, "tested", "tested, but its source is not")


def check_processing(material: Material) -> Iterator[Problem]:
    """Times only for tested recipes, from tables of tested sources; a headspace; sterile jars for short times."""
    for dish in material.dishes:
        keeping = dish.entry.keeping
        if keeping.processing is None:
            continue
        table = material.tables.processing.get(keeping.processing)
        source = material.tables.sources.get(table.source) if table else None
        if source is None or not source.tested:
            yield Problem(dish.slug, "processing", f"no tested table {keeping.processing!r}")
        if not dish.entry.tested:
            yield Problem(dish.slug, "processing", "a processing time for a recipe that nobody tested")
        if keeping.headspace_mm is None:
            yield Problem(dish.slug, "processing", "boiling-water processing without a headspace")
        if table and _needs_sterile_jars(table.jars) and not jars_are_boiled(dish):
            yield Problem(
                dish.slug,
                "sterile-jars",
                f"processed for under {SHORT_MINUTES} minutes, and no step boils the jars for 10",
            )


def _needs_sterile_jars(jars: dict[int, dict[int, int]]) -> bool:
    return any(minutes < SHORT_MINUTES for rows in jars.values() for minutes in rows.values())


def jars_are_boiled(dish: Dish) -> bool:
    """One step boils the jars for ten minutes; ten minutes of processing, after filling, do not count."""
    return any(_JARS_BOILED.search(_PROCESSED.sub("", step.text)) for step in dish.entry.instructions)


def check_freezing(material: Material) -> Iterator[Problem]:
    """Where the freezer is offered, the room that frozen jam needs to swell is named."""
    for dish in material.dishes:
        keeping = dish.entry.keeping
        offered = keeping.method == "freeze" or re.search(r"\b(freez|frozen)", keeping.note, re.I)
        in_a_jar = not re.search(r"\bwrap", keeping.note, re.I)
        if offered and in_a_jar and keeping.headspace_mm is None:
            yield Problem(dish.slug, "freezing", "the freezer is offered, and no headspace named")


def check_low_acid(material: Material) -> Iterator[Problem]:
    """A low-acid fruit is acidified by enough, or kept cold."""
    for dish in material.dishes:
        low = sorted(LOW_ACID.intersection(dish.made.fruits))
        if not low or dish.entry.keeping.method != "boiling_water":
            continue
        fruit = sum(line.grams or 0 for line in dish.made.ingredients if line.fruit in low)
        needed = [line for line in dish.made.ingredients if not line.optional]
        acids = [line for line in needed if line.role == "acid" or line.fruit in ("lemon", "lime")]
        if not acids:
            yield Problem(dish.slug, "low-acid", f"{', '.join(low)}: low acid, sealed without added acid")
        elif sum(line.grams or 0 for line in acids) < ACID_PER_FRUIT * fruit:
            yield Problem(dish.slug, "low-acid", f"{', '.join(low)}: low acid, sealed with too little acid")


def check_fruit_acidity(material: Material) -> Iterator[Problem]:
    """Every low-acid fruit is on the list, and says so in a warning."""
    for fruit in material.fruits.values():
        warned = any(warning.kind == "low_acid" for warning in fruit.warnings)
        if fruit.name in LOW_ACID and not warned:
            yield Problem(f"fruits/{fruit.name}", "low-acid", "low or borderline acid, and no low_acid warning")
        chemistry = fruit.profile.chemistry if fruit.profile else None
        if chemistry and chemistry.acid_class.value == "low" and fruit.name not in LOW_ACID and not warned:
            yield Problem(f"fruits/{fruit.name}", "low-acid", "its acid class is low, and no low_acid warning")


def check_foraging(material: Material) -> Iterator[Problem]:
    """Every warning about picking in the wild names the plants that are mistaken for it, and its text does too."""
    for fruit in material.fruits.values():
        for warning in fruit.warnings:
            if warning.kind == "foraging" and not warning.look_alikes:
                yield Problem(f"fruits/{fruit.name}", "foraging", "a foraging warning without look-alikes")
            for name in warning.look_alikes:
                if name.lower() not in " ".join(warning.text.lower().split()):
                    yield Problem(f"fruits/{fruit.name}", "foraging", f"the text does not name {name!r}")
