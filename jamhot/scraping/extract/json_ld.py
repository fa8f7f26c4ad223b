"""JSON-LD as pages really have it: commented out, cut short, with bare quotes, lists in graphs in lists."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, Final

from jamhot.scraping.extract.page import MOST_RECIPES, Page

Node = dict[str, Any]
_WRAPPER: Final = re.compile(r"^\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/)|"
                             r"(?:-->|//\s*\]\]>|\]\]>|/\*\s*\]\]>\s*\*/)\s*;?\s*$")  # fmt: skip
_BAD_ESCAPE: Final = re.compile(r'\\(?!["\\/bfnrtu])')
_TRAILING_COMMA: Final = re.compile(r",(\s*[}\]])")
_MISSING_COMMA: Final = re.compile(r'([}\]"])(\s*\n\s*)(?=["{])')
_WORD: Final = re.compile(r"[^,\]}\s]+")
_GOES_ON: Final = re.compile(r'\s*(?:$|[}\]:]|,\s*(?:["{\[\]}]|-?\d|true|false|null|$))')
_BETWEEN: Final = re.compile(r"[\s,;]*")
_DEEP: Final = 60
"""Levels that are followed down; recipes lie in the first ten."""


def recipe_nodes(page: Page) -> tuple[list[Node], list[Node]]:
    """Every Recipe in the JSON-LD that says what goes in or what to do, and every other node (ratings, people)."""
    recipes: list[Node] = []
    others: list[Node] = []
    for script in page.all('script[type*="ld+json"]'):
        for value in parse(script.text(deep=True) or ""):
            for node in nodes(value):
                (recipes if is_a(node, "recipe") else others).append(node)
    return [node for node in recipes if says_something(node)][:MOST_RECIPES], others


def says_something(node: Node) -> bool:
    wanted = ("recipeingredient", "ingredients", "ingredient", "recipeinstructions", "instructions")
    return any(node.get(key) for key in node if key.lower() in wanted)


def nodes(value: Any, depth: int = 0) -> Iterator[Node]:
    """Every object in a JSON value, outermost first."""
    if depth > _DEEP:
        return
    if isinstance(value, dict):
        yield value
        for key, inner in value.items():
            if key.lower() not in ("review", "reviews", "comment"):
                yield from nodes(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            yield from nodes(inner, depth + 1)


def is_a(node: Node, kind: str) -> bool:
    """Whether its type is schema.org's `kind`, written in any of the ways there are."""
    types = node.get("@type") or node.get("type") or ()
    for one in types if isinstance(types, list | tuple) else (types,):
        if isinstance(one, str) and re.split(r"[/#:]", one.strip())[-1].lower() == kind:
            return True
    return False


def parse(text: str) -> list[Any]:
    """The values in a script; mended where they are broken, none where they cannot be."""
    text = text.strip().removeprefix("\ufeff")
    for _ in range(2):
        text = _WRAPPER.sub("", text).strip()
    text = text.rstrip(";").strip()
    if not text:
        return []
    for read in (_decode_all, _decode_patched, _mended):
        try:
            return read(text)
        except (ValueError, RecursionError):
            continue
    return []


def _mended(text: str) -> list[Any]:
    return [_Mender(text).value()]


def _decode_patched(text: str) -> list[Any]:
    return _decode_all(_patched(text))


def _decode_all(text: str) -> list[Any]:
    """One value, or several written one after the other. Raises ValueError."""
    decoder = json.JSONDecoder(strict=False)
    found, place = [], 0
    while place < len(text):
        value, place = decoder.raw_decode(text, place)
        found.append(value)
        between = _BETWEEN.match(text, place)
        place = between.end() if between else place
    return found


def _patched(text: str) -> str:
    text = _BAD_ESCAPE.sub(r"\\\\", text)
    text = _MISSING_COMMA.sub(r"\1,\2", text)
    return _TRAILING_COMMA.sub(r"\1", text)


class _Mender:
    """Reads JSON that is not: quotes inside strings, missing commas and ends. Raises ValueError where nothing is."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._depth = 0

    def value(self) -> Any:
        self._blank()
        sign = self._text[self._at : self._at + 1]
        if sign == "{":
            return self._nested(self._object)
        if sign == "[":
            return self._nested(self._list)
        if sign == '"':
            return self._string()
        found = _WORD.match(self._text, self._at)
        if found is None:
            raise ValueError("there is no value")
        self._at = found.end()
        try:
            return json.loads(found.group())
        except ValueError:
            return found.group()

    def _nested(self, read: Any) -> Any:
        self._depth += 1
        if self._depth > _DEEP:
            raise ValueError("nested too deep")
        found = read()
        self._depth -= 1
        return found

    def _object(self) -> Node:
        found: Node = {}
        self._at += 1
        while self._more("}"):
            key = self._string() if self._text[self._at] == '"' else str(self.value())
            self._blank()
            if self._text[self._at : self._at + 1] != ":":
                continue
            self._at += 1
            try:
                found.setdefault(key, self.value())
            except ValueError:
                break
        return found

    def _list(self) -> list[Any]:
        found = []
        self._at += 1
        while self._more("]"):
            if self._text[self._at] in "}:":
                self._at += 1
                continue
            found.append(self.value())
        return found

    def _more(self, end: str) -> bool:
        """Whether another member stands before `end`, which is passed."""
        while True:
            self._blank()
            sign = self._text[self._at : self._at + 1]
            if sign == ",":
                self._at += 1
                continue
            if not sign or sign == end:
                self._at += 1
                return False
            return not (sign == "]" and end == "}")  # else: an object that was never closed

    def _blank(self) -> None:
        while self._at < len(self._text) and self._text[self._at].isspace():
            self._at += 1

    def _string(self) -> str:
        """Ends at a quote after which JSON could go on: `"a 10" pan", "b"` has two strings."""
        start = self._at + 1
        at = start
        while at < len(self._text):
            sign = self._text[at]
            if sign == "\\":
                at += 2
                continue
            if sign == '"' and _GOES_ON.match(self._text, at + 1):
                break
            at += 1
        self._at = at + 1
        raw = self._text[start:at]
        try:
            return str(json.loads(f'"{_BAD_ESCAPE.sub(chr(92) * 2, _quoted(raw))}"', strict=False))
        except ValueError:
            return raw.replace("\\", "")


def _quoted(raw: str) -> str:
    return re.sub(r'(?<!\\)"', r'\\"', raw)
