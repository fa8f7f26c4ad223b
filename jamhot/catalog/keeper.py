"""Which catalogue is served: PostgreSQL's newest, the last one that was good, or the content that ships.

Readers never wait for the database. A newer version is looked for only while the service is used, at most once a
minute. An empty, half-filled or oversized database never replaces content.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from typing import Protocol

from jamhot.catalog.build import Content
from jamhot.catalog.snapshot import Snapshot
from jamhot.errors import CatalogError, DatabaseError

log = logging.getLogger(__name__)

CHECK_EVERY_S = 60.0
START_TIMEOUT_S = 2.0


class CatalogSource(Protocol):
    """Where the catalogue's truth is kept; `jamhot.database` implements it."""

    async def read_version(self) -> int:
        """The version now. Raises DatabaseError."""

    async def load(self) -> tuple[int, Content]:
        """Version and everything. Raises DatabaseError, also when the database holds no whole catalogue."""


class CatalogKeeper:
    """Holds the snapshot that is served.

    Args:
        source: the database, or None when there is none.
        shipped: reads the content that ships.
        most_bytes: a catalogue estimated above it is not taken.
        clock: monotonic seconds; tests give their own.
    """

    def __init__(
        self,
        source: CatalogSource | None,
        shipped: Callable[[], Content],
        most_bytes: int = 50_000_000,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._source = source
        self._shipped = shipped
        self._most_bytes = most_bytes
        self._clock = clock
        self._snapshot: Snapshot | None = None
        self._checked = float("-inf")
        self._task: asyncio.Task[None] | None = None
        self.problem: str | None = None if source else "no database is set: the content that ships is served"

    @property
    def current(self) -> Snapshot:
        """The snapshot to answer from."""
        if self._snapshot is None:
            raise RuntimeError("the keeper has not been started")
        return self._snapshot

    async def start(self) -> None:
        """Loads from the database, or, when that takes more than two seconds or fails, from the shipped content."""
        await self._refresh(START_TIMEOUT_S)
        if self._snapshot is None:
            self._snapshot = await asyncio.to_thread(lambda: Snapshot(self._shipped(), version=0))

    def look_for_newer(self) -> None:
        """Called when a reader comes: starts a check in the background if a minute has passed since the last."""
        due = self._clock() - self._checked >= CHECK_EVERY_S
        if self._source is not None and due and (self._task is None or self._task.done()):
            self._task = asyncio.create_task(self._refresh(timeout_s=30.0))

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _refresh(self, timeout_s: float) -> None:
        if self._source is None:
            return
        self._checked = self._clock()
        try:
            async with asyncio.timeout(timeout_s):
                await self._take_newer(self._source)
            self.problem = None
        except (DatabaseError, CatalogError, TimeoutError) as error:
            reason = "the database did not answer in time" if isinstance(error, TimeoutError) else error.message
            self.problem = f"{reason}; the catalogue in memory goes on"
            log.warning("catalogue not refreshed: %s", self.problem)

    def _built(self, content: Content, version: int) -> Snapshot:
        size = Snapshot.estimated_bytes(content)
        if size > self._most_bytes:
            raise CatalogError(
                f"the catalogue in the database needs {size // 1_000_000} MB, DATABASE_MEMORY_MB allows "
                f"{self._most_bytes // 1_000_000}"
            )
        return Snapshot(content, version)

    async def _take_newer(self, source: CatalogSource) -> None:
        version = await source.read_version()
        if self._snapshot is not None and version == self._snapshot.version:
            return
        version, content = await source.load()
        self._snapshot = await asyncio.to_thread(self._built, content, version)
        log.info("catalogue %d: %d recipes, %d fruits", version, len(content.recipes), len(content.fruits))
