"""Content goes into PostgreSQL and comes back the same; what was scraped stays; nothing is written for nothing."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from jamhot.catalog.content import Content
from jamhot.catalog.types import CatalogVersion, Fruit, Recipe
from jamhot.database.catalog_rows import rows_of
from jamhot.database.catalog_store import Changes, PostgresCatalog, load, populate, read_version
from jamhot.database.pool import Database
from jamhot.errors import CatalogError, DatabaseError

ROOT = Path(__file__).resolve().parents[2]
Connection = psycopg.Connection[Any]

SCRAPED = """
    WITH new AS (
        INSERT INTO recipes (id, origin, slug, title, kind, tested, summary, ingredients, instructions, end_point,
                             yield, difficulty, keeping, rating, review_count, source, source_url, licence, created,
                             scraped)
        SELECT nextval('recipes_id_seq'), 'scraped', 'found-' || currval('recipes_id_seq'), 'Found jam', kind, false,
               summary, ingredients, instructions, end_point, yield, difficulty,
               jsonb_build_object('method', 'freeze', 'note', 'a year'), 4.65, 12, 'a page', 'https://example.org/jam',
               licence, created, created
        FROM recipes WHERE id = (SELECT min(id) FROM recipes)
        RETURNING id)
    INSERT INTO recipe_fruits SELECT id, %s, 1, true FROM new RETURNING recipe_id
"""


@pytest.fixture
def connection(populated_url: str) -> Iterator[Connection]:
    with psycopg.connect(populated_url, autocommit=True) as connection:
        yield connection


def loaded(url: str) -> tuple[int, Content]:
    async def run() -> tuple[int, Content]:
        async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
            version, found = await load(connection)
            return version.number, found

    return asyncio.run(run())


def version(connection: Connection) -> int:
    row = connection.execute("SELECT version FROM catalog_version").fetchone()
    assert row is not None
    return int(row[0])


def rows(connection: Connection, table: str) -> int:
    row = connection.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608 (our own names)
    assert row is not None
    return int(row[0])


def with_recipe(content: Content, old: Recipe, **changed: object) -> Content:
    new = old.model_copy(update=changed)
    return Content(content.fruits, tuple(new if recipe is old else recipe for recipe in content.recipes))


def without_recipe(content: Content, recipe: Recipe) -> Content:
    return Content(content.fruits, tuple(one for one in content.recipes if one is not recipe))


def changed_names(changes: Changes) -> dict[str, tuple[str, ...]]:
    return {
        f"{table} {what}": found
        for table in ("fruits", "profiles", "recipes")
        for what in ("inserted", "updated", "withdrawn")
        if (found := getattr(getattr(changes, table), what))
    }


def test_everything_goes_in_once(migrated_url: str, content: Content) -> None:
    profiles = sum(fruit.profile is not None for fruit in content.fruits)
    with psycopg.connect(migrated_url) as connection:
        first = populate(connection, content)
        assert (first.version_before, first.version) == (None, 1)
        assert len(first.fruits.inserted) == len(content.fruits) == rows(connection, "fruits")
        assert len(first.profiles.inserted) == profiles == rows(connection, "profiles")
        assert len(first.recipes.inserted) == len(content.recipes) == rows(connection, "recipes")
        second = populate(connection, content)
    assert not second
    assert changed_names(second) == {}
    assert second.version == 1
    assert (second.fruits.unchanged, second.recipes.unchanged) == (len(content.fruits), len(content.recipes))


def test_what_is_loaded_is_what_ships(populated_url: str, content: Content) -> None:
    loaded_version, found = loaded(populated_url)
    assert loaded_version == 1
    assert found == content
    assert [r.model_dump_json() for r in found.recipes] == [r.model_dump_json() for r in content.recipes]


def test_it_loads_quickly(populated_url: str, content: Content) -> None:
    """100 ms for 300 recipes; the processor's time, since other programs take turns with the tests."""

    async def seconds() -> float:
        async with await psycopg.AsyncConnection.connect(populated_url, autocommit=True) as connection:
            started = time.process_time()
            await load(connection)
            return time.process_time() - started

    best = min(asyncio.run(seconds()) for _ in range(5))
    assert best / len(content.recipes) < 0.1 / 300, f"{best * 1000:.0f} ms for {len(content.recipes)} recipes"


def test_a_change_is_written_alone_and_counts(connection: Connection, content: Content) -> None:
    recipe = content.recipes[0]
    times = recipe.times.model_copy(update={"prep_minutes": 123})
    changes = populate(connection, with_recipe(content, recipe, times=times))
    assert changed_names(changes) == {"recipes updated": (recipe.slug,)}
    assert changes.version == version(connection) == 2
    assert changed_names(populate(connection, content)) == {"recipes updated": (recipe.slug,)}
    assert version(connection) == 3


def test_a_row_changed_by_hand_is_mended(connection: Connection, populated_url: str, content: Content) -> None:
    connection.execute("UPDATE profiles SET flavor = jsonb_set(flavor, '{sweet}', '1') WHERE fruit_name = 'strawberry'")
    assert changed_names(populate(connection, content)) == {"profiles updated": ("strawberry",)}
    assert loaded(populated_url) == (2, content)


def test_a_change_of_a_recipes_fruits_alone_counts(
    connection: Connection, populated_url: str, content: Content
) -> None:
    recipe = next(one for one in content.recipes if len(one.primary_fruits) == 1 and len(one.fruits) == 1)
    other = next(fruit.name for fruit in content.fruits if fruit.name not in recipe.fruits)
    wider = with_recipe(content, recipe, fruits=(*recipe.fruits, other))
    assert changed_names(populate(connection, wider)) == {"recipes updated": (recipe.slug,)}
    both = with_recipe(content, recipe, fruits=(other, *recipe.fruits), primary_fruits=(other, *recipe.fruits))
    assert changed_names(populate(connection, both)) == {"recipes updated": (recipe.slug,)}
    assert loaded(populated_url) == (3, both)
    assert changed_names(populate(connection, content)) == {"recipes updated": (recipe.slug,)}
    assert loaded(populated_url) == (4, content)


def test_two_recipes_change_slugs(connection: Connection, populated_url: str, content: Content) -> None:
    one, two = content.recipes[:2]
    swapped = with_recipe(with_recipe(content, one, slug=two.slug), two, slug=one.slug)
    assert changed_names(populate(connection, swapped)) == {"recipes updated": tuple(sorted((one.slug, two.slug)))}
    assert loaded(populated_url) == (2, swapped)


def test_what_left_the_content_is_withdrawn(connection: Connection, populated_url: str, content: Content) -> None:
    recipe = content.recipes[0]
    less = without_recipe(content, recipe)
    assert changed_names(populate(connection, less)) == {"recipes withdrawn": (recipe.slug,)}
    assert loaded(populated_url) == (2, less)


def test_a_fruit_is_withdrawn_with_all_that_is_its_own(connection: Connection, content: Content) -> None:
    extra = content.fruits[0].model_copy(
        update={"name": "moonfruit", "ai_identifier": "moonfruit", "profile": _a_profile(content)}
    )
    kind = extra.model_copy(
        update={"name": "new_moonfruit", "ai_identifier": None, "kind_of": "moonfruit", "profile": None}
    )
    populate(connection, Content((*content.fruits, kind, extra), content.recipes))
    changes = populate(connection, content)
    assert changed_names(changes) == {
        "fruits withdrawn": ("moonfruit", "new_moonfruit"),
        "profiles withdrawn": ("moonfruit",),
    }


def _a_profile(content: Content) -> object:
    return next(fruit.profile for fruit in content.fruits if fruit.profile)


def test_a_renamed_fruit_takes_its_label_along(connection: Connection, populated_url: str, content: Content) -> None:
    old = next(fruit for fruit in content.fruits if fruit.ai_identifier)
    new = old.model_copy(update={"name": f"new_{old.name}"})

    def renamed(name: str) -> str:
        return new.name if name == old.name else name

    fruits = [
        f.model_copy(update={"name": renamed(f.name), "kind_of": renamed(f.kind_of) if f.kind_of else None})
        for f in content.fruits
    ]
    recipes = [
        r.model_copy(
            update={"fruits": tuple(map(renamed, r.fruits)), "primary_fruits": tuple(map(renamed, r.primary_fruits))}
        )
        for r in content.recipes
    ]
    after = Content(tuple(sorted(fruits, key=lambda f: f.name)), tuple(recipes))
    assert populate(connection, after).fruits.withdrawn == (old.name,)
    assert loaded(populated_url) == (2, after)


def test_scraped_recipes_are_never_touched(connection: Connection, populated_url: str, content: Content) -> None:
    primary = content.recipes[0].primary_fruits[0]
    found = connection.execute(SCRAPED, [primary]).fetchone()
    assert found is not None
    before = connection.execute("SELECT * FROM recipes WHERE id = %s", found).fetchone()
    assert changed_names(populate(connection, content)) == {}
    assert populate(connection, without_recipe(content, content.recipes[0]))
    assert connection.execute("SELECT * FROM recipes WHERE id = %s", found).fetchone() == before
    last = loaded(populated_url)[1].recipes[-1]
    assert (last.id, last.rating, last.review_count, last.primary_fruits) == (found[0], 4.65, 12, (primary,))
    assert last.scraped == last.created


def test_a_fruit_that_a_scraped_recipe_needs_stays(
    connection: Connection, populated_url: str, content: Content
) -> None:
    extra = Fruit(
        name="moonfruit", display_name="Moonfruit", plural="moonfruit", ai_identifier="moonfruit",
        profile=_a_profile(content),
    )  # fmt: skip
    populate(connection, Content((*content.fruits, extra), content.recipes))
    connection.execute(SCRAPED, ["moonfruit"])
    changes = populate(connection, content)
    assert changes.released == ("moonfruit",)
    assert changed_names(changes) == {"profiles withdrawn": ("moonfruit",)}
    kept = next(fruit for fruit in loaded(populated_url)[1].fruits if fruit.name == "moonfruit")
    assert (kept.ai_identifier, kept.profile) == (None, None)
    assert not populate(connection, content), "and the next time there is nothing to do"


def test_a_dry_run_tells_all_and_does_nothing(connection: Connection, populated_url: str, content: Content) -> None:
    recipe = content.recipes[0]
    changes = populate(connection, without_recipe(content, recipe), dry_run=True)
    assert changed_names(changes) == {"recipes withdrawn": (recipe.slug,)}
    assert loaded(populated_url) == (1, content)


def test_what_the_rules_refuse_leaves_everything_as_it_was(
    connection: Connection, populated_url: str, content: Content
) -> None:
    untested = with_recipe(content, next(r for r in content.recipes if r.keeping.processing), tested=False)
    for dry_run in (True, False):
        with pytest.raises(DatabaseError) as told:
            populate(connection, untested, dry_run=dry_run)
        assert told.value.details["constraint"] == "recipes_processing_tested"
    fruitless = with_recipe(content, content.recipes[0], fruits=(), primary_fruits=())
    for dry_run in (True, False):
        with pytest.raises(DatabaseError) as told:
            populate(connection, fruitless, dry_run=dry_run)
        assert told.value.details["constraint"] == "recipes_primary_fruit"
    assert loaded(populated_url) == (1, content)


def test_empty_or_inconsistent_content_withdraws_nothing(connection: Connection, content: Content) -> None:
    for empty in (Content((), ()), Content(content.fruits, ()), Content((), content.recipes)):
        with pytest.raises(CatalogError, match="no content"):
            populate(connection, empty)
    recipe = content.recipes[0]
    backwards = with_recipe(content, recipe, fruits=("quince", *recipe.fruits))
    with pytest.raises(CatalogError, match="do not stand first"):
        populate(connection, backwards)
    assert rows(connection, "recipes") == len(content.recipes)


POPULATE = """
import sys, psycopg
from jamhot.catalog.build import load_content
from jamhot.database.catalog_store import populate
with psycopg.connect(sys.argv[1]) as connection:
    print(populate(connection, load_content()).version_before, flush=True)
"""


def spawn_populate(url: str) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", POPULATE, url], cwd=ROOT, stdout=subprocess.PIPE, text=True)


def test_two_at_once_do_no_harm(migrated_url: str, content: Content) -> None:
    both = [spawn_populate(migrated_url) for _ in range(2)]
    said = sorted(process.communicate(timeout=60)[0].strip() for process in both)
    assert [process.returncode for process in both] == [0, 0]
    assert said == ["1", "None"]
    assert loaded(migrated_url)[0] == 1


def test_killed_in_the_middle_leaves_what_was(migrated_url: str, content: Content) -> None:
    with psycopg.connect(migrated_url) as blocker:
        blocker.execute("LOCK TABLE recipe_fruits")  # fruits and recipes are written, their relation waits
        process = spawn_populate(migrated_url)
        with psycopg.connect(migrated_url, autocommit=True) as watcher:
            while not rows(watcher, "pg_locks WHERE NOT granted"):
                time.sleep(0.02)
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()
    with psycopg.connect(migrated_url) as connection:
        assert rows(connection, "fruits") == rows(connection, "recipes") == 0
        assert populate(connection, content).version == 1
    assert loaded(migrated_url)[1] == content


@pytest.mark.parametrize(
    ("emptied", "reason"),
    [
        ("TRUNCATE catalog_version", "never filled"),
        ("TRUNCATE recipes CASCADE", "no recipes"),
        ("TRUNCATE fruits CASCADE", "no fruits"),
    ],
)
def test_a_catalogue_that_is_not_whole_is_not_loaded(
    connection: Connection, populated_url: str, emptied: str, reason: str
) -> None:
    connection.execute(emptied)
    with pytest.raises(DatabaseError, match=reason):
        loaded(populated_url)


def test_a_database_without_a_schema_says_what_to_run(empty_url: str) -> None:
    with pytest.raises(DatabaseError, match="schema is behind") as told:
        loaded(empty_url)
    assert "run_migrations" in (told.value.hint or "")


def test_a_row_that_cannot_be_read_is_named(connection: Connection, populated_url: str) -> None:
    connection.execute("UPDATE recipes SET keeping = keeping || '{\"cellar\": true}' WHERE id = 1")
    with pytest.raises(DatabaseError, match=r"cannot be read: 0\.keeping\.cellar"):
        loaded(populated_url)


def test_a_reader_never_sees_half_of_a_change(connection: Connection, populated_url: str, content: Content) -> None:
    less = without_recipe(content, content.recipes[0])
    expected = {1: content, 2: less}

    async def read() -> set[int]:
        async with await psycopg.AsyncConnection.connect(populated_url, autocommit=True) as reader:
            seen = set()
            writing = asyncio.create_task(asyncio.to_thread(populate, connection, less))
            while not writing.done() or len(seen) < 2:
                found_version, found = await load(reader)
                assert found == expected[found_version.number]
                seen.add(found_version.number)
            await writing
        return seen

    assert asyncio.run(read()) == {1, 2}


def test_the_service_reads_through_its_pool(populated_url: str, content: Content) -> None:
    async def run() -> tuple[CatalogVersion, tuple[CatalogVersion, Content]]:
        database = Database(populated_url)
        await database.open()
        source = PostgresCatalog(database)
        found = await source.read_version(), await source.load()
        async with database.connection() as connection:
            assert await read_version(connection) == found[0]
        await database.close()
        return found

    expected = CatalogVersion(1, rows_of(content).digest)
    assert asyncio.run(run()) == (expected, (expected, content))
