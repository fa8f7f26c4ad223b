"""The catalogue in one file: out, in again, refused when anything about it is wrong, and never half."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import psycopg
import pytest

from jamhot.catalog.content import Content
from jamhot.database.archive import Manifest, dump, restore
from jamhot.database.archive.file import MANIFEST, SEAL_BYTES, opened
from jamhot.database.catalog_store import load, populate
from jamhot.database.migrate import migrate, opened_schema, revisions
from jamhot.database.migrations import FOLDER
from jamhot.database.tables import CATALOGUE, FUNCTIONS, KEPT, REVISION, VIEWS
from jamhot.errors import ArchiveError, DatabaseError

ROOT = Path(__file__).resolve().parents[2]
NEWEST = revisions()[-1]
MODEL = (
    "INSERT INTO models (profile, version, card_sha256, bytes, in_use) VALUES ('free', '1', repeat('0', 64), 1, true)"
)
PART = "INSERT INTO model_parts SELECT id, 'card.json', 0, 'x' FROM models"
FEEDBACK = "INSERT INTO feedback (said, meant, candidates, model) VALUES ('apple', 'quince', '[]', '1')"
STEP = """
from alembic import op
revision, down_revision, branch_labels, depends_on = "9999", {before!r}, None, None
def upgrade():
    op.execute("ALTER TABLE public.recipes ADD COLUMN motto text")
    op.execute("UPDATE public.recipes SET motto = upper(title)")
    op.execute("ALTER TABLE public.feedback ADD COLUMN mood text NOT NULL DEFAULT 'merry'")
    op.execute("ALTER TABLE public.recipe_fruits RENAME COLUMN position TO place")
"""


def one(url: str, query: str) -> Any:
    with psycopg.connect(url) as connection:
        row = connection.execute(query).fetchone()
    return row and row[0]


def run(url: str, statement: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute(statement)


def dumped(url: str, file: Path) -> Manifest:
    with psycopg.connect(url) as connection:
        return dump(connection, file)


def loaded(url: str) -> tuple[int, Content]:
    async def read() -> tuple[int, Content]:
        async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
            version, content = await load(connection)
            return version.number, content

    return asyncio.run(read())


def everything(url: str) -> dict[str, list[Any]]:
    """All rows of all tables, the sequence and the revision."""
    with psycopg.connect(url) as connection:
        rows = {
            table: connection.execute(f"SELECT t::text FROM {table} t ORDER BY 1").fetchall()  # noqa: S608 (our own names)
            for table in (*CATALOGUE, *KEPT, REVISION)
        }
        return {**rows, "sequence": connection.execute("SELECT last_value, is_called FROM recipes_id_seq").fetchall()}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "jam hot.dump"


@pytest.fixture(scope="module")
def dump_file(shared_url: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dump of the content that ships; tests that change it change a copy."""
    file = tmp_path_factory.mktemp("dumps") / "shipped.dump"
    dumped(shared_url, file)
    return file


def test_the_tables_are_those_of_the_schema(migrated_url: str) -> None:
    def names(query: str) -> set[str]:
        with psycopg.connect(migrated_url) as connection:
            return {row[0] for row in connection.execute(query).fetchall()}

    assert names("SELECT tablename FROM pg_tables WHERE schemaname = 'public'") == {*CATALOGUE, *KEPT, REVISION}
    assert names("SELECT viewname FROM pg_views WHERE schemaname = 'public'") == set(VIEWS)
    assert names("SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace") == set(FUNCTIONS)
    assert (
        names("SELECT typname FROM pg_type WHERE typnamespace = 'public'::regnamespace AND typtype IN ('e', 'd')")
        == set()
    )
    owned = names("SELECT relname FROM pg_class WHERE relkind = 'S' AND relnamespace = 'public'::regnamespace")
    assert owned == {"recipes_id_seq", "feedback_id_seq", "models_id_seq"}, "a restore knows of no other sequence"
    linked = names(
        "SELECT conrelid::regclass::text FROM pg_constraint WHERE contype = 'f' AND"
        " confrelid::regclass::text = ANY ('{feedback,models,model_parts}') IS DISTINCT FROM"
        " (conrelid::regclass::text = ANY ('{feedback,models,model_parts}'))"
    )
    assert linked == set(), "what a restore leaves alone refers to nothing that it replaces"


def test_into_an_empty_database_it_is_the_same(
    populated_url: str, empty_url: str, content: Content, file: Path
) -> None:
    said: list[str] = []
    manifest = dumped(populated_url, file)
    done = restore(empty_url, file, said.append)
    assert (done.before, done.version, done.revision) == (None, 1, NEWEST)
    assert said == [f"{table.name}: {table.rows} rows" for table in manifest.tables]
    assert [table.name for table in manifest.tables] == list(CATALOGUE)
    assert manifest.rows("recipes") == len(content.recipes)
    assert everything(empty_url) == everything(populated_url)
    assert loaded(empty_url) == (1, content)
    with psycopg.connect(empty_url) as connection:
        assert not populate(connection, content)
        connection.execute("DELETE FROM recipe_fruits WHERE recipe_id = 1")
        with pytest.raises(psycopg.errors.CheckViolation, match="no primary fruit"):
            connection.commit()


def test_it_is_small(dump_file: Path) -> None:
    assert dump_file.stat().st_size <= 1_000_000


def test_the_database_is_small(populated_url: str) -> None:
    """All of it on disk, with what PostgreSQL itself needs (about 7.5 MB of it)."""
    assert one(populated_url, "SELECT pg_database_size(current_database())") <= 10_000_000


def test_the_same_rows_give_the_same_checksums(populated_url: str, empty_url: str, file: Path) -> None:
    first = dumped(populated_url, file)
    with psycopg.connect(populated_url) as connection:
        connection.execute("SET DateStyle = 'German'")
        connection.execute("SET TimeZone = 'Asia/Tokyo'")
        connection.commit()
        assert dump(connection, file).tables == first.tables
    restore(empty_url, file)
    assert dumped(empty_url, file).tables == first.tables


def test_an_existing_catalogue_is_replaced_and_the_change_is_noticed(
    populated_url: str, migrated_url: str, content: Content, file: Path
) -> None:
    less = Content(content.fruits, content.recipes[1:])
    with psycopg.connect(migrated_url) as connection:
        assert populate(connection, less).version == 1
    run(migrated_url, FEEDBACK)
    dumped(populated_url, file)
    assert restore(migrated_url, file).version == 2, "the database's own 1 was another catalogue"
    assert loaded(migrated_url) == (2, content)
    assert one(migrated_url, "SELECT count(*) FROM feedback") == 1
    run(migrated_url, "UPDATE catalog_version SET version = 7")
    assert restore(migrated_url, file).version == 8
    run(populated_url, "UPDATE catalog_version SET version = 70")
    dumped(populated_url, file)
    assert restore(migrated_url, file).version == 71


def test_no_id_is_given_twice(populated_url: str, migrated_url: str, file: Path) -> None:
    run(populated_url, "ALTER TABLE recipes ALTER COLUMN id RESTART WITH 100500")
    dumped(populated_url, file)
    restore(migrated_url, file)
    assert one(migrated_url, "SELECT nextval('recipes_id_seq')") == 100_500
    run(migrated_url, "ALTER TABLE recipes ALTER COLUMN id RESTART WITH 200000")
    restore(migrated_url, file)
    assert one(migrated_url, "SELECT nextval('recipes_id_seq')") == 200_000


def test_a_dump_is_of_one_moment(populated_url: str, content: Content, empty_url: str, file: Path) -> None:
    """Between two tables another program writes; the dump does not see it."""

    def write(line: str) -> None:
        if line.startswith("fruits"):
            with psycopg.connect(populated_url) as other:
                populate(other, Content(content.fruits, content.recipes[1:]))

    with psycopg.connect(populated_url) as connection:
        dump(connection, file, write)
    assert one(populated_url, "SELECT version FROM catalog_version") == 2
    restore(empty_url, file)
    assert loaded(empty_url) == (1, content)


def at_first_revision(url: str, content: Content) -> None:
    with opened_schema(url) as schema:
        schema.upgrade("0001")
    with psycopg.connect(url) as connection:
        populate(connection, content)


def test_a_dump_of_an_older_schema_is_migrated_on_the_way(
    empty_url: str, migrated_url: str, populated_url: str, content: Content, file: Path
) -> None:
    at_first_revision(empty_url, content)
    manifest = dumped(empty_url, file)
    assert manifest.revision == "0001" != NEWEST
    fresh = restore(migrated_url, file)
    assert (fresh.version, fresh.revision) == (1, NEWEST)
    for statement in (FEEDBACK, MODEL, PART):
        run(populated_url, statement)
    run(populated_url, "ALTER TABLE recipes ALTER COLUMN id RESTART WITH 100700")
    before = everything(populated_url)
    assert restore(populated_url, file).version == 2
    after = everything(populated_url)
    for table in (*KEPT, "alembic_version"):
        assert after[table] == before[table] != []
    run(populated_url, MODEL.replace("true", "false"))
    run(populated_url, "DELETE FROM models WHERE in_use")
    assert one(populated_url, "SELECT count(*) FROM model_parts") == 0, "what belongs together still does"
    assert after["recipes"] == before["recipes"]
    assert loaded(populated_url) == (2, content)
    run(populated_url, FEEDBACK)
    assert one(populated_url, "SELECT max(id) FROM feedback") == 2
    assert one(populated_url, "SELECT nextval('recipes_id_seq')") == 100_700
    assert one(populated_url, "SELECT count(*) FROM pg_namespace WHERE nspname = 'jamhot_kept'") == 0


def test_a_view_of_somebody_else_stops_what_would_drop_it(
    populated_url: str, empty_url: str, content: Content, file: Path
) -> None:
    at_first_revision(empty_url, content)
    dumped(empty_url, file)
    run(populated_url, "CREATE VIEW mine AS SELECT title FROM recipes")
    before = everything(populated_url)
    with pytest.raises(DatabaseError, match="of your own"):
        restore(populated_url, file)
    assert everything(populated_url) == before
    dumped(populated_url, file)
    assert restore(populated_url, file).version == 2, "a dump of this schema drops nothing"


def test_into_a_database_of_an_older_schema(populated_url: str, empty_url: str, content: Content, file: Path) -> None:
    at_first_revision(empty_url, content)
    dumped(populated_url, file)
    assert restore(empty_url, file).revision == NEWEST
    assert loaded(empty_url) == (2, content)
    assert migrate(empty_url).before == NEWEST


@pytest.fixture
def later(tmp_path: Path) -> Path:
    """The migrations, and one more that changes rows and tables that are there."""
    folder = tmp_path / "migrations"
    shutil.copytree(FOLDER, folder, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "versions" / "9999_later.py").write_text(STEP.format(before=NEWEST))
    return folder


def test_a_later_step_that_changes_rows_is_taken_on_the_way(
    populated_url: str, empty_url: str, content: Content, file: Path, later: Path
) -> None:
    dumped(populated_url, file)
    with opened_schema(populated_url, later) as schema:
        schema.upgrade()
    run(populated_url, FEEDBACK)
    run(populated_url, "UPDATE recipes SET motto = 'forgotten'")
    for url in (populated_url, empty_url):
        assert restore(url, file, migrations=later).revision == "9999"
        assert one(url, "SELECT motto FROM recipes WHERE id = 1") == content.recipes[0].title.upper()
        assert one(url, "SELECT count(place) FROM recipe_fruits") == sum(len(one.fruits) for one in content.recipes)
        assert one(url, "SELECT version_num FROM alembic_version") == "9999"
    assert one(populated_url, "SELECT mood FROM feedback") == "merry"


def test_a_newer_schema_is_refused_on_either_side(
    populated_url: str, migrated_url: str, file: Path, later: Path
) -> None:
    dumped(populated_url, file)
    run(migrated_url, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(DatabaseError, match="not one that this version knows"):
        restore(migrated_url, file)
    with psycopg.connect(migrated_url) as connection, pytest.raises(DatabaseError, match="not one that this version"):
        dump(connection, file)
    run(migrated_url, f"UPDATE alembic_version SET version_num = '{NEWEST}'")  # noqa: S608 (our own names)
    rewrite(file, manifest=lambda old: {**old, "revision": "9999"})
    with pytest.raises(ArchiveError, match="holds schema 9999"):
        restore(migrated_url, file)
    assert one(migrated_url, "SELECT count(*) FROM fruits") == 0


def rewrite(
    file: Path,
    manifest: Callable[[dict[str, Any]], dict[str, Any]] = lambda old: old,
    rows: Callable[[bytes], bytes] = lambda old: old,
) -> None:
    """Changes what is in a dump and seals it again, as somebody would who knows how."""
    with ZipFile(file) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    parts[MANIFEST] = json.dumps(manifest(json.loads(parts[MANIFEST]))).encode()
    parts["tables/recipes.copy"] = rows(parts["tables/recipes.copy"])
    with ZipFile(file, "w", ZIP_DEFLATED) as new:
        for name, data in parts.items():
            new.writestr(name, data)
        new.comment = b"0" * SEAL_BYTES
    unsealed = file.read_bytes()[:-SEAL_BYTES]
    file.write_bytes(unsealed + hashlib.sha256(unsealed).hexdigest().encode())


def refused(file: Path) -> str:
    with pytest.raises(ArchiveError) as told, opened(file):
        pass
    return told.value.message


def test_any_flipped_byte_is_noticed(dump_file: Path, file: Path) -> None:
    whole = dump_file.read_bytes()
    places = {*range(64), *range(len(whole) - 400, len(whole)), *range(0, len(whole), len(whole) // 300)}
    for place in places:
        for bit in (0x01, 0x80):
            damaged = bytearray(whole)
            damaged[place] ^= bit
            file.write_bytes(damaged)
            assert "damaged" in refused(file), place


def test_any_length_but_its_own_is_noticed(dump_file: Path, file: Path) -> None:
    whole = dump_file.read_bytes()
    for length in (0, 1, 3, 4, 63, 64, 65, 1000, len(whole) // 2, len(whole) - SEAL_BYTES, len(whole) - 1):
        file.write_bytes(whole[:length])
        assert "damaged" in refused(file), length
    for more in (b"\0", b"\n", whole):
        file.write_bytes(whole + more)
        assert "damaged" in refused(file)


def test_a_damaged_file_changes_nothing(populated_url: str, dump_file: Path, file: Path) -> None:
    run(populated_url, "DELETE FROM recipes WHERE id = 1")
    before = everything(populated_url)
    damaged = bytearray(dump_file.read_bytes())
    damaged[len(damaged) // 2] ^= 1
    file.write_bytes(damaged)
    with pytest.raises(ArchiveError, match="damaged"):
        restore(populated_url, file)
    assert everything(populated_url) == before


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"rows": lambda old: old.replace(b"Jam", b"Mud", 1)}, "not those that were dumped"),
        ({"rows": lambda old: old[: len(old) // 2]}, "refused|not those|recipes"),
        ({"manifest": lambda old: {**old, "format": 2}}, "has format 2"),
        ({"manifest": lambda old: {**old, "format": None}}, "has format None"),
        ({"manifest": lambda old: {**old, "more": 1}}, "manifest that cannot be read"),
        ({"manifest": lambda _: {"format": 1}}, "manifest that cannot be read"),
        ({"manifest": lambda _: {}}, "no manifest"),
        ({"manifest": lambda old: {**old, "tables": old["tables"][:1]}}, "no whole catalogue"),
        (
            {"manifest": lambda old: {**old, "tables": [{**t, "rows": t["rows"] + 1} for t in old["tables"]]}},
            "rows, not",
        ),
        (
            {"manifest": lambda old: {**old, "tables": [*old["tables"], {**old["tables"][0], "name": "nowhere"}]}},
            "schema is behind|nowhere",
        ),
    ],
)
def test_a_file_that_lies_under_a_whole_seal_is_refused_and_nothing_is_kept(
    populated_url: str, dump_file: Path, file: Path, change: dict[str, Any], expected: str
) -> None:
    shutil.copy(dump_file, file)
    rewrite(file, **change)
    before = everything(populated_url)
    with pytest.raises((ArchiveError, DatabaseError), match=expected):
        restore(populated_url, file)
    assert everything(populated_url) == before


def test_a_file_that_is_something_else(file: Path, tmp_path: Path) -> None:
    assert "cannot be read" in refused(tmp_path / "nothing")
    assert "cannot be read" in refused(tmp_path)
    file.write_text("-- PostgreSQL database dump\n" * 100)
    assert "no dump of Jam Hot" in refused(file)
    with ZipFile(file, "w") as other:
        other.writestr("holiday.txt", "sea " * 100)
    assert "damaged" in refused(file)


def test_an_empty_catalogue_is_neither_written_nor_taken(migrated_url: str, empty_url: str, file: Path) -> None:
    with psycopg.connect(migrated_url) as connection, pytest.raises(DatabaseError, match="no whole catalogue"):
        dump(connection, file)
    with psycopg.connect(empty_url) as connection, pytest.raises(DatabaseError, match="schema is behind"):
        dump(connection, file)
    assert not file.exists()


def test_a_file_that_cannot_be_written(populated_url: str, tmp_path: Path) -> None:
    for place in (tmp_path / "nowhere" / "file", tmp_path):
        with psycopg.connect(populated_url) as connection, pytest.raises(ArchiveError, match="cannot be written"):
            dump(connection, place)
    assert list(tmp_path.iterdir()) == []


@contextmanager
def held(url: str, lock: str, script: str, file: Path) -> Iterator[subprocess.Popen[str]]:
    """A script that stands still in its middle, because a table that it wants is locked."""
    with psycopg.connect(url) as blocker:
        blocker.execute(lock)
        process = subprocess.Popen(
            [sys.executable, str(ROOT / "scripts" / script), str(file)],
            env={**os.environ, "DATABASE_URL": url}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        with psycopg.connect(url, autocommit=True) as watcher:
            while not watcher.execute("SELECT 1 FROM pg_locks WHERE NOT granted").fetchone():
                assert process.poll() is None, process.communicate()
                time.sleep(0.02)
        yield process
        process.communicate(timeout=20)


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_a_dump_that_is_ended_in_the_middle_leaves_the_file_before(
    populated_url: str, file: Path, how: signal.Signals
) -> None:
    file.write_text("the dump of yesterday")
    with held(populated_url, "LOCK TABLE recipe_fruits", "dump_database.py", file) as process:
        process.send_signal(how)
        assert process.wait(timeout=20) == (130 if how == signal.SIGINT else -how)
    assert file.read_text() == "the dump of yesterday"
    assert list(file.parent.iterdir()) == [file]
    dumped(populated_url, file)


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("older", [False, True])
def test_a_restore_that_is_ended_in_the_middle_leaves_the_database_as_it_was(
    populated_url: str, empty_url: str, content: Content, file: Path, how: signal.Signals, older: bool
) -> None:
    if older:
        at_first_revision(empty_url, content)
    dumped(empty_url if older else populated_url, file)
    run(populated_url, "DELETE FROM recipes WHERE id = 1")
    before = everything(populated_url)
    # it stands where the catalogue's version is deleted already; or, of an older schema, where its tables are dropped
    lock = "LOCK TABLE recipe_fruits IN SHARE MODE" if not older else "LOCK TABLE catalog_version IN ROW SHARE MODE"
    with held(populated_url, lock, "restore_database.py", file) as process:
        process.send_signal(how)
        assert process.wait(timeout=20) == (130 if how == signal.SIGINT else -how)
    deadline = time.monotonic() + 10
    while one(populated_url, "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'jamhot-migrate'"):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert everything(populated_url) == before
    restore(populated_url, file)
    assert loaded(populated_url) == (2, content)


def test_who_reads_during_a_restore_sees_the_one_or_the_other(populated_url: str, content: Content, file: Path) -> None:
    dumped(populated_url, file)
    with psycopg.connect(populated_url) as connection:
        less = Content(content.fruits, content.recipes[1:])
        populate(connection, less)
    expected = {2: less, 3: content}

    async def read() -> set[int]:
        async with await psycopg.AsyncConnection.connect(populated_url, autocommit=True) as reader:
            seen = set()
            writing = asyncio.create_task(asyncio.to_thread(restore, populated_url, file))
            while not writing.done() or 3 not in seen:
                version, found = await load(reader)
                assert found == expected[version.number]
                seen.add(version.number)
            await writing
        return seen

    assert asyncio.run(read()) == {2, 3}


def test_two_restores_at_once_do_no_harm(populated_url: str, migrated_url: str, content: Content, file: Path) -> None:
    dumped(populated_url, file)
    both = [
        subprocess.Popen(
            [sys.executable, str(ROOT / "scripts" / "restore_database.py"), str(file)],
            env={**os.environ, "DATABASE_URL": migrated_url}, stdout=subprocess.PIPE, text=True,
        )
        for _ in range(2)
    ]  # fmt: skip
    for process in both:
        process.communicate(timeout=60)
    assert [process.returncode for process in both] == [0, 0]
    assert loaded(migrated_url) == (2, content)
