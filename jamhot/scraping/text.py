"""A line of a page as plain text: entities, fractions, dashes and blanks in one form each."""

from __future__ import annotations

import html
import re
from typing import Final

_FRACTIONS: Final = {
    "½": "1/2", "⅓": "1/3", "⅔": "2/3", "¼": "1/4", "¾": "3/4", "⅕": "1/5", "⅖": "2/5", "⅗": "3/5", "⅘": "4/5",
    "⅙": "1/6", "⅚": "5/6", "⅛": "1/8", "⅜": "3/8", "⅝": "5/8", "⅞": "7/8", "⅐": "1/7", "⅑": "1/9", "⅒": "1/10",
}  # fmt: skip
_SAME: Final = str.maketrans(
    {
        **dict.fromkeys("–—−‒―‑‐", "-"),
        **dict.fromkeys("’‘ʼ´`", "'"),
        **dict.fromkeys("“”″„", '"'),
        **dict.fromkeys("⁄∕", "/"),
        **dict.fromkeys("\u200b\u200c\u200d\u2060\ufeff\u00ad™®©", None),
        "×": "x",
        "{": "(",
        "}": ")",
        **dict(zip("¹²³⁴⁵⁶⁷⁸⁹⁰₁₂₃₄₅₆₇₈₉₀", "12345678901234567890", strict=True)),
        "℔": "lb",
        "㎏": "kg",
        "㎖": "ml",
    }
)
_BULLET: Final = re.compile(r"^(?:[*\u00b7\u2022\u2043\u2190-\u21ff\u2460-\u2bff\ufe0f\U0001f000-\U0001faff]\s*|-\s+)+")
"""What lists are marked with: bullets, arrows, boxes, ticks, pictures."""
_TAG: Final = re.compile(r"</?[a-zA-Z][^<>]{0,200}>")
_MOJIBAKE: Final = re.compile(r"Â(?=[½¼¾ \u00a0°]|$)")
_SPLIT_FRACTION: Final = re.compile(r"(?<=\d)\s*/\s+(?=\d)|(?<=\d)\s+/(?=\d)")
_GLUED: Final = re.compile(
    r"(?<![a-z])(\d)?(tablespoons?|teaspoons?|tblsp|tbsp|cups?|pounds?|ounces?|grams?)(?=(?!s|ful|cake)[a-z]{3}|\()",
    re.I,
)
_UNCLOSED: Final = re.compile(r"\((\d[\d./ ]*(?:lb|oz|g|kg|ml|l|pints?|cups?))(?= [a-z][^()]*$)", re.I)
""" "450g (1lb raisins"."""
_INCH: Final = re.compile(
    r"(?<=\d)\s?in\.?(?=/|(?<=cm/\din)\s|(?<=cm/\d/\din)\s|\s+(?:piece|stick|knob|chunk|length|strip|cube|thumb)s?\b)",
    re.I,
)
_PLURAL: Final = re.compile(r"(?<=[a-z])\(e?s\)(?![a-z])")
_L_IN_FRACTION: Final = re.compile(r"(?<![a-z])(\d|[lI])-[lI](?=/\d)")
_L_FOR_ONE: Final = re.compile(
    r"^[lI](?=\s+\d/\d|/\d|\s+(?:cup|tsp|teaspoon|tbsp|tablespoon|lb|pound|oz|package|pkg|kg|kilo|litre)\b)"
)
_ONE_IN_LB: Final = re.compile(r"(?<=\d )1b(?=s?\b)")
""" "2 1bs sugar", as scanners read it."""
_GLUED_COUNT: Final = re.compile(r"^([1-9]\d?)(?=(?!spice|grain|star|year)[a-z]{4,})")
""" "1lemon", "2plums"."""

LONGEST: Final = 600
"""Characters of a line that are read: no cook writes more, and patterns take time with the square of the length."""


def clean(raw: str) -> str:
    """`raw` as one line: entities decoded, tags and bullets out, "1½" as "1 1/2", dashes as "-", single blanks.

    Only the first `LONGEST` characters are read.
    """
    text = html.unescape(html.unescape(raw[:LONGEST]))
    text = _TAG.sub(" ", _MOJIBAKE.sub("", text)).translate(_SAME)
    for sign, plain in _FRACTIONS.items():
        text = text.replace(sign, f" {plain} ")
    text = _UNCLOSED.sub(r"(\1)", text)
    text = " ".join(_PLURAL.sub("s", text).split())
    text = re.sub(r"(\d) ?- (\d/\d)", r"\1-\2", text) if re.match(r"\d ?- \d/\d [a-z]", text) else text
    text = _SPLIT_FRACTION.sub("/", text)
    text = re.sub(r"(\d/\d+) (?=[-)/,])", r"\1", text)
    text = re.sub(r'"([A-Za-z][^"]*)"', r"\1", text)
    text = _INCH.sub(" inch", re.sub(r"(?<=[a-z]{4})(?=\d)", " ", text))
    text = re.sub(r"(?<=\d)(oz|g|ml|kg|lb)(?=[A-Z][a-z])", r"\1 ", text)
    text = " ".join(_GLUED.sub(lambda m: f"{m[1] or ''} {m[2]} ", text).split())
    text = _ONE_IN_LB.sub("lb", _GLUED_COUNT.sub(r"\1 ", text))
    text = _L_IN_FRACTION.sub(lambda m: f"{'1' if m[1] in 'lI' else m[1]}-1", text)
    return _L_FOR_ONE.sub("1", _BULLET.sub("", text).strip())
