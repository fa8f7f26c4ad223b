"""What every test may ask for: a real PostgreSQL, databases of their own in it, and an environment that is clean."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing
from itertools import count
from pathlib import Path

import psycopg
import pytest

from jamhot.catalog.build import Content, load_content
from jamhot.database.catalog_store import populate
from jamhot.database.embedded import EmbeddedPostgres
from jamhot.database.migrate import migrate

NUMBERS = count(1)


@pytest.fixture(scope="session", autouse=True)
def clean_environment() -> Iterator[None]:
    """No database of the developer's own: tests speak to theirs alone."""
    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            if name.startswith(("PG", "DATABASE_")):
                patch.delenv(name)
        yield


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that the server's account can enter; pytest's own are closed to it when root runs the tests."""
    yield from _open_folder()


def _open_folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="jamhot-test-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def postgres() -> Iterator[EmbeddedPostgres]:
    """The tests' server. Do not stop it: `own_postgres` is for that."""
    for folder in _open_folder():
        server = EmbeddedPostgres(folder / "server", durable=False)
        with server:
            yield server


@pytest.fixture(scope="session")
def stopped_cluster() -> Iterator[Path]:
    """The state folder of a server that was made, started once and stopped."""
    for folder in _open_folder():
        with EmbeddedPostgres(folder / "server", durable=False):
            pass
        yield folder / "server"


@pytest.fixture
def server_folder(stopped_cluster: Path, open_folder: Path) -> Path:
    """A state folder of this test alone; its cluster is there already, which saves a second."""
    subprocess.run(["cp", "-a", str(stopped_cluster), str(open_folder)], check=True)
    return open_folder / "server"


@pytest.fixture
def own_postgres(server_folder: Path) -> Iterator[EmbeddedPostgres]:
    """A server of this test alone, started."""
    server = EmbeddedPostgres(server_folder, durable=False)
    with server:
        yield server


def _create(server: EmbeddedPostgres, name: str, template: str) -> str:
    with closing(psycopg.connect(server.url("postgres"), autocommit=True)) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    return server.url(name)


def _drop(server: EmbeddedPostgres, name: str) -> None:
    with closing(psycopg.connect(server.url("postgres"), autocommit=True)) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _fresh(server: EmbeddedPostgres, template: str) -> Iterator[str]:
    name = f"test_{next(NUMBERS)}"
    yield _create(server, name, template)
    _drop(server, name)


@pytest.fixture(scope="session")
def content() -> Content:
    """The content that ships."""
    return load_content()


@pytest.fixture(scope="session")
def migrated_template(postgres: EmbeddedPostgres) -> str:
    """Name of a database with the schema and no rows."""
    migrate(_create(postgres, "migrated", "template0"))
    return "migrated"


@pytest.fixture(scope="session")
def populated_template(postgres: EmbeddedPostgres, migrated_template: str, content: Content) -> str:
    """Name of a database with the content that ships."""
    with psycopg.connect(_create(postgres, "populated", migrated_template)) as connection:
        populate(connection, content)
    return "populated"


@pytest.fixture
def empty_url(postgres: EmbeddedPostgres) -> Iterator[str]:
    """A database without even a schema."""
    yield from _fresh(postgres, "template0")


@pytest.fixture
def migrated_url(postgres: EmbeddedPostgres, migrated_template: str) -> Iterator[str]:
    """A database with the schema and no rows."""
    yield from _fresh(postgres, migrated_template)


@pytest.fixture
def populated_url(postgres: EmbeddedPostgres, populated_template: str) -> Iterator[str]:
    """A database with the content that ships."""
    yield from _fresh(postgres, populated_template)
