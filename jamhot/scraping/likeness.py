"""May two methods be one, told in other words? By the words, the figures, and what comes before what."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from rapidfuzz import fuzz

from jamhot.scraping.fruits import plain
from jamhot.scraping.quantities import WORDS

COPIED: Final = 88.0
"""Likeness (0–100, rapidfuzz token set ratio) from which one text is a copy of the other."""
WORDS_ALIKE: Final = 0.25
"""Least share of words (Dice, by their stems) that two methods of one recipe share, where amounts tell much."""
WORDS_REWORDED: Final = 0.4
"""The same, where amounts tell little and the figures of both methods agree."""
WORDS_KEPT: Final = 0.65
"""The same, where amounts tell little and the figures disagree."""
FIGURES_AGREE: Final = 0.7
"""Least share of figures (Dice) that the methods of one recipe have in common: who rewords a method keeps its times."""
_TERSE: Final = 10
"""Words; the few of "Boil until it sets" are in every method."""
_FIGURE: Final = re.compile(r"\d|overn")
"""A number, or "overnight"."""
_GRAMMAR: Final = frozenset(
    {
        "a", "about", "all", "an", "and", "any", "are", "around", "as", "at", "be", "by", "can", "do", "does", "each",
        "for", "from", "had", "has", "have", "if", "in", "into", "is", "it", "its", "just", "may", "more", "no", "not",
        "of", "off", "on", "onto", "or", "out", "over", "should", "so", "some", "than", "that", "the", "their",
        "them", "then", "there", "these", "they", "this", "till", "to", "until", "up", "very", "well", "when",
        "while", "will", "with", "you", "your",
    }
)  # fmt: skip
_CUT: Final = re.compile(r"\b(?:cut|slic|chop|shred|halv|quarter|minc|grat|mash|crush|pur[eé]e)", re.I)
_COOKED: Final = re.compile(r"\b(?:simmer|boil|cook|stew)", re.I)
_OF_JARS: Final = re.compile(
    r"\b(?:jars?|lids?|canner|steril\w+|saucer|plate|discs?|freezer|refrigerat\w+|fridge)\b", re.I
)


@dataclass(frozen=True, slots=True)
class Method:
    """A method, to be compared. `cut`, `cooked`: numbers of the first sentences that tell of it."""

    text: str
    words: frozenset[str]
    figures: frozenset[str]
    cut: int | None
    cooked: int | None


def read_method(steps: Sequence[str]) -> Method:
    """The steps of a method; without any, its text is empty."""
    text = plain(" ".join(steps))
    words = _stems(text)
    return Method(
        text=text,
        words=words,
        figures=frozenset(filter(_FIGURE.match, words)),
        cut=_first_told(_CUT, steps),
        cooked=_first_told(_COOKED, steps),
    )


def copied(one: str, other: str) -> bool:
    return fuzz.token_set_ratio(one, other) >= COPIED


def is_copy(one: Method, other: Method) -> bool:
    """Whether one method is the other, as it stands or with something more."""
    if _in_another_order(one, other) or min(len(one.words), len(other.words)) < _TERSE:
        return one.text == other.text
    return copied(one.text, other.text)


def may_be_one(one: Method, other: Method, *, amounts_tell: bool) -> bool:
    """Whether both may be one recipe's. Where amounts tell little, as many recipes have them, texts must say more."""
    if is_copy(one, other):
        return True
    if _in_another_order(one, other):
        return False
    common = _dice(one.words, other.words)
    if amounts_tell:
        return common >= WORDS_ALIKE
    agree = _dice(one.figures, other.figures) >= FIGURES_AGREE
    return common >= (WORDS_REWORDED if agree else WORDS_KEPT)


def _in_another_order(one: Method, other: Method) -> bool:
    """Fruit that is cut and then cooked, and fruit that is cooked whole and then cut, are two recipes."""
    if one.cut is None or one.cooked is None or other.cut is None or other.cooked is None:
        return False
    return (one.cut - one.cooked) * (other.cut - other.cooked) < 0


def _stems(text: str) -> frozenset[str]:
    """Words without the grammatical ones, cut to five letters; "fifteen" is 15."""
    words = re.findall(r"[a-z]+|\d+(?:[./]\d+)?", text)
    return frozenset(f"{WORDS[word]:g}" if word in WORDS else word[:5] for word in words if word not in _GRAMMAR)


def _first_told(what: re.Pattern[str], steps: Sequence[str]) -> int | None:
    """Number of the first sentence that tells of it, those about jars and saucers left out; None of none."""
    sentences = (sentence for step in steps for sentence in re.split(r"[.;:!?]\s", step))
    found = (n for n, sentence in enumerate(sentences) if what.search(sentence) and not _OF_JARS.search(sentence))
    return next(found, None)


def _dice(one: frozenset[str], other: frozenset[str]) -> float:
    """Twice what both have by all that they have; 1 of nothing."""
    return 2 * len(one & other) / (len(one) + len(other)) if one or other else 1.0
