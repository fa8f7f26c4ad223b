#!/usr/bin/env python3
"""Make the database hold the content that ships. Scraped recipes stay as they are."""

import sys
from pathlib import Path
from typing import Annotated

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import typer

from jamhot.catalog.build import load_content
from jamhot.database.catalog_store import Changes, Difference, populate
from jamhot.database.commands import connected, database_url, one_line_errors, run


def main(
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would change, name by name; change nothing.")
    ] = False,
) -> None:
    """Bring fruits, profiles and recipes of jamhot/catalog/seed into DATABASE_URL, in one transaction.

    Recipes and fruits that left the content are withdrawn; scraped recipes are never touched. Safe to run twice and by
    two at once. The catalogue's version goes up only when something changed.
    """
    with one_line_errors():
        content = load_content()
        with connected(database_url()) as connection:
            changes = populate(connection, content, dry_run=dry_run)
    _tell(changes, names=dry_run)


def _tell(changes: Changes, *, names: bool) -> None:
    for table in ("fruits", "profiles", "recipes"):
        difference: Difference = getattr(changes, table)
        counts = ", ".join(f"{len(found)} {what}" for what, found in _parts(difference))
        typer.echo(f"{table + ':':10}{counts}, {difference.unchanged} unchanged")
        for what, found in _parts(difference) if names else ():
            for name in found:
                typer.echo(f"  {what}: {name}")
    for name in changes.released:
        typer.echo(f"fruit {name} left the content and stays, because scraped recipes need it")
    before = "none" if changes.version_before is None else changes.version_before
    would = "would be " if names else ""
    typer.echo(
        f"version:  {would}{changes.version} (was {before})" if changes else f"version:  {before}, nothing changed"
    )


def _parts(difference: Difference) -> list[tuple[str, tuple[str, ...]]]:
    return [
        ("inserted", difference.inserted),
        ("updated", difference.updated),
        ("withdrawn", difference.withdrawn),
    ]


if __name__ == "__main__":
    run(main)
