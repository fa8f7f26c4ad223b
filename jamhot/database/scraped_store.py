"""Scraped recipes in PostgreSQL, beside the curated ones: ids that stay, every source kept, nothing written twice."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from psycopg.types.json import Jsonb
from pydantic import TypeAdapter

from jamhot.catalog.types import FoodWarning, Recipe
from jamhot.database import catalog_rows as sql
from jamhot.database.catalog_store import SyncConnection
from jamhot.database.failures import translated
from jamhot.database.locks import WRITER
from jamhot.errors import DatabaseError

SOURCE_COLUMNS = ("address", "recipe_id", "url", "source", "title", "rating", "review_count", "scraped")
WARNINGS = TypeAdapter(tuple[FoodWarning, ...])
UPSERT_SOURCES = sql.upsert("recipe_sources", ("address",), SOURCE_COLUMNS)
ADD_VARIANTS = """
    INSERT INTO public.recipe_variants SELECT * FROM jsonb_populate_recordset(NULL::public.recipe_variants, %s)
    ON CONFLICT DO NOTHING RETURNING recipe_id
"""
GONE_FRUITS = """
    DELETE FROM public.recipe_fruits old WHERE recipe_id = ANY (%s) AND NOT EXISTS (
        SELECT FROM jsonb_populate_recordset(NULL::public.recipe_fruits, %s) new
        WHERE new.recipe_id = old.recipe_id AND new.fruit_name = old.fruit_name)
    RETURNING recipe_id
"""
GONE_VARIANTS = """
    DELETE FROM public.recipe_variants old
    WHERE recipe_id = ANY (%(ids)s) AND variant_id = ANY (%(ids)s) AND NOT EXISTS (
        SELECT FROM jsonb_populate_recordset(NULL::public.recipe_variants, %(rows)s) new
        WHERE new.recipe_id = old.recipe_id AND new.variant_id = old.variant_id)
    RETURNING recipe_id
"""
GONE_SOURCES = """
    DELETE FROM public.recipe_sources WHERE split_part(address, '#', 1) = ANY (%s) AND address <> ALL (%s)
"""
WITHDRAWN = """
    DELETE FROM public.recipes r WHERE origin = 'scraped'
    AND NOT EXISTS (SELECT FROM public.recipe_sources s WHERE s.recipe_id = r.id) RETURNING id
"""
KNOWN = "SELECT id, slug, created::text FROM public.recipes WHERE origin = 'scraped'"
NEW_ID = "SELECT nextval('public.recipes_id_seq')"


@dataclass(frozen=True, slots=True)
class Source:
    """A page that tells a recipe; `address` is its identity, the same at every scrape."""

    address: str
    url: str
    source: str
    title: str
    rating: float | None
    review_count: int
    scraped: date


@dataclass(frozen=True, slots=True)
class ScrapedRecipe:
    """A recipe and every page that tells it. Its id, slug and day of creation are given by the database."""

    recipe: Recipe
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load did, or would do; ids of recipes."""

    inserted: tuple[int, ...]
    updated: tuple[int, ...]
    withdrawn: tuple[int, ...]
    unchanged: int
    version: int


def fruit_warnings(connection: SyncConnection) -> dict[str, tuple[FoodWarning, ...]]:
    """Every fruit of the catalogue, and what a person must know of it. Raises DatabaseError."""
    with translated():
        rows = connection.execute("SELECT fruit_name, warnings FROM public.fruits").fetchall()
    return {name: WARNINGS.validate_python(found) for name, found in rows}


def load_scraped(
    connection: SyncConnection,
    recipes: Sequence[ScrapedRecipe],
    *,
    near: Iterable[tuple[int, int]] = (),
    read: Iterable[str] = (),
    dry_run: bool = False,
) -> Loaded:
    """Puts recipes in, in one transaction; the catalogue's version goes up when a row was written.

    A recipe keeps its id as long as one of its sources is known. Two that turn out to be one become the older one.

    Args:
        near: pairs of indexes in `recipes` that are variants of each other.
        read: pages, as sources' addresses have them before `#`, that were read again: what they no longer tell is
            gone, and a recipe that no page tells is withdrawn.
        dry_run: do it all, then roll it back.

    Raises:
        DatabaseError: unreachable, not migrated, never filled, or a rule of the database refuses a row.
    """
    with translated(), connection.transaction(force_rollback=dry_run):
        for statement in WRITER:
            connection.execute(statement)
        loaded = _write(connection, recipes, list(near), list(read))
        connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
    return loaded


def _write(
    connection: SyncConnection, recipes: Sequence[ScrapedRecipe], near: list[tuple[int, int]], read: list[str]
) -> Loaded:
    version = connection.execute(sql.VERSION).fetchone()
    if version is None:
        raise DatabaseError("the database holds no catalogue", hint="run python scripts/populate_database.py")
    ids = _ids(connection, recipes)
    known = {row[0]: row[1:] for row in connection.execute(KNOWN).fetchall()}
    named = [_named(one.recipe, number, known.get(number)) for one, number in zip(recipes, ids, strict=True)]
    rows = [sql.recipe_row(one, "scraped") for one in named]
    fruits = [row for one in named for row in sql.recipe_fruit_rows(one)]
    sources = [_source_row(source, number) for one, number in zip(recipes, ids, strict=True) for source in one.sources]
    variants = [
        {"recipe_id": min(ids[a], ids[b]), "variant_id": max(ids[a], ids[b])} for a, b in near if ids[a] != ids[b]
    ]
    written: dict[int, bool] = dict(connection.execute(sql.UPSERT_RECIPES, [Jsonb(rows)]).fetchall())
    touched = {row[0] for row in connection.execute(sql.UPSERT_RECIPE_FRUITS, [Jsonb(fruits)]).fetchall()}
    touched |= {row[0] for row in connection.execute(GONE_FRUITS, [ids, Jsonb(fruits)]).fetchall()}
    moved = connection.execute(UPSERT_SOURCES, [Jsonb(sources)]).fetchall()
    connection.execute(GONE_SOURCES, [read, [source["address"] for source in sources]])
    withdrawn = [row[0] for row in connection.execute(WITHDRAWN).fetchall()]
    gone = connection.execute(GONE_VARIANTS, {"ids": ids, "rows": Jsonb(variants)}).fetchall()
    linked = connection.execute(ADD_VARIANTS, [Jsonb(variants)]).fetchall()
    changed = written or touched or moved or withdrawn or gone or linked
    if changed:
        version = connection.execute(sql.BUMP, [version[1]]).fetchone() or version
    inserted = [number for number, new in written.items() if new]
    updated = [number for number in {*written, *touched} if number not in inserted]
    return Loaded(
        inserted=tuple(sorted(inserted)),
        updated=tuple(sorted(updated)),
        withdrawn=tuple(sorted(withdrawn)),
        unchanged=len(set(ids)) - len(inserted) - len(updated),
        version=int(version[0]),
    )


def _ids(connection: SyncConnection, recipes: Sequence[ScrapedRecipe]) -> list[int]:
    """The id of each recipe: the lowest that one of its sources has, else a new one. No id is given to two recipes."""
    addresses = [source.address for one in recipes for source in one.sources]
    rows = connection.execute(
        "SELECT address, recipe_id FROM public.recipe_sources WHERE address = ANY (%s)", [addresses]
    ).fetchall()
    known: Mapping[str, int] = dict(rows)
    found: list[int] = []
    for one in recipes:
        had = sorted({known[source.address] for source in one.sources if source.address in known} - set(found))
        found.append(had[0] if had else _new_id(connection))
    return found


def _new_id(connection: SyncConnection) -> int:
    row = connection.execute(NEW_ID).fetchone()
    return int(row[0]) if row else 0


def _named(recipe: Recipe, number: int, known: Sequence[Any] | None) -> Recipe:
    """With its id and address; both, and the day on which it first came, stay what they were."""
    slug, created = (known[0], date.fromisoformat(known[1])) if known else (_slug(recipe.title, number), recipe.created)
    return recipe.model_copy(update={"id": number, "slug": slug, "created": created})


def _slug(title: str, number: int) -> str:
    words = "-".join(re.findall(r"[a-z0-9]+", title.lower().replace("'", "")))
    return f"{words[: 79 - len(str(number))].strip('-') or 'recipe'}-{number}"


def _source_row(source: Source, number: int) -> dict[str, Any]:
    return {**asdict(source), "scraped": source.scraped.isoformat(), "recipe_id": number}
