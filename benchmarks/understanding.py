"""How right is the scraper's reading of text? Counts over files of labelled lines, yields, titles and recipes.

    python -m benchmarks.understanding lines FILE      # raw | quantity | quantity_max | unit | item
    python -m benchmarks.understanding yields FILE     # raw | min | max | unit
    python -m benchmarks.understanding judge FILE      # title | P or N | primary fruits, comma between | lines; ...

One case a line, fields divided by "|", empty for null. Real lines are other people's, so the files that the figures of
`docs/scraping.md` come from are not in the repository; bring your own. Items are compared without case and plural.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path

from jamhot.scraping.judge import judge
from jamhot.scraping.lines import structure_line
from jamhot.scraping.yields import structure_yield


def cases(path: Path, fields: int) -> Iterator[list[str]]:
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.strip():
            yield line.rsplit("|", fields - 1) if fields > 4 else line.split("|", fields - 1)


def number(text: str) -> float | None:
    return float(Fraction(text)) if text.strip() else None


def close(one: float | None, other: float | None) -> bool:
    return one is other if one is None or other is None else abs(one - other) < 0.01


def bare(item: str) -> str:
    words = re.sub(r"[^\w%& ]", " ", item.lower().replace("-", " ")).split()
    return " ".join(re.sub(r"ies$", "y", re.sub(r"(?<=[^s])s$|(?<=o)es$|(?<=ch)es$|(?<=sh)es$", "", w)) for w in words)


def lines(path: Path) -> None:
    total = amounts = items = 0
    for raw, least, most, unit, item in cases(path, 5):
        found = structure_line(raw)
        total += 1
        right = close(found.quantity, number(least)) and close(found.quantity_max, number(most))
        amounts += right and (found.unit or "") == unit
        items += bare(found.item) == bare(item)
    print(f"{total} lines: quantity and unit {amounts / total:.3f}, item {items / total:.3f}")


def yields(path: Path) -> None:
    total = right = 0
    for raw, least, most, unit in cases(path, 4):
        found = structure_yield(raw)
        total += 1
        right += close(found.least, number(least)) and close(found.most, number(most)) and (found.unit or "") == unit
    print(f"{total} yields: {right / total:.3f} right")


def judgements(path: Path) -> None:
    taken = right = wanted = named = fruits = 0
    for title, label, primary, *rest in cases(path, 4):
        found = judge(title, rest[0].split(";") if rest else [], [])
        taken += found.preserve
        wanted += label == "P"
        right += found.preserve and label == "P"
        if label == "P" and primary:
            named += 1
            fruits += set(found.primary_fruits) == set(primary.split(","))
    print(
        f"precision {right / max(taken, 1):.3f}, recall {right / max(wanted, 1):.3f} of {wanted} preserves; "
        f"primary fruits exact {fruits / max(named, 1):.3f} of {named}"
    )


def main() -> None:
    parts: dict[str, Callable[[Path], None]] = {"lines": lines, "yields": yields, "judge": judgements}
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("part", choices=parts)
    parser.add_argument("files", nargs="+", type=Path)
    given = parser.parse_args()
    for path in given.files:
        parts[given.part](path)


if __name__ == "__main__":
    main()
