"""What a rule says: which rule, about which file, and what is wrong, in words a writer can act on."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """`where` is a recipe's slug, `fruits/<name>` or the name of a shared file; `rule` never changes its id."""

    where: str
    rule: str
    text: str

    def __str__(self) -> str:
        return f"[{self.rule}] {self.where}: {self.text}"
