"""What cooks say of a thing besides its name, as tables; the patterns are made of them.

A new word goes into the table of its kind. Entries are regular expressions without case.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final


def any_of(*tables: Iterable[str]) -> str:
    """The alternatives of all tables, in their order."""
    return "|".join(entry for table in tables for entry in table)


def _begins(*tables: Iterable[str]) -> re.Pattern[str]:
    return re.compile(rf"(?:{any_of(*tables)})", re.I)


_CUT: Final = (
    "crushed", "mashed", "chopped", "diced", "sliced", "minced", "grated", "shredded", "halved", "quartered", "cubed",
    "pur[eé]ed", "cut", "torn", "julienned", "segmented", "scraped", "split", "bruised", "smashed", "pounded",
    "cracked", "broken", "crumbled", "slivered", "snipped", "shaved", "flaked", "ground up", "preshredded",
    "butterflied", "separated",
)  # fmt: skip
_TAKEN_OFF: Final = (
    "peeled", "pitted", "stoned", "hulled", "cored", "trimmed", "stemmed", "seeded", "deseeded", "de-seeded",
    "topped and tailed", "capped", "pared", "destoned", "de-stoned", "de-?stringed", "skinned", "destemmed",
    "de-stemmed", "stripped", "shelled", "stalked", "boned", "shucked", "untrimmed", "unpeeled",
)  # fmt: skip
_CLEANED: Final = (
    "strained", "sifted", "unsifted", "washed", "rinsed", "drained", "undrained", "unsweetened and drained", "cleaned",
    "picked over", "picked", "scrubbed", "sieved",
)  # fmt: skip
_COOKED: Final = (
    "beaten", "melted", "softened", "cooked", "uncooked", "toasted", "thawed", "defrosted", "scalded", "blanched",
    "cooled", "chilled", "whisked", "blended", "processed", "warmed", "heated", "boiled", "simmered", "lukewarm",
)  # fmt: skip
_PRESSED: Final = ("juiced", "zested", "squeezed", "pressed", "extracted")
_PUT_BY: Final = (
    "packed", "unpacked", "divided", "prepared", "measured", "weighed", "tightly", "loosely", "tied",
)  # fmt: skip
_FRESHLY: Final = (
    "freshly ground", "coarsely ground", r"(?:freshly|finely|coarsely|roughly|thinly|thickly) \w+ed",
    "finely ground", "coarse[- ]ground",
    "fresh[- ](?:ground|cracked|squeezed)", r"ground (?=(?:black|white) pepper\b)",
)  # fmt: skip
DONE: Final = any_of(_CUT, _TAKEN_OFF, _CLEANED, _COOKED, _PRESSED, _PUT_BY, _FRESHLY)
"""Work done on a thing."""
HOW: Final = any_of(
    (
        "finely", "coarsely", "roughly", "thinly", "freshly", "lightly", "firmly", "well", "very", "thickly", "gently",
        "slightly", "completely", "partially", "fine", "coarse", "thoroughly", "tightly", "loosely", "newly", "home",
        "hand", "evenly", "carefully", "just",
    )
)  # fmt: skip
"""How it was done."""
_PAST: Final = r"(?!\w*(?:seed|weed|bed|reed|shed)\b)[a-z-]{3,}ed"
"""Any past participle: behind a thing and "and" it is work, whatever the work is ("plums, washed and wiped")."""
_MORE_WORK: Final = rf"(?>\s*(?:,\s*and|,|and|or|&)\s*(?:(?:{HOW})\s+)*+(?>(?:{DONE})\b|{_PAST}\b))*+"
"""Possessive, as work may be read in two ways ("chopped" is a word of the table and a participle): else a line of
nothing but work would take for ever."""
PREPARED: Final = re.compile(
    rf"(?>(?:(?:{HOW})[\s-]+)*(?:{DONE})\b(?:\s*(?:,\s*and|,|and|&|or|"
    rf"/)\s*(?=(?:(?:{HOW})[\s-]+)*(?:{DONE})\b))?[\s]*)++",
    re.I,
)
"""Work before a name: "peeled and finely chopped "."""
HAS_DONE: Final = re.compile(rf"\b(?:{DONE})\b", re.I)
BEGINS_DONE: Final = re.compile(rf"(?:(?:{HOW})[\s-]+)*(?:{DONE})\b", re.I)
_INTO: Final = any_of(
    (
        "into", "in", "to", "until", "with", "without", "on", "at", "through", "over", "by", "from", "off", "for",
        "before", "after", "if", "when", "lengthways", "lengthwise", "crosswise", "crossways",
    )
)  # fmt: skip
WORKED: Final = re.compile(
    rf"\s(?:(?:{HOW})[\s-]+)*(?!packed|cooked|separated)(?:{DONE})\b{_MORE_WORK}(?:\s+(?:up|down|out))?\s+(?:{_INTO})\b",
    re.I,
)
""" "Apricots chopped into pieces": from the work on it is no name."""
_HOW_BEHIND: Final = any_of(
    (
        "small", "fine", "finely", "thin", "thinly", "roughly", "thickly", "well", "up", "fresh", "lengthwise",
        "lengthways", "crosswise", "neatly", "coarsely", "coarse", "lightly", "slightly", "gently",
    )
)  # fmt: skip
WORK_BEHIND: Final = re.compile(rf"\s((?:(?:{HOW})[\s-]+)*(?:{DONE})\b{_MORE_WORK}(?:\s(?:{_HOW_BEHIND}))?)$", re.I)
"""Work behind a name, to the end: "figs washed and chopped small"."""

_COMPOUND: Final = (r"(?:reduced|low|non|full|half)-?\w+", r"\w+-(?:free|skinned|fleshed|in|on)", r"\w+-\w+ed")
_STATE: Final = (
    "fresh(?:ly)?", "ripe", "fully", "firm", "juicy", "sweet", "tart", "sour", "organic", "unwaxed", "good", "frozen",
    "dried", "whole", "raw", "seedless", "boneless", "skinless", "unsalted", "cold", "hot", "warm", "dry", "overripe",
    "under-?ripe", "sound", "nice", "plump", "hard", "mature", "unblemished", "perfect", "crisp", "best", "clean",
    "local", "wild", "soft", "tender", "unsweetened", "sweetened", "lean", "plain", "free-range", "heirloom", "mild",
    "tangy", "bold", "fruity", "rich", "strong", "fragrant", "pure", "natural", "granulated", "caster",
)  # fmt: skip
_LOOK: Final = (
    "large", "small", "medium", "thin", "thick", "short", "long", "round", "red", "green", "black", "yellow", "white",
    "golden", "dark", "light", "light-colou?red", "dark-colou?red",
)  # fmt: skip
_BETWEEN: Final = ("perfectly", "very", "but", "and", "or")
DESCRIBED: Final = re.compile(rf"(?:{any_of(_COMPOUND, _STATE, _LOOK, _BETWEEN)}|{HOW}|{DONE})(?:[\s,-]+|$)", re.I)
"""A word that describes and names nothing yet."""
_MEDIUM: Final = r"medium(?![- ](?:dry|sweet|roast|strength|spicy|hot|fat|grain|bodied))"
_MEASURE: Final = rf"(?:small|{_MEDIUM}|large|big|jumbo|med\.|med(?= )|lg\.?)"
_SIZE: Final = (
    rf"(?:very |extra[- ])?{_MEASURE}(?:[- ]siz(?:ed|e))?(?:\s*(?:to|or|-)\s*(?:small|medium|large))?", r"lr?g\b\.?",
    r"md\b\.?", r"sm\b\.?", "good[- ]sized", "generous", "average", "full", "fat(?! free)",
    "whole(?= (?:small|medium|large|eggs?|lemons?|limes?|oranges?|grapefruits?))",
)  # fmt: skip
_KEPT: Final = r"(?:fresh(?![- ](?:ground|cracked|squeezed))|frozen|ripe|firm|dried|raw)[,\s]+"
SIZED: Final = re.compile(rf"(?P<kept>(?:{_KEPT})?)(?P<size>(?:{any_of(_SIZE)})[\s,]+)(?=\S)", re.I)
"""A size, at the beginning or behind a word that stays."""
KEPT_BEFORE_WORK: Final = re.compile(_KEPT, re.I)
""" "Fresh chopped ginger" stays fresh."""
STAYS_IN_NAME: Final = _begins(
    (
        "crushed red pepper(?! flakes)", "blanched almonds", "flaked (?:sea|salt|coconut)",
        "mixed (?:peel|spice|berr|fruit|herb|summer|dried|candied|red|salad|nuts)", "ground up", "pressed apple",
        "pitted (?:dates|prunes)", "cracked (?:black|pepper)", "crushed (?:ice|chil)", "cut mixed",
        "prepared (?:fruit|juice|mincemeat|horseradish|mustard|pectin)", "shredded wheat", "split peas",
        "broken vermicelli", "heated", "toasted (?:sesame|walnut) oil", "cooked ham", "whisked", "fine(?!ly)",
        "coarse(?!ly|[- ]ground)", "home", "hand", "just", "pressed", "blended whisk", "processed cheese",
        "boiled cider", r"minced (?:beef|lamb|pork|veal|turkey|chicken|meat)", r"picked(?! \w+ leaves)",
    )
)  # fmt: skip
"""Words that look like work and are part of the name: "mixed peel", "boiled cider"."""
BEHIND_AND: Final = re.compile(
    r"(?<=\band )(?:(?:fresh(?:ly)?|coarsely|finely)[ -])?(?:ground|cracked) (?=(?:\w+ )?pepper\b)|"
    r"(?:(?<=\band )|(?<=\bor ))(?:(?:freshly|finely|coarsely|roughly|thinly) )?"
    r"(?:grated|chopped|sliced|minced|diced|shredded) (?=\w)",
    re.I,
)
"""Work on the second of two things: "salt and ground pepper", "Stilton or grated Cheddar"."""
SOLD_FROZEN: Final = re.compile(r"frozen\b", re.I)
""" "Frozen pitted cherries", "frozen sliced peaches" are bought so: nothing of it is work."""
CUT_IN_CAN: Final = re.compile(r"(?:thinly )?sliced\s+|(?:finely|coarsely|roughly) (?:chopped|diced)\s+", re.I)
"""Of work done in a can only this leaves the name: "sliced olives" are olives, crushed pineapple stays what it is."""
SOLD_BLANCHED: Final = re.compile(r"almonds|hazelnuts", re.I)

_ANOTHER_AMOUNT: Final = (
    r"\d[\d./ ]*\s?(?:lbs?|oz|fl oz|cups?|g|kg|ounces?|pounds?|ml|litres?)\b", r"(?:in )?total\b", r"about \d",
    "approx", "=", r"or \d", r"(?:or|and) (?:one|two|three|four|half(?![ -]ripe))\b",
    r"and \d",
    r"or (?:an? )?(?:pinch|dash|few)\b", r"or (?:the )?(?:same|equal|equivalent)\b",
    r"or (?:more|less|so|as)\b", r"plus \d", r"plus (?:extra|more|other|about|a|some|an|the|one)\b",
    r"\+ (?:extra|more)", r"more (?:to|if|as|for)\b", r"per\b", r"each\b", "yield",
)  # fmt: skip
_AS_ONE_LIKES: Final = (
    r"(?:\(?optional\)?$)", r"to taste\b", r"or to taste\b", r"as per taste", "per taste",
    r"(?:adjust\w* )?according\b", r"adjust\b",
    "as needed", "as desired",
    "as required", "if (?:needed|desired|you|using|necessary|wanted|liked|possible)", "preferably", "ideally",
    "depending",
)  # fmt: skip
_ZEST_OF: Final = r"(?:the )?(?:(?:finely )?grated )?(?:zest|juice|rind|peel) (?:of|from)"
_OF_ANOTHER: Final = (
    rf"(?:and|plus|\+) {_ZEST_OF}\b", rf"{_ZEST_OF} (?=\d|an?\b|one\b|two\b|half\b|the\b)",
)  # fmt: skip
_LIKE_WHAT: Final = (
    r"(?:fresh|frozen|canned|bottled|thawed),? or (?:possibly )?(?:fresh|frozen|frzn|canned|bottled|thawed)$",
    r"such as\b", r"as (?:below|above)\b", r"the size of\b", "(?:at )?room temp", r"of (?:your )?choice\b",
    r"weighing\b",
    "(?:that )?(?:has|have|is|are) ", "which",
    r"only\b", "see (?:note|recipe)", r"\bi used\b", r"\bi use\b", r"\*+", r"-\s",
    r"(?:made )?from (?:about |approximately )?(?:\d|an?\b|one\b|two\b|half\b|the\b)",
)  # fmt: skip
_WORK_DONE: Final = (
    r"(?:mixed|dissolved|tossed|coated|rolled|soaked|steeped|blended) (?:in|with)\b",
    r"into (?:\w+ )?(?:pieces|chunks|cubes|slices|strips)\b", "cut (?:into|in|up)",
    "in (?:half|quarters|chunks|pieces|small|large|1|thin)",
    r"(?:after|before|when|once) (?:\w+ing|\w+ed|being)\b", "left (?:whole|in)", "without",
    r"with (?:the\b|[\w ]+\b(?:removed|on|off|left|reserved|discarded|trimmed|attached|intact)\b).*",
)  # fmt: skip
_WHAT_FOR: Final = (
    r"for\b",
    r"to (?:store|boil|cook|soak|poach|dissolve|thin|mix|reduce|prevent|help|keep|every|each|fry|grease|brush|dust)\b",
    r"to (?:serve|cover|garnish|finish|decorate|coat|make|get|yield|sprinkle|fill|top)\b",
)  # fmt: skip
NOTE_BEHIND: Final = re.compile(
    rf"\s+(?:{any_of(_ANOTHER_AMOUNT, _AS_ONE_LIKES, _OF_ANOTHER, _LIKE_WHAT, _WORK_DONE, _WHAT_FOR)})", re.I
)
"""From here on it is no name any more."""
IS_NOTE: Final = _begins(
    (
        r"or\b", r"for\b", r"such\b", "preferably", r"to\b", r"plus\b", r"if\b", r"about\b", "approx", "optional",
        r"as\b", r"see\b", r"\d", "including", "depending", "adjust", r"more\b", r"i\b", r"you\b", r"use\b", r"i\.e",
        r"e\.g", r"like\b", "ideally", r"any\b", r"not\b", r"from\b", "homemade", "home-made", r"\+", "=", "enough",
        r"roughly \d", "around", "at least", "available", "divided use", r"each\b", r"per\b", r"it\b", r"we\b",
        r"this\b", r"your\b", r"my\b", r"the\b", r"a\b", r"an\b", "note", "store", "brand", "weigh", "yield", "total",
        "same", "well", "in season",
    )
)  # fmt: skip
"""A clause that remarks, and tells no work."""
PART_WORD: Final = re.compile(
    r"^(?:the )?(?:zest|juice|rind|peel|pips?|pith|pulp|flesh|seeds?|skins?|leaves|stems?|stalks?|cores?|stones?|pits?|"
    r"shells?|ends?|tops?|tails?|roots?|greens?|fronds|bones?|fat|water|liquid)\b|"
    r"\b(?:removed|reserved|discarded|left|only|intact|on|off)\b",
    re.I,
)
""" "Lemons, zest and juice", "leeks, tops and roots": a clause about parts of the thing is no list of things."""
KIND_OF_IT: Final = re.compile(
    r"[\w-]+ed$|(?:canned|tinned|bottled|powdered|liquid|granulated|caster|regular|unsalted|salted|homemade|home-made|"
    r"(?:store|shop)-bought|bought|smooth|crunchy|any|other|another|similar|more|less|if|to|as|not|for|your|in|the|"
    r"divided|enough|about|preferably|skin|leaves|at|with|without|on|cut|use)\b",
    re.I,
)
""" "Sugar, caster or granulated" is no list of things: the clause says which."""
