"""Which catalogue is served: PostgreSQL's newest, the last one that was good, or the content that ships.

Readers never wait for the database. Another version is looked for only while the service is used, at most once a
minute. An empty, half-filled or oversized database never replaces content. What a database gave is kept on disk; a
start without the database goes on from there, and without either from the content that ships.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Literal, Protocol

from jamhot.catalog.cache import CatalogCache
from jamhot.catalog.content import Content
from jamhot.catalog.snapshot import Snapshot
from jamhot.catalog.types import CatalogVersion
from jamhot.errors import CatalogError, DatabaseError, JamHotError, UnreadableCatalog

log = logging.getLogger(__name__)

CHECK_EVERY_S = 55.0
"""So that a new catalogue is served within a minute of use, reading it included."""
AGAIN_AFTER_S = 3.0
"""While the database is away; a catalogue that is there and not taken is not read before CHECK_EVERY_S are over."""
ANSWER_S = 5.0
NOT_TAKEN = (CatalogError, UnreadableCatalog, MemoryError, RuntimeError)
START_TIMEOUT_S = 2.0

Origin = Literal["database", "disk", "shipped"]
GOES_ON: dict[Origin, str] = {
    "database": "the catalogue in memory goes on",
    "disk": "the catalogue that was kept on disk is served",
    "shipped": "the content that ships is served",
}
SHIPPED = CatalogVersion(0, "")


class CatalogSource(Protocol):
    """Where the catalogue's truth is kept; `jamhot.database` implements it."""

    async def read_version(self) -> CatalogVersion:
        """The version now. Raises DatabaseError."""

    async def load(self) -> tuple[CatalogVersion, Content]:
        """Version and everything. Raises DatabaseError, also when the database holds no whole catalogue."""


class CatalogKeeper:
    """Holds the snapshot that is served.

    Args:
        source: the database, or None when there is none.
        shipped: reads the content that ships.
        most_bytes: a catalogue estimated above it is not taken.
        clock: monotonic seconds; tests give their own.
        cache: where the database's last catalogue is kept, or None to keep nothing.
    """

    def __init__(
        self,
        source: CatalogSource | None,
        shipped: Callable[[], Content],
        most_bytes: int = 50_000_000,
        clock: Callable[[], float] = time.monotonic,
        cache: CatalogCache | None = None,
    ) -> None:
        self._source = source
        self._shipped = shipped
        self._most_bytes = most_bytes
        self._clock = clock
        self._cache = cache
        self._snapshot: Snapshot | None = None
        self._version = SHIPPED
        self._checked = float("-inf")
        self._every_s = CHECK_EVERY_S
        self._task: asyncio.Task[None] | None = None
        self._keeping: asyncio.Task[None] | None = None
        self._trouble: str | None = None if source else "no database is set"
        self.origin: Origin = "shipped"
        """Where the snapshot that is served came from."""

    @property
    def current(self) -> Snapshot:
        """The snapshot to answer from."""
        if self._snapshot is None:
            raise RuntimeError("the keeper has not been started")
        return self._snapshot

    @property
    def problem(self) -> str | None:
        """What is not as it should be, and what is served meanwhile; None when the database was last heard well."""
        return f"{self._trouble}; {GOES_ON[self.origin]}" if self._trouble else None

    async def start(self) -> None:
        """Loads from the database; when that takes more than two seconds or fails, from the disk, else what ships."""
        await self._refresh(START_TIMEOUT_S)
        if self._snapshot is None:
            self._snapshot = await asyncio.to_thread(self._without_database)
            log.info("catalogue %d, because %s", self._snapshot.version, self.problem)

    def look_for_newer(self) -> None:
        """Called when a reader comes: starts a check in the background if the last was long enough ago."""
        due = self._clock() - self._checked >= min(self._every_s, CHECK_EVERY_S)
        if self._source is not None and due and (self._task is None or self._task.done()):
            self._task = asyncio.create_task(self._refresh(timeout_s=30.0))

    async def close(self) -> None:
        """Gives up a check in progress; waits for the disk."""
        if self._task is not None:
            self._task.cancel()
        await asyncio.gather(*filter(None, (self._task, self._keeping)), return_exceptions=True)

    async def _refresh(self, timeout_s: float) -> None:
        if self._source is None:
            return
        self._checked = self._clock()
        try:
            async with asyncio.timeout(timeout_s):
                await self._take_newer(self._source)
            self._trouble, self._every_s = None, CHECK_EVERY_S
        except (DatabaseError, CatalogError, TimeoutError, MemoryError, RuntimeError) as error:
            reason = _reason(error)
            if reason != self._trouble:  # told once, however often it is tried
                log.warning("catalogue not refreshed: %s", reason)
            self._trouble = reason
            self._every_s = CHECK_EVERY_S if isinstance(error, NOT_TAKEN) else AGAIN_AFTER_S

    async def _take_newer(self, source: CatalogSource) -> None:
        """Another number or another digest is another catalogue, also when it is a lower one: a restore may be."""
        async with asyncio.timeout(ANSWER_S):
            there = await source.read_version()
        if there != self._version:
            version, content = await source.load()
            self._snapshot = await asyncio.to_thread(self._built, content, version.number)
            self._version = version
            log.info("catalogue %d: %d recipes, %d fruits", version.number, len(content.recipes), len(content.fruits))
            self._keep(version, content)
        self.origin = "database"

    def _keep(self, version: CatalogVersion, content: Content) -> None:
        if self._cache is not None:
            self._keeping = asyncio.create_task(asyncio.to_thread(self._cache.write, version, content))

    def _built(self, content: Content, version: int) -> Snapshot:
        size = Snapshot.estimated_bytes(content)
        if size > self._most_bytes:
            raise CatalogError(
                f"the catalogue in the database needs {size // 1_000_000} MB, DATABASE_MEMORY_MB allows "
                f"{self._most_bytes // 1_000_000}"
            )
        return Snapshot(content, version)

    def _without_database(self) -> Snapshot:
        kept = self._cache.read() if self._cache is not None and self._source is not None else None
        if kept is not None:
            with suppress(CatalogError):
                snapshot = self._built(kept[1], kept[0].number)
                self._version, self.origin = kept[0], "disk"
                return snapshot
        return Snapshot(self._shipped(), version=SHIPPED.number)


def _reason(error: Exception) -> str:
    if isinstance(error, JamHotError):
        return error.message
    if isinstance(error, TimeoutError):
        return "the database did not answer in time"
    if isinstance(error, MemoryError):
        return "there is not enough memory for the catalogue in the database beside the one in use"
    return f"the catalogue in the database cannot be taken: {error}"
