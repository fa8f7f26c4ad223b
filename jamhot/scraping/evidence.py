"""What a recipe's lines and method say for and against a fruit preserve."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from jamhot.scraping.lines import structure_line
from jamhot.scraping.types import IngredientLine
from jamhot.scraping.units import GRAMS, MILLILITRES

_DISH: Final = re.compile(
    r"\b(?:(?:all[- ]purpose |plain |self[- ]rais(?:ing|ed) |whole[- ]?wheat |bread |cake |wholemeal )?flour|"
    r"baking powder|yeast|puff pastry|"
    r"(?:pie|pastry|tart) (?:shell|crust|dough|case)s?|phyllo|filo|shortcrust|bread crumbs|breadcrumbs|oats|"
    r"oatmeal|cake mix|"
    r"graham crackers?|cookies?|biscuits|chicken|pork|beef|lamb|turkey|duck|salmon|shrimp|prawns?|fish|ham|"
    r"sausages?|meatballs?|bacon|tofu|"
    r"cream cheese|mascarpone|ricotta|brie|goat cheese|feta|cheddar|parmesan|mozzarella|mayonnaise|soy sauce|"
    r"olive oil|lettuce|spinach|rice|pasta|"
    r"noodles|quinoa|bread|baguette|tortillas?|whipped cream|whipping cream|heavy cream|double cream|ice cream|"
    r"yogh?urt|"
    r"cool whip|pudding mix|vodka|tequila|chocolate chips|sponge|shortbread|pancakes?|waffles?|granola|"
    r"marshmallows?|stock|broth|bisquick|vanilla wafers|condensed milk|milk)\b",
    re.I,
)
_HARD_DISH: Final = re.compile(
    r"\b(?:flour|baking powder|yeast|pastry|phyllo|filo|shortcrust|cake mix|graham crackers?|chicken|pork|beef|"
    r"lamb|salmon|shrimp|prawns?|"
    r"meatballs?|cream cheese|mascarpone|mayonnaise|pie (?:crust|shell)s?|oats|oatmeal|bread crumbs|lettuce|"
    r"pancakes?|tortillas?|rice|pasta|bisquick)\b",
    re.I,
)
_FLOUR_LITTLE: Final = 60.0
"""Grams of flour that only thicken."""
_JAM_BOUGHT: Final = re.compile(
    r"\b(?:jams?|jell(?:y|ies)|marmalade|preserves|lemon curd|chutney|apple butter)\b", re.I
)
_NOT_BOUGHT: Final = re.compile(r"jam sugar|jelly (?:bag|jars?|glass)|jam jars?|jar|pectin|jelly melon|jell-?o", re.I)
_GELATINE: Final = re.compile(r"\b(?:gelatine?|jell-?o|agar)\b", re.I)
_EGGS: Final = re.compile(r"\begg(?:s| yolks?)?\b", re.I)
_DAIRY_BUTTER: Final = re.compile(r"\b(?:butter|margarine)\b", re.I)
_NOT_DAIRY: Final = re.compile(r"\b(?:apple|peanut|almond|cocoa|nut|pumpkin|pear|cookie) butter\b", re.I)
_ALLIUM: Final = re.compile(r"\b(?:onions?|shallots?|bacon|leeks?)\b", re.I)
_HOT: Final = re.compile(
    r"\b(?:peppers?|jalape[nñ]os?|habaneros?|chil(?:l?i|e)(?:es|s)?|capsicums?|bonnets?|serranos?)\b", re.I
)
_SMALL_AND_HOT: Final = re.compile(r"jalape|habanero|chil(?:l?i|e)|bonnet|serrano|hot pepper", re.I)
_SPICE_OF_HOT: Final = re.compile(
    r"\b(?:black|white|ground|cayenne|flakes?|powder|cracked|pepper ?corns?|dried)\b", re.I
)
_VEGETABLE: Final = re.compile(
    r"\b(?:onions?|shallots?|carrots?|beet(?:s|roots?)?|zucchinis?|courgettes?|marrow|squash|cucumbers?|"
    r"eggplants?|aubergines?|bacon|"
    r"garlic|corn|cauliflower|cabbage|celery|(?:bell |sweet |red |green |hot )?peppers|jalape[nñ]os?|habaneros?|"
    r"capsicums?|chillies|chilis|(?:sweet )?potato(?:es)?|parsnips?|turnips?|swedes?|leeks?)\b",
    re.I,
)
_JARS: Final = re.compile(r"\bjars?\b", re.I)
_FOR_JAM: Final = (
    (_JARS, 1.0),
    (
        re.compile(
            r"steril[iy][sz]|water[- ]bath|boiling[- ]water (?:bath|canner|canning)|\bcanner\b|headspace|head space",
            re.I,
        ),
        2.0,
    ),
    (
        re.compile(
            r"setting point|set(?:ting)? (?:test|stage)|wrinkl|cold (?:plate|saucer)|gel(?:ling)? (?:stage|"
            r"point)|sheet(?:s|ing) (?:off|from|test)",
            re.I,
        ),
        2.5,
    ),
    (re.compile(r"full rolling boil|rolling boil", re.I), 2.0),
    (re.compile(r"skim", re.I), 1.0),
    (
        re.compile(r"\b(?:the|this|your|hot) (?:jam|jelly|marmalade|preserves?|chutney|compote|curd|conserve)\b", re.I),
        1.5,
    ),
    (re.compile(r"jam(?:my)? (?:thickens|sets|consistency)|thicken|reduc", re.I), 0.5),
    (re.compile(r"\bpectin\b", re.I), 1.5),
    (re.compile(r"jelly bag|cheesecloth|muslin", re.I), 1.5),
)
_FOR_DISH: Final = (
    (re.compile(r"preheat|\boven\b", re.I), 1.0),
    (re.compile(r"\bbake\b|baking (?:sheet|tray|pan|dish)|cake tin|loaf pan|muffin", re.I), 1.5),
    (re.compile(r"\bdough\b|\bbatter\b|roll out|pastry", re.I), 2.5),
    (re.compile(r"\bfry\b|\bgrill\b|marinat|roast the (?:chicken|pork|ham|lamb)|\bsear\b", re.I), 1.5),
    (re.compile(r"cut into (?:squares|cubes|shapes)|(?:roll|toss|coat) (?:\w+ )?in sugar|dust with", re.I), 3.0),
    (re.compile(r"scoop|whipped cream|frost|drizzle over|pour over|blender", re.I), 0.7),
)
CITRUS: Final = frozenset({"orange", "seville_orange", "lemon", "lime", "mandarin", "clementine", "grapefruit"})
_ZEST_OR_JUICE: Final = re.compile(r"\b(?:zest(?:ed)?|rind|juiced?)\b", re.I)
"""A whole orange of which only zest and juice go in flavours a jam; its body is something else."""
_LONGEST_METHOD: Final = 30_000
"""Characters of a method that are read."""
FRUIT_PIECE_G: Final = {
    "strawberry": 15, "cherry": 8, "sour_cherry": 8, "grape": 5, "plum": 60, "apricot": 40, "fig": 45,
    "lemon": 85, "lime": 60, "orange": 150, "seville_orange": 140, "grapefruit": 250, "apple": 160, "pear": 170,
    "peach": 150, "nectarine": 140, "mango": 250, "pineapple": 900, "kiwi": 75, "banana": 115, "quince": 200,
    "pomegranate": 250, "melon": 1000, "watermelon": 3000, "pumpkin": 2000, "tomato": 120, "kumquat": 19,
    "clementine": 70, "mandarin": 85, "persimmon": 160, "papaya": 500, "passion_fruit": 25, "damson": 15,
}  # fmt: skip
"""Rough grams of one, only to weigh lines against each other; USDA SR28 household weights, rounded."""
OTHER_PIECE_G: Final = 100.0
BULK_G: Final = {"peck": 5_000.0, "bushel": 20_000.0}
"""A US bushel is 35.2 l, a peck a quarter of it (NIST Handbook 44, appendix C)."""
_BY_THE_CASE: Final = re.compile(r"\b(?:case|flat|crate|bucket|basket)s?\b", re.I)
CASE_G: Final = 4_000.0
"""What fruit is sold in at the gate; only to say that it is more than what is counted."""
FRUIT_G_PER_ML: Final = 0.65
"""Cut fruit in a cup: USDA SR28, strawberries 152 g, peaches 154 g a cup."""


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines weighed against each other (grams, roughly; None where a line gives no amount)."""

    lines: tuple[IngredientLine, ...]
    fruit_g: dict[str, float]
    """Grams by fruit that is body: not juice for its acid, not zest."""
    beside: tuple[str, ...]
    """Fruits that only flavour: zest, a splash of orange juice."""
    unlisted_fruit: bool
    sugar_g: float
    dish: tuple[str, ...]
    hard_dish: tuple[str, ...]
    bought: tuple[str, ...]
    vegetable_g: float
    juice_g: float
    """Fruit juice that is not acid: the body of many a jelly."""
    hot_g: float
    butter_g: float
    eggs: bool
    gelatine: bool
    pectin: bool
    vinegar: bool
    allium: bool

    @property
    def any(self) -> bool:
        return bool(self.lines)

    @property
    def has_fruit(self) -> bool:
        return bool(self.fruit_g) or self.unlisted_fruit

    @property
    def fruit_total(self) -> float:
        """Grams of fruit and of the juice that stands for it."""
        return sum(self.fruit_g.values()) + self.juice_g


def weigh(line: IngredientLine, fruit: str | None = None) -> float:
    """Rough grams of a line, for comparison with other lines only; 0 when it gives no amount."""
    if line.quantity is None:
        return 0.0
    amount = (line.quantity + (line.quantity_max or line.quantity)) / 2
    if line.unit in GRAMS:
        return amount * GRAMS[line.unit]
    if line.unit in MILLILITRES:
        liquid = line.role in ("liquid", "acid") or "juice" in line.item.lower()
        return amount * MILLILITRES[line.unit] * (1.0 if liquid else 0.85 if line.role == "sugar" else FRUIT_G_PER_ML)
    if line.unit in ("can", "tin", "package", "bag", "box", "packet", "jar", "punnet", "container", "carton"):
        return amount * 400
    if line.unit in ("stick",) and "butter" in line.item:
        return amount * 113
    if line.unit in BULK_G:
        return amount * BULK_G[line.unit]
    if line.role == "fruit" and line.unit in (None, "basket") and _BY_THE_CASE.search(line.raw):
        return amount * CASE_G
    if line.unit is not None:
        return amount * 20
    return amount * FRUIT_PIECE_G.get(fruit or "", OTHER_PIECE_G)


def read_lines(raw: Sequence[str]) -> Lines:
    """The evidence of the ingredient lines."""
    lines = tuple(structure_line(line) for line in raw if line.strip())
    food = [line for line in lines if line.role != "equipment"]
    fruit_g: dict[str, float] = {}
    beside: list[str] = []
    for line in food:
        _count_fruit(line, fruit_g, beside)
    return Lines(
        lines=lines,
        fruit_g=fruit_g,
        beside=tuple(dict.fromkeys(name for name in beside if name not in fruit_g)),
        unlisted_fruit=any(line.role == "fruit" and not line.fruits for line in food),
        sugar_g=sum(weigh(line) for line in food if line.role == "sugar"),
        dish=_matching(food, _DISH),
        hard_dish=tuple(i for line in food for i in _hard(line)),
        bought=tuple(line.item for line in food if _JAM_BOUGHT.search(line.item) and not _NOT_BOUGHT.search(line.item)),
        vegetable_g=sum(_weigh_hot(line) for line in food if _is_vegetable(line)),
        juice_g=sum(weigh(line) for line in food if line.role == "liquid" and line.fruits),
        hot_g=sum(_weigh_hot(line) for line in food if _HOT.search(line.item) and not _SPICE_OF_HOT.search(line.item)),
        butter_g=sum(weigh(line) for line in food if _is_dairy_butter(line)),
        eggs=any(_EGGS.search(line.item) for line in food),
        gelatine=any(_GELATINE.search(line.item) for line in food),
        pectin=any(line.role == "pectin" for line in food),
        vinegar=any("vinegar" in line.item.lower() for line in food),
        allium=any(_ALLIUM.search(line.item) for line in food),
    )


def _count_fruit(line: IngredientLine, fruit_g: dict[str, float], beside: list[str]) -> None:
    if line.role == "acid":
        if re.search(r"zest|rind|peel", f"{line.preparation} {line.item}", re.I):
            beside.extend(line.fruits)
        return
    if (
        line.role == "fruit"
        and line.fruits
        and CITRUS.issuperset(line.fruits)
        and _ZEST_OR_JUICE.search(line.preparation or "")
    ):
        beside.extend(line.fruits)
        return
    if line.role == "fruit" and line.fruits:
        share = weigh(line, line.fruits[0]) / len(line.fruits)
        for name in line.fruits:
            fruit_g[name] = fruit_g.get(name, 0.0) + share
    elif line.role in ("liquid", "spice"):
        beside.extend(line.fruits)


def _matching(lines: Sequence[IngredientLine], pattern: re.Pattern[str]) -> tuple[str, ...]:
    return tuple(line.item for line in lines if pattern.search(line.item))


def _hard(line: IngredientLine) -> tuple[str, ...]:
    found = _HARD_DISH.search(line.item)
    if found is None or re.search(r"vinegar|(?:rice|almond|coconut) (?:syrup|milk)|starch", line.item, re.I):
        return ()
    if "flour" in found.group().lower() and 0 < weigh(line) <= _FLOUR_LITTLE:
        return ()
    return (line.item,)


def _weigh_hot(line: IngredientLine) -> float:
    """A jalapeño weighs 14 g (USDA SR28 NDB 11979), a sweet pepper 119 g (NDB 11333)."""
    if line.unit is None and line.quantity is not None and _SMALL_AND_HOT.search(line.item):
        return line.quantity * 14.0
    return weigh(line)


def _is_vegetable(line: IngredientLine) -> bool:
    return _VEGETABLE.search(line.item) is not None and not _SPICE_OF_HOT.search(line.item)


def _is_dairy_butter(line: IngredientLine) -> bool:
    return _DAIRY_BUTTER.search(line.item) is not None and not _NOT_DAIRY.search(line.item)


def puts_into_jars(steps: Sequence[str]) -> bool:
    """Whether the method speaks of jars: a jelly of gelatine is then one without sugar to keep, and no dessert."""
    return any(_JARS.search(step[:_LONGEST_METHOD]) for step in steps)


def method_score(steps: Sequence[str]) -> tuple[float, float]:
    """(for a preserve, for a dish): weights of the words that the method uses."""
    text = " ".join(steps)[:_LONGEST_METHOD]
    return (
        sum(weight for pattern, weight in _FOR_JAM if pattern.search(text)),
        sum(weight for pattern, weight in _FOR_DISH if pattern.search(text)),
    )
