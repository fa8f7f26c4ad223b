"""The catalogue in one file, and back: through psycopg's COPY alone, whatever the versions of server and client."""

from jamhot.database.archive.dump import dump
from jamhot.database.archive.file import Archive, Manifest, Table
from jamhot.database.archive.restore import Restored, restore

__all__ = ["Archive", "Manifest", "Restored", "Table", "dump", "restore"]
