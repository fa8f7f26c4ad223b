"""A schema.org Recipe, from JSON-LD, microdata or RDFa → a draft. Every property may come in every shape."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import islice
from typing import Any, Final

from jamhot.scraping.extract.draft import Draft, text_or_none
from jamhot.scraping.extract.json_ld import Node, is_a
from jamhot.scraping.extract.text import clean, fragment_lines, unique
from jamhot.scraping.types import RawLine, RawRating, RawTimes

_MOST_LINES: Final = 500
_STEP_NUMBER: Final = re.compile(r"^(?:step\s*\d+\s*[:.)-]?|\d{1,2}\s*[.)]|\d{1,2}\s*$)\s*", re.I)
_NO_LINE: Final = re.compile(
    r"^(?:add all ingredients to list|advertisement|ingredients?(?: checklist)?:?|deselect all|undefined|null)$", re.I
)
_GROUP: Final = re.compile(r"^(?:[^\d½¼¾⅓⅔]{2,60}:|for the [^\d,]{2,40})$", re.I)
_WORD: Final = re.compile(r"[^\W\d_]{2}")
"""Without one it is no step: an attribute that the page broke off leaves "[{"."""
_NO_STEP: Final = re.compile(
    r"^(?:watch (?:how to make|now|the video).*|advertisement|directions?:?|instructions?:?|instructions? checklist|"
    r"method:?|submit a correction|step \d+|print|you might also like|(?:image|photo) \d+ of \d+|gallery|null|"
    r"undefined)$",
    re.I,
)


def draft(node: Node, others: Iterable[Node], method: str) -> Draft:
    """What a Recipe says. `others`: the page's other things, to which it may point by `@id`."""
    value = _Lower(node)
    by_id = {str(one["@id"]): one for one in others if one.get("@id") and len(one) > 2}
    return Draft(
        method=method,
        title=text_or_none(value["name"]) or text_or_none(value["headline"]) or text_or_none(value["fn"]) or "",
        ingredients=grouped(ingredients(value["recipeingredient"] or value["ingredients"] or value["ingredient"])),
        instructions=steps(value["recipeinstructions"] or value["instructions"]),
        yields=_yields(value["recipeyield"] or value["yield"]),
        times=RawTimes(*(_duration(value[f"{name}time"]) for name in ("prep", "cook", "rest", "total"))),
        rating=rating(value, by_id),
        image=text_or_none(_image(value["image"])),
        author=text_or_none(_pointed(value["author"], by_id)),
        licence=text_or_none(value["license"]),
        language=text_or_none(value["inlanguage"]),
        url=text_or_none(value["url"]) or None,
    )


class _Lower:
    """A node's properties under their names in small letters; None where there is none."""

    def __init__(self, node: Mapping[str, Any]) -> None:
        self._values = {key.lower(): value for key, value in reversed(list(node.items()))}

    def __getitem__(self, name: str) -> Any:
        return self._values.get(name)


def grouped(lines: Iterable[RawLine]) -> list[RawLine]:
    """`For the jelly:` among the lines is the heading of those that follow. At most `_MOST_LINES` are read."""
    found: list[RawLine] = []
    group: str | None = None
    for line in islice(lines, _MOST_LINES):
        if _GROUP.match(line.text):
            group = line.text.rstrip(": ")
        elif not _NO_LINE.match(line.text):
            found.append(replace(line, group=line.group or group))
    return found


def ingredients(value: Any, group: str | None = None) -> Iterable[RawLine]:
    """Lines from texts, lists, one text with line breaks, or objects (PropertyValue, HowToSupply, groups of lines)."""
    if isinstance(value, list | tuple):
        for one in value:
            yield from ingredients(one, group)
    elif isinstance(value, dict):
        inner = value.get("itemListElement") or value.get("recipeIngredient") or value.get("ingredients")
        if inner:
            yield from ingredients(inner, text_or_none(value.get("name")) or group)
        else:
            yield from ingredients(_quantified(value), group)
    elif isinstance(value, str):
        found = fragment_lines(value)
        for text in found if len(found) > 1 else [clean(value)]:
            if text and not _NO_LINE.match(text):
                yield RawLine(text=text, group=group)


def _quantified(value: Mapping[str, Any]) -> str:
    """`{"name": "sugar", "amount": "2", "unitText": "cups"}` → `2 cups sugar`."""
    amount = value.get("amount") or value.get("value") or value.get("requiredQuantity")
    if isinstance(amount, dict):
        amount = " ".join(filter(None, (text_or_none(amount.get(key)) for key in ("value", "unitText", "unitCode"))))
    unit = value.get("unitText") or value.get("unitCode")
    name = value.get("name") or value.get("text") or value.get("item")
    return " ".join(filter(None, (text_or_none(part) for part in (amount, unit, name))))


def steps(value: Any) -> list[str]:
    """Each step once, in order, without numbers and headings of sections."""
    found = (_STEP_NUMBER.sub("", text) for text in _texts(value))
    return unique(text for text in found if _WORD.search(text) and not _NO_STEP.match(text))


def _texts(value: Any, depth: int = 0) -> Iterable[str]:
    if depth > 12:
        return
    if isinstance(value, list | tuple):
        for one in value:
            yield from _texts(one, depth + 1)
    elif isinstance(value, dict):
        inner = value.get("itemListElement") or value.get("steps") or value.get("step")
        text = value.get("text") or value.get("description")
        if is_a(value, "howtosection") or not text:
            yield from _texts(inner if inner else text or value.get("item") or value.get("name"), depth + 1)
        else:
            yield from _texts(text, depth + 1)
    elif isinstance(value, str):
        yield from _split(fragment_lines(value))


def _split(found: list[str]) -> Iterable[str]:
    """`1. Wash … 2. Boil …` in one line is two steps."""
    for line in found:
        numbers = [int(number) for number in re.findall(r"(?:^|\s)(\d{1,2})[.)]\s+(?=[A-Z])", line)]
        if len(numbers) > 1 and numbers == list(range(1, len(numbers) + 1)):
            yield from (part.strip() for part in re.split(r"(?:^|\s)\d{1,2}[.)]\s+(?=[A-Z])", line) if part.strip())
        else:
            yield line


def _yields(value: Any) -> str | None:
    """The page's own words; of several, those with the most to say ("6", "6 half-pint jars")."""
    if isinstance(value, dict):
        parts = (text_or_none(value.get(key)) for key in ("value", "unitText", "name"))
        return " ".join(part for part in parts if part) or None
    if isinstance(value, list | tuple):
        found = [text for one in value if (text := _yields(one))]
        return max(found, key=lambda text: (bool(re.search(r"[a-z]{2}", text, re.I)), len(text)), default=None)
    return clean(value) or None


def _duration(value: Any) -> str | None:
    if isinstance(value, dict):
        ends = [text_or_none(value.get(key)) for key in ("minValue", "maxValue", "value", "@value")]
        found = unique(end for end in ends if end)
        return " - ".join(found[:2]) or text_or_none(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"{value:g} minutes"
    return text_or_none(value)


def _image(value: Any) -> Any:
    if isinstance(value, dict):
        return value.get("url") or value.get("contentUrl") or value.get("@id")
    return _image(value[0]) if isinstance(value, list) and value else value


def _pointed(value: Any, by_id: Mapping[str, Node]) -> Any:
    """What `{"@id": …}` points to."""
    if isinstance(value, list):
        return [_pointed(one, by_id) for one in value]
    if isinstance(value, dict) and str(value.get("@id")) in by_id and not value.get("name"):
        return by_id[str(value["@id"])]
    return value


def rating(value: _Lower, by_id: Mapping[str, Node]) -> RawRating:
    """The aggregate rating, in the recipe or pointed to."""
    found = value["aggregaterating"]
    if isinstance(found, list):
        found = next((one for one in found if isinstance(one, dict)), found[0] if found else None)
    if isinstance(found, dict) and str(found.get("@id")) in by_id and "ratingValue" not in found:
        found = by_id[str(found["@id"])]
    if not isinstance(found, dict):
        return RawRating(value=text_or_none(found) or text_or_none(value["ratingvalue"]),
                         count=text_or_none(value["ratingcount"] or value["reviewcount"]))  # fmt: skip
    return rating_of(found)


def rating_of(node: Mapping[str, Any]) -> RawRating:
    """An AggregateRating as it stands."""
    said = _Lower(node)
    inner = said["rating"]
    if isinstance(inner, dict) and said["ratingvalue"] is None:  # data-vocabulary.org puts one into the other
        said = _Lower(
            {**node, "ratingValue": inner.get("average") or inner.get("value"), "bestRating": inner.get("best")}
        )
    return RawRating(
        value=text_or_none([said["ratingvalue"], said["average"], said["value"], inner]),
        count=text_or_none([said["ratingcount"], said["reviewcount"], said["count"], said["votes"]]),
        best=text_or_none([said["bestrating"], said["best"]]),
        worst=text_or_none([said["worstrating"], said["worst"]]),
    )
