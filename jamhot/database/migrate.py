"""Brings a database's schema up to this version: idempotent, one transaction, safe when two do it at once."""

from __future__ import annotations

from dataclasses import dataclass

import psycopg
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
from sqlalchemy import NullPool, create_engine, text
from sqlalchemy.exc import DBAPIError

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


def migrate(url: str) -> Migration:
    """Applies every revision that is missing. Waits while another migration or populate runs.

    Raises:
        DatabaseError: unreachable, not allowed, or the schema is newer than this version knows.
    """
    address = checked(url)
    engine = create_engine(
        "postgresql+psycopg://",
        creator=lambda: psycopg.connect(address, connect_timeout=CONNECT_S, application_name="jamhot-migrate"),
        poolclass=NullPool,
    )
    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    try:
        with translated(), engine.begin() as connection:
            for statement in WRITER:
                connection.execute(text(statement))
            before = MigrationContext.configure(connection).get_current_revision()
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    except DBAPIError as error:
        raise _told(error) from error
    except CommandError as error:
        raise DatabaseError(
            f"the database's schema is not one that this version knows: {error}", hint="deploy the newer version"
        ) from error
    return Migration(before, ScriptDirectory.from_config(config).get_current_head())


def _told(error: DBAPIError) -> DatabaseError:
    """SQLAlchemy wraps the driver's error; what matters is inside."""
    if isinstance(error.orig, psycopg.Error):
        try:
            with translated():
                raise error.orig
        except DatabaseError as told:
            return told
    return DatabaseError("the database refused the migration")
