"""Published models in PostgreSQL: in pieces, one transaction a publication, one of each profile in use at most."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from jamhot.database.catalog_store import SyncConnection
from jamhot.database.failures import translated
from jamhot.database.pool import Database
from jamhot.errors import DatabaseError
from jamhot.vision.published import Published

PIECE = 1024 * 1024
MOST_BYTES = 25_000_000
"""Of one bundle: three of two profiles and one on its way are to stay within what a small database has."""
ALONE = "SELECT pg_try_advisory_xact_lock(27489377, 2)"
"""Who publishes, publishes alone; whoever fills the catalogue (lock 1, `jamhot.database.locks`) is not held up."""

IN_USE = "SELECT id, version, card_sha256 FROM public.models WHERE profile = %s AND in_use"
PARTS = "SELECT file, part FROM public.model_parts WHERE model_id = %s ORDER BY file, part"
PART = "SELECT data FROM public.model_parts WHERE model_id = %s AND file = %s AND part = %s"
LISTED = """
    SELECT id, profile, version, card_sha256, bytes, published, in_use FROM public.models ORDER BY profile, id DESC
"""
NEW = """
    INSERT INTO public.models (profile, version, card_sha256, bytes, in_use) VALUES (%s, %s, %s, %s, true) RETURNING id
"""
PIECES = "COPY public.model_parts (model_id, file, part, data) FROM STDIN WITH (FORMAT binary)"
OUT_OF_USE = "UPDATE public.models SET in_use = false WHERE profile = %s AND in_use"
INTO_USE = "UPDATE public.models SET in_use = true WHERE id = %s"
BEFORE = """
    SELECT id, version, card_sha256 FROM public.models WHERE profile = %s AND id < %s ORDER BY id DESC LIMIT 1
"""
PRUNE = """
    DELETE FROM public.models WHERE profile = %(profile)s AND NOT in_use AND id NOT IN (
        SELECT id FROM public.models WHERE profile = %(profile)s ORDER BY id DESC LIMIT %(keep)s)
    RETURNING version
"""


class PostgresBundles:
    """What `jamhot.vision.keeper` asks for, of one profile."""

    def __init__(self, database: Database, profile: str) -> None:
        self._database = database
        self._profile = profile

    async def newest(self) -> Published | None:
        """See `PublishedBundles`: one row by an index."""
        async with self._database.connection() as connection:
            row = await (await connection.execute(IN_USE, [self._profile])).fetchone()
        return Published(*row) if row else None

    async def parts(self, published: Published) -> AsyncIterator[tuple[str, bytes]]:
        """See `PublishedBundles`. Piece by piece: no more than a megabyte is in memory, and no query is long."""
        async with self._database.connection() as connection:
            pieces = await (await connection.execute(PARTS, [published.number])).fetchall()
            for file, part in pieces:
                cursor = await connection.execute(PART, [published.number, file, part], binary=True)
                row = await cursor.fetchone()
                if row is not None:
                    yield file, row[0]


@dataclass(frozen=True, slots=True)
class Listed:
    """A published model as the operator sees it."""

    number: int
    profile: str
    version: str
    digest: str
    bytes: int
    published: datetime
    in_use: bool


@dataclass(frozen=True, slots=True)
class Parcel:
    """A bundle to publish: its files in a folder, the card's SHA-256, and what is told of it without opening it."""

    folder: Path
    files: Sequence[str]
    profile: str
    version: str
    digest: str

    @property
    def bytes(self) -> int:
        return sum((self.folder / name).stat().st_size for name in self.files)


def listed(connection: SyncConnection) -> list[Listed]:
    """All published models, by profile, the newest first. Raises DatabaseError."""
    with translated():
        return [Listed(*row) for row in connection.execute(LISTED).fetchall()]


def in_use(connection: SyncConnection, profile: str) -> Published | None:
    """The one that services of this profile take. Raises DatabaseError."""
    with translated():
        row = connection.execute(IN_USE, [profile]).fetchone()
        connection.rollback()  # what is published meanwhile is to be seen
    return Published(*row) if row else None


def publish(
    connection: SyncConnection,
    parcel: Parcel,
    *,
    seen: Published | None,
    keep: int,
    tell: Callable[[int], None] = lambda _: None,
) -> tuple[int, list[str]]:
    """Publishes a bundle in one transaction and puts it in use; of the older ones the newest are kept.

    Args:
        seen: what was in use when the operator began; another one by now is another operator's, and wins.
        keep: how many of the profile are kept, the new one included.
        tell: is given the bytes of each piece when it was sent.

    Returns:
        Its number, and the versions that were removed.

    Raises:
        DatabaseError: unreachable, not migrated, too large, or another one is or was being published.
    """
    if parcel.bytes > MOST_BYTES:
        raise DatabaseError(
            f"the bundle has {parcel.bytes / 1e6:.0f} MB; {MOST_BYTES // 1_000_000} MB is the most that is published",
            hint="leave the float network out",
        )
    with translated(), connection.transaction():
        _alone(connection, parcel.profile, seen)
        connection.execute(OUT_OF_USE, [parcel.profile])
        row = connection.execute(NEW, [parcel.profile, parcel.version, parcel.digest, parcel.bytes]).fetchone()
        number = int(row[0]) if row else 0
        _send(connection, number, parcel, tell)
        gone = connection.execute(PRUNE, {"profile": parcel.profile, "keep": keep}).fetchall()
    return number, [version for (version,) in gone]


def roll_back(connection: SyncConnection, profile: str) -> tuple[Published, Published | None]:
    """Puts the one published before the one in use in its place; (what was in use, what is now).

    Before the first there is none: then services go back to the bundle in their folder.

    Raises:
        DatabaseError: unreachable, not migrated, nothing is in use, or something is being published.
    """
    seen = in_use(connection, profile)
    if seen is None:
        raise DatabaseError(f"nothing published is in use for the profile {profile}: there is nothing to roll back")
    with translated(), connection.transaction():
        _alone(connection, profile, seen)
        row = connection.execute(BEFORE, [profile, seen.number]).fetchone()
        connection.execute(OUT_OF_USE, [profile])
        if row is not None:
            connection.execute(INTO_USE, [row[0]])
    return seen, Published(*row) if row else None


def _alone(connection: SyncConnection, profile: str, seen: Published | None) -> None:
    """Of two operators at once one wins, and the other is told, before or after."""
    row = connection.execute(ALONE).fetchone()
    if not row or not row[0]:
        raise DatabaseError(
            "another model is being published at this moment: that one wins, yours was not published",
            hint="wait for it, look at --list, and decide anew",
        )
    now = connection.execute(IN_USE, [profile]).fetchone()
    if (Published(*now) if now else None) != seen:
        other = f"{now[1]} (number {now[0]}) was published" if now else "it was rolled back"
        raise DatabaseError(
            f"{other} while yours was being checked: that one stands, yours was not published",
            hint="look at --list, and decide anew",
        )


def _send(connection: SyncConnection, number: int, parcel: Parcel, tell: Callable[[int], None]) -> None:
    with connection.cursor() as cursor, cursor.copy(PIECES) as copy:
        copy.set_types(["int8", "text", "int4", "bytea"])
        for name in parcel.files:
            with (parcel.folder / name).open("rb") as file:
                for part, data in enumerate(iter(lambda: file.read(PIECE), b"")):
                    copy.write_row((number, name, part, data))
                    tell(len(data))
