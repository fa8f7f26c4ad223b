"""What the operator's scripts share: which database, a connection to it, and errors of one line."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import typer

from jamhot.console import quiet_end
from jamhot.database.catalog_store import SyncConnection
from jamhot.database.connecting import connect
from jamhot.database.failures import translated
from jamhot.database.url import for_scripts, log_safe
from jamhot.errors import JamHotError
from jamhot.settings import load_settings

CONNECT_S = 10


def database_url() -> str:
    """The database the environment names: DATABASE_URL, or DATABASE_PUBLIC_URL where the first is out of reach."""
    settings = load_settings()
    return for_scripts(settings.database_url, settings.database_public_url)


@contextmanager
def connected(url: str, within_s: int = CONNECT_S) -> Iterator[SyncConnection]:
    """A connection for one script. Raises DatabaseError when there is none to be had."""
    with translated(), connect(url, "jamhot-script", within_s) as connection:
        yield connection


def run(program: Callable[..., None]) -> None:
    """Runs a script. Whether what it says can be written or not, it ends without a trace."""
    with quiet_end():
        typer.run(program)


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
