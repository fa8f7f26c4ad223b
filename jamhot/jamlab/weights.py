"""Typical weights of one piece and of a US cup, edible part: USDA SR28, as `seed/measures.yaml` (a test compares)."""

from __future__ import annotations

from typing import Final, NamedTuple


class Weights(NamedTuple):
    """Grams, each with its key in measures.yaml; None where SR28 has none."""

    each_g: float | None = None
    each_key: str | None = None
    cup_g: float | None = None
    cup_key: str | None = None


WEIGHTS: Final[dict[str, Weights]] = {
    "acerola": Weights(4.8, "acerola.each", 98, "acerola.cup"),
    "apple": Weights(182, "apple.medium", 109, "apple.slices"),
    "apricot": Weights(35, "apricot.each", 165, "apricot.sliced"),
    "asian_pear": Weights(122, "asian_pear.each", None, None),
    "avocado": Weights(None, None, 146, "avocado.sliced"),
    "banana": Weights(118, "banana.medium", 150, "banana.sliced"),
    "blackberry": Weights(None, None, 144, "blackberry.cup"),
    "blackcurrant": Weights(None, None, 112, "blackcurrant.cup"),
    "blueberry": Weights(None, None, 148, "blueberry.cup"),
    "boysenberry": Weights(None, None, 132, "boysenberry.cup"),
    "cherimoya": Weights(235, "cherimoya.each", 160, "cherimoya.pieces"),
    "chokecherry": Weights(None, None, 154, "chokecherry.cup"),
    "clementine": Weights(74, "clementine.each", None, None),
    "coconut": Weights(45, "coconut.each", 80, "coconut.shredded"),
    "crab_apple": Weights(None, None, 110, "crab_apple.slices"),
    "cranberry": Weights(None, None, 100, "cranberry.whole"),
    "date": Weights(7.1, "date.each", 147, "date.chopped"),
    "durian": Weights(602, "durian.each", None, None),
    "elderberry": Weights(None, None, 145, "elderberry.cup"),
    "feijoa": Weights(42, "feijoa.each", 205, "feijoa.chunks"),
    "fig": Weights(50, "fig.medium", None, None),
    "gooseberry": Weights(None, None, 150, "gooseberry.cup"),
    "grape": Weights(2.4, "grape.each", 92, "grape.cup"),
    "grapefruit": Weights(256, "grapefruit.medium", 230, "grapefruit.sections"),
    "guava": Weights(55, "guava.each", 165, "guava.cup"),
    "jackfruit": Weights(None, None, 165, "jackfruit.sliced"),
    "kiwi": Weights(69, "kiwi.each", 180, "kiwi.sliced"),
    "kumquat": Weights(19, "kumquat.each", None, None),
    "lemon": Weights(None, None, 212, "lemon.sections"),
    "lime": Weights(67, "lime.each", None, None),
    "loganberry": Weights(None, None, 147, "loganberry.cup"),
    "longan": Weights(3.2, "longan.each", None, None),
    "loquat": Weights(16, "loquat.medium", 149, "loquat.cubed"),
    "lychee": Weights(9.6, "lychee.each", 190, "lychee.cup"),
    "mandarin": Weights(88, "mandarin.medium", 195, "mandarin.sections"),
    "mango": Weights(336, "mango.each", 165, "mango.pieces"),
    "melon": Weights(552, "melon.medium", 160, "melon.cubes"),
    "mulberry": Weights(None, None, 140, "mulberry.cup"),
    "nectarine": Weights(142, "nectarine.medium", 143, "nectarine.slices"),
    "orange": Weights(131, "orange.each", 180, "orange.sections"),
    "papaya": Weights(None, None, 145, "papaya.pieces"),
    "passion_fruit": Weights(18, "passion_fruit.each", 236, "passion_fruit.cup"),
    "peach": Weights(150, "peach.medium", 154, "peach.slices"),
    "pear": Weights(178, "pear.medium", 140, "pear.slices"),
    "persimmon": Weights(168, "persimmon.each", None, None),
    "physalis": Weights(None, None, 140, "physalis.cup"),
    "pineapple": Weights(905, "pineapple.each", 165, "pineapple.chunks"),
    "plum": Weights(66, "plum.each", 165, "plum.sliced"),
    "pomegranate": Weights(282, "pomegranate.each", 174, "pomegranate.arils"),
    "pomelo": Weights(609, "pomelo.each", 190, "pomelo.sections"),
    "prickly_pear": Weights(103, "prickly_pear.each", 149, "prickly_pear.cup"),
    "pumpkin": Weights(None, None, 116, "pumpkin.cup"),
    "quince": Weights(92, "quince.each", None, None),
    "raspberry": Weights(None, None, 123, "raspberry.cup"),
    "redcurrant": Weights(None, None, 112, "redcurrant.cup"),
    "rhubarb": Weights(51, "rhubarb.each", 122, "rhubarb.diced"),
    "rosehip": Weights(None, None, 127, "rosehip.cup"),
    "sapodilla": Weights(170, "sapodilla.each", 241, "sapodilla.pulp"),
    "sour_cherry": Weights(None, None, 155, "sour_cherry.pitted"),
    "starfruit": Weights(91, "starfruit.medium", 108, "starfruit.sliced"),
    "strawberry": Weights(12, "strawberry.medium", 144, "strawberry.whole"),
    "surinam_cherry": Weights(7, "surinam_cherry.each", 173, "surinam_cherry.cup"),
    "sweet_cherry": Weights(8.2, "sweet_cherry.each", 154, "sweet_cherry.pitted"),
    "tamarind": Weights(2, "tamarind.each", 120, "tamarind.pulp"),
    "tomato": Weights(62, "tomato.each", 180, "tomato.chopped"),
    "watermelon": Weights(4518, "watermelon.each", 152, "watermelon.diced"),
    "whitecurrant": Weights(None, None, 112, "whitecurrant.cup"),
}
