"""Microdata and RDFa → the same objects as JSON-LD: what 2015 wrote into its attributes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urljoin

from selectolax.lexbor import LexborNode

from jamhot.scraping.extract.json_ld import Node, says_something
from jamhot.scraping.extract.page import MOST_RECIPES, Page
from jamhot.scraping.extract.text import clean, items, node_text


@dataclass(frozen=True, slots=True)
class Dialect:
    """Attribute names: which opens a thing, which says its type, which names a property."""

    scope: str
    type: str
    prop: str


MICRODATA: Final = Dialect("itemscope", "itemtype", "itemprop")
RDFA: Final = Dialect("typeof", "typeof", "property")
_DEEP: Final = 20
"""Things in things that are followed down."""
_LONG: Final = ("recipeinstructions", "instructions", "instruction", "ingredients", "ingredient", "recipeingredient")
"""Properties whose lines matter: some pages put all steps into one element."""
_ADDRESSES: Final = {"a": "href", "link": "href", "img": "src", "source": "src", "audio": "src", "iframe": "src"}


def recipe_nodes(page: Page, dialect: Dialect) -> list[Node]:
    """Every Recipe of schema.org or data-vocabulary.org in this dialect, in the page's order."""
    return [node for node in things(page, dialect, "recipe") if says_something(node)]


def things(page: Page, dialect: Dialect, kind: str) -> list[Node]:
    """Every thing of a type (small letters, without its vocabulary), in the page's order."""
    nodes = [node for node in page.all(f"[{dialect.type}]") if dialect.scope in node.attributes]
    found = [node for node in nodes if _is_a(node.attributes.get(dialect.type), kind)]
    return [_thing(node, dialect, page.address) for node in found[:MOST_RECIPES]]


def _is_a(types: str | None, kind: str) -> bool:
    return any(re.split(r"[/#:]", one)[-1].lower() == kind for one in (types or "").split())


def _thing(root: LexborNode, dialect: Dialect, base: str, depth: int = 0) -> Node:
    """One thing and its properties; a property that is a thing is an object of its own."""
    found: Node = {"@type": re.split(r"[/#:]", (root.attributes.get(dialect.type) or "").split(" ")[0])[-1]}
    stack = list(root.iter())[::-1]
    while stack:
        node = stack.pop()
        names = (node.attributes.get(dialect.prop) or "").split() if dialect.prop in node.attributes else []
        opens = dialect.scope in node.attributes
        if opens and depth >= _DEEP:
            continue
        if names:
            value = _thing(node, dialect, base, depth + 1) if opens else _value(node, names, base)
            for name in names:
                _add(found, re.split(r"[/#:]", name)[-1], value)
        if not opens and not (names and _long(names)):
            stack.extend(list(node.iter())[::-1])
    return found


def _add(found: Node, name: str, value: Any) -> None:
    """`name` is kept as schema.org writes it, whatever case the page uses."""
    key = {"recipeinstructions": "recipeInstructions", "recipeingredient": "recipeIngredient"}.get(name.lower(), name)
    if value in ("", [], None):
        return
    if key not in found:
        found[key] = value
        return
    before = found[key] if isinstance(found[key], list) else [found[key]]
    found[key] = [*before, *(value if isinstance(value, list) else [value])]


def _long(names: list[str]) -> bool:
    return any(re.split(r"[/#:]", name)[-1].lower() in _LONG for name in names)


def _value(node: LexborNode, names: list[str], base: str) -> Any:
    attributes = node.attributes
    if attributes.get("content"):
        return clean(attributes["content"])
    if node.tag == "time" and attributes.get("datetime"):
        return clean(attributes["datetime"])
    if node.tag in _ADDRESSES and attributes.get(_ADDRESSES[node.tag]):
        return urljoin(base, clean(attributes[_ADDRESSES[node.tag]]))
    return items(node) if _long(names) else node_text(node)
