"""The sentences that go with a verdict: warm, short, and never surer than the model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

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


def ambiguous(nouns: Sequence[str], confidence: float) -> str:
    if len(nouns) == 1:
        share = f"{round(confidence * 100)}\u00a0%"
        return f"Perhaps {with_article(nouns[0])}, but we are only {share} sure. Another photo, closer, would help."
    names = ", ".join(with_article(noun) for noun in nouns[:-1])
    return f"Either {names} or {with_article(nouns[-1])}: we cannot tell from this photo. You can."


UNRECOGNIZED = "No fruit that we know. Try again with one fruit, close up, in good light."


def search_message(q: str | None, count: int, unknown: Sequence[str], read_as: Mapping[str, str]) -> str | None:
    """What to say of a search that found nothing, or that read a word as another; None where all is plain."""
    if unknown:
        return f"No recipe here has {' or '.join(f'“{word}”' for word in unknown)} in it."
    if count == 0:
        return "No recipe here is all of that; leave a filter or a word out, or name another fruit."
    if q and read_as:
        return f"Read as {', '.join(f'“{meant}” for “{typed}”' for typed, meant in read_as.items())}."
    return None
