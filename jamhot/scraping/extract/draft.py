"""What one reader made of one recipe, before the readers are compared."""

from __future__ import annotations

from dataclasses import dataclass, field

from jamhot.scraping.extract.text import clean
from jamhot.scraping.types import RawLine, RawRating, RawTimes


@dataclass
class Draft:
    """Fields of one recipe as one reader found them; empty where it found none. `method` names the reader."""

    method: str
    title: str = ""
    ingredients: list[RawLine] = field(default_factory=list)
    instructions: list[str] = field(default_factory=list)
    yields: str | None = None
    times: RawTimes = field(default_factory=RawTimes)
    rating: RawRating = field(default_factory=RawRating)
    image: str | None = None
    author: str | None = None
    licence: str | None = None
    language: str | None = None
    url: str | None = None

    @property
    def whole(self) -> bool:
        return bool(self.ingredients and self.instructions)

    def __bool__(self) -> bool:
        return bool(self.ingredients or self.instructions)


def text_or_none(value: object) -> str | None:
    """The first text in a value of any shape; None when there is none."""
    if isinstance(value, list):
        return next((found for one in value if (found := text_or_none(one))), None)
    if isinstance(value, dict):
        return text_or_none([value.get(name) for name in ("name", "@value", "text", "url", "contentUrl", "@id")])
    return clean(value) or None
