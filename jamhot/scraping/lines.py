"""An ingredient line → quantity, unit, item, preparation, note, role. Filter: `python -m jamhot.scraping.lines`."""

from __future__ import annotations

from jamhot.scraping.types import IngredientLine, RawLine


def structure_line(line: str | RawLine) -> IngredientLine:
    """What an ingredient line says. Never raises, and never loses the line: what is not understood is the item."""
    raw = line if isinstance(line, str) else line.text
    return IngredientLine(raw=raw, item=raw, group=None if isinstance(line, str) else line.group)
