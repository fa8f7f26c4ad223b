"""What people call a fruit: from "Red currants" or "tangerine" to the catalogue's name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from rapidfuzz import fuzz, process

from jamhot.catalog.types import Fruit

SIMILAR_ENOUGH = 78
"""Least similarity (0–100, rapidfuzz ratio) of a name that is offered as "did you mean"."""
TYPO_ALLOWED = 88
"""Least similarity at which a misspelt name is taken for the fruit itself."""


def normalise(text: str) -> str:
    """Lower case, one blank between words, underscores and hyphens as blanks, apostrophes out."""
    return re.sub(r"[\s_\-]+", " ", text.replace("’", "'").replace("'", "").lower()).strip()


class FruitNames:
    """Every name, plural and other name of every fruit, and which fruit it stands for."""

    def __init__(self, fruits: Iterable[Fruit]) -> None:
        self._by_name: dict[str, str] = {}
        for fruit in fruits:
            for name in (fruit.name, fruit.display_name, fruit.plural, *fruit.other_names):
                self._by_name.setdefault(normalise(name), fruit.name)

    @property
    def all(self) -> Mapping[str, str]:
        """Normalised name → canonical name."""
        return self._by_name

    def resolve(self, text: str) -> str | None:
        """The canonical name of what `text` says, or None: exactly, as a plural, or with a small slip of the finger."""
        name = normalise(text)
        for form in (name, name.removesuffix("s"), name.removesuffix("es"), re.sub("ies$", "y", name)):
            if form in self._by_name:
                return self._by_name[form]
        if len(name) < 5:
            return None
        found = process.extractOne(name, self._by_name.keys(), scorer=fuzz.ratio, score_cutoff=TYPO_ALLOWED)
        return self._by_name[found[0]] if found else None

    def suggestions(self, text: str, most: int = 3) -> list[str]:
        """Canonical names that look like `text`, likeliest first."""
        found = process.extract(
            normalise(text), self._by_name.keys(), scorer=fuzz.ratio, score_cutoff=SIMILAR_ENOUGH, limit=most * 2
        )
        return list(dict.fromkeys(self._by_name[name] for name, _, _ in found))[:most]
