"""An ingredient line → quantity, unit, item, preparation, note, role. Filter: `python -m jamhot.scraping.lines`."""

from __future__ import annotations

import re
import sys
from dataclasses import replace
from typing import Any, Final

from jamhot.scraping.amounts import Amount, read_amount
from jamhot.scraping.filters import run_filter
from jamhot.scraping.fruits import finder
from jamhot.scraping.items import SPLIT, Parts, parts_of
from jamhot.scraping.roles import role_of
from jamhot.scraping.text import LONGEST, clean
from jamhot.scraping.types import IngredientLine, RawLine
from jamhot.scraping.units import read_unit
from jamhot.scraping.wording import BEGINS_DONE

_PART: Final = (
    r"(?:(?:finely|coarsely|freshly|thinly|fine|fresh|grated|pared|squeezed|strained|shredded|chopped|sliced|"
    r"julienned|the|strip of|strips of)\s+)*"
    r"(?:zest|juice|rind|peel|pips|pith|pulp|flesh|seeds|skin)s?"
)
_PART_OF: Final = re.compile(
    rf"^(?P<part>{_PART}(?:\s*(?:,|and|&|\+|plus|,\s*and)\s*{_PART})*)(?:\s*\([^()]*\))?"
    r"(?:\s+(?:scraped|squeezed|grated|pared|removed|taken|only))?"
    r"\s+(?:(?:of|from)\s+(?P<rest>\S.*)|(?P<bare>(?:\d|\.\d|an? |one |two |half ).*))$",
    re.I,
)
""" "Zest and juice of 1 lemon"; British pages leave the "of" out."""
_NAMED_TWICE: Final = re.compile(
    r"^(?:lemon|lime|orange|grapefruit) (?=(?:zest|juice|peel|rind) (?:of|from) (?:\d|an?\b|one\b|two\b|half\b))", re.I
)
""" "Orange peel from 2 oranges"."""
_ONE_OF_EACH: Final = re.compile(r"\band (?:1|one|an?) (?=[a-z]+$|[a-z]+\s*[,(])", re.I)
""" "1 lemon and 1 lime"."""
_PLURAL: Final = re.compile(r"(?:(?<=ch)|(?<=sh)|(?<=o))es\b|(?<!ie)(?<!s)s\b")
_OF_COUNTED: Final = re.compile(
    rf"^(?P<whole>(?:[a-z]+ ){{0,2}}(?:lemon|lime|orange|grapefruit|clementine|tangerine|mandarin)s?) "
    rf"(?P<part>{_PART}\s*(?:and|&|\+|plus)\s*{_PART})$",
    re.I,
)
""" "1 lemon zest and juice" is one lemon, and what is taken of it."""
_SEVERAL_OF_IT: Final = re.compile(r"(?:(?:a )?few|some|several) (?=[a-z])", re.I)
_GARLIC_LAST: Final = re.compile(
    r"^(?P<garlic>(?:\w+ )?garlic)(?:\s*[,:-]\s*|\s+)(?P<count>\d[\d./ -]* (?:cloves?|heads?))\b", re.I
)
_SIZED: Final = r"(?:small|medium|large|big|little|tiny|good)(?:[ -]sized?)?"
_OR_OTHERS: Final = re.compile(
    rf"^(?P<first>[^,()]{{1,12}}? {_SIZED}) "
    rf"(?P<others>or (?:\d[\d/ -]*|an? |one |two |three |four |five |six ){_SIZED}) (?=[a-z])",
    re.I,
)
""" "1 large or 2 small lemons"."""
_ANY_FRUIT: Final = re.compile(r"(?:(?:prepared|fresh|ripe) )?(?:fruits?|berries)", re.I)
""" "2 cups prepared fruit (about 1 quart ripe strawberries)": what fruit it is stands behind."""
_LEAVES_OF: Final = re.compile(
    r"^(?:the )?(?:leaves|needles|seeds|kernels)(?: only)? (?:from|of) (?=(?:about )?\d|an? |one )", re.I
)
_UNIT_BEHIND: Final = re.compile(
    r"^(?P<before>cloves?(?= garlic)|stalks?|ribs?|sprigs?) (?:of )?(?P<rest>\w.*)$|"
    r"^(?P<item>(?:.*\s)?garlic) (?P<clove>cloves?|heads?)$|"
    r"^(?:thin |thick )?(?P<named>.*\w) (?P<unit>stalks?|ribs?|sprigs?|slices?)$",
    re.I,
)
""" "2 garlic cloves", "4 celery stalks", "1 chopped clove garlic": the unit does not stand beside its number."""
_SAID: Final = r"half\b|a (?:small |large |big )?(?:pinch|piece|handful|knob|bunch|dash)\b"
"""How an amount behind its thing may begin without a figure."""
_ENDS_AMOUNT: Final = re.compile(
    r"$|[),;(]|(?:small|medium|large|long)$|(?:each|total|in total|depending|according)\b", re.I
)
"""What may stand behind an amount that stands behind its thing."""
_WORK_FIRST: Final = re.compile(
    r"(?:(?:finely|coarsely|roughly) )?(?:grated|chopped|sliced|diced|minced|crushed|mashed|peeled)\s+(?=\d)", re.I
)
""" "Grated 2 cloves of garlic"."""
_OPTIONAL: Final = re.compile(r"[\s,;-]*[(\[]?\b(?:optional|opt\.)(?:\s*\))?", re.I)
_BARE_NUMBER_HEADING: Final = re.compile(r"^(?P<head>[A-Za-z][A-Za-z '&/]{1,40}):\s*(?P<rest>(?:about\s+)?[\d.].*)$")


def structure_line(line: str | RawLine) -> IngredientLine:
    """What an ingredient line says. Never raises, and never loses the line: what is not understood is the item.

    Where the site's own mark-up takes the line apart, its amount, unit and item are believed before the text's.
    """
    if isinstance(line, str):
        return _structured(line, clean(line), None, ())
    if line.item and line.item.strip():
        marked = " ".join(part for part in (line.amount, line.unit, line.item) if part and part.strip())
        return _structured(line.text, clean(marked), line.group, (clean(line.note),) if line.note else ())
    return _structured(line.text, clean(line.text), line.group, ())


def _structured(raw: str, text: str, group: str | None, notes: tuple[str, ...]) -> IngredientLine:
    bracketed = re.fullmatch(r"\(([^()]+)\)", text)
    amount, parts = _taken_apart(bracketed[1] if bracketed else text)
    for note in notes:
        parts.add(note)
    if _OPTIONAL.search(raw[:LONGEST]):
        parts.optional = True
    item = parts.item.replace("*", "").strip(" ,;:-").rstrip(".") or text or raw.strip()
    preparation = ", ".join(parts.preparation) or None
    remarks = ", ".join([*(amount.notes if amount else ()), *parts.note]) or None
    amount, item = _unit_behind(amount, item)
    unit = amount.unit if amount else None
    return IngredientLine(
        raw=raw,
        item=item,
        quantity=amount.least if amount else None,
        quantity_max=amount.most if amount else None,
        unit=unit,
        preparation=preparation,
        note=remarks,
        role=role_of(item, preparation or "", unit),
        fruits=finder().names(text if _ANY_FRUIT.fullmatch(item) else item),
        optional=parts.optional,
        group=group,
    )


def _unit_behind(amount: Amount | None, item: str) -> tuple[Amount | None, str]:
    """ "2 garlic cloves" are two cloves of garlic."""
    found = _UNIT_BEHIND.match(item) if amount and amount.unit is None else None
    unit = read_unit(found["before"] or found["clove"] or found["unit"]) if found else None
    if amount is None or found is None or unit is None:
        return amount, item
    return replace(amount, unit=unit[0]), found["rest"] or found["item"] or found["named"]


def _taken_apart(text: str) -> tuple[Amount | None, Parts]:
    """The amount and the parts of a cleaned line, in whichever order the line has them."""
    part_of = _PART_OF.match(_NAMED_TWICE.sub("", text))
    if part_of:
        return _part_of(part_of)
    text = _GARLIC_LAST.sub(r"\g<count> \g<garlic>", text)
    others = _OR_OTHERS.match(text)
    if others:
        amount, parts = _taken_apart(f"{others['first']} {text[others.end() :]}")
        parts.note.insert(0, others["others"])
        return amount, parts
    first = _LEAVES_OF.match(text) or _WORK_FIRST.match(text)
    if first:
        amount, parts = _taken_apart(text[first.end() :])
        parts.preparation.insert(0, first.group().strip())
        return amount, parts
    heading = _BARE_NUMBER_HEADING.match(text)
    if (
        heading
        and (found := read_amount(heading["rest"]))
        and re.match(r"\s*[a-z]", heading["rest"][found.end :], re.I)
    ):
        amount, parts = _taken_apart(heading["rest"])
        parts.note.append(heading["head"])
        return amount, parts
    amount = read_amount(text)
    if (
        amount is not None
        and re.match(r"[a-z]", text[amount.end : amount.end + 1], re.I)
        and text[amount.end - 1 : amount.end].isdigit()
    ):
        amount = amount if amount.unit else None  # "7up" and "00flour" are names
    if amount is None:
        several = _SEVERAL_OF_IT.match(text)
        amount, parts = _amount_last(text[several.end() :] if several else text)
        if several:
            parts.note.insert(0, several.group().strip())
        return amount, parts
    rest = text[amount.end :].strip(" ,;:-")
    return _behind(rest, amount, text) if rest else _unit_is_item(text, amount)


def _behind(rest: str, amount: Amount, text: str) -> tuple[Amount, Parts]:
    """What stands behind the amount of `text`: `rest`, which may be of a part of something."""
    if amount.unit is None and amount.least == 1:
        rest = _ONE_OF_EACH.sub("and ", rest)
    inner = _PART_OF.match(rest)
    if inner and amount.unit:
        return amount, _taken_from(inner) or parts_of(rest, amount)
    of_each = re.search(r"\beach\s+(?:of\s+)?$", text[: amount.end], re.I) is not None
    parts = parts_of(inner["rest"] or inner["bare"] if inner else rest, amount, of_each=of_each)
    if inner:
        parts.preparation.insert(0, inner["part"])
        parts.item = re.sub(r"^(?:\d+(?:/\d+)?|an?|one|half an?) ", "", parts.item, flags=re.I)
    counted = _OF_COUNTED.match(parts.item) if amount.unit is None else None
    if counted:
        parts.item = counted["whole"]
        parts.preparation.insert(0, counted["part"])
    return amount, parts


def _taken_from(found: re.Match[str]) -> Parts | None:
    """ "1 cup fresh juice from 2 lemons" is fresh lemon juice; None where more than one thing is taken."""
    _, parts = _part_of(found)
    *how, part = found["part"].lower().split()
    if not found["rest"] or {"and", "&", "+", "plus"} & set(how) or not finder().mentions(parts.item):
        return None
    fresh = "fresh " if "fresh" in how else ""
    worked = " ".join(word for word in how if word not in ("fresh", "the"))
    source = re.sub(r"ies\b", "y", _PLURAL.sub("", parts.item))
    return Parts(f"{fresh}{source} {part}", [worked] if worked else [], [f"from {found['rest']}"])


def _unit_is_item(text: str, amount: Amount) -> tuple[Amount, Parts]:
    """ "6 half-pint jars": nothing follows the unit, so it is what the line is about."""
    number = re.match(r"[\d\s./,-]*", text)
    item = text[number.end() :] if number and amount.unit else text
    return Amount(amount.least, amount.most, None if amount.unit else amount.unit, (), amount.end), Parts(item or text)


def _part_of(found: re.Match[str]) -> tuple[Amount | None, Parts]:
    """ "Zest and juice of 1 orange": the orange, and what is taken of it."""
    whole = found["rest"] or found["bare"]
    amount = read_amount(whole)
    rest = whole[amount.end :].strip(" ,") if amount else whole
    if not rest:
        return None, Parts(found.group())
    parts = parts_of(rest, amount)
    parts.preparation.insert(0, re.sub(r"^the\s+", "", found["part"], flags=re.I))
    return amount, parts


def _amount_last(text: str) -> tuple[Amount | None, Parts]:
    """ "Sugar - 500 g", "Strawberries (2 lb), hulled": the first amount behind the name."""
    for found in re.finditer(
        rf"(?:[\s(:,]|-(?=\s?(?:\d|{_SAID})))+(?=(?:about |approx(?:imately|\.)? |~)?(?:\d|\.\d|{_SAID}))", text
    ):
        amount = read_amount(text, found.end())
        if amount is None or not found.start():
            continue
        behind = text[amount.end :].lstrip()
        told_apart = found.group().strip() in ("-", ":") and behind.startswith(",")
        worked = amount.unit is not None and found.group().strip() in ("-", ":") and BEGINS_DONE.match(behind)
        if not worked and not _ENDS_AMOUNT.match(behind):
            continue
        head = text[: found.start()].strip(" ,-:(")
        counted = behind.startswith((",", "(")) and re.fullmatch(r"(?:[a-z'-]+ ?){1,3}(?:\([^()]*\))?", head, re.I)
        if amount.unit is None and not (told_apart or counted or behind in ("", ")", "small", "medium", "large")):
            continue
        parts = parts_of(head, amount)
        for clause in SPLIT.split(behind.lstrip(") ,;")):
            parts.add(clause)
        return amount, parts
    return None, parts_of(text, None)


def as_json(line: IngredientLine) -> dict[str, Any]:
    """The eight fields of the filter; whole numbers without a point."""
    return {
        "raw": line.raw,
        "quantity": _number(line.quantity),
        "quantity_max": _number(line.quantity_max),
        "unit": line.unit,
        "item": line.item,
        "preparation": line.preparation,
        "note": line.note,
        "role": line.role,
    }


def _number(value: float | None) -> float | int | None:
    if value is None:
        return None
    return int(value) if value == int(value) else round(value, 4)


def main(argv: list[str] | None = None) -> int:
    """One ingredient line per line in, one JSON object per line out."""
    return run_filter(_HELP, lambda text: as_json(structure_line(text)), argv)


_HELP: Final = (
    "Reads one ingredient line per line and writes for each a line of JSON:\n"
    '  {"raw", "quantity", "quantity_max", "unit", "item", "preparation", "note", "role"}\n'
    "Units are singular and in full; null where the line says none. No line is ever left out.\n\n"
    "  echo '1½–2 kg ripe plums, stoned' | python -m jamhot.scraping.lines"
)

if __name__ == "__main__":
    sys.exit(main())
