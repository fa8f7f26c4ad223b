"""What every test may ask for: a real PostgreSQL, databases of their own in it, and an environment that is clean."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest

from jamhot.catalog.build import load_content
from jamhot.catalog.content import Content
from jamhot.database.catalog_store import populate
from jamhot.database.embedded import EmbeddedPostgres
from jamhot.database.migrate import migrate

NUMBERS = count(1)


@pytest.fixture(scope="session", autouse=True)
def clean_environment() -> Iterator[None]:
    """No database and no kept catalogue of the developer's own: tests speak to theirs alone."""
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory(prefix="jamhot-cache-") as cache:
        patch.setenv("XDG_CACHE_HOME", cache)
        patch.setenv("WATCHDOG", "false")  # it would start the tests anew
        for name in list(os.environ):
            if name.startswith(("PG", "DATABASE_")):
                patch.delenv(name)
        yield


@pytest.fixture(scope="session", autouse=True)
def ctrl_c_is_heard() -> None:
    """Tests in the background of a shell ignore Ctrl-C, and all that they start would, too."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


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
        server = EmbeddedPostgres(folder / "a folder with spaces", durable=False)
        with server:
            yield server


@pytest.fixture(scope="session")
def server_folder() -> Iterator[Path]:
    """State folder of a second server, for tests that start, stop and kill it; each leaves it stopped."""
    for folder in _open_folder():
        yield folder / "server"


@pytest.fixture
def own_postgres(server_folder: Path) -> Iterator[EmbeddedPostgres]:
    """The second server, started: this test may stop it."""
    server = EmbeddedPostgres(server_folder, durable=False)
    with server:
        yield server


def _create(server: EmbeddedPostgres, name: str, template: str) -> str:
    with closing(psycopg.connect(server.url("postgres"), autocommit=True)) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template} {_copying(connection)}")
    return server.url(name)


def _copying(connection: psycopg.Connection[Any]) -> str:
    """Copying files is three times quicker than the default, which writes all of it to the log as well."""
    return "STRATEGY file_copy" if connection.info.server_version >= 150_000 else ""


def _drop(server: EmbeddedPostgres, name: str) -> None:
    with closing(psycopg.connect(server.url("postgres"), autocommit=True)) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
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
    with _fresh(postgres, "template0") as url:
        yield url


@pytest.fixture
def migrated_url(postgres: EmbeddedPostgres, migrated_template: str) -> Iterator[str]:
    """A database with the schema and no rows."""
    with _fresh(postgres, migrated_template) as url:
        yield url


@pytest.fixture(scope="module")
def shared_url(postgres: EmbeddedPostgres, populated_template: str) -> Iterator[str]:
    """A database with the content that ships, for all tests of one file: they roll back what they do."""
    with _fresh(postgres, populated_template) as url:
        yield url


@pytest.fixture
def populated_url(postgres: EmbeddedPostgres, populated_template: str) -> Iterator[str]:
    """A database with the content that ships."""
    with _fresh(postgres, populated_template) as url:
        yield url
