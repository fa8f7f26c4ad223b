"""What stands behind an amount → the thing's name, what is done to it, and remarks."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from jamhot.scraping import wording
from jamhot.scraping.amounts import Amount
from jamhot.scraping.fruits import finder

_EITHER: Final = re.compile(r"((?:[a-z'-]+ ){0,1}[a-z'-]+) (?:and/or|or) ((?:[a-z'-]+ ){0,2}[a-z'-]+)", re.I)
_BOTH: Final = re.compile(r"(.*\w) and (\w.*)")
_ONE_MORE: Final = re.compile(
    r"(?:and/or|or|and)\s+"
    r"(?!more|less|so|to|as|about|any(?! other)|other|another|similar|standard|regular|equivalent|an?\b|\d)",
    re.I,
)
""" "Or orange juice" behind a comma goes on with the list; "or other pasta" is a remark."""
SPLIT: Final = re.compile(r"\s*(?:,(?!\d{3})|;|(?<=[a-z]{3})\.\s+(?=[A-Z])|\s[-~]+\s|\s-(?=\w)|(?<=\w)-\s|:\s)\s*")
_CANNED: Final = frozenset({"can", "tin", "jar", "carton"})


@dataclass
class Parts:
    """What has been found of a line so far."""

    item: str
    preparation: list[str] = field(default_factory=list)
    note: list[str] = field(default_factory=list)
    optional: bool = False

    def add(self, text: str) -> None:
        """Puts a clause where it belongs: what is done to it, or a remark."""
        text = text.strip(" ,;:-*.)(")
        if not text:
            return
        if re.fullmatch(r"optional|opt", text, re.I):
            self.optional = True
        (self.note if wording.IS_NOTE.match(text) and not wording.BEGINS_DONE.match(text) else self.preparation).append(
            text
        )


def parts_of(rest: str, amount: Amount | None, *, of_each: bool = False) -> Parts:
    """Item, preparation and notes of what follows the amount, which may be `of_each` of a list of things."""
    parts = Parts("")
    text = _without_brackets(rest, parts)
    head, tails = _head_and_tails(text, of_each)
    for told in (wording.NOTE_BEHIND, wording.WORKED):
        behind = told.search(head)
        if behind and behind.start() > 0:
            tails.insert(0, head[behind.start() :])
            head = head[: behind.start()]
    canned = amount is not None and (
        amount.unit in _CANNED or any(w in _CANNED for n in amount.notes for w in n.split())
    )
    head = _without_preparation(head, parts, canned)
    parts.item = wording.BEHIND_AND.sub(_noted(parts), head)
    for clause in tails:
        parts.add(clause)
    return parts


def _noted(parts: Parts) -> Callable[[re.Match[str]], str]:
    """Takes what matched out of the text and keeps it as work done."""

    def take(found: re.Match[str]) -> str:
        if _only_describes(found.string[: found.start()]):
            return found.group()  # "whole or chopped almonds"
        parts.preparation.append(found.group().strip())
        return ""

    return take


def _without_brackets(text: str, parts: Parts) -> str:
    """`text` without its brackets, whose words are sorted into the parts."""

    def sort(found: re.Match[str]) -> str:
        if found.start() and re.match(r"\s*\w", text[found.end() :]) and not re.search(r"\d|optional", found[1], re.I):
            inside = found[1].strip()
            if len(inside.split()) == 1 and not wording.BEGINS_DONE.match(inside):
                return f" ({inside}) "  # "superfine (caster) sugar"
        held.append(found[1])
        return " "

    held: list[str] = []
    bare = re.sub(r"[(\[]([^()\[\]]*)[)\]]", sort, text)
    bare = re.sub(r"\(\s*|\s*\)", lambda m: m.group() if "(" in bare and ")" in bare else " ", bare)
    for inside in held:
        for clause in SPLIT.split(inside):
            parts.add(clause)
    return " ".join(bare.split()).replace(" ,", ",")


def _head_and_tails(text: str, of_each: bool) -> tuple[str, list[str]]:
    """The words up to the first comma behind a noun, and the clauses behind it."""
    pieces = SPLIT.split(text.strip(" ,;:-"))
    head = pieces.pop(0)
    listed = _things(pieces) if of_each else _listed(head, pieces)
    if listed:
        head, pieces = ", ".join([head, *pieces[:listed]]), pieces[listed:]
    while pieces and _only_describes(head):
        head = f"{head}, {pieces.pop(0)}"
    return head, [piece for piece in pieces if piece]


def _things(pieces: list[str]) -> int:
    """How many clauses at the beginning name something."""
    for index, piece in enumerate(pieces):
        sides = re.split(r"\s*\b(?:and|or)\b\s*", piece)
        if not all(_is_thing(wording.PREPARED.sub("", side, count=1) or side) for side in sides if side):
            return index
    return len(pieces)


def _listed(head: str, pieces: list[str]) -> int:
    """How many clauses belong to a list of things: "apple, or orange juice", "damsons, sloes and elderberries"."""
    for index, piece in enumerate(pieces):
        either = _EITHER.fullmatch(piece)
        both = _BOTH.fullmatch(piece)
        if both and (all(map(finder().mentions, both.groups())) or all(map(_is_thing, both.groups()))):
            return index + 1
        if either and not any(wording.KIND_OF_IT.match(side) or _only_describes(side) for side in either.groups()):
            unfinished = bool(finder().mentions(piece)) and not finder().mentions(head)  # "navel, Cara Cara or ..."
            return index + 1 if head[:1].isupper() or piece[:1].islower() or unfinished else 0
        if index and re.match(r"(?:and|or) other\s", piece, re.I):
            return index + 1  # "capers, olives, or other pickles"
        joined = _ONE_MORE.match(piece)
        if joined:
            rest = piece[joined.end() :]
            return 0 if wording.BEGINS_DONE.match(rest) or len(rest.split()) > 3 else index + 1
        if len(piece.split()) > 3 or wording.BEGINS_DONE.match(piece):
            return 0
    return 0


def _is_thing(text: str) -> bool:
    """Whether a few words name something, and tell neither what is done nor of what kind or part."""
    if len(text.split()) > 3 or wording.PART_WORD.search(text) or wording.HAS_DONE.search(text):
        return False
    return not (wording.KIND_OF_IT.match(text) or wording.IS_NOTE.match(text) or _only_describes(text))


def _only_describes(text: str) -> bool:
    """ "fresh, ripe" is no thing yet: the comma behind it does not end the item."""
    end = 0
    while found := wording.DESCRIBED.match(text, end):
        end = found.end()
    return end >= len(text)


def _without_preparation(head: str, parts: Parts, canned: bool) -> str:
    """The item itself, without "finely chopped" before it or behind it, and without its size."""
    head = head.strip()
    for _ in range(3):
        head = _without_size(head, parts)
        head = _without_inner_work(head, parts, canned)
        done = _work_before(head, canned)
        if done:
            parts.preparation.append(done.strip(" ,"))
            head = re.sub(r"^(?:,|and|or|of)\s+", "", head[len(done) :])
            blanched = re.search(r"\bblanched\b", done, re.I)
            if blanched and wording.SOLD_BLANCHED.match(head):
                head = f"{blanched.group()} {head}"
                break
    behind = wording.WORK_BEHIND.search(head)
    if behind and behind.start() > 0:
        parts.preparation.append(behind[1].strip())
        head = head[: behind.start()]
    head = re.sub(r"^\([^()]*\)\s*(?=\w)", "", head)
    return re.sub(r"^(?:(?:of|the|a|an|\d/\d an?)\s+)+", "", head, flags=re.I).strip(" ,")


def _without_size(head: str, parts: Parts) -> str:
    """Without "large", also where it stands behind "fresh" or "ripe"."""
    found = wording.SIZED.match(head)
    if found is None:
        return head
    parts.note.append(found["size"].strip(" ,"))
    return found["kept"] + head[found.end() :]


def _without_inner_work(head: str, parts: Parts, canned: bool) -> str:
    """ "Fresh chopped ginger" is fresh ginger; what is bought canned or frozen stays as it is."""
    kept = wording.KEPT_BEFORE_WORK.match(head)
    inner = (
        wording.PREPARED.match(head, kept.end())
        if kept and not canned and not wording.SOLD_FROZEN.match(head)
        else None
    )
    if kept is None or inner is None or inner.end() == len(head):
        return head
    parts.preparation.append(inner.group().strip(" ,"))
    return kept.group() + head[inner.end() :]


def _work_before(head: str, canned: bool) -> str:
    """The work that stands before a name; empty where it belongs to the name."""
    done = wording.PREPARED.match(head)
    if done is None or done.end() == len(head) or wording.STAYS_IN_NAME.match(head):
        return ""
    return "" if canned and not wording.CUT_IN_CAN.fullmatch(done[0]) else done[0]
