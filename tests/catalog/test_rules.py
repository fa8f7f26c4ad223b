"""Names, references, safety, the shape of the files: each rule, shown failing on a bad example."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from jamhot.catalog.build import SEED, build_recipe, load_tables, parse, read_yaml
from jamhot.catalog.rules import check_content, find_problems, safety, schema
from jamhot.catalog.rules.exceptions import MAY_BE_EXCEPTED
from jamhot.catalog.rules.material import Material, build_material
from jamhot.catalog.rules.steps import check_uses
from jamhot.catalog.seed_format import FruitEntry, ProcessingEntry
from jamhot.errors import CatalogError
from tests.catalog.examples import FRUITS, TABLES, fruit, material, recipe, told


def test_the_good_example_is_good() -> None:
    assert told(material(recipe())) == ""


FIG_LINES = [
    {"quantity": 1000, "unit": "gram", "item": "figs", "role": "fruit", "fruit": "fig"},
    {"quantity": 500, "unit": "gram", "item": "sugar", "role": "sugar"},
]
FIG_STEPS = [{"text": "Cook the figs.", "uses": ["figs"]}, {"text": "Add the sugar.", "uses": ["sugar"]}]
FIG = {"primary_fruits": ["fig"], "ingredients": FIG_LINES, "instructions": FIG_STEPS}
A_DROP = {"quantity": 5, "unit": "millilitre", "item": "lemon juice", "role": "acid"}
ENOUGH = {**A_DROP, "quantity": 35}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"primary_fruits": ["strawbery"]}, "[fruit-exists] strawberry-jam: fruit 'strawbery' is not in the catalogue"),
        (
            {"primary_fruits": ["strawberry", "rhubarb"]},
            "[primary] strawberry-jam: primary fruit 'rhubarb' is in no line",
        ),
        ({"source": {"id": "bt"}}, "[tested] strawberry-jam: tested, but its source is not"),
        ({"tested": False, "source": {"id": "bt"}}, "a processing time for a recipe that nobody tested"),
        (
            {"tested": False, "keeping": {"method": "freeze", "note": "A year in the freezer."}},
            "the freezer is offered, and no headspace named",
        ),
        (
            {"tested": False, "keeping": {"method": "refrigerate", "note": "Four weeks cold, or frozen for a year."}},
            "the freezer is offered, and no headspace named",
        ),
        ({"summary": "Seal with paraffin."}, "[banned] strawberry-jam: 'paraffin'"),
        (
            {"keeping": {"method": "boiling_water", "processing": "usda_jam_jelly", "note": "A year."}},
            "[processing] strawberry-jam: boiling-water processing without a headspace",
        ),
        (
            {"ingredients": [*FIG_LINES, {"quantity": 1, "item": "alum", "role": "other"}]},
            "[banned] strawberry-jam: 'alum'",
        ),
        (FIG, "[low-acid] strawberry-jam: fig: low acid, sealed without added acid"),
        (
            {**FIG, "ingredients": [*FIG_LINES, A_DROP]},
            "[low-acid] strawberry-jam: fig: low acid, sealed with too little acid",
        ),
        (
            {**FIG, "ingredients": [*FIG_LINES, {**ENOUGH, "optional": True}]},
            "[low-acid] strawberry-jam: fig: low acid, sealed without added acid",
        ),
    ],
)
def test_a_bad_recipe_is_told(changes: dict[str, Any], said: str) -> None:
    assert said in told(material(recipe(**changes)))


@pytest.mark.parametrize(
    "cold", [{"method": "refrigerate", "note": "A month."}, {"method": "freeze", "note": "A year."}]
)
def test_a_low_acid_fruit_may_be_kept_cold_or_with_enough_acid(cold: dict[str, Any]) -> None:
    assert "[low-acid]" not in told(material(recipe(**FIG, keeping=cold)))
    assert "[low-acid]" not in told(material(recipe(**{**FIG, "ingredients": [*FIG_LINES, ENOUGH]})))


@pytest.mark.parametrize(
    ("step", "good"),
    [
        ("Boil four jars in water for 10 minutes.", True),
        ("Half-pint jars, ten of them, need ten minutes under boiling water.", True),
        ("Have four hot jars ready.", False),
        ("Fill the jars and process them in boiling water for 10 minutes.", False),
        ("Boil the fruit for 10 minutes.", False),
    ],
)
def test_short_processing_needs_jars_that_were_boiled(step: str, good: bool) -> None:
    steps = [{"text": step}, {"text": "Strawberries and sugar.", "uses": ["strawberries", "sugar"]}]
    assert ("[sterile-jars]" not in told(material(recipe(instructions=steps)))) is good


def test_processing_times_are_from_tested_tables() -> None:
    hearsay = ProcessingEntry(product="Jam", source="bt", place="p. 9", jars={236: {0: 5}})
    tables = type(TABLES)(TABLES.sources, TABLES.measures, {**TABLES.processing, "usda_jam_jelly": hearsay})
    said = told(build_material(tables, FRUITS, [recipe()])[0])
    assert "[processing] strawberry-jam: no tested table 'usda_jam_jelly'" in said
    assert "[source] processing.yaml: usda_jam_jelly: 'bt' is not a tested source" in said


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
    said = told(material(recipe(), recipe(title="STRAWBERRY JAM")))
    assert "[unique] recipes: id '1' is used twice" in said
    assert "[unique] recipes: slug 'strawberry-jam' is used twice" in said
    assert "[unique] recipes: title 'strawberry jam' is used twice" in said


@pytest.mark.parametrize("measure", ["nonsense", "egg"])
def test_a_measure_that_is_unknown_or_does_not_fit_is_told(measure: str) -> None:
    lines = [{"quantity": 2, "unit": "cup", "item": "plums", "role": "fruit", "fruit": "plum", "measure": measure}]
    with pytest.raises(CatalogError, match=measure):
        build_recipe(recipe(ingredients=lines), TABLES, {})


def test_a_recipe_that_cannot_be_built_is_one_problem_and_hides_no_other() -> None:
    made, unbuilt = build_material(TABLES, FRUITS, [recipe(source={"id": "nowhere"}), recipe(summary="Alum.")])
    assert [str(problem) for problem in unbuilt] == ["[schema] strawberry-jam: source 'nowhere' is not in sources.yaml"]
    assert "[banned] strawberry-jam: 'Alum'" in told(made)


def test_bad_fruits_are_told() -> None:
    fruits = [fruit(ai_identifier="fig", kind_of="tree"), fruit(name="other", ai_identifier="fig")]
    hearsay = fruit(name="third", warnings=[{"kind": "storage", "text": "Eat soon.", "source": "hearsay"}])
    made, unbuilt = build_material(TABLES, [*fruits, fruit(), hearsay], [])
    said = told(made)
    assert "[schema] fruits/third: source 'hearsay' is not in sources.yaml" in map(str, unbuilt)
    assert "[unique] fruits/fig: described twice" in said
    assert "[unique] fruits: ai_identifier fig is given to two fruits" in said
    assert "[fruit-exists] fruits/fig: kind_of 'tree' is not a fruit" in said
    assert "[low-acid] fruits/fig: low or borderline acid, and no low_acid warning" in said
    assert "[unique] fruits: name 'figs' stands for two fruits" in said


def test_a_fruit_whose_profile_is_low_in_acid_says_so() -> None:
    data = read_yaml(SEED / "fruits" / "strawberry.yaml")
    data["profile"]["chemistry"]["acid_class"] = {"value": "low", "source": "acid_limit"}
    made, _ = build_material(TABLES, [parse(FruitEntry, data, "test")], [])
    said = [str(problem) for problem in safety.check_fruit_acidity(made)]
    assert said == ["[low-acid] fruits/strawberry: its acid class is low, and no low_acid warning"]


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


@pytest.fixture
def seed(tmp_path: Path) -> Path:
    """A small copy of the content: the tables, the facts, all fruits and one recipe."""
    copy = tmp_path / "seed"
    shutil.copytree(SEED, copy, ignore=shutil.ignore_patterns("recipes", "exceptions.yaml"))
    (copy / "recipes").mkdir()
    (copy / "exceptions.yaml").write_text("[]\n")
    shutil.copy(SEED / "recipes" / "strawberry-jam.yaml", copy / "recipes")
    return copy


def test_a_foraging_warning_names_what_is_taken_for_the_fruit() -> None:
    bare = {"kind": "foraging", "text": "Learn moonseed first.", "source": "hta_plants"}
    unnamed = {**bare, "look_alikes": ["Moonseed", "pokeweed"]}
    made, _ = build_material(TABLES, [fruit(warnings=[bare]), fruit(name="other", warnings=[unnamed])], [])
    said = [str(problem) for problem in safety.check_foraging(made)]
    assert said == [
        "[foraging] fruits/fig: a foraging warning without look-alikes",
        "[foraging] fruits/other: the text does not name 'pokeweed'",
    ]


def problems_of(seed: Path, where: str) -> list[str]:
    return [str(problem) for problem in find_problems(seed) if problem.where == where]


def test_files_that_cannot_be_read_are_told_with_all_the_rest(seed: Path) -> None:
    good = (seed / "recipes" / "strawberry-jam.yaml").read_text()
    (seed / "recipes" / "misnamed.yaml").write_text(good)
    (seed / "recipes" / "broken.yaml").write_text("title: [unclosed\n")
    (seed / "recipes" / "strawberry-jam.yaml").write_text(good.replace("pan that they fill", "paan that they fill"))
    assert problems_of(seed, "misnamed") == [
        "[schema] misnamed: recipes/misnamed.yaml: is named 'strawberry-jam' inside"
    ]
    assert "not valid YAML" in problems_of(seed, "broken")[0]
    assert problems_of(seed, "strawberry-jam") == ["[spelling] strawberry-jam: 'paan' in step 2 is in no word list"]


def test_a_written_exception_covers_its_problem_and_no_other(seed: Path) -> None:
    path = seed / "recipes" / "strawberry-jam.yaml"
    path.write_text(
        path.read_text().replace("{quantity: 4, unit: cup, item: sugar", "{quantity: 7, unit: cup, item: sugar")
    )
    assert any("[sugar]" in text for text in problems_of(seed, "strawberry-jam"))
    reason = "reason: A reason that a person can read."
    (seed / "exceptions.yaml").write_text(f"- {{rule: sugar, slug: strawberry-jam, {reason}}}\n")
    assert not any("[sugar]" in text for text in problems_of(seed, "strawberry-jam"))
    assert any("[figures]" in text for text in problems_of(seed, "strawberry-jam"))
    (seed / "exceptions.yaml").write_text(f"- {{rule: sugar, slug: strawberry-jam, about: salt, {reason}}}\n")
    assert any("[sugar]" in text for text in problems_of(seed, "strawberry-jam"))


@pytest.mark.parametrize(
    ("rule", "said"), [("mass-balance", "is no longer needed"), ("low-acid", "this rule has no exceptions")]
)
def test_an_exception_that_covers_nothing_is_a_problem(seed: Path, rule: str, said: str) -> None:
    (seed / "exceptions.yaml").write_text(
        f"- {{rule: {rule}, slug: strawberry-jam, reason: A reason that a person can read.}}\n"
    )
    assert problems_of(seed, "exceptions.yaml") == [f"[exception] exceptions.yaml: {rule} for strawberry-jam: {said}"]


def test_nothing_that_could_make_a_person_ill_can_be_excepted() -> None:
    assert not MAY_BE_EXCEPTED & {"banned", "low-acid", "processing", "sterile-jars", "tested", "source", "schema"}


def test_the_check_prints_by_file(seed: Path) -> None:
    said = [text.split("] ", 1)[1].split(":")[0] for text in check_content(seed)]
    assert said == sorted(said)


def unused(made: Material) -> str:
    return "; ".join(map(str, check_uses(made)))


@pytest.mark.parametrize(
    ("steps", "said"),
    [
        ([{"text": "One."}, {"text": "Two.", "uses": ["sugar"]}], "ingredient 'strawberries' goes into no step"),
        ([{"text": "One.", "uses": ["salt"]}, {"text": "Two."}], "a step uses 'salt', which is no ingredient"),
    ],
)
def test_every_ingredient_goes_into_a_step(steps: list[dict[str, Any]], said: str) -> None:
    assert said in unused(material(recipe(instructions=steps)))


def test_an_ingredient_stands_once() -> None:
    assert "ingredient 'sugar' stands twice" in unused(material(recipe(ingredients=[FIG_LINES[1], FIG_LINES[1]])))


def test_tables_name_their_sources() -> None:
    tables = load_tables()
    measures = {**tables.measures, "guess": tables.measures["sugar"].model_copy(update={"source": "hearsay"})}
    made, _ = build_material(type(tables)(tables.sources, measures, tables.processing), [], [])
    said = [str(problem) for problem in schema.check_tables(made)]
    assert said == ["[source] measures.yaml: guess: unknown source 'hearsay'"]
