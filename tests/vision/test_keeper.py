"""Which model speaks, whatever is published; `tests/database` and the proof under load do the same with PostgreSQL."""

from __future__ import annotations

import asyncio
import gc
import hashlib
import json
import os
import weakref
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from jamhot.errors import DatabaseError
from jamhot.settings import SHIPPED_BUNDLE
from jamhot.vision.keeper import CHECK_EVERY_S, Folders, ModelKeeper, Supply
from jamhot.vision.published import Published
from jamhot.vision.shelf import BundleShelf
from jamhot.vision.trial import Terms
from tests.tiny_bundle import TinyBundle


class Source:
    """Published bundles in a folder each; can be told to fail."""

    def __init__(self) -> None:
        self.folder: Path | None = None
        self.number = self.asked = self.sent = 0
        self.broken = False

    def publish(self, folder: Path | None) -> None:
        self.number, self.folder = self.number + 1, folder

    async def newest(self) -> Published | None:
        self.asked += 1
        if self.broken:
            raise DatabaseError("the database cannot be reached")
        if self.folder is None:
            return None
        card = (self.folder / "card.json").read_bytes()
        return Published(self.number, json.loads(card)["version"], hashlib.sha256(card).hexdigest())

    async def parts(self, _: Published) -> AsyncIterator[tuple[str, bytes]]:
        assert self.folder is not None
        self.sent += 1
        for path in sorted(self.folder.iterdir()):
            data = path.read_bytes()
            for start in range(0, len(data), 1000):
                yield path.name, data[start : start + 1000]


class House:
    """A keeper, its source, its disk and its clock."""

    def __init__(self, tmp_path: Path, path: Path | None = None) -> None:
        self.now, self.source, self.disk = 0.0, Source(), tmp_path / "disk"
        self.released = 0
        self.folders = Folders(path or SHIPPED_BUNDLE, SHIPPED_BUNDLE)
        self.keeper = self.another()
        self.keeper.start()

    def another(self, *, pinned: bool = False) -> ModelKeeper:
        """As the service makes it after a restart."""
        supply = None if pinned else Supply(self.source, BundleShelf(self.disk, "database-free"))
        terms = Terms(app_version="0.1.0", profile="free", memory_mb=200)
        return ModelKeeper(self.folders, terms, 1, supply, clock=lambda: self.now, release=self._release)

    def _release(self) -> None:
        self.released += 1

    async def look(self) -> None:
        """A minute later somebody comes, and the look is over."""
        self.now += CHECK_EVERY_S
        self.keeper.look_for_newer()
        assert self.keeper._task is not None
        await self.keeper._task


def played(scenario: Callable[[], Awaitable[None]]) -> None:
    async def all_of_it() -> None:
        await scenario()

    asyncio.run(all_of_it())


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def test_it_answers_at_once_and_takes_a_published_one_within_a_minute_of_use(house: House, tmp_path: Path) -> None:
    async def scenario() -> None:
        keeper = house.keeper
        assert (keeper.origin, keeper.problem, house.source.asked) == ("shipped", None, 0)
        house.source.publish(TinyBundle(tmp_path / "a", "a").folder)
        await house.look()
        assert (keeper.version, keeper.origin, keeper.problem) == ("a", "database", None)
        assert keeper.names == {"red_fruit", "green_fruit", "blue_fruit"}
        keeper.look_for_newer()
        assert house.source.asked == 1, "at most once a minute"
        await house.look()
        assert (house.source.asked, house.source.sent) == (2, 1), "what is in use is not fetched again"

    played(scenario)


def test_nobody_asks_while_nobody_comes(house: House) -> None:
    async def scenario() -> None:
        house.now += 100_000
        await asyncio.sleep(0.05)
        assert house.source.asked == 0

    played(scenario)


def test_a_request_in_flight_keeps_the_model_that_it_began_with_and_then_it_is_freed(
    house: House, tmp_path: Path
) -> None:
    async def scenario() -> None:
        in_flight = house.keeper.require()
        old = weakref.ref(in_flight)
        house.source.publish(TinyBundle(tmp_path / "a", "a").folder)
        house.now += CHECK_EVERY_S
        house.keeper.look_for_newer()
        async with asyncio.timeout(20):
            await taken(house.keeper, "a")
        assert old() is in_flight
        assert len(in_flight.labels.names) > 60
        assert house.released == 0, "its memory is still in use"
        del in_flight
        assert house.keeper._task is not None
        await house.keeper._task
        gc.collect()
        assert old() is None
        assert house.released == 1

    played(scenario)


async def taken(keeper: ModelKeeper, version: str) -> None:
    while keeper.version != version:  # noqa: ASYNC110 (the keeper tells nobody)
        await asyncio.sleep(0.02)


def cut(bundle: Path) -> None:
    model = bundle / "model.onnx"
    model.write_bytes(model.read_bytes()[:-1])


def flip(bundle: Path) -> None:
    model = bundle / "model.onnx"
    data = bytearray(model.read_bytes())
    data[len(data) // 2] ^= 1
    model.write_bytes(data)


def lose(bundle: Path) -> None:
    (bundle / "labels.json").unlink()


@pytest.mark.parametrize(("damage", "told"), [(cut, "bytes instead of"), (flip, "sha256"), (lose, "no labels.json")])
def test_a_damaged_one_is_refused_and_told_and_not_fetched_again(
    house: House, tmp_path: Path, damage: Callable[[Path], None], told: str
) -> None:
    async def scenario() -> None:
        keeper, before = house.keeper, house.keeper.version
        damage(TinyBundle(tmp_path / "bad", "bad").folder)
        house.source.publish(tmp_path / "bad")
        await house.look()
        assert (keeper.version, keeper.origin) == (before, "shipped")
        assert "refused" in str(keeper.problem)
        assert told in str(keeper.problem)
        await house.look()
        assert house.source.sent == 1
        assert "refused" in str(keeper.problem), "it stays told"
        house.source.publish(TinyBundle(tmp_path / "good", "good").folder)
        await house.look()
        assert (keeper.version, keeper.problem) == ("good", None)

    played(scenario)


def test_a_card_that_was_changed_in_the_database_is_refused(house: House, tmp_path: Path) -> None:
    async def scenario() -> None:
        house.source.publish(TinyBundle(tmp_path / "a", "a").folder)
        newest = await house.source.newest()
        card = tmp_path / "a" / "card.json"
        card.write_text(card.read_text().replace('"temperature": 2.0', '"temperature": 9.0'))

        async def as_published() -> Published | None:
            return newest

        house.source.newest = as_published  # the row says one thing, the file another
        await house.look()
        assert house.keeper.origin == "shipped"
        assert "card.json of the published bundle is not what was uploaded" in str(house.keeper.problem)

    played(scenario)


def test_a_bundle_for_another_profile_is_refused(house: House, tmp_path: Path) -> None:
    async def scenario() -> None:
        tiny = TinyBundle(tmp_path / "a", "a")
        tiny.card["profile"] = "paid"
        tiny.write()
        house.source.publish(tiny.folder)
        await house.look()
        assert "made for the profile paid" in str(house.keeper.problem)

    played(scenario)


def test_rolled_back_to_nothing_the_folder_speaks_again(house: House, tmp_path: Path) -> None:
    async def scenario() -> None:
        before = house.keeper.version
        house.source.publish(TinyBundle(tmp_path / "a", "a").folder)
        await house.look()
        house.source.publish(None)
        await house.look()
        assert (house.keeper.version, house.keeper.origin, house.keeper.problem) == (before, "shipped", None)
        assert house.another().version is None
        after_restart = house.another()
        after_restart.start()
        assert after_restart.origin == "shipped", "nothing is left on the disk"

    played(scenario)


def test_the_next_start_takes_it_from_the_disk(house: House, tmp_path: Path) -> None:
    async def scenario() -> None:
        house.source.publish(TinyBundle(tmp_path / "a", "a").folder)
        await house.look()
        house.source.publish(TinyBundle(tmp_path / "b", "b").folder)
        await house.look()
        house.keeper = house.another()
        house.keeper.start()
        assert (house.keeper.version, house.keeper.origin) == ("b", "disk")
        assert len([*(house.disk / "model-database-free").iterdir()]) == 1, "only the last one is kept"
        await house.look()
        assert house.source.sent == 2, "it is not fetched again"
        house.source.broken = True
        await house.look()
        assert (house.keeper.version, house.keeper.origin) == ("b", "disk")
        assert "cannot be looked for" in str(house.keeper.problem)

    played(scenario)


def test_what_is_damaged_on_the_disk_is_not_used(house: House, tmp_path: Path) -> None:
    async def scenario() -> None:
        house.source.publish(TinyBundle(tmp_path / "a", "a").folder)
        await house.look()
        damages = (
            flip, lambda kept: (kept / "card.json").write_text("{}"), lambda kept: (kept / "card.json").unlink(),
        )  # fmt: skip
        for damage in damages:
            (kept,) = (house.disk / "model-database-free").iterdir()
            damage(kept)
            house.keeper = house.another()
            house.keeper.start()
            assert house.keeper.origin == "shipped"
            await house.look()
            assert house.keeper.origin == "database", "fetched anew"
            house.keeper = house.another()
            house.keeper.start()
            assert house.keeper.origin == "disk", "and kept anew"
        (house.disk / "model-database-free" / "0-removed-halfway").mkdir()
        house.keeper = house.another()
        house.keeper.start()
        assert house.keeper.origin == "disk"

    played(scenario)


def test_a_disk_that_is_somebody_elses_is_not_used(house: House, tmp_path: Path) -> None:
    async def scenario() -> None:
        house.source.publish(TinyBundle(tmp_path / "a", "a").folder)
        await house.look()
        (house.disk / "model-database-free").chmod(0o777)
        keeper = house.another()
        keeper.start()
        assert keeper.origin == "shipped"

    played(scenario)


def test_without_a_disk_it_works_all_the_same(tmp_path: Path) -> None:
    async def scenario() -> None:
        (tmp_path / "disk").write_text("no folder")
        house = House(tmp_path)
        house.source.publish(TinyBundle(tmp_path / "a", "a").folder)
        await house.look()
        assert (house.keeper.version, house.keeper.problem) == ("a", None)

    played(scenario)


def test_pinned_it_keeps_the_folders(house: House, tmp_path: Path) -> None:
    async def scenario() -> None:
        house.source.publish(TinyBundle(tmp_path / "a", "a").folder)
        await house.look()
        pinned = house.another(pinned=True)
        pinned.start()
        pinned.look_for_newer()
        assert (pinned.origin, pinned._task) == ("shipped", None)

    played(scenario)


def test_a_missing_folder_is_told_and_the_shipped_one_speaks(tmp_path: Path) -> None:
    keeper = House(tmp_path, path=tmp_path / "nowhere").keeper
    assert keeper.origin == "shipped"
    assert "has no card.json" in str(keeper.problem)


def test_a_folder_of_ones_own(tmp_path: Path) -> None:
    keeper = House(tmp_path, path=TinyBundle(tmp_path / "mine", "mine").folder).keeper
    assert (keeper.version, keeper.origin, keeper.problem) == ("mine", "path", None)


def test_a_name_that_leaves_the_folder_is_refused(house: House, tmp_path: Path) -> None:
    async def scenario() -> None:
        house.source.publish(TinyBundle(tmp_path / "a", "a").folder)

        async def parts(_: Published) -> AsyncIterator[tuple[str, bytes]]:
            yield "../../escaped", b"x"

        house.source.parts = parts  # a database that somebody else wrote in
        await house.look()
        assert "may not be part of one" in str(house.keeper.problem)

    played(scenario)
    assert not list(tmp_path.rglob("escaped"))


@pytest.mark.parametrize(
    ("fault", "told"),
    [(MemoryError(), "not enough memory"), (RuntimeError("can't start new thread"), "can't start new thread")],
)
def test_a_look_that_the_machine_cannot_carry_is_told_once_and_the_old_one_goes_on(
    house: House, tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch,
    fault: Exception, told: str,
) -> None:  # fmt: skip
    def try_out(*_: object) -> None:
        raise fault

    async def scenario() -> None:
        house.source.publish(TinyBundle(tmp_path / "a", "a").folder)
        with monkeypatch.context() as broken:
            broken.setattr("jamhot.vision.keeper.try_out", try_out)
            for _ in range(3):
                await house.look()
        assert house.keeper.origin == "shipped"
        assert told in str(house.keeper.problem)
        assert sum(told in record.getMessage() for record in caplog.records) == 1
        await house.look()
        assert (house.keeper.version, house.keeper.problem) == ("a", None)

    played(scenario)


def test_shelves_of_databases_that_are_gone_do_not_pile_up(house: House, tmp_path: Path) -> None:
    async def scenario() -> None:
        for number in range(6):
            shelf = house.disk / f"model-gone{number}-free"
            shelf.mkdir(parents=True)
            os.utime(shelf, (1e9 + number, 1e9 + number))
        (house.disk / "model-busy-free" / ".draft-x").mkdir(parents=True)
        (house.disk / "catalogue-gone.jsonl").touch()
        house.source.publish(TinyBundle(tmp_path / "a", "a").folder)
        await house.look()
        left = {path.name for path in house.disk.iterdir()}
        assert left == {
            "model-database-free", "model-busy-free", "model-gone5-free", "model-gone4-free", "catalogue-gone.jsonl",
        }  # fmt: skip

    played(scenario)
