"""Pages that mark nothing up: a heading says "Ingredients", another "Procedure"; "Yield:" begins a paragraph.

How NCHFP and other extension services write, and many old pages.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from selectolax.lexbor import LexborNode

from jamhot.scraping.extract.draft import Draft
from jamhot.scraping.extract.fields import grouped, steps
from jamhot.scraping.extract.page import Page
from jamhot.scraping.extract.text import lines, node_text
from jamhot.scraping.types import RawLine

_INGREDIENTS: Final = re.compile(
    r"^(?:the\s+)?(?:list of\s+)?(?:ingredients?|(?:what )?you(?:['’]ll| will) need)\b"
    r"(?:\s+(?:list|needed|you['’]ll need|for\b.{0,60}))?\s*:?\s*",
    re.I,
)
_METHOD: Final = re.compile(
    r"^(?:procedures?|directions?|instructions?|method|preparation|steps|how to make(?: it)?|to make\b.{0,40}|"
    r"what to do|preparation method|cooking (?:instructions|directions|method))\s*:?\s*(?=$|:|[A-Z0-9])",
    re.I,
)
_YIELD: Final = re.compile(r"^(?:yields?|makes|serves|servings|quantity)\b\s*:?\s*(?P<what>.{0,100})$", re.I)
_END: Final = re.compile(
    r"^(?:notes?(?:, .{0,40})?|nutrition\w*|nutritional.*|comments?|reviews?|related\b.*|you (?:may|might) also.*|"
    r"tags?|share\b.*|more (?:recipes|from).*|print\b.*|references?|sources?|did you make.*|leave a.*|"
    r"tips?|cook'?s? notes?|storage|(?:table \d+\.?\s*)?recommended process.*|table \d+.*|process(?:ing)? times?.*|"
    r"about the author|categories|footnotes?|join the.*|sign up.*|subscribe.*|recommended)\s*:?$|"
    r"^recommended process time|^table \d+\.\s*recommended|^this document was",
    re.I,
)
_HEADINGS: Final = frozenset(("h1", "h2", "h3", "h4", "h5", "h6", "dt", "legend", "caption", "th"))
_BODY: Final = frozenset(("li", "p", "dd", "td", "div", "span", "pre", "blockquote", "font", "center"))
_QUANTITY: Final = re.compile(
    r"^(?:about |approx\.? |around )?(?:\d|[¼½¾⅓⅔⅛⅜⅝⅞]|an? |one |two |three |four |half |pinch|juice|zest|grated|few |"
    r"handful)",
    re.I,
)
_EDIT: Final = re.compile(r"\s*\[\s*edit\b[^\]]*\]$", re.I)
"""What a wiki hangs on its headings."""
_MOST_LINES: Final = 60


@dataclass
class _Block:
    """One line of the page that stands alone, and whether it is marked as a heading or an item of a list."""

    text: str
    heading: bool
    item: bool


@dataclass
class _Section:
    title: str = ""
    yields: str | None = None
    ingredients: list[_Block] = field(default_factory=list)
    method: list[_Block] = field(default_factory=list)


def by_headings(page: Page) -> list[Draft]:
    """Recipes of a page without mark-up: each from a heading "Ingredients" to what ends its method."""
    body = page.first("main, article, [role=main], #content, #main") or page.body_node
    found = _drafts(page, _blocks(body)) if body is not None else []
    if not found and body is not None and page.body_node is not None and body.mem_id != page.body_node.mem_id:
        found = _drafts(page, _blocks(page.body_node))
    return found


def _drafts(page: Page, blocks: list[_Block]) -> list[Draft]:
    found = [_draft(section, page.heading) for section in _sections(blocks)]
    found = [one for one in found if one.ingredients and one.instructions]
    if len(found) == 1:
        found[0].title = page.heading or found[0].title
    return found


def _draft(section: _Section, heading: str) -> Draft:
    items = [block for block in section.ingredients if block.item] or section.ingredients
    listed = [block.text for block in items][:_MOST_LINES]
    if not any(block.item for block in section.ingredients):
        listed = [text for text in listed if _QUANTITY.match(text) or len(text) < 60]
    return Draft(
        method="headings",
        title=section.title or heading,
        ingredients=grouped(RawLine(text=text) for text in listed),
        instructions=steps([block.text for block in section.method]),
        yields=section.yields,
    )


def _sections(blocks: list[_Block]) -> list[_Section]:
    """Cuts the page at its headings; a second "Ingredients" begins a second recipe."""
    cutter = _Cutter()
    for block in blocks:
        cutter.take(block)
    return cutter.found


class _Cutter:
    """Goes down the page and knows where it is: before a recipe, among its ingredients, or in its method."""

    def __init__(self) -> None:
        self.found: list[_Section] = []
        self._inside = ""
        self._heading = ""
        self._yield: str | None = None

    def take(self, block: _Block) -> None:
        makes = _YIELD.match(block.text) if len(block.text) < 120 else None
        if makes and makes["what"]:
            self._makes(makes["what"].strip())
            return
        kind, rest = _kind(block)
        if kind == "ingredients":
            self._begin()
        elif kind == "method" and self.found:
            self._inside = "method"
        elif kind == "end" or (block.heading and not kind):
            self._heading = block.text
            if self._inside == "method" and self.found[-1].method:
                self._inside = ""
        elif not kind:
            self._put(block)
        if rest:
            self._put(_Block(rest, heading=False, item=False))

    def _begin(self) -> None:
        if self._inside != "ingredients":
            self.found.append(_Section(title=self._heading, yields=self._yield))
            self._yield = None
        self._inside = "ingredients"

    def _makes(self, what: str) -> None:
        if self._inside and self.found[-1].yields is None:
            self.found[-1].yields = what
        elif not self._inside:
            self._yield = what

    def _put(self, block: _Block) -> None:
        if self._inside:
            (self.found[-1].ingredients if self._inside == "ingredients" else self.found[-1].method).append(block)


def _kind(block: _Block) -> tuple[str, str]:
    """What a block begins, and what of it stands behind the word: `Procedure: Wash the berries.`"""
    text = block.text
    for kind, pattern in (("ingredients", _INGREDIENTS), ("method", _METHOD)):
        found = pattern.match(text)
        if found is None:
            continue
        rest = text[found.end() :].lstrip(" :–—-")
        if not rest or (":" in text[: found.end() + 1] and not block.item):
            return kind, rest
        if block.heading and len(text) < 60:
            return kind, ""
    return ("end", "") if _END.match(text) and len(text) < 160 else ("", "")


def _blocks(root: LexborNode) -> list[_Block]:
    """The page as lines: headings, items, paragraphs; a bold line that stands alone is a heading."""
    found: list[_Block] = []
    stack = [root]
    while stack:
        node = stack.pop()
        if node.tag in (
            "script",
            "style",
            "nav",
            "footer",
            "aside",
            "form",
            "noscript",
            "template",
            "table",
        ) or _hidden(node):
            continue
        if node.tag in _HEADINGS:
            _append(found, node_text(node), heading=True)
        elif node.tag in _BODY and not _has_blocks(node):
            bold = node.css_first("strong, b")
            for text in lines(node):
                alone = bold is not None and len(text) < 80 and node_text(bold) == text
                _append(found, text, heading=alone and node.tag != "li", item=node.tag in ("li", "dd"))
        elif node.tag in ("strong", "b") and len(node_text(node)) < 80:
            _append(found, node_text(node), heading=True)
        else:
            children: list[LexborNode] = list(node.iter())
            if not children or (node.tag in _BODY and _own_text(node)):
                for text in lines(node):
                    _append(found, text)
            else:
                stack.extend(reversed(children))
    return found


def _append(found: list[_Block], text: str, *, heading: bool = False, item: bool = False) -> None:
    if text:
        found.append(_Block(_EDIT.sub("", text), heading, item))


def _has_blocks(node: LexborNode) -> bool:
    return node.css_first("li, p, div, h1, h2, h3, h4, h5, h6, table, ul, ol, dd, section, article") not in (None, node)


def _own_text(node: LexborNode) -> bool:
    """Whether text stands directly in it, beside its blocks."""
    return any(child.is_text_node and (child.text_content or "").strip() for child in node.iter(include_text=True))


def _hidden(node: LexborNode) -> bool:
    return "hidden" in node.attributes or "display:none" in (node.attributes.get("style") or "").replace(" ", "")
