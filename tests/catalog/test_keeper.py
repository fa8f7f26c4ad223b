"""Which catalogue is served, whatever the database does; `tests/database` does the same with a real one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from jamhot.catalog.content import Content
from jamhot.catalog.keeper import AGAIN_AFTER_S, CHECK_EVERY_S, CatalogKeeper
from jamhot.catalog.snapshot import Snapshot
from jamhot.catalog.types import CatalogVersion
from jamhot.errors import DatabaseError
from tests.told import told


class Source:
    """A database that can be told to fail, to hang, or to hold another version."""

    def __init__(self, content: Content) -> None:
        self.content, self.version, self.asked = content, 1, 0
        self.digest = "a"
        self.broken = self.hanging = False

    async def read_version(self) -> CatalogVersion:
        self.asked += 1
        if self.hanging:
            await asyncio.sleep(60)
        if self.broken:
            raise DatabaseError("the database cannot be reached")
        return CatalogVersion(self.version, self.digest)

    async def load(self) -> tuple[CatalogVersion, Content]:
        return CatalogVersion(self.version, self.digest), self.content


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


async def settle() -> None:
    """Until what the keeper has begun in the background is done."""
    if begun := asyncio.all_tasks() - {asyncio.current_task()}:
        await asyncio.wait(begun, timeout=30)


def test_without_a_database_the_shipped_content_serves_and_says_so(content: Content) -> None:
    async def scenario() -> None:
        keeper = CatalogKeeper(None, lambda: content)
        await keeper.start()
        assert keeper.current.version == 0
        assert "no database" in str(keeper.problem)
        keeper.look_for_newer()
        await keeper.close()

    asyncio.run(scenario())


def test_the_database_is_preferred_and_a_newer_version_taken_within_a_minute_of_use(content: Content) -> None:
    async def scenario() -> None:
        source, clock = Source(content), Clock()
        keeper = CatalogKeeper(source, lambda: content, clock=clock)
        await keeper.start()
        first = keeper.current
        assert (first.version, keeper.problem) == (1, None)
        source.version = 2
        keeper.look_for_newer()
        await settle()
        assert keeper.current is first
        clock.now += CHECK_EVERY_S
        keeper.look_for_newer()
        await settle()
        assert keeper.current.version == 2
        assert keeper.current.edition != first.edition

    asyncio.run(scenario())


def test_nobody_asks_while_nobody_reads(content: Content) -> None:
    async def scenario() -> None:
        source, clock = Source(content), Clock()
        keeper = CatalogKeeper(source, lambda: content, clock=clock)
        await keeper.start()
        clock.now += 100 * CHECK_EVERY_S
        await settle()
        assert source.asked == 1

    asyncio.run(scenario())


def test_an_outage_is_told_and_over_when_it_is_over(content: Content) -> None:
    async def scenario() -> None:
        source, clock = Source(content), Clock()
        keeper = CatalogKeeper(source, lambda: content, clock=clock)
        await keeper.start()
        source.broken = True
        clock.now += CHECK_EVERY_S
        keeper.look_for_newer()
        await settle()
        assert keeper.current.version == 1
        assert "cannot be reached" in str(keeper.problem)
        source.broken = False
        clock.now += CHECK_EVERY_S
        keeper.look_for_newer()
        await settle()
        assert keeper.problem is None

    asyncio.run(scenario())


def test_a_database_that_was_away_is_taken_within_seconds(content: Content, caplog: pytest.LogCaptureFixture) -> None:
    async def scenario() -> None:
        source, clock = Source(content), Clock()
        source.broken = True
        keeper = CatalogKeeper(source, lambda: content, clock=clock)
        await keeper.start()
        for _ in range(5):
            clock.now += AGAIN_AFTER_S
            keeper.look_for_newer()
            await settle()
        source.broken = False
        clock.now += AGAIN_AFTER_S
        keeper.look_for_newer()
        await settle()
        assert (keeper.problem, keeper.current.version) == (None, 1)
        asked = source.asked
        clock.now += AGAIN_AFTER_S
        keeper.look_for_newer()
        await settle()
        assert source.asked == asked, "all is well again: the usual pace is enough"

    asyncio.run(scenario())
    assert sum("not refreshed" in record.getMessage() for record in told(caplog)) == 1


def test_a_catalogue_that_is_refused_is_not_read_again_at_once(content: Content) -> None:
    async def scenario() -> None:
        source, clock = Source(content), Clock()
        keeper = CatalogKeeper(source, lambda: content, most_bytes=1_000_000, clock=clock)
        await keeper.start()
        asked = source.asked
        clock.now += AGAIN_AFTER_S
        keeper.look_for_newer()
        await settle()
        assert source.asked == asked

    asyncio.run(scenario())


def test_a_database_that_hangs_at_the_start_is_not_waited_for(content: Content) -> None:
    async def scenario() -> None:
        source = Source(content)
        source.hanging = True
        keeper = CatalogKeeper(source, lambda: content)
        async with asyncio.timeout(10):
            await keeper.start()
        assert keeper.current.version == 0
        assert "in time" in str(keeper.problem)
        keeper.look_for_newer()
        await keeper.close()

    asyncio.run(scenario())


def test_a_catalogue_too_large_for_its_memory_is_not_taken(content: Content) -> None:
    async def scenario() -> None:
        keeper = CatalogKeeper(Source(content), lambda: content, most_bytes=1_000_000)
        await keeper.start()
        assert keeper.current.version == 0
        assert "DATABASE_MEMORY_MB" in str(keeper.problem)

    asyncio.run(scenario())


@pytest.mark.parametrize(
    ("fault", "words"),
    [(MemoryError(), "not enough memory"), (RuntimeError("can't start new thread"), "can't start new thread")],
)
def test_a_rebuild_that_the_machine_cannot_carry_is_told_once_and_the_old_one_goes_on(
    content: Content, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, fault: Exception, words: str
) -> None:
    async def scenario() -> None:
        source, clock = Source(content), Clock()
        keeper = CatalogKeeper(source, lambda: content, clock=clock)
        await keeper.start()
        first, source.version = keeper.current, 2
        with monkeypatch.context() as broken:
            broken.setattr(keeper, "_built", failing(fault))
            for _ in range(3):
                clock.now += CHECK_EVERY_S
                keeper.look_for_newer()
                await settle()
            clock.now += AGAIN_AFTER_S
            keeper.look_for_newer()
            await settle()
        assert source.asked == 4, "it is dear: not again before the minute is over"
        assert keeper.current is first
        assert words in str(keeper.problem)
        assert "the catalogue in memory goes on" in str(keeper.problem)
        assert sum(words in record.getMessage() for record in told(caplog)) == 1
        clock.now += CHECK_EVERY_S
        keeper.look_for_newer()
        await settle()
        assert (keeper.current.version, keeper.problem) == (2, None)

    asyncio.run(scenario())


def failing(fault: Exception) -> Callable[..., Snapshot]:
    def built(*_: object) -> Snapshot:
        raise fault

    return built
