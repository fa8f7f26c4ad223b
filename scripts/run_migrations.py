#!/usr/bin/env python3
"""Bring the database's schema up to this version. Safe to run twice, and by two at once."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import typer

from jamhot.database.commands import database_url, one_line_errors, run
from jamhot.database.migrate import migrate


def main() -> None:
    """Bring the schema of DATABASE_URL (or DATABASE_PUBLIC_URL) up to this version, in one transaction.

    Safe to run twice and by two at once: the second waits and finds nothing to do.
    """
    with one_line_errors():
        done = migrate(database_url())
    if done.before == done.after:
        typer.echo(f"schema: {done.after}, nothing to do")
    else:
        typer.echo(f"schema: {done.before or 'empty'} -> {done.after}")


if __name__ == "__main__":
    run(main)
