"""The schema comes up once, whoever asks and however many ask at once."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import psycopg
import pytest

from jamhot.database.migrate import Migration, migrate
from jamhot.database.migrations import FOLDER
from jamhot.errors import DatabaseError

ROOT = Path(__file__).resolve().parents[2]
NEWEST = sorted(path.name for path in (FOLDER / "sql").glob("*.sql"))[-1][:4]


def tables(url: str) -> set[str]:
    with psycopg.connect(url) as connection:
        return {row[0] for row in connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")}


def test_an_empty_database_gets_everything_and_then_nothing(empty_url: str) -> None:
    assert migrate(empty_url) == Migration(None, NEWEST)
    assert tables(empty_url) >= {"fruits", "profiles", "recipes", "recipe_fruits", "catalog_version"}
    assert migrate(empty_url) == Migration(NEWEST, NEWEST)


def test_two_at_once_do_no_harm(empty_url: str) -> None:
    program = "import sys; from jamhot.database.migrate import migrate; print(migrate(sys.argv[1]).before)"
    both = [
        subprocess.Popen([sys.executable, "-c", program, empty_url], cwd=ROOT, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    said = sorted(process.communicate(timeout=60)[0].strip() for process in both)
    assert [process.returncode for process in both] == [0, 0]
    assert said == [NEWEST, "None"]


def test_a_step_that_fails_leaves_nothing(empty_url: str) -> None:
    with psycopg.connect(empty_url) as connection:
        connection.execute("CREATE TABLE recipes (id integer)")  # in the way of the third table
    with pytest.raises(DatabaseError):
        migrate(empty_url)
    assert tables(empty_url) == {"recipes"}


def test_a_schema_that_is_newer_is_left_alone(migrated_url: str) -> None:
    with psycopg.connect(migrated_url) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(DatabaseError, match="not one that this version knows"):
        migrate(migrated_url)


def test_a_database_that_is_not_there(postgres: Any) -> None:
    with pytest.raises(DatabaseError):
        migrate(postgres.url("nowhere"))
    with pytest.raises(DatabaseError, match="cannot be reached"):
        migrate("postgresql://u:s3cret@127.0.0.1:1/d")


def test_the_schema_does_not_lean_on_the_search_path(migrated_url: str) -> None:
    with psycopg.connect(migrated_url) as connection:
        loose = connection.execute(
            "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND proconfig IS NULL"
        ).fetchall()
    assert loose == []


def test_the_service_does_not_import_alembic() -> None:
    program = (
        "import sys, jamhot.database.catalog_store, jamhot.database.pool;"
        "print({'alembic', 'sqlalchemy', 'typer'} & sys.modules.keys())"
    )
    told = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert told.stdout == "set()\n"
