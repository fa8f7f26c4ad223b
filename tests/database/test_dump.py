"""Plain pg_dump and psql carry the catalogue to another server and back."""

from __future__ import annotations

import asyncio
import subprocess
from pathlib import Path

import psycopg
import pytest

from jamhot.catalog.build import Content
from jamhot.database.catalog_store import load, populate
from jamhot.database.embedded import EmbeddedPostgres, installation
from jamhot.database.embedded.account import server_account
from jamhot.database.embedded.installation import find_installation
from jamhot.database.migrate import migrate
from jamhot.errors import DatabaseError


def program(server: EmbeddedPostgres, name: str, *arguments: str) -> str:
    done = subprocess.run([str(server.bin_dir / name), *arguments], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def loaded(url: str) -> tuple[int, Content]:
    async def run() -> tuple[int, Content]:
        async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
            return await load(connection)

    return asyncio.run(run())


def schema(server: EmbeddedPostgres, url: str) -> list[str]:
    """Statements of the schema, without the key that newer versions of pg_dump draw for each dump."""
    return [line for line in program(server, "pg_dump", "--schema-only", url).splitlines() if "restrict" not in line]


def restore(server: EmbeddedPostgres, url: str, file: Path) -> None:
    program(server, "psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-1", "-d", url, "-f", str(file))


def test_a_dump_restores_to_the_same(
    postgres: EmbeddedPostgres, populated_url: str, empty_url: str, content: Content, tmp_path: Path
) -> None:
    file = tmp_path / "dump.sql"
    file.write_text(program(postgres, "pg_dump", "--no-owner", populated_url))
    restore(postgres, empty_url, file)
    assert loaded(empty_url) == (1, content)
    assert schema(postgres, empty_url) == schema(postgres, populated_url)
    assert migrate(empty_url).before == migrate(populated_url).before is not None
    with psycopg.connect(empty_url) as connection:
        assert not populate(connection, content)
        assert connection.execute("SELECT nextval('recipes_id_seq')").fetchone() == (100_000,)
        connection.execute("DELETE FROM recipe_fruits WHERE recipe_id = 1")
        with pytest.raises(psycopg.errors.CheckViolation, match="no primary fruit"):
            connection.commit()


def test_an_older_major_takes_it_as_well(
    populated_url: str, open_folder: Path, content: Content, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(installation, "_wheel_folder", lambda: None)
    try:
        older = find_installation(server_account())
    except DatabaseError:
        pytest.skip("no PostgreSQL of the system to compare with")
    server = EmbeddedPostgres(open_folder / "older", durable=False, installation=older)
    with server as url, psycopg.connect(url) as connection:
        migrate(url)
        assert populate(connection, content).version == 1
        assert loaded(url) == (1, content)
        again = open_folder / "again.sql"
        again.write_text(program(server, "pg_dump", "--no-owner", url))
        connection.execute("CREATE SCHEMA other")
        connection.rollback()
        with psycopg.connect(server.url("postgres"), autocommit=True) as admin:
            admin.execute("CREATE DATABASE copy TEMPLATE template0")
        restore(server, server.url("copy"), again)
        assert loaded(server.url("copy")) == (1, content)
