"""The catalogue goes to another server and back, of another major version too: by pg_dump and psql, and by our dump."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from jamhot.catalog.content import Content
from jamhot.database import archive
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
            version, found = await load(connection)
            return version.number, found

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


@pytest.fixture
def older(open_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[EmbeddedPostgres]:
    """A server of the system's PostgreSQL, which is of another major version than the package's."""
    monkeypatch.setattr(installation, "_wheel_folder", lambda: None)
    try:
        found = find_installation(server_account())
    except DatabaseError:
        pytest.skip("no PostgreSQL of the system to compare with")
    server = EmbeddedPostgres(open_folder / "older", durable=False, installation=found)
    with server:
        yield server


def made(server: EmbeddedPostgres, name: str) -> str:
    with psycopg.connect(server.url("postgres"), autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name} TEMPLATE template0")
    return server.url(name)


def major(server: EmbeddedPostgres) -> int:
    with psycopg.connect(server.url("postgres")) as connection:
        return connection.info.server_version // 10_000


def test_an_older_major_takes_it_as_well(older: EmbeddedPostgres, open_folder: Path, content: Content) -> None:
    url = made(older, "first")
    migrate(url)
    with psycopg.connect(url) as connection:
        assert populate(connection, content).version == 1
    assert loaded(url) == (1, content)
    again = open_folder / "again.sql"
    again.write_text(program(older, "pg_dump", "--no-owner", url))
    copy = made(older, "copy")
    restore(older, copy, again)
    assert loaded(copy) == (1, content)


def test_plain_sql_goes_up_to_a_newer_major_and_down_again(
    postgres: EmbeddedPostgres, older: EmbeddedPostgres, empty_url: str, open_folder: Path, content: Content
) -> None:
    """Up as it is. Down with the newer pg_dump, and without the one setting that the older server does not know."""
    if major(older) >= major(postgres):
        pytest.skip(f"the system's PostgreSQL {major(older)} is not older than the package's")
    url = made(older, "up")
    migrate(url)
    with psycopg.connect(url) as connection:
        populate(connection, content)
    up = open_folder / "up.sql"
    up.write_text(program(older, "pg_dump", "--no-owner", url))
    restore(postgres, empty_url, up)
    assert loaded(empty_url) == (1, content)
    down = open_folder / "down.sql"
    lines = program(postgres, "pg_dump", "--no-owner", empty_url).splitlines(keepends=True)
    down.write_text("".join(line for line in lines if not line.startswith("SET transaction_timeout")))
    back = made(older, "down")
    restore(older, back, down)
    assert loaded(back) == (1, content)
    assert migrate(back).before == migrate(url).before is not None
    with psycopg.connect(back) as connection:
        assert not populate(connection, content)


def test_our_own_dump_goes_down_to_an_older_major_and_up_again(
    older: EmbeddedPostgres, populated_url: str, empty_url: str, open_folder: Path, content: Content
) -> None:
    file = open_folder / "catalogue.dump"
    tables = []
    for source, target in ((populated_url, made(older, "down")), (older.url("down"), empty_url)):
        with psycopg.connect(source) as connection:
            tables.append(archive.dump(connection, file).tables)
        archive.restore(target, file)
        assert loaded(target) == (1, content)
    assert tables[0] == tables[1], "the same rows, to the byte"
