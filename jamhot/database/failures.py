"""What psycopg raises, told in the family of errors: the one place where the two meet."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import errors
from psycopg_pool import PoolClosed, PoolTimeout

from jamhot.errors import DatabaseError

MIGRATE = "run python scripts/run_migrations.py"
DROP_YOURS = "drop your own views and functions on them first"


@contextmanager
def translated() -> Iterator[None]:
    """Turns every error of psycopg and its pool into a DatabaseError, the original as its cause.

    The message says which kind of thing happened, never the statement, its values or the address; the details name
    a constraint that was broken.
    """
    try:
        yield
    except psycopg.Error as error:
        raise _told(error) from error


def _told(error: psycopg.Error) -> DatabaseError:
    details = {"sqlstate": error.sqlstate, "constraint": error.diag.constraint_name, "table": error.diag.table_name}
    details = {name: value for name, value in details.items() if value}
    for kinds, message, hint in TOLD:
        if isinstance(error, kinds):
            return DatabaseError(message, details, hint)
    return DatabaseError(f"the database refused: {type(error).__name__}", details)


Kinds = tuple[type[psycopg.Error], ...]
TOLD: tuple[tuple[Kinds, str, str | None], ...] = (
    ((PoolTimeout,), "the database does not answer", None),
    ((PoolClosed,), "the service is stopping", None),
    ((errors.QueryCanceled, errors.LockNotAvailable), "the database took too long", None),
    ((errors.UndefinedTable, errors.UndefinedColumn), "the database's schema is behind this version", MIGRATE),
    ((errors.InvalidPassword, errors.InvalidAuthorizationSpecification), "the database refused the login", None),
    ((errors.InvalidCatalogName,), "there is no such database", None),
    ((errors.DependentObjectsStillExist,), "something of your own in the database depends on its tables", DROP_YOURS),
    ((errors.DiskFull, errors.TooManyConnections), "the database is full", None),
    ((errors.ReadOnlySqlTransaction, errors.InsufficientPrivilege), "the database does not let us write", None),
    ((psycopg.IntegrityError,), "the database's rules refuse these rows", None),
    ((psycopg.OperationalError,), "the database cannot be reached", None),
)
"""First match wins; the broad kinds stand last."""
