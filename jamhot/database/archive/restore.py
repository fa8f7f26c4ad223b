"""A file into a database: one transaction, so that the database has all of it or what it had before.

The rows of a dump fit the schema that it was made from. An older dump is therefore put into that schema, and both are
brought up to this version together; what is not the catalogue's (`tables.KEPT`) steps aside meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from psycopg import sql

from jamhot.database.archive.dump import check_whole
from jamhot.database.archive.file import Archive, Manifest, Table, opened
from jamhot.database.catalog_store import SyncConnection
from jamhot.database.migrate import Schema, opened_schema, revisions
from jamhot.database.migrations import FOLDER
from jamhot.database.tables import CATALOGUE, FUNCTIONS, KEPT, REVISION, VIEWS
from jamhot.errors import ArchiveError, DatabaseError

ASIDE = "jamhot_kept"
IS_THERE = "SELECT to_regclass(%s) IS NOT NULL"
NUMBERS = """
    SELECT (SELECT version FROM public.catalog_version), last_value + is_called::integer FROM public.recipes_id_seq
"""
TEXT_AS_DUMPED = (
    "SET LOCAL DateStyle = 'ISO, YMD'",
    "SET LOCAL TimeZone = 'UTC'",
    "SET LOCAL client_encoding = 'UTF8'",
)


@dataclass(frozen=True, slots=True)
class Restored:
    """What was put in. `version` is the catalogue's now, `before` what the database had; revisions are the schema's."""

    manifest: Manifest
    before: int | None
    version: int
    revision: str


@dataclass(frozen=True, slots=True)
class Numbers:
    """What the database has given out: the catalogue's version (None when it has none), and the next scraped id."""

    version: int | None
    next_id: int


def restore(url: str, path: Path, tell: Callable[[str], None] = lambda _: None, migrations: Path = FOLDER) -> Restored:
    """Makes the database hold the catalogue of the dump at `path`, in this version's schema. Other tables stay.

    The catalogue's version is afterwards one that the database never had, so that running services take it.

    Args:
        tell: is given a line for each table.
        migrations: folder of the schema's steps.

    Raises:
        ArchiveError: the file is not there, damaged, cut short or newer than this version.
        DatabaseError: unreachable, not allowed, newer than this version, or its rules refuse a row.
    """
    with opened(path) as archive:
        manifest = archive.manifest
        known = revisions(migrations)
        if manifest.revision not in known:
            raise ArchiveError(
                f"{path} holds schema {manifest.revision}; this version knows {known[-1]}",
                hint="restore it with the newer version",
            )
        check_whole(manifest)
        with opened_schema(url, migrations) as schema:
            if schema.revision not in (None, *known):
                raise DatabaseError(
                    f"the database's schema ({schema.revision}) is not one that this version knows",
                    hint="restore with the newer version",
                )
            before = _numbers(schema.driver)
            _bring_to(schema, manifest.revision, known)
            _fill(schema.driver, archive, tell)
            schema.upgrade()
            _bring_back(schema.driver)
            version = _renumber(schema.driver, manifest, before)
    return Restored(manifest, before.version, version, known[-1])


def _numbers(connection: SyncConnection) -> Numbers:
    if not _is_there(connection, "public.catalog_version"):
        return Numbers(None, 1)
    row = connection.execute(NUMBERS).fetchone()
    return Numbers(*row) if row else Numbers(None, 1)


def _is_there(connection: SyncConnection, name: str) -> bool:
    row = connection.execute(IS_THERE, [name]).fetchone()
    return bool(row and row[0])


def _bring_to(schema: Schema, revision: str, known: list[str]) -> None:
    """The schema as it was at `revision`; from a later one there is no way back but to build it anew."""
    now = schema.revision
    if now in known and known.index(now) > known.index(revision):
        schema.upgrade()  # what steps aside has this version's shape
        _take_down(schema.driver)
    schema.upgrade(revision)


def _take_down(connection: SyncConnection) -> None:
    connection.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(ASIDE)))
    for table in KEPT:
        _move(connection, "public", table, ASIDE)
    for kind, names in (("VIEW", VIEWS), ("TABLE", (*CATALOGUE, REVISION)), ("FUNCTION", FUNCTIONS)):
        ours = sql.SQL(", ").join(sql.Identifier("public", name) for name in names)
        connection.execute(sql.SQL(f"DROP {kind} {{}}").format(ours))


def _bring_back(connection: SyncConnection) -> None:
    if not _is_there(connection, f"{ASIDE}.{KEPT[0]}"):
        return
    for table in KEPT:
        connection.execute(sql.SQL("DROP TABLE {}").format(sql.Identifier("public", table)))
        _move(connection, ASIDE, table, "public")
    connection.execute(sql.SQL("DROP SCHEMA {}").format(sql.Identifier(ASIDE)))


def _move(connection: SyncConnection, source: str, table: str, target: str) -> None:
    statement = sql.SQL("ALTER TABLE {} SET SCHEMA {}").format(sql.Identifier(source, table), sql.Identifier(target))
    connection.execute(statement)


def _fill(connection: SyncConnection, archive: Archive, tell: Callable[[str], None]) -> None:
    """Rows are deleted, not truncated: who reads meanwhile goes on reading what was there."""
    for statement in TEXT_AS_DUMPED:
        connection.execute(statement)
    tables = archive.manifest.tables
    for table in reversed(tables):
        connection.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier("public", table.name)))
    for table in tables:
        _copy(connection, archive, table)
        tell(f"{table.name}: {table.rows} rows")
    connection.execute("SET CONSTRAINTS ALL IMMEDIATE")  # a table with checks to come cannot be altered
    connection.execute("SET CONSTRAINTS ALL DEFERRED")


def _copy(connection: SyncConnection, archive: Archive, table: Table) -> None:
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier("public", table.name), sql.SQL(", ").join(map(sql.Identifier, table.columns))
    )
    with connection.cursor() as cursor:
        with cursor.copy(statement) as rows:
            for chunk in archive.chunks(table):
                rows.write(chunk)
        if cursor.rowcount != table.rows:
            raise ArchiveError(f"the dump is damaged: {table.name} has {cursor.rowcount} rows, not {table.rows}")


def _renumber(connection: SyncConnection, manifest: Manifest, before: Numbers) -> int:
    """No version and no id is given twice. A sequence that is altered, unlike `setval`, is put back by a rollback."""
    next_id = max(manifest.next_recipe_id, before.next_id)
    connection.execute(
        sql.SQL("ALTER TABLE public.recipes ALTER COLUMN id RESTART WITH {}").format(sql.Literal(next_id))
    )
    if before.version is None:
        return manifest.catalog_version
    version = max(manifest.catalog_version, before.version) + 1
    connection.execute("UPDATE public.catalog_version SET version = %s, changed_at = now()", [version])
    return version
