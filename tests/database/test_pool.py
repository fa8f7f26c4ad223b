"""The pool: in nobody's way while the database is gone, and back by itself."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psutil
import psycopg
import pytest
from psycopg_pool import pool_async, sched_async

from jamhot.database.embedded import EmbeddedPostgres
from jamhot.database.pool import CLOSE_S, PING_S, WAIT_S, Database
from jamhot.errors import DatabaseError
from tests.patience import at_most

NOBODY = "postgresql://u:s3cret@127.0.0.1:1/d"


async def one(database: Database, statement: str = "SELECT 1") -> object:
    async with database.connection() as connection:
        row = await (await connection.execute(statement)).fetchone()
    return row[0] if row else None


def test_it_speaks_as_the_design_says(empty_url: str) -> None:
    async def run() -> None:
        database = Database(empty_url, size=3)
        await database.open()
        assert await one(database, "SELECT current_setting('application_name')") == "jamhot"
        assert await one(database, "SELECT current_setting('statement_timeout')") == "5s"
        async with database.connection() as connection:
            assert connection.autocommit
        pool = database._pool
        assert (pool.min_size, pool.max_size, pool.max_waiting) == (0, 3, 0)
        assert (pool.timeout, pool.max_idle, pool.reconnect_timeout) == (2, 20, 5)
        await database.close()

    asyncio.run(run())


def test_an_hour_in_which_the_process_was_stopped_is_nothing_to_the_pool(
    empty_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def run() -> None:
        database = Database(empty_url)
        await database.open()
        before = await one(database, "SELECT pg_backend_pid()")
        for module in (pool_async, sched_async):
            monkeypatch.setattr(module, "monotonic", lambda: time.monotonic() + 3700)
        await one(database)  # its connection is older than any may be, and is given up when it comes back
        assert await one(database, "SELECT pg_backend_pid()") != before
        await database.close()

    asyncio.run(run())


def test_nothing_is_opened_before_it_is_needed(own_postgres: EmbeddedPostgres) -> None:
    async def run() -> int:
        database = Database(own_postgres.url())
        await database.open()
        await asyncio.sleep(0.5)
        with psycopg.connect(own_postgres.url()) as watcher:
            row = watcher.execute("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'jamhot'").fetchone()
        await database.close()
        return int(row[0]) if row else -1

    assert asyncio.run(run()) == 0


@pytest.mark.parametrize("silent", [False, True], ids=["refused", "silent"])
def test_a_database_that_is_not_there_delays_neither_start_nor_stop(silent: bool) -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:  # takes connections, never says a word
        url = f"postgresql://u:s3cret@127.0.0.1:{deaf.getsockname()[1]}/d" if silent else NOBODY

        async def run() -> None:
            database = Database(url)
            with at_most(0.2):
                await database.open()
            with at_most(WAIT_S + 0.5), pytest.raises(DatabaseError, match="does not answer") as told:
                await one(database)
            assert "s3cret" not in str(told.value)
            with at_most(PING_S + 0.2):
                assert not await database.ping()
            with at_most(CLOSE_S + 0.5):
                await database.close()

        asyncio.run(run())


@contextmanager
def hanging(server: EmbeddedPostgres) -> Iterator[None]:
    """Its processes stand still, and go on after the block however that ends."""
    family = [psutil.Process(server.pid), *psutil.Process(server.pid).children()]
    for process in family:
        process.suspend()
    try:
        yield
    finally:
        for process in family:
            process.resume()


def test_a_server_that_hangs_is_told_from_one_that_answers(own_postgres: EmbeddedPostgres) -> None:
    async def run() -> None:
        database = Database(own_postgres.url())
        await database.open()
        assert await database.ping()
        with hanging(own_postgres), at_most(PING_S + 0.2):
            assert not await database.ping()
        with at_most(10):
            async with asyncio.timeout(60):
                while not await database.ping():
                    pass
        await database.close()

    asyncio.run(run())


def test_a_query_without_end_is_cut_off(empty_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jamhot.database.pool.STATEMENT_MS", 300)

    async def run() -> None:
        database = Database(empty_url)
        await database.open()
        with pytest.raises(DatabaseError, match="took too long"):
            await one(database, "SELECT pg_sleep(20)")
        assert await one(database) == 1
        await database.close()

    asyncio.run(run())


def test_twenty_waiters_through_an_outage(own_postgres: EmbeddedPostgres) -> None:
    """With `max_waiting` set, the pool stayed full of waiters that had gone; without it, it is back at once."""

    async def run() -> None:
        database = Database(own_postgres.url())
        await database.open()
        assert await one(database) == 1
        own_postgres.stop()
        refused = 0

        async def wait() -> None:
            nonlocal refused
            while True:
                try:
                    assert await one(database) == 1
                except DatabaseError:
                    refused += 1
                else:
                    return

        waiters = [asyncio.create_task(wait()) for _ in range(20)]
        await asyncio.sleep(6.5)
        assert refused >= 40
        await asyncio.to_thread(own_postgres.start)
        with at_most(3):
            async with asyncio.timeout(60):
                await asyncio.gather(*waiters)
        with at_most(1):
            assert await asyncio.gather(*(one(database) for _ in range(50))) == [1] * 50
        await database.close()

    asyncio.run(run())


def test_connections_cut_by_the_server_are_not_handed_out(own_postgres: EmbeddedPostgres) -> None:
    async def run() -> None:
        database = Database(own_postgres.url())
        await database.open()
        assert await one(database) == 1
        for child in psutil.Process(own_postgres.pid).children():
            if "jamhot" in " ".join(child.cmdline()) and "idle" in " ".join(child.cmdline()):
                os.kill(child.pid, signal.SIGTERM)
        await asyncio.sleep(0.2)
        assert await one(database) == 1
        await database.close()

    asyncio.run(run())
