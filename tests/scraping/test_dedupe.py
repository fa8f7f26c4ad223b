"""One recipe on several sites is one; the same title alone is not."""

from __future__ import annotations

from typing import Any

import pytest

from jamhot.scraping.dedupe import canonical_address, group_duplicates, judged

STEPS = [
    "Layer the damsons with the sugar and leave them overnight.",
    "Bring to the boil slowly, stirring until the sugar has dissolved, and fish out the stones.",
    "Boil hard until a drop wrinkles on a cold saucer, then pour into hot jars.",
]
REWORDED = [
    "Leave the damsons overnight under the sugar.",
    "Bring slowly to the boil, stir until all the sugar has dissolved, and take out the stones.",
    "Boil hard until a drop on a cold saucer wrinkles; pour into hot, clean jars.",
]


def recipe(title: str, lines: list[str], steps: list[str] | None = None, url: str = "") -> dict[str, Any]:
    return {"title": title, "url": url, "ingredients": lines, "instructions": STEPS if steps is None else steps}


DAMSON = recipe("Damson Jam", ["1 kg damsons", "800 g sugar", "juice of 1 lemon"], url="https://a.example/damson-jam")


def groups(*recipes: dict[str, Any]) -> tuple[tuple[int, ...], ...]:
    return group_duplicates([judged(one) for one in recipes]).groups


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("https://www.a.example/damson-jam/?utm_source=mail#jump", "a.example/damson-jam"),
        ("http://a.example/damson-jam/amp/", "a.example/damson-jam"),
        ("https://m.a.example/r?id=7&fbclid=x", "a.example/r?id=7"),
        ("https://a.example/r?b=2&a=1", "a.example/r?a=1&b=2"),
        ("", ""),
    ],
)
def test_addresses_of_one_page_are_one(url: str, address: str) -> None:
    assert canonical_address(url) == address


def test_one_page_fetched_twice_is_one_recipe() -> None:
    again = {**DAMSON, "title": "Damson Jam Recipe", "url": "http://www.a.example/damson-jam/?utm_medium=x"}
    assert groups(DAMSON, again) == ((0, 1),)


@pytest.mark.parametrize(
    "copy",
    [
        recipe("Easy damson jam", ["2 1/4 lb damsons", "1 3/4 lb granulated sugar", "3 tbsp lemon juice"]),
        recipe("Damson jam", ["500 g damsons", "400 g caster sugar", "juice of 1/2 lemon"], REWORDED),
        recipe("Damson jam", ["1 lemon, juiced", "1kg damsons, washed", "800g sugar", "6 jars with lids"], REWORDED),
        recipe("Damson Jam", ["1 kg damsons", "800 g sugar", "juice of 1 lemon", "a knob of butter (optional)"]),
        recipe("Autumn in a jar", DAMSON["ingredients"]),
    ],
    ids=["other units", "half the batch", "other order, with jars", "with butter", "other title, same words"],
)
def test_the_same_recipe_elsewhere_is_merged(copy: dict[str, Any]) -> None:
    assert groups(DAMSON, {**copy, "url": "https://b.example/x"}) == ((0, 1),)


@pytest.mark.parametrize(
    "other",
    [
        recipe("Damson Jam", ["1 kg damsons", "500 g sugar", "juice of 1 lemon"]),
        recipe("Damson Jam", ["1 kg damsons", "800 g sugar", "200 ml port", "juice of 1 lemon"]),
        recipe("Damson Jam", ["1 kg plums", "800 g sugar", "juice of 1 lemon"]),
        recipe("Damson Jelly", ["1 kg damsons", "800 g sugar", "juice of 1 lemon"], ["Drip overnight through muslin."]),
        recipe("Damson Jam", ["1 kg damsons", "800 g sugar", "1 box pectin", "juice of 1 lemon"]),
        recipe("Damson Jam", [], ["Look at the picture."]),
    ],
    ids=["less sugar", "port in it", "other fruit", "a jelly", "pectin", "nothing but a title"],
)
def test_a_different_recipe_of_the_same_title_is_not(other: dict[str, Any]) -> None:
    assert groups(DAMSON, {**other, "url": "https://b.example/x"}) == ((0,), (1,))


def test_the_citrus_of_a_curd_is_its_fruit_however_it_is_told() -> None:
    steps = ["Whisk juice, zest, sugar and butter over simmering water, then the eggs, until it coats a spoon."]
    one = recipe("Lime curd", ["5 limes, zest and juice", "150 g sugar", "90 g butter", "3 eggs"], steps)
    other = recipe("My lime curd", ["5 limes", "150g golden caster sugar", "90g butter, diced", "3 eggs"], steps)
    yolk = recipe("Lime curd", [*other["ingredients"][:3], "3 eggs plus 1 egg yolk"], steps, "https://c.example/x")
    assert groups(one, {**other, "url": "https://b.example/x"}) == ((0, 1),)
    assert groups({**one, "ingredients": [*one["ingredients"], "1 egg yolk"]}, yolk) == ((0, 1),)


@pytest.mark.parametrize(("water", "same"), [("3 pints water", True), ("1.1 litres water", False)])
def test_a_pint_of_water_may_be_british(water: str, same: bool) -> None:
    one = recipe("Damson jam", ["1.8 kg damsons", "2.7 kg sugar", "1.7 litres water"])
    other = recipe("Damson jam", ["4 lb damsons", "6 lb sugar", water], url="https://b.example/x")
    assert groups(one, other) == (((0, 1),) if same else ((0,), (1,)))


MARMALADE = ["6 oranges", "1.5 litres water", "1.5 kg sugar"]
WHOLE = [
    "Simmer the washed oranges whole in the water in a large pan for 2 hours, until soft.",
    "Take them out to cool. Halve them, discard the pips and cut the peel into thin slices.",
    "Return peel and pulp to the pan with the sugar, and stir over a low heat until it has dissolved.",
    "Boil rapidly for 15 minutes to setting point. Leave for 10 minutes; pour into sterilised jars.",
]
WHOLE_REWORDED = [
    "Put whole oranges and water into a pan and simmer 2 hours. They should be soft.",
    "Cool, cut in half, get rid of the pips and slice the peel thinly.",
    "Tip peel, pulp and sugar back in; dissolve it on low heat.",
    "Boil fast for fifteen minutes until it sets, stand 10 minutes, then pot in hot jars.",
]
CUT_FIRST = [
    "Halve the washed oranges, discard the pips and cut the peel into thin slices.",
    "Simmer peel and pulp in the water in a large pan for 2 hours, until soft.",
    "Stir in the sugar over a low heat until it has dissolved.",
    "Boil rapidly for 15 minutes to setting point. Leave for 10 minutes; pour into sterilised jars.",
]
SOAKED = [
    "Squeeze the oranges, tie the pips in muslin and shred the skins.",
    "Soak everything overnight in the water.",
    "Next day cook until tender, squeeze out the bag, add the sugar and boil to 105 C.",
]


@pytest.mark.parametrize(
    ("steps", "same"),
    [(WHOLE_REWORDED, True), (CUT_FIRST, False), (SOAKED, False), (["Boil and jar."], False)],
    ids=["reworded", "cut before it is cooked, in the same words", "told otherwise", "next to nothing told"],
)
def test_three_plain_amounts_are_one_recipe_only_if_the_methods_say_so(steps: list[str], same: bool) -> None:
    one, other = recipe("Orange marmalade", MARMALADE, WHOLE), recipe("Orange Marmalade", MARMALADE, steps)
    other["url"] = "https://b.example/x"
    assert groups(one, other) == (((0, 1),) if same else ((0,), (1,)))


def test_six_amounts_that_agree_need_fewer_words_in_common() -> None:
    lines = ["3 kg apples", "500 g sugar", "500 ml cider", "2 tsp cinnamon", "1/2 tsp cloves", "1/4 tsp nutmeg"]
    one = recipe("Apple butter", lines, ["Peel and slice the apples.", "Cook everything on low for 10 hours; blend."])
    other = recipe("Crock pot butter", lines, ["Low heat, lid on, ten hours for the sliced apples. Blend. Chill."])
    assert groups(one, {**other, "url": "https://b.example/x"}) == ((0, 1),)


@pytest.mark.parametrize(("line", "same"), [("juice of 1 lemon", True), ("1 lemon, its juice squeezed out", False)])
def test_without_a_method_plain_amounts_must_be_told_in_the_same_words(line: str, same: bool) -> None:
    other = recipe("Damson jam", ["1 kg damsons", "800 g sugar", line], [], "https://b.example/x")
    assert groups(DAMSON, other) == (((0, 1),) if same else ((0,), (1,)))


def test_variants_are_linked_and_strangers_are_not() -> None:
    less_sugar = recipe("Damson Jam", ["1 kg damsons", "600 g sugar", "juice of 1 lemon"])
    stranger = recipe("Fig jam", ["1 kg figs", "300 g sugar"])
    found = group_duplicates([judged(one) for one in (DAMSON, stranger, less_sugar)])
    assert found.groups == ((0,), (1,), (2,))
    assert found.near == ((0, 2),)


def test_a_page_with_two_recipes_stays_two() -> None:
    figs = recipe("Fig jam", ["1 kg figs", "300 g sugar"], url=DAMSON["url"])
    jelly = recipe("Damson jelly", ["2 kg damsons", "700 g sugar", "1 litre water"], url=DAMSON["url"])
    with_port = recipe("Tipsy winter pot", ["1 kg damsons", "900 g sugar", "200 ml port"], url=DAMSON["url"])
    assert groups(DAMSON, figs, jelly, with_port) == ((0,), (1,), (2,), (3,))
    low = recipe("Low-sugar damson jam", ["1 kg damsons", "300 g sugar", "1 box pectin"], ["Whisk in the pectin."])
    assert groups(DAMSON, {**low, "url": DAMSON["url"]}) == ((0,), (1,))


def test_two_ways_with_the_same_amounts_on_a_page_stay_two() -> None:
    one = recipe("Marmalade, method 1", MARMALADE, WHOLE, "https://a.example/marmalade")
    assert groups(one, {**one, "title": "Marmalade, method 2", "instructions": CUT_FIRST}) == ((0,), (1,))
    assert groups(one, {**one, "instructions": SOAKED}) == ((0, 1),)


def test_a_page_that_was_mended_stays_one() -> None:
    mended = {
        **DAMSON,
        "title": "Damson jam, mended",
        "ingredients": ["1 kg damsons", "700 g sugar", "juice of 2 lemons"],
    }
    assert groups(DAMSON, mended) == ((0, 1),)


def test_every_index_is_in_one_group_whatever_the_order() -> None:
    copy = recipe("Damson Jam", ["2 kg damsons", "1.6 kg sugar", "juice of 2 lemons"], url="https://c.example/1")
    figs = recipe("Fig jam", ["1 kg figs", "300 g sugar"])
    assert groups(figs, copy, DAMSON) == ((0,), (1, 2))
    assert groups(copy, figs, DAMSON) == ((0, 2), (1,))
    assert groups() == ()


def test_a_range_of_a_spice_is_what_another_page_gives_as_one() -> None:
    fruit = ["2 kg damsons", "1.5 kg sugar", "300 ml port"]
    one = recipe("Spiced damson jam", [*fruit, "2-3 tsp ground cinnamon", "1/2 tsp ground chillies"])
    other = recipe("Damson jam with spices", [*fruit, "2 teaspoons cinnamon", "1/2 teaspoon ground chilli"], REWORDED)
    assert groups(one, other) == ((0, 1),)
    assert groups(one, {**other, "ingredients": [*fruit, "5 teaspoons cinnamon", "1/2 teaspoon chilli"]}) == (
        (0,),
        (1,),
    )
