"""The catalogue into a file: one moment of it, whatever is written meanwhile."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from zipfile import ZipFile

from psycopg import sql

from jamhot.database.archive.file import FORMAT, MANIFEST, Manifest, Table, member, writing
from jamhot.database.catalog_store import SyncConnection
from jamhot.database.failures import translated
from jamhot.database.migrate import revisions
from jamhot.database.tables import CATALOGUE
from jamhot.errors import ArchiveError, DatabaseError
from jamhot.files import written_whole

ONE_MOMENT = (
    "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY",
    "SET LOCAL DateStyle = 'ISO, YMD'", "SET LOCAL TimeZone = 'UTC'", "SET LOCAL client_encoding = 'UTF8'",
)  # fmt: skip
"""The same rows give the same text, whatever the server is set to."""
COLUMNS = """
    SELECT attname FROM pg_catalog.pg_attribute
    WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = '' ORDER BY attnum
"""
FACTS = """
    SELECT (SELECT version_num FROM public.alembic_version),
           (SELECT version FROM public.catalog_version),
           (SELECT last_value + is_called::integer FROM public.recipes_id_seq)
"""


def dump(connection: SyncConnection, path: Path, tell: Callable[[str], None] = lambda _: None) -> Manifest:
    """Writes the catalogue to `path`, which has all of it afterwards, or what it had before.

    Args:
        tell: is given a line for each table.

    Raises:
        DatabaseError: unreachable, not migrated, newer than this version, or without a whole catalogue.
        ArchiveError: the file cannot be written.
    """
    try:
        with written_whole(path) as file, translated(), connection.transaction():
            for statement in ONE_MOMENT:
                connection.execute(statement)
            with writing(file) as zipped:
                return _write(connection, zipped, tell)
    except OSError as error:
        raise ArchiveError(f"{path} cannot be written: {error.strerror}") from error


def _write(connection: SyncConnection, zipped: ZipFile, tell: Callable[[str], None]) -> Manifest:
    revision, version, next_id = connection.execute(FACTS).fetchone() or (None, None, None)
    if revision not in revisions():
        raise DatabaseError(f"the database's schema ({revision}) is not one that this version knows")
    manifest = Manifest(
        format=FORMAT,
        revision=revision,
        catalog_version=version or 1,
        next_recipe_id=next_id,
        server=connection.info.server_version,
        created=datetime.now(UTC),
        tables=tuple(_table(connection, zipped, name, tell) for name in CATALOGUE if _is_there(connection, name)),
    )
    check_whole(manifest)
    zipped.writestr(MANIFEST, manifest.model_dump_json(indent=1))
    return manifest


def _is_there(connection: SyncConnection, table: str) -> bool:
    """An older schema has fewer tables."""
    return connection.execute("SELECT 1 WHERE to_regclass(%s) IS NOT NULL", [f"public.{table}"]).fetchone() is not None


def check_whole(manifest: Manifest) -> None:
    """Raises DatabaseError for a catalogue that must never replace another."""
    for table in ("fruits", "recipes", "catalog_version"):
        if not manifest.rows(table):
            raise DatabaseError(f"there is no whole catalogue to carry: {table} is empty")


def _table(connection: SyncConnection, zipped: ZipFile, name: str, tell: Callable[[str], None]) -> Table:
    columns = [row[0] for row in connection.execute(COLUMNS, [f"public.{name}"]).fetchall()]
    digest = hashlib.sha256()
    statement = sql.SQL("COPY (SELECT {} FROM {} ORDER BY 1, 2) TO STDOUT").format(
        sql.SQL(", ").join(map(sql.Identifier, columns)), sql.Identifier("public", name)
    )
    with connection.cursor() as cursor:
        with zipped.open(member(name), "w", force_zip64=True) as file, cursor.copy(statement) as rows:
            for chunk in rows:
                digest.update(chunk)
                file.write(chunk)
        tell(f"{name}: {cursor.rowcount} rows")
        return Table(name=name, columns=tuple(columns), rows=cursor.rowcount, sha256=digest.hexdigest())
