#!/usr/bin/env python3
"""Make the database hold the catalogue of a file that scripts/dump_database.py wrote."""

import sys
from pathlib import Path
from typing import Annotated

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import typer

from jamhot.database.archive import restore
from jamhot.database.commands import database_url, one_line_errors, run


def main(file: Annotated[Path, typer.Argument(help="What scripts/dump_database.py wrote.")]) -> None:
    """Replace the catalogue in DATABASE_URL (or DATABASE_PUBLIC_URL) by that of FILE, in one transaction.

    The database may be empty, or of any schema that this version knows; it has this version's schema afterwards.
    Feedback stays. A file that is damaged, cut short or newer is refused before anything is changed. Killed in the
    middle, the database is what it was.
    """
    rows: list[str] = []
    with one_line_errors():
        done = restore(database_url(), file, tell=rows.append)
    typer.echo("\n".join(rows))
    before = "none" if done.before is None else done.before
    typer.echo(f"catalogue: {done.version} (was {before}), dumped as {done.manifest.catalog_version}")
    typer.echo(f"schema:    {done.revision}, dumped as {done.manifest.revision}")


if __name__ == "__main__":
    run(main)
