"""Written exceptions (`seed/exceptions.yaml`): which rule, for which file, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from pydantic import Field

from jamhot.catalog.build import parse, read_yaml
from jamhot.catalog.rules.problem import Problem
from jamhot.catalog.types import Value

MAY_BE_EXCEPTED: Final = frozenset(
    {
        "acid",
        "alike-prose",
        "chemistry",
        "distinct",
        "figures",
        "mass-balance",
        "named",
        "pectin",
        "primary",
        "spice",
        "sugar",
        "yield",
    }
)
"""The rest are about safety, references or spelling: mend the file."""


class Excepted(Value):
    """`about`: words of the problem, where only one of several is excepted."""

    rule: str
    slug: str
    reason: str = Field(min_length=20)
    about: str | None = None

    def covers(self, problem: Problem) -> bool:
        told = (self.rule, self.slug) == (problem.rule, problem.where)
        return told and (self.about is None or self.about in problem.text)


def read_exceptions(seed: Path) -> list[Excepted]:
    """Raises CatalogError naming the entry that is wrong."""
    entries = read_yaml(seed / "exceptions.yaml") or []
    return [parse(Excepted, entry, f"exceptions.yaml: {n}") for n, entry in enumerate(entries, 1)]


def apply(problems: Iterable[Problem], exceptions: list[Excepted]) -> Iterator[Problem]:
    """The problems that no exception covers, and the exceptions that cover none."""
    idle = set(exceptions)
    for problem in problems:
        covering = {one for one in exceptions if problem.rule in MAY_BE_EXCEPTED and one.covers(problem)}
        idle -= covering
        if not covering:
            yield problem
    for one in exceptions:
        if one in idle:
            why = "is no longer needed" if one.rule in MAY_BE_EXCEPTED else "this rule has no exceptions"
            yield Problem("exceptions.yaml", "exception", f"{one.rule} for {one.slug}: {why}")
