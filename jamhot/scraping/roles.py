"""What a line is there for: fruit, sugar, acid, pectin, spice, liquid, something else, or equipment."""

from __future__ import annotations

import re
from typing import Final

from jamhot.scraping.fruits import finder
from jamhot.scraping.types import LineRole


def _words(text: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{text})\b", re.I)


_EQUIPMENT: Final = _words(
    r"jars?|lids?|screw bands?|bands and|cheesecloth|muslin|jelly bag|labels?|wax(?:ed)? (?:discs?|circles?|paper)|"
    r"paraffin(?: wax)?|(?:candy|jam|sugar) thermometer|canner|canning (?:jars?|funnel|rack)|cellophane|"
    r"kitchen string|"
    r"special equipment|freezer containers?|plastic containers?|tongs|ladles?|stock ?pots?|funnels?|"
    r"(?:jar|cake|cooling) racks?|(?:hand|potato) mashers?|graters?|wooden spoons?|paper towels?|"
    r"saucepans?|preserving pans?"
)
_PECTIN: Final = _words(
    r"pectin|sure[ -]?jell?|certo|m\.?c\.?p\.?|pomona'?s|calcium water|jam ?setta|jamsetta|jam setter"
)
_SUGAR: Final = _words(
    r"sugars?|honey|maple syrup|corn syrup|golden syrup|agave(?: nectar| syrup)?|molasses|treacle|stevia|splenda|"
    r"sweetener|erythritol|xylitol|jaggery|glucose|fructose|sucralose|truvia|swerve|monk ?fruit|piloncillo|panela|"
    r"rapadura|sucanat|muscovado|demerara|turbinado|rice syrup|simple syrup|dextrose|allulose|equal"
)
_NOT_SUGAR: Final = _words(r"sugar (?:snap|pumpkin|plum|cane|pie|pears?)|honey ?dew|honey ?crisp|honeyberr\w+")
_ACID: Final = _words(
    r"citric acid|ascorbic acid|tartaric acid|malic acid|cream of tartar|vinegar|verjuice|verjus|fruit[ -]fresh|"
    r"(?:lemons?|limes?)(?: or (?:lemons?|limes?))? juice|juice of (?:\d+|an?|half|the)? ?(?:lemons?|limes?)|"
    r"lemon concentrate|realemon"
)
_JUICY: Final = re.compile(r"\bjuiced?\b|\bjuice\b|squeezed", re.I)
_ZEST: Final = _words(r"zests?|rinds?|peels?|zested")
_FLAVOUR: Final = _words(
    r"cinnamon|cloves?|nutmeg|mace|allspice|ginger|gingerroot|cardamom|vanilla|star anise|anise|aniseed|"
    r"fennel seeds?|"
    r"cassia|mustard seeds?|mustard powder|dry mustard|coriander seeds?|cumin|turmeric|curry powder|garam masala|"
    r"peppercorns?|black pepper|white pepper|cayenne|chil(?:l?i|e)(?: flakes| powder|es|s)?|paprika|"
    r"red pepper flakes|"
    r"pepper flakes|jalape[nñ]os?|habaneros?|scotch bonnets?|serranos?|salt|bay lea(?:f|ves)|thyme|rosemary|sage|"
    r"mint|"
    r"basil|lavender|lemongrass|lemon ?balm|verbena|saffron|sumac|tonka|juniper berr(?:y|ies)|rose ?water|"
    r"orange (?:blossom|flower) water|almond extract|extract|flavou?ring|essence|pie spice|pumpkin spice|spices?|"
    r"garlic|horseradish|lime leaves|kaffir|tarragon|dill seeds?|celery seeds?|caraway|poppy seeds?|geranium|pepper|"
    r"elderflowers?|rose petals?|hibiscus|pandan|oregano|asafoetida|food colou?ring"
)
_NOT_FLAVOUR: Final = _words(
    r"(?:bell|sweet|red|green|yellow|orange) peppers?|peppers|mint jelly|unsalted|salted|ginger ale|ginger beer"
)
_LIQUID: Final = _words(
    r"water|wine|champagne|prosecco|brandy|rum|whisk(?:e)?y|bourbon|vodka|gin|port|sherry|liqueur|cointreau|"
    r"grand marnier|triple sec|amaretto|kirsch|chambord|cassis|schnapps|tequila|cider|juices?|tea|coffee|beer|stout|"
    r"soda|ginger ale|milk|cream|buttermilk|stock|broth|calvados|limoncello|cognac|nectar|limeade|lemonade|ale|"
    r"espresso"
)
_NOT_LIQUID: Final = _words(
    r"cream cheese|ice cream|sour cream|creamed|cream of|tea ?spoons?|coconut (?:milk|cream)|green tea leaves"
)
_MADE_OF_FRUIT: Final = _words(
    r"jam|jelly|jell-?o|preserves?|marmalade|curd|sauce|pie filling|extract|flavou?red|flavou?ring|liqueur|"
    r"brandy|vodka|rum|wine|"
    r"schnapps|gelatin|jello|oil|soda|syrup|yogh?urt|cream|candy|candies|cordial|cider|ketchup|chutney|vinegar|"
    r"mix|cake|bread|tea|essence|powder|leaves|ice cream|sorbet|cereal|butter"
)
CITRUS_FOR_ACID: Final = frozenset({"lemon", "lime"})


def role_of(item: str, preparation: str = "", unit: str | None = None) -> LineRole:
    """The role of what a line names. A lemon of which only the juice is used is an acid; its zest is a spice."""
    both = f"{item} {preparation}"
    if _EQUIPMENT.search(item) and unit not in ("jar", "cup", "ounce", "gram"):
        return "equipment"
    if _PECTIN.search(item):
        return "pectin"
    if _ACID.search(both):
        return "acid"
    fruits = finder().names(item)
    if _SUGAR.search(item) and not _NOT_SUGAR.search(item):
        return "sugar"
    if fruits and not _MADE_OF_FRUIT.search(item):
        return _of_fruit(item, preparation, fruits)
    if _FLAVOUR.search(item) and not _NOT_FLAVOUR.search(item):
        return "spice"
    if _LIQUID.search(item) and not _NOT_LIQUID.search(item):
        return "liquid"
    if any(mention.name is None for mention in finder().mentions(item)) and not _MADE_OF_FRUIT.search(item):
        return "fruit"
    return "other"


def _of_fruit(item: str, preparation: str, fruits: tuple[str, ...]) -> LineRole:
    zest_only = _ZEST.search(item) or (_ZEST.search(preparation) and not re.search(r"\band\b|&|\+", preparation))
    if zest_only and not _JUICY.search(f"{item} {preparation}"):
        return "spice"
    if CITRUS_FOR_ACID.issuperset(fruits) and _JUICY.search(preparation):
        return "acid"
    if re.search(r"(?<!with )(?<!its )(?<!own )(?<!their )(?<!in )\bjuice\b", item, re.I) and fruits[0] in (
        "orange",
        "apple",
        "pineapple",
    ):
        return "liquid"
    return "fruit"
