"""What the service says of itself, truthfully and within a second, whatever is broken."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime
from typing import Literal, Protocol

from pydantic import Field

from jamhot import __version__
from jamhot.answers.types import Answer
from jamhot.catalog.keeper import CatalogKeeper, Origin
from jamhot.operations.memory import MemoryMeter
from jamhot.vision.card import Profile
from jamhot.vision.keeper import ModelKeeper
from jamhot.vision.keeper import Origin as ModelOrigin

ANSWERED_WITHIN_S = 2.0
"""An answer is believed for so long: a database that dies is told soon, and a flood of questions asks it rarely."""


class Database(Protocol):
    """The pool, as far as health cares."""

    async def ping(self) -> bool:
        """Whether a query is answered within a second."""


class HealthReport(Answer):
    status: Literal["healthy", "degraded", "unhealthy"]
    memory_usage: float = Field(ge=0, description="percent of the container's limit")
    model_loaded: bool
    databases_connected: bool = Field(description="a query was answered within the last two seconds")
    timestamp: datetime = Field(description="UTC")
    version: str
    model_version: str | None
    model_origin: ModelOrigin | None = Field(
        description="where the model came from: published in PostgreSQL, such a one kept on disk, the folder at "
        "MODEL_PATH, or what ships"
    )
    model_profile: Profile | None = Field(description="for which amount of memory the model is made")
    catalog_version: int = Field(ge=0, description="0 is the content that ships")
    catalog_origin: Origin = Field(
        description="where the catalogue came from: PostgreSQL, its copy on disk, or what ships"
    )
    uptime: float = Field(ge=0, description="seconds")
    problems: list[str] = Field(description="what is not as it should be, in words")


class Health:
    """Asks what can be asked.

    Args:
        meter: memory against the container's limit.
        database: the pool, or None when no database is set.
    """

    def __init__(self, meter: MemoryMeter, database: Database | None) -> None:
        self._meter = meter
        self._database = database
        self._started = time.monotonic()
        self._answered = self._failed = float("-inf")
        self._asking: asyncio.Lock = asyncio.Lock()

    async def report(self, keeper: CatalogKeeper, model: ModelKeeper) -> HealthReport:
        """The report; its status is `unhealthy` only when photos cannot be answered."""
        connected = await self._connected()
        if connected:  # what only waited for the database need not wait for a reader
            for one in (keeper, model):
                if one.problem:
                    one.look_for_newer()
        full = self._meter.too_full()
        problems = [text for text in (keeper.problem, model.problem) if text]
        if self._database is not None and not connected:
            problems.append("the database does not answer")
        if full is not None:
            problems.append("memory is nearly full: new photos wait")
        return HealthReport(
            status="unhealthy" if model.classifier is None else "degraded" if problems else "healthy",
            memory_usage=(full or self._meter.read()).percent,
            model_loaded=model.classifier is not None,
            databases_connected=connected,
            timestamp=datetime.now(UTC),
            version=__version__,
            model_version=model.version,
            model_origin=model.origin,
            model_profile=model.profile,
            catalog_version=keeper.current.version,
            catalog_origin=keeper.origin,
            uptime=round(time.monotonic() - self._started, 1),
            problems=problems,
        )

    async def _connected(self) -> bool:
        if self._database is None:
            return False
        came = time.monotonic()
        async with self._asking:
            if time.monotonic() - self._answered < ANSWERED_WITHIN_S:
                return True
            if self._failed > came:  # while this one waited: a crowd need not wait a second each
                return False
            if not await self._database.ping():
                self._failed = time.monotonic()
                return False
            self._answered = time.monotonic()
            return True
