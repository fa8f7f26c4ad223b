"""What a preserve is of: its primary fruits, and every other fruit that goes in.

The rules, in order: (1) fruits that the title names before "with" and the like; (2) where the title names none, fruits
of the lines that weigh at least a quarter of the heaviest, of a citrus marmalade a tenth, or as many as the title says
("four-fruit"), the heaviest first; (3) a finer kind in the lines ("sour cherries") names the
title's broader one ("cherry jam");
(4) a lemon or lime of the title beside another fruit is not primary where only its juice
goes in. Juice for its acid and zest for its scent are never primary by rule 2.
"""

from __future__ import annotations

import re
from typing import Final

from jamhot.scraping.evidence import CITRUS, Lines
from jamhot.scraping.fruits import broader
from jamhot.scraping.quantities import WORDS
from jamhot.scraping.roles import CITRUS_FOR_ACID
from jamhot.scraping.titles import Title

SHARE: Final = 0.25
"""Of the heaviest fruit's weight, from which a fruit is primary when the title names none."""
SHARE_OF_CITRUS: Final = 0.1
"""The same of a marmalade "of citrus" or "of fruit": a lime weighs little, and is there for its peel."""
_COUNTED: Final = re.compile(
    r"\b(two|three|triple|four|five|six|seven|[2-7])[ -](fruits?|berry|berries|citrus)\b", re.I
)


def primary_fruits(title: Title, lines: Lines) -> tuple[str, ...]:
    """Canonical names, in the order of the title or by weight."""
    named = _named(title, lines)
    if named:
        return tuple(dict.fromkeys(_finer(name, lines) for name in named))
    return _heaviest(title, lines) or title.beside


def _named(title: Title, lines: Lines) -> tuple[str, ...]:
    """The title's fruits, less a lemon or lime that is only there for its acid."""
    if len(title.fruits) < 2 or not lines.any:
        return title.fruits
    kept = tuple(
        name for name in title.fruits if name not in CITRUS_FOR_ACID or name in lines.fruit_g or name in lines.beside
    )
    return kept or title.fruits


def _finer(name: str, lines: Lines) -> str:
    finer = [other for other in lines.fruit_g if broader().get(other) == name]
    return finer[0] if len(finer) == 1 and name not in lines.fruit_g else name


def _heaviest(title: Title, lines: Lines) -> tuple[str, ...]:
    by_weight = sorted(lines.fruit_g, key=lambda name: -lines.fruit_g[name])
    counted = _COUNTED.search(title.text)
    if counted:
        word = counted[1].lower()
        wanted = [*by_weight, *lines.beside]
        if counted[2].lower().startswith("berr"):
            wanted.sort(key=lambda name: not name.endswith("berry"))
        return tuple(wanted[: 3 if word == "triple" else int(WORDS.get(word) or word)])
    mixed = title.kind == "marmalade" and title.unlisted
    return tuple(
        name
        for name in by_weight
        if lines.fruit_g[name] >= lines.fruit_g[by_weight[0]] * (SHARE_OF_CITRUS if mixed and name in CITRUS else SHARE)
    )


def fruits_in(title: Title, lines: Lines, primary: tuple[str, ...]) -> tuple[str, ...]:
    """Primary fruits, then the title's others, then those of the lines, those that only flavour last."""
    return tuple(
        dict.fromkeys(
            (*primary, *(_finer(name, lines) for name in title.fruits), *lines.fruit_g, *title.beside, *lines.beside)
        )
    )
