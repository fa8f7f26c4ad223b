"""Brings a database's schema up to this version: idempotent, one transaction, safe when two do it at once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import psycopg
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
from sqlalchemy import Connection, NullPool, create_engine, text
from sqlalchemy.exc import DBAPIError

from jamhot.database.connecting import connect
from jamhot.database.failures import translated
from jamhot.database.locks import WRITER
from jamhot.database.migrations import FOLDER
from jamhot.database.url import checked
from jamhot.errors import DatabaseError

CONNECT_S = 10


@dataclass(frozen=True, slots=True)
class Migration:
    """Schema revisions before and after; None before the first."""

    before: str | None
    after: str | None


class Schema:
    """The schema of one database while its transaction is open, and the connection that it is open on."""

    def __init__(self, connection: Connection, config: Config) -> None:
        self._connection = connection
        self._config = config
        config.attributes["connection"] = connection

    @property
    def driver(self) -> psycopg.Connection[tuple[Any, ...]]:
        """psycopg's connection, in the same transaction."""
        return cast("psycopg.Connection[tuple[Any, ...]]", self._connection.connection.driver_connection)

    @property
    def revision(self) -> str | None:
        """Where the database is; None before the first step."""
        return MigrationContext.configure(self._connection).get_current_revision()

    def upgrade(self, target: str = "head") -> None:
        """Every step that is missing up to `target`; nothing when the database is there or further."""
        command.upgrade(self._config, target)


def migrate(url: str) -> Migration:
    """Applies every revision that is missing. Waits while another migration or populate runs.

    Raises:
        DatabaseError: unreachable, not allowed, or the schema is newer than this version knows.
    """
    with opened_schema(url) as schema:
        before = schema.revision
        schema.upgrade()
    return Migration(before, revisions()[-1])


def revisions(folder: Path = FOLDER) -> list[str]:
    """Every revision that this version knows, the oldest first."""
    steps = ScriptDirectory.from_config(_config(folder)).walk_revisions()
    return [step.revision for step in steps][::-1]


@contextmanager
def opened_schema(url: str, folder: Path = FOLDER) -> Iterator[Schema]:
    """One transaction, alone among the writers: all that the block does to the database is done, or nothing is.

    Args:
        folder: the migrations.

    Raises:
        DatabaseError: unreachable, not allowed, a rule of the database is broken, or the schema is newer than known.
    """
    address = checked(url)
    engine = create_engine(
        "postgresql+psycopg://",
        creator=lambda: connect(address, "jamhot-migrate", CONNECT_S),
        poolclass=NullPool,
    )
    try:
        with translated(), engine.begin() as connection:
            for statement in WRITER:
                connection.execute(text(statement))
            yield Schema(connection, _config(folder))
    except DBAPIError as error:
        raise _told(error) from error
    except CommandError as error:
        raise DatabaseError(
            f"the database's schema is not one that this version knows: {error}", hint="deploy the newer version"
        ) from error


def _config(folder: Path) -> Config:
    config = Config()
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    return config


def _told(error: DBAPIError) -> DatabaseError:
    """SQLAlchemy wraps the driver's error; what matters is inside."""
    if isinstance(error.orig, psycopg.Error):
        try:
            with translated():
                raise error.orig
        except DatabaseError as told:
            return told
    return DatabaseError("the database refused the migration")
