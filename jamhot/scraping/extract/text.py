"""Text out of mark-up: white space made one, entities undone, tags away, lists and line breaks kept as lines."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable
from typing import Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

BLOCKS: Final = frozenset((
    "address", "article", "aside", "blockquote", "br", "dd", "div", "dl", "dt", "fieldset", "figcaption", "figure",
    "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p", "pre",
    "section", "table", "tbody", "td", "th", "thead", "tr", "ul",
))  # fmt: skip
UNSEEN: Final = frozenset((
    "script", "style", "template", "noscript", "svg", "iframe", "button", "select", "option", "textarea", "head",
))  # fmt: skip
_TAG: Final = re.compile(r"<(?:/?[a-zA-Z][^<>]*|!--.*?--)>", re.S)
_INVISIBLE: Final = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad\ufe0e\ufe0f\ufffc\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_CHECKBOXES: Final = re.compile(
    "^[\u2022\u25a0\u25a1\u25a2\u25aa\u25ab\u25cf\u25cb\u25e6\u2610\u2611\u2713\u2714·*]+\\s*(?=\\w)"
)


def clean(text: object) -> str:
    """One line: tags and entities undone (twice: sites escape what is escaped), white space single, no bullet."""
    found = str(text) if isinstance(text, str | int | float) and not isinstance(text, bool) else ""
    for _ in range(2):
        if "&" in found:
            found = html.unescape(found)
        if "<" in found:
            found = _TAG.sub(" ", found)
    found = _INVISIBLE.sub("", found)
    return _CHECKBOXES.sub("", " ".join(unicodedata.normalize("NFC", found).split()))


def node_text(node: LexborNode) -> str:
    """What a reader sees of the node, in one line."""
    return " ".join(lines(node))


def lines(node: LexborNode) -> list[str]:
    """What a reader sees of the node, a line for each block; nothing of scripts, styles and forms."""
    parts: list[str] = []
    _gather(node, parts)
    return [line for line in (clean(part) for part in "".join(parts).split("\x1e")) if line]


def items(node: LexborNode) -> list[str]:
    """The items of a list, else the paragraphs of a text, else its lines; of an item itself, its text."""
    if node.tag in ("li", "p", "span", "label", "dd", "td"):
        return [text for text in [node_text(node)] if text]
    for tag in ("li", "p"):
        innermost = [one for one in node.css(tag) if one.css_first(f"{tag} {tag}") is None]
        inner = [text for text in map(node_text, innermost) if text]
        if inner:
            return inner
    return lines(node)


def _gather(root: LexborNode, parts: list[str]) -> None:
    """Walks without recursion: pages nest as deep as they like."""
    stack: list[LexborNode | str] = [root]
    while stack:
        node = stack.pop()
        if isinstance(node, str):
            parts.append(node)
        elif node.is_text_node:
            parts.append((node.text_content or "").replace("\x1e", " "))
        elif node.is_element_node and (node.tag not in UNSEEN or node is root):
            edge = "\x1e" if node.tag in BLOCKS else ""
            stack.append(edge)
            children: list[LexborNode | str] = list(node.iter(include_text=True))
            stack.extend(reversed(children))
            stack.append(edge)


def fragment_lines(text: str) -> list[str]:
    """The lines of a piece of mark-up, or of plain text with line breaks."""
    if "<" in text and _TAG.search(text):
        body = LexborHTMLParser(f"<body>{text}</body>").body
        return lines(body) if body is not None else []
    return [line for line in (clean(part) for part in re.split(r"[\r\n]+", text)) if line]


def unique(values: Iterable[str]) -> list[str]:
    """In order, empty ones and repetitions out."""
    return list(dict.fromkeys(value for value in values if value))
