"""What the operator's scripts share: which database, a connection to it, and errors of one line."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import typer

from jamhot.database.catalog_store import SyncConnection
from jamhot.database.failures import translated
from jamhot.database.url import for_scripts, log_safe
from jamhot.errors import DatabaseError, JamHotError
from jamhot.settings import load_settings

CONNECT_S = 10
FROM_OUTSIDE = (
    "from a laptop set DATABASE_PUBLIC_URL; or open a tunnel, railway connect Postgres --tunnel-only, and set "
    "DATABASE_URL to the address that it prints"
)


def database_url() -> str:
    """The database the environment names: DATABASE_URL, or DATABASE_PUBLIC_URL where the first is out of reach."""
    settings = load_settings()
    return for_scripts(settings.database_url, settings.database_public_url)


@contextmanager
def connected(url: str, within_s: int = CONNECT_S) -> Iterator[SyncConnection]:
    """A connection for one script. Raises DatabaseError when there is none to be had within so many seconds."""
    with translated(), _connect(url, within_s) as connection:
        yield connection


def _connect(url: str, within_s: int) -> SyncConnection:
    try:
        return psycopg.connect(url, connect_timeout=within_s, application_name="jamhot-script")
    except psycopg.OperationalError as error:
        if error.sqlstate is not None:  # somebody is there, and said no
            raise
        raise DatabaseError("the database cannot be reached", hint=FROM_OUTSIDE) from error


@contextmanager
def one_line_errors() -> Iterator[None]:
    """An error of ours ends the script with one line on standard error and exit code 1."""
    try:
        yield
    except JamHotError as error:
        hint = f" ({error.hint})" if error.hint else ""
        constraint = error.details.get("constraint")
        rule = f" [{constraint}]" if constraint else ""
        typer.echo(f"error: {log_safe(error.message)}{rule}{hint}", err=True)
        raise typer.Exit(1) from None
