#!/usr/bin/env python3
"""Publish a model to every running service through the database; list what is published; roll back."""

import sys
from pathlib import Path
from typing import Annotated

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import typer

from jamhot.bundles import commands
from jamhot.database.commands import one_line_errors, run


def main(
    path: Annotated[
        Path | None, typer.Argument(help="Folder of the bundle to publish.", exists=True, file_okay=False)
    ] = None,
    show: Annotated[bool, typer.Option("--list", help="List what is published.")] = False,
    rollback: Annotated[bool, typer.Option("--rollback", help="Back to the model published before.")] = False,
    keep: commands.Keep = 3,
    profile: commands.AnyProfile = None,
) -> None:
    """Verify the bundle at PATH and publish it to DATABASE_URL (or DATABASE_PUBLIC_URL), in one transaction.

    Every running service of its profile takes it within a minute of being used. Ctrl-C: nothing was published.
    """
    if sum((path is not None, show, rollback)) != 1:
        raise typer.BadParameter("give either PATH, --list or --rollback")
    with one_line_errors():
        if show:
            commands.show()
        elif rollback:
            commands.rollback(profile or "free")
        elif path is not None:
            commands.upload(path, keep, profile)


if __name__ == "__main__":
    run(main)
