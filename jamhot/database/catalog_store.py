"""The catalogue in PostgreSQL: content goes in, what the service serves comes out."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg.types.json import Jsonb
from pydantic import ConfigDict, TypeAdapter, ValidationError

from jamhot.catalog.content import Content
from jamhot.catalog.types import CatalogVersion, Fruit, Recipe
from jamhot.database import catalog_rows as sql
from jamhot.database.failures import translated
from jamhot.database.locks import WRITER
from jamhot.database.pool import Connection, Database
from jamhot.errors import CatalogError, DatabaseError, UnreadableCatalog

SyncConnection = psycopg.Connection[tuple[Any, ...]]

# pydantic's cache of strings keeps whole memory pages alive after the reading; keys alone repeat enough to be worth it.
READING = ConfigDict(cache_strings="keys")
FRUITS = TypeAdapter(tuple[Fruit, ...], config=READING)
RECIPES = TypeAdapter(tuple[Recipe, ...], config=READING)


@dataclass(frozen=True, slots=True)
class Difference:
    """What happened to one table; names of fruits, or slugs of recipes."""

    inserted: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()
    withdrawn: tuple[str, ...] = ()
    unchanged: int = 0

    def __bool__(self) -> bool:
        return bool(self.inserted or self.updated or self.withdrawn)


@dataclass(frozen=True, slots=True)
class Changes:
    """What `populate` did, or would do. `released` fruits left the content and stay for scraped recipes."""

    fruits: Difference
    profiles: Difference
    recipes: Difference
    version_before: int | None
    version: int
    released: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return self.version != self.version_before


def populate(connection: SyncConnection, content: Content, *, dry_run: bool = False) -> Changes:
    """Makes the database hold `content`: one transaction, one writer at a time, scraped recipes untouched.

    A row that is as it should be is not written; the version goes up only when one was.

    Args:
        dry_run: do it all, then roll it back.

    Raises:
        CatalogError: the content is empty, or breaks a rule that the tables rest on.
        DatabaseError: unreachable, not migrated, or a rule of the database refuses a row.
    """
    if not content.fruits or not content.recipes:
        raise CatalogError("there is no content; an empty catalogue would withdraw everything")
    rows = sql.rows_of(content)
    with translated(), connection.transaction(force_rollback=dry_run):
        for statement in WRITER:
            connection.execute(statement)
        changes = _write(connection, rows)
        connection.execute("SET CONSTRAINTS ALL IMMEDIATE")  # a dry run meets the deferred rules too
    return changes


def _write(connection: SyncConnection, rows: sql.Rows) -> Changes:
    """Withdrawn fruits go last: until their recipes are rewritten, something still refers to them."""
    before = _version(connection.execute(sql.VERSION).fetchone())
    slugs = {row["id"]: row["slug"] for row in rows.recipes} | _content_slugs(connection)
    names = [row["fruit_name"] for row in rows.fruits]
    fruits = _upsert(connection, sql.UPSERT_FRUITS, rows.fruits)
    profiles = _upsert(connection, sql.UPSERT_PROFILES, rows.profiles)
    gone_profiles = _first(connection, sql.GONE_PROFILES, [row["fruit_name"] for row in rows.profiles])
    gone_recipes = _first(connection, sql.GONE_RECIPES, [row["id"] for row in rows.recipes])
    recipes = _upsert(connection, sql.UPSERT_RECIPES, rows.recipes)
    regrouped = dict.fromkeys(_upsert(connection, sql.UPSERT_RECIPE_FRUITS, rows.recipe_fruits), False)
    regrouped |= dict.fromkeys(_first(connection, sql.GONE_RECIPE_FRUITS, Jsonb(rows.recipe_fruits)), False)
    gone_fruits = _first(connection, sql.GONE_FRUITS, names)
    released = _first(connection, sql.RELEASED_FRUITS, names)
    named = {slugs[key]: new for key, new in (regrouped | recipes).items()}
    differences = (
        _difference(fruits, gone_fruits, len(rows.fruits)),
        _difference(profiles, gone_profiles, len(rows.profiles)),
        _difference(named, [slugs[key] for key in gone_recipes], len(rows.recipes)),
    )
    changed = any(differences) or bool(released) or before is None
    version = _version(connection.execute(sql.BUMP, [rows.digest]).fetchone()) if changed else before
    return Changes(*differences, version_before=before, version=version or 1, released=tuple(sorted(released)))


def _content_slugs(connection: SyncConnection) -> dict[int, str]:
    return dict(connection.execute("SELECT id, slug FROM public.recipes WHERE origin = 'content'").fetchall())


def _upsert(connection: SyncConnection, statement: str, rows: list[sql.Row]) -> dict[Any, bool]:
    """Keys of the rows that were written, and whether each is new."""
    return dict(connection.execute(statement, [Jsonb(rows)]).fetchall())


def _first(connection: SyncConnection, statement: str, parameter: object) -> list[Any]:
    return [row[0] for row in connection.execute(statement, [parameter]).fetchall()]


def _difference(written: dict[str, bool], withdrawn: Iterable[str], total: int) -> Difference:
    return Difference(
        inserted=tuple(sorted(name for name, new in written.items() if new)),
        updated=tuple(sorted(name for name, new in written.items() if not new)),
        withdrawn=tuple(sorted(withdrawn)),
        unchanged=total - len(written),
    )


def _version(row: tuple[Any, ...] | None) -> int | None:
    return int(row[0]) if row else None


class PostgresCatalog:
    """The catalogue's truth, as the service's snapshot asks for it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def read_version(self) -> CatalogVersion:
        """See `read_version`."""
        async with self._database.connection() as connection:
            return await read_version(connection)

    async def load(self) -> tuple[CatalogVersion, Content]:
        """See `load`."""
        async with self._database.connection() as connection:
            return await load(connection)


async def read_version(connection: Connection) -> CatalogVersion:
    """The catalogue's version.

    Raises:
        DatabaseError: unreachable, not migrated, or never filled.
    """
    with translated():
        row = await (await connection.execute(sql.VERSION)).fetchone()
    if row is None:
        raise _not_whole("it was never filled")
    return CatalogVersion(*row)


async def load(connection: Connection) -> tuple[CatalogVersion, Content]:
    """The version, and all fruits and recipes as they stand together at one moment.

    Raises:
        DatabaseError: unreachable, not migrated, a row that this version cannot read, or no whole catalogue: no version
            (populate writes it with the content), no fruits or no recipes. Such a database must never replace content.
    """
    with translated():
        async with connection.transaction():
            await connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            version = await read_version(connection)
            fruits = await (await connection.execute(sql.READ_FRUITS)).fetchall()
            recipes = await (await connection.execute(sql.READ_RECIPES)).fetchall()
    if not fruits or not recipes:
        raise _not_whole("it has no recipes" if fruits else "it has no fruits")
    content = await asyncio.to_thread(lambda: Content(fruits=_read(FRUITS, fruits), recipes=_read(RECIPES, recipes)))
    return version, content


def _not_whole(reason: str) -> DatabaseError:
    return DatabaseError(
        f"the database holds no whole catalogue: {reason}", hint="run python scripts/populate_database.py"
    )


def _read(kind: TypeAdapter[tuple[Any, ...]], rows: list[tuple[Any, ...]]) -> tuple[Any, ...]:
    """Rows of one JSON text each, as values. Raises UnreadableCatalog that names the first field that is wrong."""
    try:
        return kind.validate_json(f"[{','.join(row[0] for row in rows)}]")
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise UnreadableCatalog(f"the database holds a row that cannot be read: {place}: {first['msg']}") from error
