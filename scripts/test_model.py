#!/usr/bin/env python3
"""Verify a model's bundle, and say how it answers, what it costs and how right it is."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from jamhot.bundles import commands
from jamhot.database.commands import one_line_errors, run
from jamhot.settings import SHIPPED_BUNDLE


def main(
    folder: commands.Folder = SHIPPED_BUNDLE, photos: commands.Photos = None, profile: commands.AnyProfile = None
) -> None:
    """Verify a bundle; say how it answers its check pictures, what it costs, and how right it is on photos.

    Exit 1, with the reason, when the service would refuse it.
    """
    with one_line_errors():
        commands.check(folder, photos, profile)


if __name__ == "__main__":
    run(main)
