"""What stands behind an amount → the thing's name, what is done to it, and remarks."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from jamhot.scraping.amounts import Amount
from jamhot.scraping.fruits import finder

_DONE: Final = (
    r"crushed|mashed|chopped|diced|sliced|minced|grated|shredded|peeled|pitted|stoned|hulled|cored|halved|"
    r"quartered|cubed|"
    r"pur[eé]ed|juiced|zested|squeezed|strained|sifted|beaten|melted|softened|packed|washed|rinsed|drained|undrained|"
    r"cooked|uncooked|toasted|trimmed|stemmed|seeded|deseeded|de-seeded|cleaned|picked over|picked|"
    r"topped and tailed|scrubbed|unpeeled|"
    r"thawed|defrosted|divided|cut|torn|julienned|capped|pared|destoned|de-stoned|de-?stringed|skinned|destemmed|"
    r"de-stemmed|segmented|scraped|split|bruised|smashed|pounded|scalded|sieved|pressed|blanched|cooled|chilled|"
    r"stripped|shelled|cracked|separated|whisked|ground up|broken|crumbled|blended|processed|warmed|heated|boiled|"
    r"slivered|prepared|simmered|extracted|measured|weighed|tightly|loosely|freshly ground|coarsely ground|"
    r"freshly \w+ed|snipped|shaved|finely ground|coarse[- ]ground|stalked|flaked|fresh[- ](?:ground|cracked|squeezed)|"
    r"ground (?=(?:black|white) pepper\b)|"
    r"unsweetened and drained|preshredded|unpacked|untrimmed|unsifted|lukewarm|tied|boned|butterflied|shucked"
)
_HOW: Final = (
    r"finely|coarsely|roughly|thinly|freshly|lightly|firmly|well|very|thickly|gently|slightly|completely|"
    r"partially|"
    r"fine|coarse|thoroughly|tightly|loosely|newly|home|hand|evenly|carefully|just"
)
_PAST: Final = r"(?!\w*(?:seed|weed|bed|reed|shed)\b)[a-z-]{3,}ed"
"""Any past participle: behind a thing and "and" it is work, whatever the work is ("plums, washed and wiped")."""
_MORE_WORK: Final = rf"(?>\s*(?:,\s*and|,|and|or|&)\s*(?:(?:{_HOW})\s+)*+(?>(?:{_DONE})\b|{_PAST}\b))*+"
"""Possessive, as work may be read in two ways ("chopped" is a word of the list and a participle): else a line of
nothing but work would take for ever."""
_PREPARED: Final = re.compile(
    rf"(?>(?:(?:{_HOW})[\s-]+)*(?:{_DONE})\b(?:\s*(?:,\s*and|,|and|&|or|"
    rf"/)\s*(?=(?:(?:{_HOW})[\s-]+)*(?:{_DONE})\b))?[\s]*)++",
    re.I,
)
_WORKED: Final = re.compile(
    rf"\s(?:(?:{_HOW})[\s-]+)*(?!packed|cooked|separated)(?:{_DONE})\b{_MORE_WORK}"
    rf"\s+(?:into|in|to|until|with|without|on|at|through|over|by|from|off|for|before|after|if|"
    r"when|lengthways|lengthwise|crosswise|crossways)\b",
    re.I,
)
""" "Apricots chopped into pieces": from the work on it is no name."""
_BEHIND: Final = re.compile(
    rf"\s((?:(?:{_HOW})[\s-]+)*(?:{_DONE})\b{_MORE_WORK}(?:\s(?:small|fine|finely|thin|thinly|roughly|thickly|well|up|"
    rf"fresh|lengthwise|lengthways|crosswise|neatly|coarsely|coarse))?)$",
    re.I,
)
_DESCRIBED: Final = re.compile(
    r"(?:fresh(?:ly)?|ripe|fully|firm|juicy|sweet|tart|sour|organic|unwaxed|large|small|medium|good|frozen|dried|"
    r"whole|raw|seedless|"
    r"washed|boneless|skinless|unsalted|cold|hot|warm|dry|overripe|perfectly|just|very|but|and|or|slightly|"
    r"under-?ripe|"
    r"sound|nice|plump|hard|mature|unblemished|perfect|crisp|good|best|clean|local|wild|soft|tender|thin|thick|"
    r"unsweetened|sweetened|red|green|black|yellow|white|golden|dark|light|"
    r"short|long|lean|plain|free-range|lukewarm|round|heirloom|unpeeled|pitted|(?:reduced|low|non|full|half)-?\w+|"
    r"\w+-(?:free|skinned|fleshed)|"
    r"granulated|caster|mild|tangy|bold|fruity|rich|strong|fragrant|pure|natural|light-colou?red|dark-colou?red|blanched|"
    rf"{_HOW}|{_DONE})(?:[\s,-]+|$)",
    re.I,
)
_SIZE: Final = re.compile(
    r"^(?:(?:very |extra[- ])?(?:small|medium|large|big|jumbo|med\.|med(?= )|lg\.?)(?:[- ]siz(?:ed|e))?"
    r"(?:\s*(?:to|or|-)\s*(?:small|medium|large))?|"
    r"lg\b\.?|md\b\.?|sm\b\.?|good[- ]sized|generous|average|full)[\s,]+(?=\S)",
    re.I,
)
_NOTE_BEHIND: Final = re.compile(
    r"\s+(?:\d[\d./ ]*\s?(?:lbs?|oz|fl oz|cups?|g|kg|ounces?|pounds?|ml|litres?)\b|or (?:an? )?(?:pinch|dash|"
    r"few)\b|(?:\(?optional\)?$)|to taste\b|or to taste\b|as per taste|per taste|as needed|as desired|"
    r"as required|if (?:needed|desired|"
    r"you|using|necessary|wanted|liked|possible)|"
    r"(?:in )?total\b|(?:and|plus|\+) (?:the )?(?:(?:finely )?grated )?(?:zest|juice|rind|peel) (?:of|from)\b|"
    r"or (?:the )?(?:same|equal|equivalent)\b|"
    r"(?:fresh|frozen|canned|bottled|thawed),? or (?:fresh|frozen|canned|bottled|thawed)$|"
    r"such as\b|(?:mixed|dissolved|tossed|coated|rolled|soaked|steeped|blended) (?:in|with)\b|as (?:below|above)\b|"
    r"into (?:\w+ )?(?:pieces|chunks|cubes|slices|strips)\b|"
    r"the size of\b|at room temp|plus (?:extra|more|other|about|a|some|an|the|one)\b|"
    r"plus \d|\+ (?:extra|more)|or (?:more|"
    r"less|so|"
    r"as)\b|(?:made )?from (?:about |approximately )?(?:\d|an?\b|one\b|two\b|half\b|the\b)|"
    r"(?:after|before|when|once) (?:\w+ing|\w+ed|being)\b|"
    r"cut (?:into|in|up)|to (?:store|boil|cook|soak|poach|dissolve|thin|mix|reduce|prevent|help|keep|every|each)\b|"
    r"for\b|"
    r"to (?:serve|cover|garnish|finish|decorate|coat|make|get|yield|sprinkle|fill|top)\b|per\b|each\b|"
    r"see (?:note|recipe)|"
    r"left (?:whole|in)|with (?:the\b|[\w ]+\b(?:removed|on|off|left|reserved|discarded|trimmed|attached|intact)\b).*|"
    r"without|only\b|in (?:half|quarters|chunks|"
    r"pieces|"
    r"small|large|1|thin)|"
    r"about \d|approx|=|\*+|or \d|yield|(?:that )?(?:has|have|is|are) |which|\bi used\b|\bi use\b|preferably|ideally|"
    r"depending|-\s)",
    re.I,
)
_IS_NOTE: Final = re.compile(
    r"^(?:or\b|for\b|such\b|preferably|to\b|plus\b|if\b|about\b|approx|optional|as\b|see\b|\d|including|"
    r"including|depending|"
    r"adjust|more\b|i\b|you\b|use\b|i\.e|e\.g|like\b|ideally|any\b|not\b|from\b|homemade|home-made|\+|=|enough|"
    r"roughly \d|"
    r"around|at least|available|divided use|each\b|per\b|it\b|we\b|this\b|your\b|my\b|the\b|a\b|an\b|note|store|"
    r"brand|weigh|yield|total|same|well|in season)",
    re.I,
)
_PART_WORD: Final = re.compile(
    r"^(?:the )?(?:zest|juice|rind|peel|pips?|pith|pulp|flesh|seeds?|skins?|leaves|stems?|stalks?|cores?|stones?|pits?|"
    r"shells?|ends?|tops?|tails?|roots?|greens?|fronds|bones?|fat|water|liquid)\b|"
    r"\b(?:removed|reserved|discarded|left|only|intact|on|off)\b",
    re.I,
)
""" "Lemons, zest and juice", "leeks, tops and roots": a clause about parts of the thing is no list of things."""
_NAMES: Final = re.compile(
    r"(?:crushed red pepper(?! flakes)|blanched almonds|flaked (?:sea|salt|coconut)|"
    r"mixed (?:peel|spice|berr|fruit|herb|summer|dried|candied|red|salad|nuts)|ground up|"
    r"pressed apple|pitted (?:dates|prunes)|"
    r"cracked (?:black|pepper)|crushed (?:ice|chil)|cut mixed|prepared (?:fruit|juice|mincemeat|"
    r"horseradish|mustard|pectin)|shredded wheat|"
    r"split peas|broken vermicelli|heated|toasted (?:sesame|walnut) oil|cooked ham|whisked|"
    r"fine(?!ly)|coarse(?!ly|[- ]ground)|home|hand|just|"
    r"pressed|blended whisk|processed cheese|boiled cider|picked)",
    re.I,
)
"""Words that look like work and are part of the name: "mixed peel", "boiled cider"."""
_GROUND_BEHIND_AND: Final = re.compile(
    r"(?<=\band )(?:(?:fresh(?:ly)?|coarsely|finely)[ -])?(?:ground|cracked) (?=(?:\w+ )?pepper\b)", re.I
)
_SOLD_FROZEN: Final = re.compile(r"frozen\b", re.I)
""" "Frozen pitted cherries", "frozen sliced peaches" are bought so: nothing of it is work."""
_EITHER: Final = re.compile(r"((?:[a-z'-]+ ){0,1}[a-z'-]+) (?:and/or|or) ((?:[a-z'-]+ ){0,2}[a-z'-]+)", re.I)
_BOTH: Final = re.compile(r"(.*\w) and (\w.*)")
_KIND_OF_IT: Final = re.compile(
    r"(?:canned|tinned|bottled|powdered|liquid|granulated|caster|regular|unsalted|salted|homemade|home-made|"
    r"(?:store|shop)-bought|bought|smooth|crunchy|any|other|another|similar|more|less|if|to|as|not|for|your|in|the|"
    r"divided|enough|about|preferably|skin|leaves|at|with|without|on|cut|use)\b",
    re.I,
)
""" "Sugar, caster or granulated" is no list of things: the clause says which."""
SPLIT: Final = re.compile(r"\s*(?:,(?!\d{3})|;|(?<=[a-z]{3})\.\s+(?=[A-Z])|\s[-~]+\s|\s-(?=\w)|(?<=\w)-\s|:\s)\s*")
_CUT_IN_CAN: Final = re.compile(r"(?:thinly )?sliced\s+|(?:finely|coarsely|roughly) (?:chopped|diced)\s+", re.I)
"""Of work done in a can only this leaves the name: "sliced olives" are olives, crushed pineapple stays what it is."""
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
        (self.note if _IS_NOTE.match(text) and not _begins_done(text) else self.preparation).append(text)


def _begins_done(text: str) -> bool:
    return re.match(rf"(?:(?:{_HOW})[\s-]+)*(?:{_DONE})\b", text, re.I) is not None and not re.match(r"\d", text)


def parts_of(rest: str, amount: Amount | None, *, of_each: bool = False) -> Parts:
    """Item, preparation and notes of what follows the amount, which may be `of_each` of a list of things."""
    parts = Parts("")
    text = _without_brackets(rest, parts)
    head, tails = _head_and_tails(text, of_each)
    for told in (_NOTE_BEHIND, _WORKED):
        behind = told.search(head)
        if behind and behind.start() > 0:
            tails.insert(0, head[behind.start() :])
            head = head[: behind.start()]
    canned = amount is not None and (
        amount.unit in _CANNED or any(w in _CANNED for n in amount.notes for w in n.split())
    )
    head = _without_preparation(head, parts, canned)
    parts.item = _GROUND_BEHIND_AND.sub(_noted(parts), head)
    for clause in tails:
        parts.add(clause)
    return parts


def _noted(parts: Parts) -> Callable[[re.Match[str]], str]:
    """Takes what matched out of the text and keeps it as work done."""

    def take(found: re.Match[str]) -> str:
        parts.preparation.append(found.group().strip())
        return ""

    return take


def _without_brackets(text: str, parts: Parts) -> str:
    """`text` without its brackets, whose words are sorted into the parts."""

    def sort(found: re.Match[str]) -> str:
        if found.start() and re.match(r"\s*\w", text[found.end() :]) and not re.search(r"\d|optional", found[1], re.I):
            inside = found[1].strip()
            if len(inside.split()) == 1 and not _begins_done(inside):
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
        if not all(_is_thing(side) for side in re.split(r"\s*\b(?:and|or)\b\s*", piece) if side):
            return index
    return len(pieces)


def _listed(head: str, pieces: list[str]) -> int:
    """How many clauses belong to a list of things: "apple, or orange juice", "damsons, sloes and elderberries"."""
    for index, piece in enumerate(pieces):
        either = _EITHER.fullmatch(piece)
        both = _BOTH.fullmatch(piece)
        if both and (all(map(finder().mentions, both.groups())) or all(map(_is_thing, both.groups()))):
            return index + 1
        if either and not any(_KIND_OF_IT.match(side) or _only_describes(side) for side in either.groups()):
            unfinished = bool(finder().mentions(piece)) and not finder().mentions(head)  # "navel, Cara Cara or ..."
            return index + 1 if head[:1].isupper() or piece[:1].islower() or unfinished else 0
        if re.match(r"(?:and/or|or|and)\s+(?!more|less|so|to|as|about|any(?! other)|another|a\b|an\b|\d)", piece, re.I):
            rest = re.sub(r"^(?:and/or|or|and)\s+", "", piece, flags=re.I)
            return 0 if _begins_done(rest) or len(rest.split()) > 3 else index + 1
        if len(piece.split()) > 3 or _begins_done(piece):
            return 0
    return 0


def _is_thing(text: str) -> bool:
    """Whether a few words name something, and tell neither what is done nor of what kind or part."""
    if len(text.split()) > 3 or _PART_WORD.search(text) or re.search(rf"\b(?:{_DONE})\b", text, re.I):
        return False
    return not (_KIND_OF_IT.match(text) or _IS_NOTE.match(text) or _only_describes(text))


def _only_describes(text: str) -> bool:
    """ "fresh, ripe" is no thing yet: the comma behind it does not end the item."""
    end = 0
    while found := _DESCRIBED.match(text, end):
        end = found.end()
    return end >= len(text)


def _without_preparation(head: str, parts: Parts, canned: bool) -> str:
    """The item itself, without "finely chopped" before it or behind it, and without its size."""
    head = head.strip()
    for _ in range(3):
        size = _SIZE.match(head)
        if size:
            parts.note.append(size.group().strip(" ,"))
            head = head[size.end() :]
        kept = re.match(r"(?:fresh(?![- ](?:ground|cracked|squeezed))|frozen|ripe|firm|dried)[,\s]+", head, re.I)
        middle = _SIZE.match(head[kept.end() :]) if kept else None
        if kept and middle:
            parts.note.append(middle.group().strip(" ,"))
            head = kept.group() + head[kept.end() + middle.end() :]
        inner = _PREPARED.match(head, kept.end()) if kept else None
        if kept and inner and inner.end() < len(head) and not canned and not _SOLD_FROZEN.match(head):
            parts.preparation.append(inner.group().strip(" ,"))
            head = kept.group() + head[inner.end() :]
        done = _PREPARED.match(head)
        worked = done is not None and (not canned or _CUT_IN_CAN.fullmatch(done[0]) is not None)
        if done and worked and done.end() < len(head) and not _NAMES.match(head):
            parts.preparation.append(done.group().strip(" ,"))
            head = re.sub(r"^(?:,|and|or|of)\s+", "", head[done.end() :])
            if re.match(r"blanched\b", done[0], re.I) and re.match(r"almonds|hazelnuts", head, re.I):
                head = f"{done[0][:8]} {head}"  # as they are sold
                break
    behind = _BEHIND.search(head)
    if behind and behind.start() > 0:
        parts.preparation.append(behind[1].strip())
        head = head[: behind.start()]
    head = re.sub(r"^\([^()]*\)\s*(?=\w)", "", head)
    return re.sub(r"^(?:(?:of|the|a|an|\d/\d an?)\s+)+", "", head, flags=re.I).strip(" ,")
