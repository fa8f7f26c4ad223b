"""Where a reader stopped in a list, as an opaque word that stays right while the catalogue changes.

It holds the last recipe's place by value – how well it suits, its rank, title and id – and the mean rating that ranks
were made with. So it does not matter whether that recipe is still there, nor what came or went before it: recipes
that stayed as they were are neither repeated nor skipped. It is signed against nonsense, not against malice: there
is nothing in it to protect.
"""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from hashlib import blake2b

from jamhot.errors import InvalidRequest

Key = tuple[int, int, bool, float, int, str, int]
"""Tier, fruits lacking, untested, minus the shrunk rating, number of fruits, title, id: less is earlier."""
_MARK = b"jamhot.cursor.1"
_SIGNATURE = 6


@dataclass(frozen=True, slots=True)
class Place:
    """Just behind a recipe of a list. `question`: the filters that made the list. `mean`: rating that ranked it."""

    question: str
    mean: float
    key: Key


def write(place: Place) -> str:
    """As a word of letters, digits, - and _."""
    text = json.dumps([place.question, place.mean, *place.key], separators=(",", ":"), ensure_ascii=False).encode()
    return base64.urlsafe_b64encode(_sign(text) + text).decode().rstrip("=")


def read(word: str, question: str) -> Place:
    """The place that `word` stands for. Raises InvalidRequest: nonsense, or of another list than `question`."""
    try:
        raw = base64.b64decode(word + "=" * (-len(word) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise _nonsense() from error
    signature, text = raw[:_SIGNATURE], raw[_SIGNATURE:]
    if signature != _sign(text):
        raise _nonsense()
    of, mean, tier, lacking, untested, rating, fruits, title, last = json.loads(text)
    if of != question:
        raise InvalidRequest(
            "This cursor is of another question.",
            {"field": "cursor"},
            "Send it with the same filters as the answer that it came from.",
        )
    return Place(of, mean, (tier, lacking, untested, rating, fruits, title, last))


def _sign(text: bytes) -> bytes:
    return blake2b(text, digest_size=_SIGNATURE, key=_MARK).digest()


def _nonsense() -> InvalidRequest:
    return InvalidRequest(
        "This cursor is none of ours.", {"field": "cursor"}, "Send next_cursor as it came, or leave it out to begin."
    )
