"""Rules about sentences: named ingredients, nothing shared, nothing twice, spelling. Each fails on a bad example."""

from __future__ import annotations

import lzma
from typing import Any

import pytest

from jamhot.catalog.build import SEED
from jamhot.catalog.facts import read_shingles, shingles
from jamhot.catalog.rules.prose import check_alike_prose, check_shared, check_spelling, read_words
from jamhot.catalog.rules.steps import check_named
from tests.catalog.examples import line, material, recipe

WORDS = read_words(SEED)
LONG = "Lift the berries out of the syrup with a slotted spoon and spread them on a tray to cool while it boils."


def steps(*texts: str, uses: tuple[str, ...] = ("strawberries", "sugar")) -> dict[str, Any]:
    return {
        "instructions": [{"text": texts[0], "uses": list(uses)}, *({"text": text} for text in (*texts[1:], "Eat."))]
    }


@pytest.mark.parametrize(
    ("text", "unnamed"),
    [
        ("Stir the strawberries and the sugar.", []),
        ("Stir each strawberry into the sugar.", []),
        ("Stir the berries and the sugar.", []),
        ("Stir the fruit and the sugar.", []),
        ("Stir the strawberries for a while.", ["sugar"]),
        ("Stir them for a while.", ["strawberries", "sugar"]),
        ("Stir the raspberries and the sugar.", ["strawberries"]),
    ],
)
def test_an_ingredient_is_named_in_the_step_that_uses_it(text: str, unnamed: list[str]) -> None:
    told = [problem.text for problem in check_named(material(recipe(**steps(text))))]
    assert told == [f"step 1 uses {item!r} and does not name it" for item in unnamed]


def test_the_fruit_names_no_one_of_several() -> None:
    lines = [
        line(500, "gram", "apples", "fruit", fruit="apple"),
        line(500, "gram", "pears", "fruit", fruit="pear"),
    ]
    two = {"primary_fruits": ["apple", "pear"], "ingredients": lines}
    both = recipe(**two, **steps("Cook the fruit.", uses=("apples", "pears")))
    assert list(check_named(material(both))) == []
    one = recipe(
        **two, instructions=[{"text": "Apples.", "uses": ["apples"]}, {"text": "The fruit.", "uses": ["pears"]}]
    )
    assert [problem.text for problem in check_named(material(one))] == ["step 2 uses 'pears' and does not name it"]


@pytest.mark.parametrize(
    ("item", "text"), [("lime for its zest", "Grate the zest."), ("ground allspice", "Add the spices.")]
)
def test_a_noun_or_its_usual_name_will_do(item: str, text: str) -> None:
    made = recipe(ingredients=[line(1, None, item, "spice")], primary_fruits=["lime"], **steps(text, uses=(item,)))
    assert list(check_named(material(made))) == []


def test_a_sentence_of_a_source_is_told() -> None:
    read = shingles("Boil the syrup until it falls in two drops from the spoon, then add the fruit.")
    ours = recipe(**steps("Let it cook. Boil the syrup until it falls in two drops.", "Skim."))
    assert [p.text for p in check_shared(material(ours), read)] == ["step 1 has eight words in a row of a source text"]
    assert list(check_shared(material(recipe()), read)) == []


def test_the_committed_hashes_are_there() -> None:
    hashes = read_shingles(SEED / "facts" / "shingles.bin")
    assert len(hashes) > 1500
    assert shingles("boil rapidly, stirring; rapid boil, stir constantly to 220 F sea level") & hashes


def alike(one: str, other: str) -> list[str]:
    both = (
        recipe(**steps(one)),
        recipe(slug="other", summary="Another.", keeping={"method": "freeze", "note": "Ice."}, **steps(other)),
    )
    return [problem.text for problem in check_alike_prose(material(*both)) if "strawberry" in problem.where]


def test_a_step_that_stands_in_two_recipes_is_told() -> None:
    assert len(alike(LONG, LONG)) == 1
    assert len(alike(LONG, LONG.replace("tray", "plate"))) == 1
    told = alike(f"Hull them and halve the largest. {LONG}", f"{LONG} Wait.")
    assert len(told) == 1
    assert "the same as step 1 of other" in told[0]


@pytest.mark.parametrize(
    "text",
    [
        "Skim, pot and cover.",
        "Wipe the rims of the hot jars, put on the lids and process in boiling water for your altitude.",
        "Boil six half-pint jars under water for 10 minutes, and a minute more for every 300 m of altitude.",
    ],
)
def test_short_and_stock_sentences_may_repeat(text: str) -> None:
    assert alike(text, text) == []


def test_two_ways_of_saying_it_are_two() -> None:
    assert alike(LONG, "With a slotted spoon take the fruit from its syrup; a tray is the place to let it cool.") == []


@pytest.mark.parametrize("text", ["Stir the surgar in.", "Stir the sugar untill clear.", "Its color deepens."])
def test_a_misspelt_word_is_told(text: str) -> None:
    assert len(list(check_spelling(material(recipe(summary=text)), WORDS))) == 1 + len(in_fruits())


def in_fruits() -> list[str]:
    """What the shipped profiles themselves have, while they are being written."""
    return [str(problem) for problem in check_spelling(material(), WORDS)]


@pytest.mark.parametrize(
    "text", ["Don’t peel Buddha's hand.", "Unpeeled greengages, puréed: 12 °C.", "It's 6 mm (¼ in)."]
)
def test_good_spelling_passes(text: str) -> None:
    assert len(list(check_spelling(material(recipe(summary=text)), WORDS))) == len(in_fruits())


def test_our_own_words_are_not_in_the_dictionary_already() -> None:
    english = lzma.decompress((SEED / "english.txt.xz").read_bytes()).decode().split()
    ours = [word for word in (SEED / "words.txt").read_text().splitlines() if not word.startswith("#")]
    assert ours == sorted(set(ours))
    assert not set(ours) & set(english)
