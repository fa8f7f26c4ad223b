"""Every sentence is ours, is written for its own recipe, and is spelt right."""

from __future__ import annotations

import lzma
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
from rapidfuzz import fuzz, process

from jamhot.catalog.facts import shingles
from jamhot.catalog.rules.material import Dish, Material
from jamhot.catalog.rules.problem import Problem
from jamhot.catalog.seed_format import ProfileEntry

ALIKE: Final = 92.0
"""Indel similarity, %, from which two texts are the same one with a word changed."""
LONG_ENOUGH: Final = 60
"""Characters below which two texts may be alike: there are few ways to say *skim and pot*."""
STOCK: Final = (
    re.compile(r"\bwipe\b.*\bprocess\b", re.I | re.S),
    re.compile(r"\bboil\b.*\bjars?\b.*\b(10|ten) minutes\b", re.I | re.S),
)
"""Sentences of safety that must say the same thing every time: sterilising jars, closing and processing them."""


class Passage(NamedTuple):
    """A text, and where it stands."""

    where: str
    part: str
    text: str


def passages(material: Material) -> Iterator[Passage]:
    """Every text of recipes and fruits."""
    for dish in material.dishes:
        yield from _of_dish(dish)
    for fruit in material.entries:
        for warning in fruit.warnings:
            yield Passage(f"fruits/{fruit.name}", f"warning {warning.kind}", warning.text)
        if fruit.profile:
            yield from _of_profile(f"fruits/{fruit.name}", fruit.profile)


def _of_dish(dish: Dish) -> Iterator[Passage]:
    yield Passage(dish.slug, "summary", dish.entry.summary)
    for number, step in enumerate(dish.entry.instructions, 1):
        yield Passage(dish.slug, f"step {number}", step.text)
    yield Passage(dish.slug, "note", dish.entry.keeping.note)
    for warning in dish.entry.warnings:
        yield Passage(dish.slug, "warning", warning.text)


def _of_profile(where: str, profile: ProfileEntry) -> Iterator[Passage]:
    for part in ("description", "choosing", "storing", "preparing", "jam_uses"):
        yield Passage(where, part, getattr(profile, part))
    yield Passage(where, "flavour", profile.flavor.note)


def check_shared(material: Material, read: frozenset[bytes]) -> Iterator[Problem]:
    """No eight words in a row of a text that was read."""
    for where, part, text in passages(material):
        if read & shingles(text):
            yield Problem(where, "shared", f"{part} has eight words in a row of a source text")


def check_alike_prose(material: Material) -> Iterator[Problem]:
    """No step, summary or profile text, and no sentence of one, that another file has with a word changed or none."""
    for part in ("summary", "step", "note", "description", "choosing", "storing", "preparing", "jam_uses"):
        sentences = {p: _own_sentences(p.text) for p in passages(material) if p.part.split()[0] == part}
        texts = dict.fromkeys(p._replace(text=text) for p, own in sentences.items() for text in _compared(part, own))
        told: set[frozenset[str]] = set()
        for one, other, alike in _pairs([p for p in texts if len(p.text) >= LONG_ENOUGH]):
            if frozenset((one.where, other.where)) not in told:
                said = f"{one.part} is {alike:.0f} % the same as {other.part} of {other.where}: {one.text[:70]!r}"
                yield Problem(one.where, "alike-prose", said)
            told.add(frozenset((one.where, other.where)))


def _own_sentences(text: str) -> list[str]:
    return [one for one in re.split(r"(?<=[.!?])\s+", text) if not any(stock.search(one) for stock in STOCK)]


def _compared(part: str, sentences: list[str]) -> list[str]:
    """A whole text and its sentences; a note only whole, for there are few ways to say *a year in the freezer*."""
    return [" ".join(sentences), *(sentences if part != "note" else [])]


def _pairs(texts: list[Passage]) -> Iterator[tuple[Passage, Passage, float]]:
    lines = [p.text for p in texts]
    scores = process.cdist(lines, lines, scorer=fuzz.ratio, score_cutoff=ALIKE, dtype=np.uint8)
    for n, m in np.argwhere(np.triu(scores, 1)):
        if texts[n].where != texts[m].where:
            yield texts[n], texts[m], float(scores[n, m])


def read_words(seed: Path) -> frozenset[str]:
    """The dictionary (`english.txt.xz`) and our own list (`words.txt`), in lower case."""
    english = lzma.decompress((seed / "english.txt.xz").read_bytes()).decode()
    ours = (seed / "words.txt").read_text(encoding="utf-8")
    return frozenset(english.split()) | frozenset(
        line for line in ours.lower().splitlines() if not line.startswith("#")
    )


def check_spelling(material: Material, words: frozenset[str]) -> Iterator[Problem]:
    """Each unknown word once a file. The names of the catalogue's fruits are known."""
    names = (n for f in material.entries for n in (f.display_name, f.plural, *f.other_names))
    known = words | {word for name in names for word in re.findall(r"[^\W\d_]+", name.lower())}
    unknown: dict[tuple[str, str], str] = {}
    for where, part, text in _spelt(material):
        for word in unknown_words(text, known):
            unknown.setdefault((where, word), part)
    for (where, word), part in unknown.items():
        yield Problem(where, "spelling", f"{word!r} in {part} is in no word list")


def _spelt(material: Material) -> Iterator[Passage]:
    yield from passages(material)
    for dish in material.dishes:
        yield Passage(dish.slug, "title", dish.entry.title)
        for line in dish.entry.ingredients:
            yield Passage(dish.slug, "ingredients", f"{line.item} {line.preparation or ''}")


def unknown_words(text: str, known: frozenset[str]) -> Iterable[str]:
    for word in re.findall(r"[^\W\d_]+(?:['’][^\W\d_]+)?", text):
        plain = re.sub(r"['’](s|d|ll|re|ve|t)?$", "", word.lower())
        if len(plain) > 1 and plain not in known and not _negated(plain, known):
            yield word


def _negated(word: str, known: frozenset[str]) -> bool:
    """Unpeeled, undersized: as good as their second half."""
    halves = (word.removeprefix(start) for start in ("un", "under"))
    return any(half != word and half.endswith("ed") and half in known for half in halves)
