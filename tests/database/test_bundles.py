"""Published models in a real PostgreSQL: whole or not at all, one winner, and back again."""

from __future__ import annotations

import asyncio
import hashlib
import threading
from pathlib import Path

import psycopg
import pytest

from jamhot.database.bundles import PIECE, Parcel, PostgresBundles, in_use, listed, publish, roll_back
from jamhot.database.pool import Database
from jamhot.errors import DatabaseError
from jamhot.vision.published import Published
from tests.tiny_bundle import TinyBundle


def parcel(folder: Path, version: str = "one", *, profile: str = "free", size: int = 0) -> Parcel:
    """A tiny bundle, made larger by a file of `size` bytes."""
    tiny = TinyBundle(folder, version)
    if size:
        (folder / "more.bin").write_bytes(b"jam" * (size // 3))
        tiny.write()
    card = (folder / "card.json").read_bytes()
    files = sorted(path.name for path in folder.iterdir())
    return Parcel(folder, files, profile, version, hashlib.sha256(card).hexdigest())


def published(url: str, *parcels: Parcel, keep: int = 3) -> list[Published]:
    with psycopg.connect(url) as connection:
        for one in parcels:
            publish(connection, one, seen=in_use(connection, one.profile), keep=keep)
        return [found for found in (in_use(connection, "free"), in_use(connection, "paid")) if found]


def fetched(url: str, profile: str = "free") -> dict[str, bytes]:
    """What a service gets."""

    async def read() -> dict[str, bytes]:
        database = Database(url)
        await database.open()
        files: dict[str, bytes] = {}
        source = PostgresBundles(database, profile)
        newest = await source.newest()
        if newest is not None:
            async for name, data in source.parts(newest):
                assert 0 < len(data) <= PIECE
                files[name] = files.get(name, b"") + data
        await database.close()
        return files

    return asyncio.run(read())


def versions(url: str) -> list[tuple[str, str, bool]]:
    with psycopg.connect(url) as connection:
        return [(one.profile, one.version, one.in_use) for one in listed(connection)]


def test_what_went_in_comes_out(migrated_url: str, tmp_path: Path) -> None:
    one = parcel(tmp_path, size=2_500_000)
    sent: list[int] = []
    with psycopg.connect(migrated_url) as connection:
        number, gone = publish(connection, one, seen=None, keep=3, tell=sent.append)
        assert in_use(connection, "free") == Published(number, "one", one.digest)
    assert gone == []
    assert sum(sent) == one.bytes
    assert fetched(migrated_url) == {name: (tmp_path / name).read_bytes() for name in one.files}
    assert fetched(migrated_url, "paid") == {}


def test_each_profile_has_its_own(migrated_url: str, tmp_path: Path) -> None:
    published(migrated_url, parcel(tmp_path / "a", "a"), parcel(tmp_path / "b", "b", profile="paid"))
    assert versions(migrated_url) == [("free", "a", True), ("paid", "b", True)]
    with psycopg.connect(migrated_url) as connection:
        roll_back(connection, "paid")
    assert versions(migrated_url) == [("free", "a", True), ("paid", "b", False)]


def test_the_newest_three_are_kept(migrated_url: str, tmp_path: Path) -> None:
    published(migrated_url, *(parcel(tmp_path / name, name) for name in "abcde"))
    assert versions(migrated_url) == [("free", "e", True), ("free", "d", False), ("free", "c", False)]
    with psycopg.connect(migrated_url) as connection:
        row = connection.execute("SELECT count(DISTINCT model_id) FROM model_parts").fetchone()
    assert row == (3,)


def test_back_and_further_back_and_nothing(migrated_url: str, tmp_path: Path) -> None:
    published(migrated_url, *(parcel(tmp_path / name, name) for name in "abc"))
    with psycopg.connect(migrated_url) as connection:
        before, after = roll_back(connection, "free")
        assert (before.version, after and after.version) == ("c", "b")
        assert roll_back(connection, "free")[1]
        assert roll_back(connection, "free")[1] is None
        with pytest.raises(DatabaseError, match="nothing to roll back"):
            roll_back(connection, "free")
    assert versions(migrated_url) == [("free", name, False) for name in "cba"]


def test_what_was_rolled_back_to_is_never_pruned(migrated_url: str, tmp_path: Path) -> None:
    published(migrated_url, *(parcel(tmp_path / name, name) for name in "ab"))
    with psycopg.connect(migrated_url) as connection:
        roll_back(connection, "free")
    published(migrated_url, parcel(tmp_path / "c", "c"), keep=1)
    assert versions(migrated_url) == [("free", "c", True)]


def test_interrupted_nothing_is_published(migrated_url: str, tmp_path: Path) -> None:
    (before,) = published(migrated_url, parcel(tmp_path / "a", "a"))

    def stop(_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), psycopg.connect(migrated_url) as connection:
        publish(connection, parcel(tmp_path / "b", "b"), seen=before, keep=1, tell=stop)
    assert versions(migrated_url) == [("free", "a", True)]
    assert fetched(migrated_url)["card.json"] == (tmp_path / "a" / "card.json").read_bytes()


def test_a_connection_that_breaks_leaves_nothing(migrated_url: str, tmp_path: Path) -> None:
    def cut(_: int) -> None:
        with psycopg.connect(migrated_url, autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'sender'")

    with pytest.raises(DatabaseError), psycopg.connect(migrated_url, application_name="sender") as connection:
        publish(connection, parcel(tmp_path, size=3_000_000), seen=None, keep=3, tell=cut)
    assert versions(migrated_url) == []


def test_of_two_at_once_one_wins_and_the_other_is_told(migrated_url: str, tmp_path: Path) -> None:
    first_is_sending, second_was_told = threading.Event(), threading.Event()

    def slowly(_: int) -> None:
        first_is_sending.set()
        assert second_was_told.wait(20)

    def first() -> None:
        with psycopg.connect(migrated_url) as connection:
            publish(connection, parcel(tmp_path / "a", "a"), seen=None, keep=3, tell=slowly)

    thread = threading.Thread(target=first)
    thread.start()
    assert first_is_sending.wait(20)
    with psycopg.connect(migrated_url) as connection:
        with pytest.raises(DatabaseError, match="at this moment: that one wins"):
            publish(connection, parcel(tmp_path / "b", "b"), seen=None, keep=3)
        second_was_told.set()
        thread.join(20)
        with pytest.raises(DatabaseError, match=r"^a \(number 1\) was published while yours was being checked"):
            publish(connection, parcel(tmp_path / "b", "b"), seen=None, keep=3)
    assert versions(migrated_url) == [("free", "a", True)]


def test_what_is_too_large_for_a_small_database_is_refused(
    migrated_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jamhot.database.bundles.MOST_BYTES", 1_000_000)
    with psycopg.connect(migrated_url) as connection, pytest.raises(DatabaseError, match="is the most"):
        publish(connection, parcel(tmp_path, size=1_500_000), seen=None, keep=3)


def test_without_the_tables_it_says_what_to_run(empty_url: str) -> None:
    with psycopg.connect(empty_url) as connection, pytest.raises(DatabaseError) as caught:
        listed(connection)
    assert "run_migrations" in str(caught.value.hint)
