"""The sentences that go with a verdict: warm, short, and never surer than the model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from jamhot.answers.types import Reason
from jamhot.catalog.types import Fruit


def spoken(fruit: Fruit | None, name: str) -> str:
    """The fruit's name as it stands inside a sentence: "strawberry", but "Asian pear"."""
    if fruit is None:
        return name.replace("_", " ")
    proper = fruit.plural[0].isupper()
    return fruit.display_name if proper else fruit.display_name[0].lower() + fruit.display_name[1:]


def with_article(noun: str) -> str:
    return f"{'an' if noun[0].lower() in 'aeiou' else 'a'} {noun}"


def sureness(confidence: float) -> str:
    """A calibrated probability in words."""
    if confidence >= 0.95:
        return "Almost certainly"
    return "Very likely" if confidence >= 0.85 else "Probably"


def recognized(noun: str, confidence: float, covered: bool) -> str:
    sentence = f"{sureness(confidence)} {with_article(noun)}."
    return sentence if covered else f"{sentence} We have no profile of it yet."


def ambiguous(nouns: Sequence[str], confidence: float, family: str | None = None, question: str | None = None) -> str:
    """Between these few. `family`: what is sure; `question`: what tells the two apart."""
    if len(nouns) == 1:
        share = f"{round(confidence * 100)}\u00a0%"
        begin = f"{_capital(kin(family))}, perhaps" if family else "Perhaps"
        return f"{begin} {with_article(nouns[0])}, but we are only {share} sure. Another photo, closer, would help."
    names = ", ".join(with_article(noun) for noun in nouns[:-1])
    either = f"either {names} or {with_article(nouns[-1])}"
    sentence = f"{_capital(kin(family))}: {either}" if family else _capital(either)
    if question:
        return f"{sentence}. {question}"
    return f"{sentence}{';' if family else ':'} we cannot tell from this photo. You can."


def kin(family: str) -> str:
    """`a citrus fruit`, for a family of the labels file."""
    return _KIN.get(family) or with_article(family.replace("_", " "))


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]


_KIN: Mapping[str, str] = MappingProxyType(
    {
        "citrus": "a citrus fruit",
        "stone_fruit": "a stone fruit",
        "pome": "an apple, a pear or their kin",
        "bramble": "a berry of the bramble kind",
        "currant": "a currant or its kin",
        "heath_berry": "a berry of the heath family",
        "melon": "a melon",
        "banana": "a banana of some kind",
        "soapberry": "a lychee or its kin",
    }
)
_REASONS: Mapping[Reason, str] = MappingProxyType(
    {
        "too_small": "The picture is very small. Send the photo as your camera took it.",
        "too_dark": "The photo is too dark. Try again by a window, or with a lamp on.",
        "too_bright": "The photo is too bright, and its colours are gone. Try again out of the glare.",
        "too_blurred": "The photo is blurred. Hold still, a hand's breadth further away, and tap on the fruit.",
        "no_fruit": "This looks like something other than fruit. If it is one, show it alone and close up.",
        "unsure": "No fruit that we know stands out. Try again with one fruit, close up, in good light.",
    }
)


def unrecognized(reason: Reason) -> str:
    """Why we know no fruit in it, likeliest reason first, and what to do."""
    return _REASONS[reason]


def search_message(q: str | None, count: int, unknown: Sequence[str], read_as: Mapping[str, str]) -> str | None:
    """What to say of a search that found nothing, or that read a word as another; None where all is plain."""
    if unknown:
        return f"No recipe here has {' or '.join(f'“{word}”' for word in unknown)} in it."
    if count == 0:
        return "No recipe here is all of that; leave a filter or a word out, or name another fruit."
    if q and read_as:
        return f"Read as {', '.join(f'“{meant}” for “{typed}”' for typed, meant in read_as.items())}."
    return None
