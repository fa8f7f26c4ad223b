"""Finding recipes by what a jam maker types: words of titles, fruits by any of their names, plurals, small typos."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from rapidfuzz import fuzz, process

from jamhot.catalog.names import FruitNames, normalise
from jamhot.catalog.types import Recipe

TYPO_ALLOWED = 84
"""Least similarity (0–100, rapidfuzz ratio) at which a word of five letters or more still counts."""
_FAMILIES = ("berry", "currant", "cherry")
"""A search for one of these means every fruit whose name ends so; a pineapple, though, is no apple."""
_NOISE = frozenset({"a", "an", "and", "the", "of", "with", "for", "in", "to", "or", "recipe", "recipes", "make", "how"})


def words(text: str) -> list[str]:
    """The words that count, each in the singular as far as letters tell."""
    return [_singular(word) for word in normalise(text).split() if word not in _NOISE]


def _singular(word: str) -> str:
    word = "".join(ch for ch in word if ch.isalnum())
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(("ches", "shes", "xes", "oes")):
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us")):
        return word[:-1]
    return word


class SearchIndex:
    """Word → recipe ids. Every word of a query must be met; a word that begins one counts, a typo as a last resort."""

    def __init__(self, recipes: Iterable[Recipe], names: FruitNames) -> None:
        self._ids: dict[str, set[int]] = defaultdict(set)
        said: dict[str, list[str]] = defaultdict(list)
        for spoken, canonical in names.all.items():
            said[canonical].append(spoken)
        for recipe in recipes:
            text = [recipe.title, recipe.kind, *(line.item for line in recipe.ingredients)]
            text += [spoken for fruit in recipe.fruits for spoken in said.get(fruit, [fruit])]
            for word in {word for part in text for word in words(part)}:
                self._ids[word].add(recipe.id)
                for family in _FAMILIES:
                    if word.endswith(family):
                        self._ids[family].add(recipe.id)
        self._words = tuple(self._ids)

    def find(self, query: str) -> set[int] | None:
        """Ids of the recipes that meet every word of `query`; None when it holds no word that counts."""
        wanted = words(query)
        if not wanted:
            return None
        return set.intersection(*(self._meeting(word) for word in wanted))

    def _meeting(self, word: str) -> set[int]:
        found = set(self._ids.get(word, ()))
        if len(word) >= 3:
            found.update(*(self._ids[other] for other in self._words if other.startswith(word)))
        if found or len(word) < 5:
            return found
        near = process.extract(word, self._words, scorer=fuzz.ratio, score_cutoff=TYPO_ALLOWED, limit=3)
        return set().union(*(self._ids[other] for other, _, _ in near))
