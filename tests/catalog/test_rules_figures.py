"""Rules about figures: proportions, mass balance, relations, facts, no two alike. Each fails on a bad example."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from jamhot.catalog.build import SEED, parse, read_yaml
from jamhot.catalog.facts import (
    FruitFact,
    convert,
    read_fruit_facts,
    read_recipe_facts,
    read_shingles,
    read_yields,
    shingles,
)
from jamhot.catalog.rules.balance import check_yield
from jamhot.catalog.rules.chemistry import check_chemistry
from jamhot.catalog.rules.distinct import check_distinct
from jamhot.catalog.rules.figures import check_recipe_figures, check_yields
from jamhot.catalog.rules.material import Material, build_material
from jamhot.catalog.rules.proportions import (
    SUGAR,
    WITH_PECTIN,
    check_acid,
    check_batch,
    check_pectin,
    check_sharpness,
    check_spice,
    check_sugar,
)
from jamhot.catalog.rules.relations import check_primary
from jamhot.catalog.seed_format import FruitEntry
from tests.catalog.examples import TABLES, line, material, recipe

FACTS = read_recipe_facts(SEED / "facts" / "recipes.csv")
COLD = {"method": "refrigerate", "note": "A month."}


def berries(grams: float, fruit: str = "strawberry") -> dict[str, Any]:
    return line(grams, "gram", fruit, "fruit", fruit=fruit)


def sugar(grams: float) -> dict[str, Any]:
    return line(grams, "gram", "sugar", "sugar")


def said(rule: Any, *recipes: Any) -> list[str]:
    return [problem.text for problem in rule(material(*recipes))]


@pytest.mark.parametrize(
    ("kind", "grams", "good"),
    [("jam", 860, True), ("jam", 2000, False), ("jam", 200, False), ("chutney", 200, True), ("curd", 100, False)],
)
def test_sugar_is_within_the_range_of_its_kind(kind: str, grams: float, good: bool) -> None:
    told = said(check_sugar, recipe(kind=kind, ingredients=[berries(1000), sugar(grams)]))
    assert (told == []) is good
    assert good or f"for a {kind}" in told[0]


def test_added_pectin_takes_more_sugar() -> None:
    pectin = line(1, "packet", "powdered pectin", "pectin")
    assert said(check_sugar, recipe(ingredients=[berries(1000), sugar(1700)]))
    assert said(check_sugar, recipe(ingredients=[berries(1000), sugar(1700), pectin])) == []
    assert SUGAR.keys() == WITH_PECTIN.keys()


def test_a_batch_above_six_kilograms_is_told() -> None:
    assert said(check_batch, recipe(ingredients=[berries(5000), sugar(4000)])) == ["a batch of 9.0 kg, above 6 kg"]


def test_a_low_acid_fruit_needs_acid_to_set() -> None:
    figs = {"primary_fruits": ["fig"], "ingredients": [berries(1000, "fig"), sugar(500)], "keeping": COLD}
    assert said(check_acid, recipe(**figs)) == ["fig: low in acid, and none is added"]
    lemon = line(2, "tablespoon", "lemon juice", "acid")
    assert said(check_acid, recipe(**{**figs, "ingredients": [*figs["ingredients"], lemon]})) == []
    assert said(check_acid, recipe(**{**figs, "ingredients": [*figs["ingredients"], berries(200, "redcurrant")]})) == []


@pytest.mark.parametrize(
    ("kind", "lemon", "told"),
    [("jam", 50, None), ("jam", 400, "0.41 g acid"), ("chutney", 10, "0.01 g acid"), ("chutney", 400, None)],
)
def test_acid_is_within_the_range_of_its_kind(kind: str, lemon: float, told: str | None) -> None:
    sour = line(lemon, "millilitre", "lemon juice", "acid")
    texts = said(check_sharpness, recipe(kind=kind, ingredients=[berries(1000), sugar(860), sour]))
    assert (texts == []) if told is None else any(told in text for text in texts)


def test_a_tablespoon_of_cloves_is_a_slip() -> None:
    cloves = line(1.5, "teaspoon", "ground cloves", "spice")
    assert said(check_spice, recipe(ingredients=[berries(1000), sugar(860), cloves])) == []
    slip = {**cloves, "unit": "tablespoon"}
    assert said(check_spice, recipe(ingredients=[berries(1000), sugar(860), slip])) == [
        "ground cloves: 22 ml a kilogram of fruit, above 20 for a jam"
    ]


def test_a_jelly_of_fruit_without_pectin_needs_some() -> None:
    jelly = {"kind": "jelly", "ingredients": [berries(1000), sugar(800)]}
    assert said(check_pectin, recipe(**jelly)) == ["strawberry: low in pectin, and none is added"]
    for helper in (line(1, "packet", "powdered pectin", "pectin"), berries(300, "redcurrant")):
        assert said(check_pectin, recipe(**{**jelly, "ingredients": [*jelly["ingredients"], helper]})) == []


@pytest.mark.parametrize(
    ("jars", "told"),
    [(5.0, None), (7.0, "only 1860 g goes in"), (2.5, "too few jars")],
)
def test_a_stated_yield_balances(jars: float, told: str | None) -> None:
    lines = [berries(1000), sugar(860)]
    texts = said(check_yield, recipe(ingredients=lines, **{"yield": {"basis": "stated", "jars": jars, "jar_ml": 240}}))
    assert (texts == []) if told is None else any(told in text for text in texts)


def test_a_stated_yield_that_leaves_the_jam_thin_is_told() -> None:
    lines = [berries(1500), sugar(700)]
    texts = said(check_yield, recipe(ingredients=lines, **{"yield": {"basis": "stated", "jars": 7, "jar_ml": 240}}))
    assert any("°Brix: too many jars" in text for text in texts)


def test_a_garnish_is_not_primary_and_the_body_is() -> None:
    lines = [berries(1000), berries(80, "redcurrant"), sugar(860)]
    assert said(check_primary, recipe(primary_fruits=["strawberry"], ingredients=lines)) == []
    assert said(check_primary, recipe(primary_fruits=["redcurrant"], ingredients=lines)) == [
        "strawberry is 93% of the fruit, the most, and not primary",
        "redcurrant is primary and only 7% of the fruit",
    ]


def test_a_fruit_of_the_title_is_primary_unless_it_comes_with() -> None:
    lines = [berries(1000), berries(400, "redcurrant"), sugar(860)]
    named = recipe(title="Strawberry and redcurrant jam", ingredients=lines)
    assert said(check_primary, named) == ["redcurrant is in the title, 29% of the fruit, and not primary"]
    assert said(check_primary, recipe(title="Strawberry jam with redcurrants", ingredients=lines)) == []


def test_a_batch_of_another_size_is_the_same_recipe_and_other_sugar_is_not() -> None:
    small = recipe(id=901, slug="small", title="Small", ingredients=[berries(400), sugar(350)])
    same = recipe(id=902, slug="same", title="Same", ingredients=[berries(1000), sugar(860)])
    other = recipe(id=903, slug="other", title="Other", ingredients=[berries(1000), sugar(600)])
    assert said(check_distinct, small, same, other) == ["same kind, fruits and proportions as same"]


def test_a_spice_does_not_make_another_recipe() -> None:
    spiced = recipe(
        slug="spiced", ingredients=[*recipe().model_dump()["ingredients"], line(1, "pod", "vanilla", "spice")]
    )
    assert said(check_distinct, recipe(), spiced) == ["same kind, fruits and proportions as spiced"]


def figures(**changes: Any) -> list[str]:
    like = {"source": {"id": "msu", "facts": "msu-275"}, **changes}
    return [problem.text for problem in check_recipe_figures(material(recipe(**like)), FACTS)]


def cups(fruit: float, sweet: float, *more: dict[str, Any]) -> dict[str, Any]:
    measured = line(fruit, "cup", "crushed strawberries", "fruit", fruit="strawberry", measure="crushed_fruit")
    return {"ingredients": [measured, line(sweet, "cup", "sugar", "sugar"), *more]}


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        (cups(4, 4), None),
        (cups(2, 2), None),
        (cups(4, 3), "not in the proportions of msu-275: crushed strawberries ×1.00"),
        (cups(4, 4, line(2, "tablespoon", "lemon juice", "acid")), "'lemon juice' is not in msu-275"),
        ({"source": {"id": "msu", "facts": "msu-999"}}, "the table of facts has no row 'msu-999'"),
    ],
)
def test_a_recipe_has_the_proportions_of_its_source(changes: dict[str, Any], told: str | None) -> None:
    texts = figures(**changes)
    assert (texts == []) if told is None else any(told in text for text in texts)


def test_what_the_place_says_is_ours_needs_no_exception() -> None:
    lemon = line(2, "tablespoon", "lemon juice", "acid")
    place = {"source": {"id": "msu", "facts": "msu-275", "place": "without added pectin; the lemon juice is ours"}}
    assert figures(**cups(4, 4, lemon), **place) == []


def test_a_main_line_that_was_left_out_is_told() -> None:
    assert figures(ingredients=cups(4, 4)["ingredients"][:1]) == ["msu-275 has 4 cup sugar, the recipe not"]


def test_beetons_pint_is_imperial() -> None:
    """bt-094: a pint of whitecurrant juice to ¾ lb of loaf sugar."""
    juice = line(568, "millilitre", "whitecurrant juice", "fruit", fruit="whitecurrant", measure="fruit_juice")
    beeton = {"primary_fruits": ["whitecurrant"], "source": {"id": "bt", "facts": "bt-094"}}
    assert figures(**beeton, ingredients=[juice, sugar(340)]) == []
    assert figures(**beeton, ingredients=[{**juice, "quantity": 473}, sugar(340)]) != []


def test_sugar_by_the_cup_of_juice() -> None:
    """fm-042: sugar cup for cup of juice."""
    juice = line(3, "cup", "redcurrant juice", "fruit", fruit="redcurrant", measure="fruit_juice")
    currants = {"primary_fruits": ["redcurrant"], "source": {"id": "fm", "facts": "fm-042"}}
    for sweet, good in ((3.0, True), (2.0, False)):
        texts = figures(**currants, ingredients=[juice, line(sweet, "cup", "sugar", "sugar")])
        assert any("per cup juice" in text for text in texts) is not good


@pytest.mark.parametrize(
    ("cups_of_each", "jars", "told"),
    [
        (4, 3.0, []),
        (2, 2.0, []),
        (4, 6.0, ["the jars hold 1440–1440 ml; msu-275 fills 710–946 ml"]),
        (8, 3.0, ["the jars hold 720–720 ml; msu-275 fills 1420–1893 ml"]),
    ],
)
def test_a_stated_yield_is_the_sources(cups_of_each: float, jars: float, told: list[str]) -> None:
    stated = {"source": {"id": "msu", "facts": "msu-275"}, "yield": {"basis": "stated", "jars": jars, "jar_ml": 240}}
    made = material(recipe(**cups(cups_of_each, cups_of_each), **stated))
    assert [p.text for p in check_yields(made, FACTS, read_yields(SEED / "facts" / "yields.csv"))] == told


def profiled(**chemistry: Any) -> Material:
    data = read_yaml(SEED / "fruits" / "strawberry.yaml")
    data["profile"]["chemistry"] |= chemistry
    return build_material(TABLES, [parse(FruitEntry, data, "test")], [])[0]


@pytest.mark.parametrize(
    ("chemistry", "told"),
    [
        ({}, []),
        (
            {"pectin": {"value": 0.7, "source": "belitz"}},
            ["pectin is 0.7 (belitz); the table has 0.5 (belitz)"],
        ),
        (
            {"ph": {"low": 3.0, "high": 3.5, "source": "extension_ph"}},
            ["ph.high is 3.5 (extension_ph); the table has 3.90 (extension_ph)"],
        ),
        (
            {"pectin_class": {"value": "high", "source": "uga_groups"}},
            ["pectin_class is high (uga_groups); the table has low (uga_groups)"],
        ),
        (
            {"pectin": {"missing": "no measured figure in the sources used"}},
            ["pectin is missing; the table has 0.5 (belitz)"],
        ),
        ({"pectin": {"missing": "the sources disagree, from 0.3 to 0.9"}}, []),
    ],
)
def test_a_profile_has_the_figures_of_the_table(chemistry: dict[str, Any], told: list[str]) -> None:
    facts = read_fruit_facts(SEED / "facts" / "fruits.csv")
    assert [problem.text for problem in check_chemistry(profiled(**chemistry), facts)] == told


def test_the_facts_hold_no_wording() -> None:
    names = {fact.name for facts in FACTS.values() for fact in facts}
    assert len(FACTS) > 300
    assert max(len(name.split()) for name in names) <= 6
    assert FACTS["bt-082"][2].per == "quart juice"


def test_a_fact_sheet_becomes_tables(tmp_path: Path) -> None:
    (tmp_path / "recipe_facts.jsonl").write_text(
        '{"id": "x-1", "title": "Jam", "source_key": "X", "steps_facts": "one two three four five six seven eight",'
        ' "ingredients": [{"item": "sugar, heated", "quantity": 1.0, "unit": "lb"}]}\n'
    )
    columns = (
        "canonical,water_g,energy_kcal,carbohydrate_g,sugars_g,fibre_g,vitamin_c_mg,nutrient_source,ph_low,ph_high"
    )
    more = "ph_source,pectin_class,pectin_class_source,pectin_g_100g,pectin_g_source,titratable_acid_pct"
    (tmp_path / "fruit_facts.csv").write_text(
        f"{columns},{more},titratable_acid_source,acid_class,acid_class_source\nfig,79.1{',' * 18}\n"
        f"quince,83.8,,,,,,USDA SR28 (2015) NDB 09296{',' * 11}\n"
    )
    convert(tmp_path, tmp_path / "facts")
    fact = read_recipe_facts(tmp_path / "facts" / "recipes.csv")["x-1"][0]
    assert (fact.name, fact.quantity, fact.unit, fact.source) == ("sugar", 1.0, "pound", "x")
    quince = FruitFact("quince", "water", "83.8", "usda_sr28")
    assert read_fruit_facts(tmp_path / "facts" / "fruits.csv") == {"quince": [quince]}, (
        "a figure without a source is out"
    )
    hashes = read_shingles(tmp_path / "facts" / "shingles.bin")
    assert hashes == shingles("One, two; three four five — six SEVEN eight.")
    assert len(hashes) == 1
