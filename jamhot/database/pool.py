"""The service's connections: few, opened when needed, closed when idle, and back by themselves after an outage."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool

from jamhot.database.failures import translated
from jamhot.database.url import checked
from jamhot.errors import DatabaseError

T = TypeVar("T")

APPLICATION = "jamhot"
CONNECT_S = 2
STATEMENT_MS = 5000
WAIT_S = 2.0
IDLE_S = 20.0
RECONNECT_S = 5.0
CLOSE_S = 1.0
PING_S = 1.0
"""Health answers within 1.2 s whatever is broken."""

Connection = AsyncConnection[tuple[Any, ...]]


class Database:
    """A pool over one address. Its failures are DatabaseErrors; an unreachable database delays neither start nor stop.

    Args:
        url: `postgres://` or `postgresql://`.
        size: the most connections at once. None is held open while nothing is asked (`min_size=0`), so that the
            platform may put the service to sleep.
    """

    def __init__(self, url: str, size: int = 5) -> None:
        # never set max_waiting: waiters that timed out keep counting, and after an outage the pool stays "full"
        self._pool: AsyncConnectionPool[Connection] = AsyncConnectionPool(
            checked(url),
            open=False,
            min_size=0,
            max_size=size,
            timeout=WAIT_S,
            max_idle=IDLE_S,
            reconnect_timeout=RECONNECT_S,
            check=AsyncConnectionPool.check_connection,
            name=APPLICATION,
            kwargs={
                "autocommit": True,
                "application_name": APPLICATION,
                "connect_timeout": CONNECT_S,
                "options": f"-c statement_timeout={STATEMENT_MS}",
                "tcp_user_timeout": STATEMENT_MS,  # a peer that vanished without a word is noticed
            },
        )

    async def open(self) -> None:
        """Lets connections be made; makes none."""
        await self._pool.open(wait=False)

    async def close(self) -> None:
        """Gives all connections back, within a second or so."""
        await self._pool.close(timeout=CLOSE_S)

    @asynccontextmanager
    async def connection(self, timeout_s: float = WAIT_S) -> AsyncIterator[Connection]:
        """A connection in autocommit, for as long as the block lasts. Raises DatabaseError after `timeout_s`."""
        with translated():
            async with self._pool.connection(timeout=timeout_s) as connection:
                yield connection

    def connections(self) -> dict[str, int]:
        """Connections that there are, those that are free, and requests that wait for one."""
        stats = self._pool.get_stats()
        return {name: stats.get(name, 0) for name in ("pool_size", "pool_available", "requests_waiting")}

    async def ping(self) -> bool:
        """Whether a query is answered within a second."""
        try:
            await within(PING_S, self._select_one())
        except DatabaseError:
            return False
        return True

    async def _select_one(self) -> None:
        async with self.connection(timeout_s=PING_S) as connection:
            await connection.execute("SELECT 1")


async def within(seconds: float, work: Coroutine[Any, Any, T]) -> T:
    """What `work` gives; it is left behind after so many seconds. Raises DatabaseError then, and what `work` raises."""
    asked = asyncio.create_task(work)
    # not `timeout`: it waits for the task to end, and psycopg takes 5 s to give up on a server that hangs
    done, _ = await asyncio.wait({asked}, timeout=seconds)
    if not done:
        asked.cancel()
        asked.add_done_callback(_forget)
        raise DatabaseError("the database does not answer")
    return asked.result()


def _forget(task: asyncio.Task[Any]) -> None:
    """Takes note of how a late answer ended, so that asyncio does not complain of an error nobody fetched."""
    if not task.cancelled():
        task.exception()
