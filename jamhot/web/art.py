"""Which of our drawn shapes a fruit has; `templates/art.html` draws them, the catalogue gives the colour."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_SHAPES: Final[Mapping[str, str]] = {
    "strawberry": "strawberry pineberry",
    "bramble": "blackberry raspberry boysenberry loganberry tayberry marionberry cloudberry mulberry wineberry jambul",
    "currant": "redcurrant blackcurrant whitecurrant jostaberry elderberry barberry chokecherry sea_buckthorn "
    "bearberry goji_berry rosehip",
    "crowned": "blueberry huckleberry pomegranate guava honeyberry gooseberry cranberry lingonberry juniper_berry "
    "feijoa bilberry medlar mangosteen",
    "cherry": "cherry sweet_cherry sour_cherry acerola surinam_cherry miracle_fruit phalsa nance",
    "citrus": "orange seville_orange lemon lime grapefruit pomelo mandarin clementine kumquat calamondin citron yuzu",
    "apple": "apple crab_apple asian_pear tomato persimmon sapodilla",
    "pear": "pear quince fig prickly_pear papaya avocado cashew loquat medlar",
    "grape": "grape longan lychee rambutan",
    "long": "banana plantain tamarind date",
    "slice": "melon watermelon pumpkin jackfruit citron_melon cantaloupe breadfruit durian",
    "pineapple": "pineapple",
    "stalk": "rhubarb",
    "cut": "kiwi kiwano passion_fruit dragon_fruit coconut starfruit cherimoya",
    "lantern": "physalis tomatillo",
}
_BY_NAME: Final = {name: shape for shape, names in _SHAPES.items() for name in names.split()}


def shape(name: str) -> str:
    """The shape of a fruit: `stone`, a round one with a crease, where none fits better."""
    return _BY_NAME.get(name, "stone")
