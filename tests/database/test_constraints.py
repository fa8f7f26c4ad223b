"""A wrong row is impossible: each rule of the schema refuses what it is there to refuse."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from typing import Any, get_args

import psycopg
import pytest
from psycopg.types.json import Jsonb

from jamhot.catalog.types import Difficulty, EndPointTest, KeepingMethod, Kind, Role, WarningKind

Json = dict[str, Any]
SYMPTOM = psycopg.errors
Connection = psycopg.Connection[Any]


@pytest.fixture
def connection(shared_url: str) -> Iterator[Connection]:
    """A transaction that is rolled back; rules that wait for the commit speak after each statement."""
    with closing(psycopg.connect(shared_url)) as connection:
        connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
        yield connection


def run(connection: Connection, statement: str, values: Sequence[object] = ()) -> psycopg.Cursor[Any]:
    """One statement under a savepoint: the next one goes on after a refusal."""
    with connection.transaction():
        return connection.execute(statement, values)


ROW = {"recipes": "id = 1", "fruits": "fruit_name = 'strawberry'", "profiles": "fruit_name = 'strawberry'"}


def change(connection: Connection, assignment: str, *values: object, table: str = "recipes") -> int:
    return run(connection, f"UPDATE {table} SET {assignment} WHERE {ROW[table]}", values).rowcount  # noqa: S608 (our own names)


def refused(connection: Connection, rule: str, assignment: str, *values: object, table: str = "recipes") -> None:
    with pytest.raises(psycopg.IntegrityError) as told:
        change(connection, assignment, *values, table=table)
    assert told.value.diag.constraint_name == rule


RECIPE_RULES = [
    ("recipes_id_range", "id = 0"),
    ("recipes_id_range", "id = 100000"),
    ("recipes_scraped_dated", "scraped = '2026-01-01'"),
    ("recipes_slug_shape", "slug = 'Strawberry Jam'"),
    ("recipes_slug_shape", "slug = repeat('a', 81)"),
    ("recipes_slug_by_origin", "slug = 'strawberry-jam-100001'"),
    ("recipes_title_shape", "title = 'ab'"),
    ("recipes_kind_known", "kind = 'soup'"),
    ("recipes_difficulty_known", "difficulty = 'impossible'"),
    ("recipes_prose_given", "summary = ''"),
    ("recipes_prose_given", "licence = ''"),
    ("recipes_prose_given", "source = ''"),
    ("recipes_source_url_shape", "source_url = 'javascript:alert(1)'"),
    ("recipes_rating_range", "rating = 5.01"),
    ("recipes_rating_range", "rating = -0.01"),
    ("recipes_rating_range", "rating = 'NaN'"),
    ("recipes_rating_range", "review_count = -1"),
    ("recipes_times_sensible", "prep_minutes = -1"),
    ("recipes_times_sensible", "cook_minutes = -1"),
    ("recipes_times_sensible", "rest_minutes = -1"),
    ("recipes_times_sensible", "total_minutes = -1"),
    ("recipes_times_sensible", "servings = 0"),
    ("recipes_ingredients_shape", "ingredients = '[]'"),
    ("recipes_ingredients_shape", "ingredients = '{}'"),
    ("recipes_instructions_shape", "instructions = '[]'"),
    ("recipes_instructions_shape", 'instructions = \'[{"text": ""}]\''),
    ("recipes_instructions_shape", "instructions = '[{\"uses\": []}]'"),
    ("recipes_end_point_shape", "end_point = '{}'"),
    ("recipes_end_point_shape", 'end_point = \'{"tests": ["guess"]}\''),
    ("recipes_yield_shape", "yield = '{}'"),
    ("recipes_yield_shape", 'yield = \'{"basis": "guessed", "jars": 3}\''),
    ("recipes_yield_shape", 'yield = \'{"basis": "stated"}\''),
    ("recipes_yield_shape", 'yield = \'{"basis": "stated", "jars": 0}\''),
    ("recipes_yield_shape", 'yield = \'{"basis": "stated", "jars": "3"}\''),
    ("recipes_keeping_shape", 'keeping = \'{"method": "cellar", "note": "x"}\''),
    ("recipes_keeping_shape", 'keeping = \'{"method": "freeze"}\''),
    ("recipes_processing_tested", "tested = false"),
    ("recipes_processing_tested", "keeping = keeping - 'processing'"),
    ("recipes_processing_tested", "keeping = keeping - 'processing_source'"),
    ("recipes_processing_minutes", "keeping = jsonb_set(keeping, '{processing,0,minutes}', '0')"),
    ("recipes_processing_minutes", "keeping = jsonb_set(keeping, '{method}', '\"freeze\"')"),
    ("recipes_warnings_shape", "warnings = '{}'"),
    ("recipes_warnings_shape", 'warnings = \'[{"kind": "boring", "text": "x", "source": "y"}]\''),
    ("recipes_warnings_shape", 'warnings = \'[{"kind": "allergy", "text": "x"}]\''),
]


@pytest.mark.parametrize(("rule", "assignment"), RECIPE_RULES)
def test_a_wrong_recipe_is_refused(connection: Connection, rule: str, assignment: str) -> None:
    refused(connection, rule, assignment)


@pytest.mark.parametrize(
    ("rule", "changed"),
    [
        ("recipes_ingredients_shape", {"item": ""}),
        ("recipes_ingredients_shape", {"item": None}),
        ("recipes_ingredients_shape", {"item": 3}),
        ("recipes_ingredients_shape", {"role": "main"}),
        ("recipes_quantities_sensible", {"quantity": 0}),
        ("recipes_quantities_sensible", {"quantity": -1}),
        ("recipes_quantities_sensible", {"quantity": "4"}),
        ("recipes_quantities_sensible", {"quantity": 20_001}),
        ("recipes_quantities_sensible", {"quantity": 4, "quantity_max": 3}),
        ("recipes_quantities_sensible", {"role": "spice", "quantity": None, "quantity_max": 3}),
        ("recipes_quantities_sensible", {"grams": -1}),
        ("recipes_quantities_given", {"quantity": None}),
    ],
)
def test_a_wrong_ingredient_is_refused(connection: Connection, rule: str, changed: Json) -> None:
    good = {"item": "sugar", "role": "sugar", "quantity": 2, "quantity_max": 3, "unit": "cup", "grams": 400}
    assert change(connection, "ingredients = %s", Jsonb([good])) == 1
    line = {**good, "quantity_max": None, **changed}
    refused(connection, rule, "ingredients = %s", Jsonb([good, line]))
    refused(connection, "recipes_ingredients_shape", "ingredients = %s", Jsonb([{"item": "x", "quantity": 1}]))


@pytest.mark.parametrize("column", ["title", "slug", "kind", "tested", "ingredients", "instructions", "source"])
def test_what_a_recipe_must_have(connection: Connection, column: str) -> None:
    with pytest.raises(SYMPTOM.NotNullViolation):
        change(connection, f"{column} = NULL")


def test_a_recipe_comes_from_the_content_or_was_scraped(connection: Connection) -> None:
    with pytest.raises(SYMPTOM.CheckViolation):
        change(connection, "origin = 'found'")


def test_two_recipes_never_share_a_slug(connection: Connection) -> None:
    refused(
        connection, "recipes_slug_unique", "slug = (SELECT slug FROM recipes WHERE id <> 1 AND id < 100000 LIMIT 1)"
    )


def test_two_recipes_may_change_slugs_with_each_other(connection: Connection) -> None:
    ids = [row[0] for row in run(connection, "SELECT id FROM recipes ORDER BY id LIMIT 2")]
    swap = (
        "UPDATE recipes a SET slug = b.slug FROM recipes b WHERE a.id = ANY (%s) AND b.id = ANY (%s) AND a.id <> b.id"
    )
    assert run(connection, swap, [ids, ids]).rowcount == 2


def test_a_recipe_without_a_primary_fruit_does_not_last_to_the_commit(connection: Connection) -> None:
    for statement in (
        "DELETE FROM recipe_fruits WHERE recipe_id = 1",
        "UPDATE recipe_fruits SET is_primary = false WHERE recipe_id = 1",
        """INSERT INTO recipes SELECT (jsonb_populate_record(r, '{"id": 99999, "slug": "alone"}')).*
           FROM recipes r WHERE id = 1""",
    ):
        with pytest.raises(SYMPTOM.CheckViolation) as told:
            run(connection, statement)
        assert told.value.diag.constraint_name == "recipes_primary_fruit"
    assert run(connection, "DELETE FROM recipes WHERE id = 1").rowcount == 1, "all of it may go"
    assert run(connection, "SELECT count(*) FROM recipe_fruits WHERE recipe_id = 1").fetchone() == (0,)


def test_a_recipe_of_an_unknown_fruit_is_refused(connection: Connection) -> None:
    with pytest.raises(SYMPTOM.ForeignKeyViolation):
        run(connection, "INSERT INTO recipe_fruits VALUES (1, 'moonfruit', 9, false)")
    with pytest.raises(SYMPTOM.UniqueViolation):
        run(connection, "INSERT INTO recipe_fruits VALUES (1, 'quince', 1, false)")
    with pytest.raises(SYMPTOM.CheckViolation):
        run(connection, "INSERT INTO recipe_fruits VALUES (1, 'quince', 0, false)")
    with pytest.raises(SYMPTOM.ForeignKeyViolation):
        run(connection, "DELETE FROM fruits WHERE fruit_name = 'strawberry'")


ANOTHER_LABEL = "SELECT ai_identifier FROM fruits WHERE ai_identifier <> 'strawberry' LIMIT 1"


@pytest.mark.parametrize(
    ("rule", "assignment"),
    [
        ("fruits_name_shape", "fruit_name = 'Strawberry'"),
        ("fruits_ai_identifier_shape", "ai_identifier = 'straw berry'"),
        ("fruits_ai_identifier_unique", f"ai_identifier = ({ANOTHER_LABEL})"),
        ("fruits_names_given", "display_name = ''"),
        ("fruits_other_names_given", "other_names = ARRAY['a', NULL]"),
        ("fruits_other_names_given", "other_names = ARRAY['']"),
        ("fruits_kind_of_another", "kind_of = 'strawberry'"),
        ("fruits_kind_of_known", "kind_of = 'moonfruit'"),
        ("fruits_warnings_shape", 'warnings = \'[{"kind": "allergy"}]\''),
        ("fruits_warnings_shape", "warnings = 'null'"),
    ],
)
def test_a_wrong_fruit_is_refused(connection: Connection, rule: str, assignment: str) -> None:
    refused(connection, rule, assignment, table="fruits")


FIGURE = "chemistry = jsonb_set(chemistry, '{water}', %s)"
CLASS = "chemistry = jsonb_set(chemistry, '{pectin_class}', %s)"
PH = "chemistry = jsonb_set(chemistry, '{ph}', %s)"
PROFILE_RULES: list[tuple[str, str, tuple[object, ...]]] = [
    ("profiles_figures_sourced", "chemistry = chemistry - 'water'", ()),
    ("profiles_figures_sourced", FIGURE, (Jsonb({"value": 90.0, "unit": "g"}),)),
    ("profiles_figures_sourced", FIGURE, (Jsonb({"value": 90.0, "source": "s"}),)),
    ("profiles_figures_sourced", FIGURE, (Jsonb({"value": -1, "unit": "g", "source": "s"}),)),
    ("profiles_figures_sourced", FIGURE, (Jsonb({"value": "90", "unit": "g", "source": "s"}),)),
    ("profiles_figures_sourced", FIGURE, (Jsonb({"value": None, "unit": "g"}),)),
    ("profiles_classes_sourced", CLASS, (Jsonb({"value": "enormous", "source": "s"}),)),
    ("profiles_classes_sourced", CLASS, (Jsonb({"value": "high"}),)),
    ("profiles_classes_sourced", CLASS, (Jsonb({"value": None}),)),
    ("profiles_ph_sourced", PH, (Jsonb({"low": 3.0, "high": 3.5}),)),
    ("profiles_ph_sourced", PH, (Jsonb({"low": 3.5, "high": 3.0, "source": "s"}),)),
    ("profiles_ph_sourced", PH, (Jsonb({"low": 3.5, "high": 15, "source": "s"}),)),
    ("profiles_ph_sourced", PH, (Jsonb(None),)),
    ("profiles_flavor_scale", "flavor = jsonb_set(flavor, '{sweet}', '11')", ()),
    ("profiles_flavor_scale", "flavor = flavor - 'tart'", ()),
    ("profiles_season_shape", 'season = \'{"north": [13], "south": [1]}\'', ()),
    ("profiles_season_shape", "season = '{\"north\": [5]}'", ()),
    ("profiles_colours_shape", 'colours = \'{"fruit": "red", "jam": "#000000"}\'', ()),
    ("profiles_colours_shape", "colours = '{}'", ()),
    ("profiles_prose_given", "description = ''", ()),
]


@pytest.mark.parametrize(("rule", "assignment", "values"), PROFILE_RULES)
def test_a_wrong_profile_is_refused(
    connection: Connection, rule: str, assignment: str, values: tuple[object, ...]
) -> None:
    refused(connection, rule, assignment, *values, table="profiles")


def test_a_missing_figure_with_its_reason_is_taken(connection: Connection) -> None:
    missing = Jsonb({"value": None, "unit": "g", "source": None, "missing_because": "nobody measured it"})
    assert change(connection, FIGURE, missing, table="profiles") == 1
    unclassed = Jsonb({"value": None, "source": None, "missing_because": "nobody says"})
    assert change(connection, CLASS, unclassed, table="profiles") == 1


def test_there_is_one_version(connection: Connection) -> None:
    row = "INSERT INTO catalog_version VALUES ({}, {}, now(), '{}')"
    with pytest.raises(SYMPTOM.UniqueViolation):
        run(connection, row.format("true", 2, "0" * 64))
    with pytest.raises(SYMPTOM.CheckViolation):
        run(connection, row.format("false", 2, "0" * 64))
    with pytest.raises(SYMPTOM.CheckViolation):
        run(connection, "UPDATE catalog_version SET version = 0")
    with pytest.raises(SYMPTOM.CheckViolation):
        run(connection, "UPDATE catalog_version SET content_digest = 'x'")


def scraped(slug: str) -> str:
    return f"""
        WITH new AS (
            INSERT INTO recipes (id, origin, slug, title, kind, tested, summary, ingredients, instructions, end_point,
                                 yield, difficulty, keeping, source, licence, created, scraped)
            SELECT nextval('recipes_id_seq'), 'scraped', {slug}, title, kind, false, summary,
                   '[{{"item": "sugar", "role": "sugar", "quantity": null}}]', instructions, end_point, yield,
                   difficulty, '{{"method": "freeze", "note": "x"}}', source, licence, created, created
            FROM recipes WHERE id = 1 RETURNING id)
        INSERT INTO recipe_fruits SELECT id, 'strawberry', 1, true FROM new RETURNING recipe_id
    """  # noqa: S608 (our own names)


def test_a_scraped_recipe_has_an_id_and_a_slug_of_its_own_range(connection: Connection) -> None:
    with pytest.raises(SYMPTOM.CheckViolation) as told:
        run(connection, scraped("'grandmas-jam'"))
    assert told.value.diag.constraint_name == "recipes_slug_by_origin"
    row = run(connection, scraped("'grandmas-jam-' || currval('recipes_id_seq')")).fetchone()
    assert row is not None
    assert row[0] > 100_000


@pytest.mark.parametrize(
    ("assignment", "allowed"),
    [
        ("kind = %s", get_args(Kind)),
        ("difficulty = %s", get_args(Difficulty)),
        ("end_point = jsonb_build_object('tests', jsonb_build_array(%s::text))", get_args(EndPointTest)),
        ("ingredients = jsonb_build_array(jsonb_build_object('item', 'x', 'quantity', 1, 'role', %s::text))",
         get_args(Role)),
        ("warnings = jsonb_build_array(jsonb_build_object('text', 'x', 'source', 'y', 'kind', %s::text))",
         get_args(WarningKind)),
    ],
)  # fmt: skip
def test_the_schema_knows_every_word_that_the_types_know(
    connection: Connection, assignment: str, allowed: tuple[str, ...]
) -> None:
    for word in allowed:
        assert change(connection, assignment, word) == 1


def test_the_schema_knows_every_way_of_keeping(connection: Connection) -> None:
    known = {row[0] for row in run(connection, "SELECT DISTINCT keeping ->> 'method' FROM recipes")}
    assert known <= set(get_args(KeepingMethod))
    for method in set(get_args(KeepingMethod)) - {"boiling_water"}:
        assert change(connection, "keeping = %s", Jsonb({"method": method, "note": "x", "processing": []})) == 1
