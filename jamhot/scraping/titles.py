"""What a recipe's title says: which word it is about (its head), of which fruits, and what stands in the way.

English puts the head last: a strawberry jam is a jam, a strawberry jam tart a tart. Words behind "with", "for", "on"
and the like belong to something beside it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from jamhot.catalog.types import Kind
from jamhot.scraping.fruits import Mention, finder, plain
from jamhot.scraping.text import clean

KINDS: Final[dict[str, Kind]] = {
    "jam": "jam", "jams": "jam", "confiture": "jam", "mermelada": "jam", "konfiture": "jam", "konfitüre": "jam",
    "confettura": "jam", "marmellata": "jam", "jammy spread": "jam",
    "jelly": "jelly", "jellies": "jelly", "gelee": "jelly", "gelée": "jelly",
    "marmalade": "marmalade", "marmalades": "marmalade", "marmelade": "marmalade",
    "preserve": "preserve", "preserves": "preserve", "murabba": "preserve", "varenye": "preserve",
    "slatko": "preserve",
    "cheese": "butter", "paste": "butter", "membrillo": "butter", "fruit spread": "jam", "spread": "jam",
    "conserve": "conserve", "conserves": "conserve",
    "butter": "butter", "butters": "butter", "lekvar": "butter", "powidl": "butter", "povidla": "butter",
    "honey": "preserve",
    "curd": "curd", "curds": "curd",
    "chutney": "chutney", "chutneys": "chutney", "mostarda": "chutney",
    "compote": "compote", "compotes": "compote", "compot": "compote", "kompot": "compote", "kissel": "compote",
}  # fmt: skip
"""Heads that are a preserve when what they are made of is fruit."""
WEAK: Final = frozenset(
    {
        "cheese",
        "paste",
        "spread",
        "honey",
        "butter",
        "butters",
        "curd",
        "curds",
        "chutney",
        "chutneys",
        "jelly",
        "jellies",
        "membrillo",
    }
)
"""Heads that are as often something else: they need a fruit in the title, or in the lines."""
SAUCE_FRUITS: Final = frozenset({"cranberry", "lingonberry"})
"""Their sauce is a compote: whole fruit boiled with sugar until it sets. Other fruit sauces are poured."""
NOT_FRUIT_BODY: Final = re.compile(
    r"\b(?:onions?|shallots?|bacon|chil(?:l?i|e)(?:es|s)?|chill?y|peppers?|capsicums?|jalape[nñ]os?|habaneros?|"
    r"scotch bonnets?|"
    r"serranos?|sriracha|ghost peppers?|garlic|carrots?|beets?|beetroots?|courgettes?|zucchinis?|marrow|squash|"
    r"cucumbers?|"
    r"aubergines?|eggplants?|brinjal|corn|corn ?cob|sweet potato(?:es)?|potato(?:es)?|mushrooms?|olives?|roses?|"
    r"rose petals?|violets?|dandelions?|lilacs?|"
    r"redbud|clover|fireweed|forsythia|honeysuckle|hibiscus|elderflowers?|wine|champagne|prosecco|port|beer|ale|"
    r"stout|whiske?y|bourbon|"
    r"coffee|tea|earl grey|mint|basil|thyme|rosemary|sage|herbs?|lavender|lemongrass|caramel|milk|dulce de leche|"
    r"chocolate|nutella|"
    r"peanuts?|almonds?|cashews?|hazelnuts?|walnuts?|pecans?|pistachios?|nuts?|macadamia|sunflower|sesame|tahini|"
    r"cookie|biscoff|speculoos|"
    r"sausage|ham|pork|beef|chicken|"
    r"coriander|cilantro|curry leaf|root|horseradish|ginger|(?<!vanilla )(?<!tonka )bean|cocoa|"
    r"cottage|soy|coke|cola|mountain dew|dr pepper|"
    r"kudzu|aloe|nopal(?:es)?|"
    r"lait|leche|oignons?|cebollas?|cipoll[ae]|zwiebeln?|piments?|pimientos?|peperon[ei]|"
    r"pine cones?|spruce|fennel|celery|radish|pumpkin seed|turnip|parsnip|cabbage|vidalia|leeks?)\b",
    re.I,
)
NEVER: Final = re.compile(
    r"\b(?:bacon|peanuts?|almond butter|cashew butter|coconut butter|nut butter|sausage|chicken|pork|ham|beef|"
    r"(?<!vanilla[ -])(?<!tonka[ -])beans?|cheese ?curds?|cottage|milk|garlic (?:[\w'-]+ ){0,3}(?:butter|spread)|"
    r"cocoa butter|shea|body|"
    r"lip|jell-?o|gelatin|shots?)\b",
    re.I,
)
_BREAK: Final = re.compile(r"\s+(?:\||–|—|-|::|~|•|»)\s+|\s*[|:•»]\s*|[!?]+\s*|\s*[(\[{][^)\]}]*[)\]}]?\s*|\s+-\s*$")
_ASIDE: Final = re.compile(
    r"(?<=\w )(?:no|not)\b.*$|(?<![\w-])(?:with|w/|without|for|on|from|using|in|(?<!home )made|to|at|over|by|like|"
    r"sans|that|which|"
    r"via|a la|à la|"
    r"when|because|under|makes|you'll|"
    r"featuring|topped|served|stuffed|filled|plus|recipe|recipes|no\.)(?![\w-]).*$|\bw/.*$",
    re.I,
)
_LESS: Final = re.compile(
    r"\b(?:(?:low|less|reduced|lower)(?:[- ]sugar)? (?:or|and|&) )?(?:no|zero|low|less|reduced)[- ]"
    r"(?:(?:added[- ]|refined[- ])?sugar(?:[- ](?:added|needed|required))?|cook|pectin|peel|stir|boil|can|canning|"
    r"fail|fuss|sweat)\b"
    r"(?=.*\b(?:jams?|jell(?:y|ies)|marmalades?|preserves?|conserves?|butters?|chutneys?|compotes?|curds?|spreads?)\b)",
    re.I,
)
""" "Easy no-cook raspberry jam": what is left out before the head is no aside; in "raspberry jam, no pectin" it is."""
_USING: Final = r"(?:use|eat|serve|store|freeze|fix|thicken|sterili[sz]e|add|enjoy|choose|buy)"
"""What is done with a preserve that is made."""
_ADVICE: Final = re.compile(
    r"^\s*(?:how (?:to (?!make|can|preserve|cook|prepare)\w+|long|much|many|do|does)|why|which|"
    r"what(?:'s| is| are| to| can)|"
    r"(?:is|are|does|do|did|should|can|could) (?:you|i|it|we|your|my|jams?|jelly|marmalade|chutney|homemade)|"
    rf"{_USING})\b|\b(?:vs|versus)\b",
    re.I,
)
"""A page that answers a question about preserves, and makes none."""
_OPENING: Final = re.compile(
    r"^\s*(?:(?:how to (?:make|can|preserve|cook)|making|homemade|diy|recipe for|recipe|easy|quick|"
    r"(?:an?|the|my|your)?\s*(?:[\w'-]+ ){0,2}guide (?:to|for)(?: (?:making|canning))?)"
    r"\s+(?:(?:of|an?|your own)\s+)?)+",
    re.I,
)
_IN_TIME: Final = re.compile(r"\b(?:ready |made )?in (?:[\w-]+ ){0,2}(?:minutes?|hours?)\b", re.I)
_AIM: Final = re.compile(rf"^(?:(?P<way>.*?)(?<![\w-])to (?!{_USING}\b)|(?:made|from|over|no\.)\s)(?P<aim>.+)$", re.I)
""" "30 minutes to homemade cherry jam", "from scratch apple butter": what is made stands behind."""
_INVERTED: Final = re.compile(
    r"^\s*(jams?|jell(?:y|ies)|marmalades?|preserves?|conserves?|butters?|chutneys?|compotes?|curds?)\s*,\s*(.+)$", re.I
)
_OF: Final = re.compile(
    r"^(?:.*\b)?(compotes?|jams?|jell(?:y|ies)|marmalades?|preserves?|conserves?|chutneys?|curds?)\s+of\s+(.+)$", re.I
)
_OF_ABROAD: Final = re.compile(
    r"^(confiture|gelée|compote|marmelade|mermelada|marmellata|confettura|mostarda|chutney)"
    r"\s+(?:de|di|du|des|aux?|d')\s*(.+)$",
    re.I,
)
""" "Confiture de fraises": the Romance languages put the head first."""
_COMPOUND: Final = re.compile(r"(?<=\w)(konfit[uü]re|marmelade|gelee)\b", re.I)
""" "Erdbeerkonfitüre": German writes fruit and head in one word."""
_ROUNDUP: Final = re.compile(
    r"\b(?:\d+|best|our|favou?rite|easy|top) (?:[\w'-]+ ){0,4}recipes\b|\bways\b|\bideas\b|"
    r"\bwhat to do with\b|\buses for\b",
    re.I,
)
"""A page about many recipes, not one."""
_RECIPES: Final = re.compile(r"\brecipes\s*$", re.I)
""" "Strawberry jam recipes" are several; in "Strawberry jam - Canning recipes" it is where the page hangs."""
_ON_A_DISH: Final = re.compile(r"\b(?:on|over|in|atop|served (?:on|over|with))\b(.*)$", re.I)
_WITH: Final = re.compile(r"\bwith\b(.*)$", re.I)
_SPREAD_OF_CREAM: Final = re.compile(r"\b(?:whipped|compound|honey|herb(?:ed)?|maple|brown(?:ed)?|salted)\b", re.I)
BOILED_TO_BUTTER: Final = frozenset(
    {
        "apple",
        "crab_apple",
        "pear",
        "asian_pear",
        "pumpkin",
        "peach",
        "apricot",
        "plum",
        "damson",
        "quince",
        "persimmon",
    }
)
"""Fruits of which a butter is fruit boiled down, even where honey or maple syrup sweetens it."""
_FILLED: Final = re.compile(
    r"\b(?:jam|jelly|marmalade|preserves?|curd|chutney|compote|butter)[\s-]+(?:filled|stuffed|topped|glazed|"
    r"swirled?|packed|"
    r"centred|centered|dipped|brushed|coated|crusted|rippled?|layered|drizzled)\b",
    re.I,
)
_PRESERVED: Final = re.compile(r"\b(?:preserved|preserving)\b", re.I)
_IN_SPIRITS: Final = re.compile(
    r"\bin (?:[\w'-]+ )?(?:brandy|rum|kirsch|vodka|gin|grappa|armagnac|liqueur|alcohol|wine|port|syrup)\b", re.I
)
""" "Preserved cherries in brandy" are whole fruit in it, and none of the nine kinds."""
_TRAILING: Final = re.compile(
    r"(?:[\s,]+(?:recipes?|#\d+|i+|iv|v|vi|\d+|style|homemade|easy|method|version|base|canning|basic|and|&|freezer|"
    r"spiced|jars?|gifts?|tested|"
    r"small batch|low sugar|no pectin|sugar free|again|video|tutorial|guide|ever|day|time|season|freezable|"
    r"canned|unsweetened|supreme|deluxe|101|perfection|made easy|bonanza|extraordinaire|the (?:[\w-]+ ){1,2}way|easily|"
    r"quickly|"
    r"canning recipe|for beginners|original|crock ?pot|slow cooker|instant pot|stovetop|favou?rite|online|"
    r"printable))+$",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Title:
    """A title, read.

    `head`: the preserve word it is about, None when it is about something else. `kind`: of a preserve. `about`: the
    words up to the head. `fruits`: named in them; `beside`: named elsewhere in the title. `unlisted`: it names a
    fruit that the catalogue does not, or fruit in general. `mentions_preserve`: such a word stands somewhere.
    `against`: words for a body that is not fruit. `loose`: the head is not the last word. `glossed`: it stands in
    brackets behind a foreign name. `roundup`: many recipes.
    `on_a_dish`: it says what it is eaten on. `creamy`: a butter that is whipped or of honey.
    """

    text: str
    head: str | None
    kind: Kind | None
    about: str
    fruits: tuple[str, ...]
    beside: tuple[str, ...]
    unlisted: bool
    mentions_preserve: bool
    against: tuple[str, ...]
    vegetable_first: bool
    last_word: str
    loose: bool
    glossed: bool
    roundup: bool
    on_a_dish: bool
    creamy: bool


def read_title(raw: str) -> Title:
    """The title taken apart; an empty one has no head and no fruits."""
    text = re.sub(r"\s+", " ", clean(raw).replace("_", " "))
    about, head, last = _head(text)
    glossed = _glossed(text) if head is None and not _is_dish(last) else None
    if glossed is not None:
        about, head = glossed
    loose = _loose_head(about) if head is None and not _is_dish(last) else None
    head = head or loose
    if head == "preserved" and _IN_SPIRITS.search(text):
        head = None
    mentions = finder().mentions(about)
    mock = tuple(m.name for m in mentions if m.name and plain(about)[: m.start].endswith("mock "))
    fruits = tuple(dict.fromkeys(m.name for m in mentions if m.name and m.name not in mock))
    every = finder().names(text)
    kind = KINDS.get(head) if head else None
    if head in ("sauce", "stewed"):
        kind = "compote"
    elif head == "preserved":
        kind = "preserve"
    return Title(
        text=text,
        head=head,
        kind=kind,
        about=about,
        fruits=fruits,
        beside=tuple(name for name in every if name not in fruits and name not in mock) or mock,
        unlisted=bool(mock) or any(m.name is None for m in mentions),
        mentions_preserve=_mentions_preserve(text),
        against=tuple(dict.fromkeys(m.lower() for m in NOT_FRUIT_BODY.findall(_without_fruits(about, mentions)))),
        vegetable_first=_vegetable_first(about, mentions),
        last_word=last,
        loose=loose is not None,
        glossed=glossed is not None,
        roundup=_ROUNDUP.search(text) is not None or _names_recipes(_BREAK.split(text)[0]),
        on_a_dish=_on_a_dish(text, head),
        creamy=head in ("butter", "butters") and _is_creamy(about, fruits),
    )


def _names_recipes(first: str) -> bool:
    """ "Plum jam recipes" are several; "Simply Recipes | Plum jam" is a site's name and one."""
    return _RECIPES.search(first) is not None and (_mentions_preserve(first) or bool(finder().mentions(first)))


def _is_creamy(about: str, fruits: tuple[str, ...]) -> bool:
    """ "Whipped strawberry butter" is of cream; "maple pumpkin butter" is of pumpkin, as that boils down to one."""
    found = _SPREAD_OF_CREAM.search(about)
    if found is None:
        return False
    return found.group().lower() not in ("honey", "maple") or not BOILED_TO_BUTTER.issuperset(fruits or ("",))


def _on_a_dish(text: str, head: str | None) -> bool:
    """ "Tomato jam on toast", "raspberry jelly with cream": what is eaten with it, not how it is made."""
    found = _ON_A_DISH.search(text) or (_WITH.search(text) if head in ("jelly", "jellies") else None)
    return found is not None and _is_dish(_last_word(found[1]))


def _vegetable_first(about: str, mentions: list[Mention]) -> bool:
    """ "Carrot and orange jam": of carrots, as far as the title says."""
    found = _VEGETABLE_FIRST.search(plain(about))
    return found is not None and (not mentions or found.start() < mentions[0].start)


def _mentions_preserve(text: str) -> bool:
    return (
        re.search(
            r"\b(?:jams?|jell(?:y|ies)|marmalades?|preserves|conserves?|curd|chutneys?|compotes?|(?:apple|fruit|"
            r"pumpkin|pear) butter)\b",
            text,
            re.I,
        )
        is not None
    )


def _without_fruits(about: str, mentions: list[Mention]) -> str:
    """The title's words less the fruits' names, so that a "black pepper" is found and a "sugar pumpkin" is not."""
    words = plain(about)
    for mention in reversed(mentions):
        words = f"{words[: mention.start]}  {words[mention.end :]}"
    return words


def _head(text: str) -> tuple[str, str | None, str]:
    """(words that it is about, head or None, last word). The first part of the title that says what it is counts."""
    inverted = _INVERTED.match(text)
    if inverted:
        text = f"{inverted[2]} {inverted[1]}"
    first = ("", None, "")
    for segment in _BREAK.split(text):
        about, head, last = _segment(segment)
        if head is not None:
            return about, head, last
        if not first[2] and last:
            first = (about, None, last)
            if _is_dish(last):
                break
    return first[0] or text, None, first[2]


def _segment(segment: str) -> tuple[str, str | None, str]:
    if _ADVICE.search(segment):
        return segment, None, _last_word(segment)
    segment = _COMPOUND.sub(r" \1", _LESS.sub("", _OPENING.sub("", _IN_TIME.sub(" ", segment))))
    if _FILLED.search(segment):
        return segment, None, _last_word(segment)
    of = _OF.match(segment) or _OF_ABROAD.match(segment.strip())
    if of:
        return of[2], of[1].lower(), of[1].lower()
    aim = _aim(segment)
    if aim is not None:
        return aim
    main = _main(segment)
    if not main:
        return segment.strip(), None, ""
    last = _last_word(main)
    head = None if _beside_dish(main) else _preserve_word(main.lower())
    if head is None and "," in main and not _is_dish(last):
        before = main.split(",")[0].strip()
        head = _preserve_word(before.lower())
        main = before if head else main
    return main, head, head or last


def _main(segment: str) -> str:
    """What stands before "with" and the like, without what trails behind a head."""
    return _TRAILING.sub("", _ASIDE.sub("", segment).strip(" ,.;-")).strip(" ,.;-*'\"")


def _aim(segment: str) -> tuple[str, str | None, str] | None:
    """Head and fruit behind "to", or behind a preposition that begins, where no food stands before; None of others."""
    found = _AIM.match(segment)
    if found is None or (found["way"] is None and _ASIDE.search(found["aim"])):
        return None
    way = found["way"] or ""
    if any(map(_is_dish, plain(way).split())) or _mentions_preserve(way) or finder().mentions(way):
        return None
    about, head, last = _segment(found["aim"])
    return (about, head, last) if head is not None and finder().mentions(about) else None


def _glossed(text: str) -> tuple[str, str] | None:
    """ "Aam ka chunda (sweet mango chutney)": a foreign name with what it is in brackets; weaker evidence."""
    for gloss in re.findall(r"[(\[{]([^)\]}]+)", text):
        about, head, _ = _segment(gloss)
        if head is not None and finder().mentions(about):
            return about, head
    return None


def _loose_head(about: str) -> str | None:
    """ "Raspberry jam sensation": a preserve word behind which nothing stands that anybody bakes; weak evidence."""
    found = re.search(
        r"\b(jam|jelly|marmalade|preserves?|conserve|chutney|compote)\s+(?:[\w'-]+\s*){1,3}$", about, re.I
    )
    if found is None or _beside_dish(about) or _FILLED.search(about):
        return None
    behind = re.findall(r"[\w']+", about[found.end(1) :].lower())
    return None if any(_is_dish(word) for word in behind) else found[1].lower()


def _last_word(text: str) -> str:
    words = re.findall(r"[\w'éè]+", text.lower())
    return words[-1] if words else ""


def _beside_dish(main: str) -> bool:
    """ "Scones and strawberry jam" is about scones too; "strawberries and cream jam" is a jam."""
    found = _BESIDE.match(main)
    if found is None:
        return False
    words = re.findall(r"[\w'éè]+", found[1].lower())
    return any(_is_dish(word) for word in words) or (
        words[-1:] in (["cheese"], ["cheddar"], ["butter"]) and "butter" not in main.lower().split()[-1:]
    )


def _preserve_word(main: str) -> str | None:
    """The head, where it is one of a preserve; None for everything else."""
    last = _last_word(main)
    mentions = finder().mentions(main)
    fruits = {mention.name for mention in mentions}
    before = plain(main).split()[-2:-1]
    if last in _NEEDS_FRUIT_BEFORE:
        never = _NO_CHEESE_OF if last in ("cheese", "honey") else _NO_PASTE_OF
        named = [m for m in mentions if m.words.split()[-1:] == before and m.name not in never]
        return last if named else None
    if last in KINDS:
        return last
    if last == "sauce" and SAUCE_FRUITS & fruits and not _POURED.intersection(before):
        return "sauce"
    if main.startswith("stewed") and mentions and "tomato" not in fruits:
        return "stewed"
    if _PRESERVED.search(main) and mentions and not {"lemon", "lime"} & fruits:
        return "preserved"
    return None


_VEGETABLE_FIRST: Final = re.compile(
    r"\b(?:onions?|shallots?|carrots?|beets?|beetroots?|courgettes?|zucchinis?|marrow|squash|cucumbers?|"
    r"aubergines?|eggplants?|brinjal|"
    r"corn|sweet potato(?:es)?|leeks?|cabbage|celery)\b",
    re.I,
)
_NEEDS_FRUIT_BEFORE: Final = frozenset({"cheese", "paste", "spread", "honey"})
_NO_CHEESE_OF: Final = frozenset({"tamarind", "date", "coconut", "jujube"})
_NO_PASTE_OF: Final = frozenset({"tamarind", "date", "tomato", "coconut", "jujube"})
_POURED: Final = frozenset(
    {
        "bbq", "barbecue", "barbeque", "cream", "steak", "dipping", "horseradish", "hot", "pasta", "mustard",
        "chili", "chilli", "pan", "wine", "meatball", "glaze",
    }
)  # fmt: skip
_BESIDE: Final = re.compile(r"^(.*?)\s(?:and|&|n|'n'?)\s.*$", re.I)
_DISHES: Final = frozenset(
    {
        "cake", "cakes", "cookie", "cookies", "bar", "bars", "tart", "tarts", "tartlets", "pie", "pies", "muffin",
        "muffins", "bread", "breads", "roll", "rolls", "scone", "scones", "donut", "donuts", "doughnut",
        "doughnuts", "sandwich", "sandwiches", "pancake", "pancakes", "waffle", "waffles", "crepe", "crepes",
        "cheesecake", "cheesecakes", "crumble", "cobbler", "crisp", "pudding", "puddings", "trifle", "trifles",
        "cream", "smoothie", "smoothies", "shake", "cocktail", "martini", "margarita", "chicken", "pork", "chops",
        "ham", "ribs", "meatballs", "salmon", "salad", "salads", "glaze", "sauce", "dressing", "vinaigrette",
        "dip", "wings", "brie", "pastry", "pastries", "danish", "turnovers", "croissants", "thumbprints",
        "linzer", "linzers", "biscuits", "brownies", "blondies", "fudge", "candy", "gummies", "shots", "beans",
        "parfait", "parfaits", "yogurt", "oatmeal", "oats", "granola", "roulade", "sponge", "slice",
        "slices", "squares", "swirl", "buns", "rugelach", "hamantaschen", "kolaches", "kolache", "pierogi",
        "empanadas", "popsicles", "frosting", "icing", "mousse", "truffles", "macarons", "toast", "breakfast",
        "crostini", "bruschetta", "pizza", "kebabs", "tenderloin", "loin", "duck", "turkey", "steak", "tacos",
        "pavlova", "galette", "torte", "eclairs", "cupcakes", "cupcake", "babka", "strudel", "jello", "soup",
        "stew", "curry", "rice", "pasta", "lasagna", "burger", "burgers", "pops", "bites", "balls", "cups", "cup",
        "drops", "stars", "hearts", "windows", "filling", "topping", "syrup", "cordial", "liqueur", "vodka",
        "gin", "lemonade", "tea", "soda", "punch", "float", "milkshake", "sorbet", "sherbet", "gelato",
    }
)  # fmt: skip


def _is_dish(word: str) -> bool:
    return word in _DISHES


def is_dish_word(word: str) -> bool:
    """Whether a title's last word names a dish, a drink or a sweet that may have jam in it."""
    return word in _DISHES
