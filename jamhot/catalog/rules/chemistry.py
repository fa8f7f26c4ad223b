"""A profile's chemistry against the committed table of facts: equal, or a written reason."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from jamhot.catalog.facts import FruitFact
from jamhot.catalog.rules.material import Material
from jamhot.catalog.rules.problem import Problem
from jamhot.catalog.seed_format import ChemistryEntry, ClassEntry, FigureEntry, PhEntry

_NO_FIGURE: Final = re.compile(r"^(no|not)\b", re.I)
"""*No measured figure in the sources used* is no reason where the table has one."""

_IN_THE_TABLE: Final = {"cherry": "sweet_cherry", "jambul": "java_plum"}
"""Fruits that the table has under another name."""


def check_chemistry(material: Material, facts: dict[str, list[FruitFact]]) -> Iterator[Problem]:
    """Profile figures equal the table's, or say in `missing` why not, or are excepted."""
    for entry in material.entries:
        if entry.profile:
            for fact in facts.get(_IN_THE_TABLE.get(entry.name, entry.name), ()):
                if text := _difference(entry.profile.chemistry, fact):
                    yield Problem(f"fruits/{entry.name}", "chemistry", text)


def _difference(chemistry: ChemistryEntry, fact: FruitFact) -> str | None:
    field, _, end = fact.field.partition(".")
    part: FigureEntry | ClassEntry | PhEntry = getattr(chemistry, field)
    value = getattr(part, end) if isinstance(part, PhEntry) else part.value
    if value is None:
        stated = part.missing and not _NO_FIGURE.match(part.missing)
        return None if stated else f"{fact.field} is missing; the table has {fact.value} ({fact.source})"
    same = value == fact.value if isinstance(value, str) else abs(value - float(fact.value)) < 1e-6
    return None if same else f"{fact.field} is {value} ({part.source}); the table has {fact.value} ({fact.source})"
