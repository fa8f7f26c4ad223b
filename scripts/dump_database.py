#!/usr/bin/env python3
"""Write the catalogue in the database to one file, which scripts/restore_database.py takes."""

import sys
from pathlib import Path
from typing import Annotated

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import typer

from jamhot.database.archive import dump
from jamhot.database.commands import connected, database_url, one_line_errors, run


def main(
    file: Annotated[Path, typer.Argument(help="Where to write; an existing file is replaced when all went well.")],
) -> None:
    """Write the catalogue of DATABASE_URL (or DATABASE_PUBLIC_URL) to FILE, as it stands at one moment.

    Fruits, profiles, recipes, scraped ones included. Feedback and models are not part of it. Readers and writers are
    not disturbed. Killed in the middle, FILE is what it was.
    """
    rows: list[str] = []
    with one_line_errors(), connected(database_url()) as connection:
        manifest = dump(connection, file, tell=rows.append)
    typer.echo("\n".join(rows))
    typer.echo(
        f"{file}: {file.stat().st_size:,} bytes, catalogue {manifest.catalog_version}, schema {manifest.revision}"
    )


if __name__ == "__main__":
    run(main)
