"""Each rule, shown failing on a bad example made from a good one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from jamhot.catalog.build import SEED, build_recipe, load_fruit_entries, load_tables, parse, read_yaml
from jamhot.catalog.rules import check_fruits, check_recipe, check_recipes
from jamhot.catalog.seed_format import FruitEntry, RecipeEntry
from jamhot.errors import CatalogError

TABLES = load_tables()
FRUITS = load_fruit_entries()
NAMES = {fruit.name for fruit in FRUITS}


def recipe(**changes: Any) -> RecipeEntry:
    data = read_yaml(SEED / "recipes" / "strawberry-jam.yaml")
    return parse(RecipeEntry, {**data, **changes}, "test")


def problems(entry: RecipeEntry) -> str:
    return "; ".join(check_recipe(entry, NAMES, TABLES))


def test_the_good_example_is_good() -> None:
    assert problems(recipe()) == ""


FIG_LINES = [
    {"quantity": 1000, "unit": "gram", "item": "figs", "role": "fruit", "fruit": "fig"},
    {"quantity": 500, "unit": "gram", "item": "sugar", "role": "sugar"},
]
FIG_STEPS = [{"text": "Cook the figs.", "uses": ["figs"]}, {"text": "Add the sugar.", "uses": ["sugar"]}]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"primary_fruits": ["strawbery"]}, "'strawbery' is not in the catalogue"),
        ({"primary_fruits": ["strawberry", "rhubarb"]}, "'rhubarb' is in no line"),
        ({"instructions": [{"text": "One."}, {"text": "Two.", "uses": ["sugar"]}]}, "'strawberries' goes into no step"),
        ({"instructions": [{"text": "One.", "uses": ["salt"]}, {"text": "Two."}]}, "'salt', which is no ingredient"),
        ({"source": {"id": "bt"}}, "tested, but its source is not"),
        ({"source": {"id": "nowhere"}}, "unknown source"),
        ({"tested": False, "source": {"id": "bt"}}, "a processing time for a recipe that nobody tested"),
        ({"summary": "Seal with paraffin."}, "'paraffin' has no place"),
        (
            {
                "keeping": {"method": "boiling_water", "processing": "usda_jam_jelly", "note": "A year."},
            },
            "without a headspace",
        ),
        (
            {"primary_fruits": ["fig"], "ingredients": FIG_LINES, "instructions": FIG_STEPS},
            "fig: low acid, sealed without added acid",
        ),
    ],
)
def test_a_bad_recipe_is_told(changes: dict[str, Any], said: str) -> None:
    assert said in problems(recipe(**changes))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"kind": "pepper jelly"}, "kind"),
        ({"id": 100_000}, "id"),
        ({"slug": "Strawberry Jam"}, "slug"),
        ({"colour": "red"}, "Extra inputs"),
        ({"ingredients": [{"quantity": 1, "unit": "gallon", "item": "sugar", "role": "sugar"}]}, "unit"),
        ({"ingredients": [{"unit": "cup", "item": "sugar", "role": "sugar"}]}, "without a quantity"),
        ({"ingredients": [{"quantity": 1, "unit": "cup", "item": "plums", "role": "fruit"}]}, "needs the fruit's name"),
        ({"yield": {"basis": "stated"}}, "a stated yield gives jars"),
        ({"keeping": {"method": "boiling_water", "note": "A year."}}, "boiling_water needs a processing table"),
    ],
)
def test_a_wrong_shape_is_refused_by_field(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(CatalogError, match=said):
        recipe(**changes)


def test_no_two_recipes_share_id_slug_or_title() -> None:
    twice = "; ".join(check_recipes([recipe(), recipe()], FRUITS, TABLES))
    assert "id 1: used twice" in twice
    assert "slug 'strawberry-jam': used twice" in twice


def test_a_batch_above_six_kilograms_is_told() -> None:
    big = [
        {"quantity": 5, "unit": "kilogram", "item": "strawberries", "role": "fruit", "fruit": "strawberry"},
        {"quantity": 4, "unit": "kilogram", "item": "sugar", "role": "sugar"},
    ]
    assert "a batch above 6 kg" in "; ".join(check_recipes([recipe(ingredients=big)], FRUITS, TABLES))


@pytest.mark.parametrize("measure", ["nonsense", "egg"])
def test_a_measure_that_is_unknown_or_does_not_fit_is_told(measure: str) -> None:
    lines = [{"quantity": 2, "unit": "cup", "item": "plums", "role": "fruit", "fruit": "plum", "measure": measure}]
    with pytest.raises(CatalogError, match=measure):
        build_recipe(recipe(ingredients=lines), TABLES, {})


def fruit(**changes: Any) -> FruitEntry:
    return parse(FruitEntry, {"name": "fig", "display_name": "Fig", "plural": "figs", **changes}, "test")


def test_bad_fruits_are_told() -> None:
    told = "; ".join(
        check_fruits(
            [
                fruit(ai_identifier="fig", kind_of="tree"),
                fruit(name="other", ai_identifier="fig"),
                fruit(warnings=[{"kind": "storage", "text": "Eat soon.", "source": "hearsay"}]),
            ],
            TABLES,
        )
    )
    assert "fruit fig: described twice" in told
    assert "ai_identifier fig: given to two fruits" in told
    assert "'tree' is not a fruit" in told
    assert "'hearsay' is not in sources.yaml" in told
    assert "no low_acid warning" in told
    assert "'figs': stands for two fruits" in told


@pytest.mark.parametrize("figure", [{"value": 3.0}, {}, {"value": 3.0, "source": "usda_sr28", "missing": "why"}])
def test_a_figure_needs_a_source_or_a_reason(figure: dict[str, Any]) -> None:
    data = read_yaml(SEED / "fruits" / "strawberry.yaml")
    data["profile"]["chemistry"]["sugars"] = figure
    with pytest.raises(CatalogError, match="sugars"):
        parse(FruitEntry, data, "test")


def test_broken_yaml_names_file_and_line(tmp_path: Path) -> None:
    path = tmp_path / "broken.yaml"
    path.write_text("title: [unclosed\nid: 3\n")
    with pytest.raises(CatalogError, match=r"broken\.yaml.*line"):
        read_yaml(path)
