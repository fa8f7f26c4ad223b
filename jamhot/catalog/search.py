"""Finding recipes by what a jam maker types: words of titles, fruits by any of their names, plurals, small typos."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import numpy as np
from rapidfuzz import fuzz, process

from jamhot.catalog.columns import Integers, Mask, postings
from jamhot.catalog.names import FruitNames
from jamhot.catalog.types import Recipe

TYPO_ALLOWED = 84
"""Least similarity (0–100, rapidfuzz ratio) at which a word of five letters or more still counts."""
_FAMILIES = ("berry", "currant", "cherry")
"""A search for one of these means every fruit whose name ends so; a pineapple, though, is no apple."""
_NOISE = frozenset({"a", "an", "and", "the", "of", "with", "for", "in", "to", "or", "recipe", "recipes", "make", "how"})
_WORD = re.compile(r"[^\W_]+")
_APOSTROPHES = str.maketrans("", "", "'’")
_SAME: Mapping[str, str] = {
    "chile": "chilli", "chili": "chilli", "chilli": "chili", "cilantro": "coriander",
    "superfine": "caster", "caster": "superfine",
}  # fmt: skip
"""American and British words for what jam takes; fruits have theirs in the catalogue (`other_names`)."""


def words(text: str) -> list[str]:
    """The words that count, without accents, each in the singular as far as letters tell."""
    bare = _WORD.findall(_plain(text).lower().translate(_APOSTROPHES))
    return [_singular(word) for word in bare if word not in _NOISE]


def _plain(text: str) -> str:
    """`purée` as `puree`."""
    if text.isascii():
        return text
    return "".join(ch for ch in unicodedata.normalize("NFKD", text) if not unicodedata.combining(ch))


def _singular(word: str) -> str:
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(("ches", "shes", "xes", "oes")):
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us")):
        return word[:-1]
    return word


@dataclass(frozen=True, slots=True)
class Hits:
    """What a search met.

    `mask`: the rows that meet every word; None when no word of the query counts. `unknown`: words of the query that
    no recipe has. `read_as`: words of the query that were taken for a slip of the finger, and for what.
    """

    mask: Mask | None
    unknown: tuple[str, ...] = ()
    read_as: Mapping[str, str] | None = None


class WordIndex:
    """Word → rows. Every word of a query must be met; a word that begins one counts, a typo as a last resort.

    Args:
        words_of_rows: of each row in turn, the words it is found by.
        length: how many rows there are.
    """

    def __init__(self, words_of_rows: Iterable[Iterable[str]], length: int) -> None:
        self._length = length
        self._rows = postings(words_of_rows)
        self._words = sorted(self._rows)

    def find(self, query: str) -> Hits:
        """The rows that meet every word of `query`."""
        typed = words(query)
        if not typed:
            return Hits(None)
        met = {word: self._meeting(word) for word in dict.fromkeys(typed)}
        for first, second in pairwise(typed):
            together = list(self._begun(f"{first} {second}"))
            met[first] = [*met[first], *together]
            met[second] = [*met[second], *together]
        mask = self._all(tuple(forms) for forms in met.values())
        unknown = tuple(word for word, forms in met.items() if not forms)
        guessed = {word: forms[0] for word, forms in met.items() if forms and not self._certain(word)}
        return Hits(mask, unknown, guessed)

    def _all(self, met: Iterable[tuple[str, ...]]) -> Mask:
        found = np.ones(self._length, np.bool_)
        for forms in met:
            one = np.zeros(self._length, np.bool_)
            for form in forms:
                one[self._rows[form]] = True
            found &= one
        return found

    def _meeting(self, word: str) -> list[str]:
        """Words of the index that `word` may mean, likeliest first."""
        return list(self._begun(word)) or self._near(word)

    def _certain(self, word: str) -> bool:
        return next(self._begun(word), None) is not None

    def _begun(self, word: str) -> Iterator[str]:
        """The word itself, its other spelling, and the words that it begins; two words begin only two."""
        for form in (word, _SAME.get(word)):
            if form is None:
                continue
            if len(form) < 3:
                yield from (form,) if form in self._rows else ()
                continue
            for index in range(bisect_left(self._words, form), len(self._words)):
                if not self._words[index].startswith(form):
                    break
                if (" " in self._words[index]) == (" " in form):
                    yield self._words[index]

    def _near(self, word: str) -> list[str]:
        if len(word) < 5:
            return []
        near = process.extract(word, self._words, scorer=fuzz.ratio, score_cutoff=TYPO_ALLOWED, limit=3)
        return [other for other, _, _ in near]


class TitleIndex:
    """How well titles meet a search. Tier 0: the title says that and nothing else; 1: it says all of it; 2: not all."""

    def __init__(self, titles: Sequence[str]) -> None:
        said = [frozenset(words(title)) for title in titles]
        self._index = WordIndex(said, len(said))
        self._count = np.array([len(one) for one in said], np.int32)

    def tiers(self, query: str) -> Integers:
        """Of each row."""
        mask = self._index.find(query).mask
        if mask is None:
            return np.zeros(len(self._count), np.int32)
        exact = mask & (self._count == len(set(words(query))))
        return np.where(exact, 0, np.where(mask, 1, 2)).astype(np.int32)


TITLE_TIERS = 3


def recipe_words(recipes: Iterable[Recipe], names: FruitNames) -> Iterator[frozenset[str]]:
    """The words that each recipe is found by: its title, its kind, what goes in, every name of its fruits.

    A fruit's name that begins a longer one of another fruit stands only in both together: *plum tomato* is no plum.
    """
    said: dict[str, list[str]] = defaultdict(list)
    for spoken, canonical in names.all.items():
        said[canonical].append(spoken)
    joined = _first_words_of_others(names)
    heard = cache(lambda text: _with_families(text, joined))
    for recipe in recipes:
        texts = {recipe.title, recipe.kind, *(line.item for line in recipe.ingredients)}
        for fruit in recipe.fruits:
            texts.update(said.get(fruit, (fruit,)))
        yield frozenset[str]().union(*map(heard, texts))


def _first_words_of_others(names: FruitNames) -> frozenset[tuple[str, str]]:
    """Two words that name one fruit, the first of which alone names another: (`plum`, `tomato`)."""
    spoken = {tuple(words(name)): canonical for name, canonical in names.all.items()}
    return frozenset(
        (name[0], name[1])
        for name, canonical in spoken.items()
        if len(name) == 2 and spoken.get(name[:1], canonical) != canonical
    )


def _with_families(text: str, joined: frozenset[tuple[str, str]]) -> frozenset[str]:
    said = words(text)
    pairs = [pair for pair in pairwise(said) if pair in joined]
    alone = Counter(said) - Counter(first for first, _ in pairs)
    families = (family for word in alone for family in _FAMILIES if word.endswith(family))
    return frozenset((*alone, *families, *(" ".join(pair) for pair in pairs)))
