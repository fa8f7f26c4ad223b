"""Rules that keep the content true beyond its shape; each says what is wrong, in words a writer can act on.

A rule is a function from `Material` to problems, with a test that shows it failing on a bad example.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from jamhot.catalog.build import SEED
from jamhot.catalog.facts import read_fruit_facts, read_recipe_facts, read_shingles, read_yields
from jamhot.catalog.rules import (
    balance,
    chemistry,
    distinct,
    exceptions,
    figures,
    proportions,
    prose,
    relations,
    safety,
    schema,
    steps,
)
from jamhot.catalog.rules.material import Material, read_material
from jamhot.catalog.rules.problem import Problem
from jamhot.catalog.rules.safety import LOW_ACID

__all__ = ["LOW_ACID", "RULES", "Problem", "check_content", "find_problems"]

RULES = (
    schema.check_tables,
    schema.check_fruit_names,
    schema.check_recipe_names,
    schema.check_recipe_references,
    safety.check_banned,
    safety.check_tested,
    safety.check_processing,
    safety.check_freezing,
    safety.check_low_acid,
    safety.check_fruit_acidity,
    safety.check_foraging,
    proportions.check_batch,
    proportions.check_sugar,
    proportions.check_sharpness,
    proportions.check_spice,
    proportions.check_acid,
    proportions.check_pectin,
    balance.check_yield,
    steps.check_uses,
    steps.check_named,
    relations.check_primary,
    distinct.check_distinct,
    prose.check_alike_prose,
)


def check_content(seed: Path = SEED) -> list[str]:
    """Every rule over everything in `seed`, by file. An empty list means the content is sound.

    Raises:
        CatalogError: a shared table that cannot be read at all.
    """
    return [str(problem) for problem in find_problems(seed)]


def find_problems(seed: Path = SEED) -> list[Problem]:
    """What `check_content` says, in order of file and rule. Raises CatalogError as it does."""
    material, unread = read_material(seed)
    found = chain(unread, *(rule(material) for rule in RULES), _against_tables(material, seed))
    return sorted(exceptions.apply(found, exceptions.read_exceptions(seed)))


def _against_tables(material: Material, seed: Path) -> Iterator[Problem]:
    facts = seed / "facts"
    rows = read_recipe_facts(facts / "recipes.csv")
    yield from figures.check_recipe_figures(material, rows)
    yield from figures.check_yields(material, rows, read_yields(facts / "yields.csv"))
    yield from chemistry.check_chemistry(material, read_fruit_facts(facts / "fruits.csv"))
    yield from prose.check_shared(material, read_shingles(facts / "shingles.bin"))
    yield from prose.check_spelling(material, prose.read_words(seed))
