"""The catalogue kept on disk: read back the same, or not at all."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from jamhot.catalog.cache import MOST_FILES, CatalogCache
from jamhot.catalog.content import Content
from jamhot.catalog.keeper import CHECK_EVERY_S, CatalogKeeper
from jamhot.catalog.types import CatalogVersion
from jamhot.files import cache_folder
from tests.catalog.test_keeper import Clock, Source, settle

VERSION = CatalogVersion(7, "d" * 64)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "jamhot"


@pytest.fixture
def cache(folder: Path, content: Content) -> CatalogCache:
    cache = CatalogCache(folder, "db")
    cache.write(VERSION, content)
    return cache


def file_of(folder: Path) -> Path:
    (file,) = folder.iterdir()
    return file


def test_it_comes_back_the_same(cache: CatalogCache, content: Content) -> None:
    assert cache.read() == (VERSION, content)


def test_nothing_is_nothing(folder: Path) -> None:
    assert CatalogCache(folder, "db").read() is None


def test_another_database_has_another_file(cache: CatalogCache, folder: Path) -> None:
    assert CatalogCache(folder, "other").read() is None


def test_only_what_changed_is_written(cache: CatalogCache, folder: Path, content: Content) -> None:
    before = file_of(folder).stat().st_ino
    cache.write(VERSION, content)
    assert file_of(folder).stat().st_ino == before
    for other in (CatalogVersion(7, "e" * 64), CatalogVersion(6, "d" * 64)):
        cache.write(other, content)
        assert cache.read() == (other, content)


def test_damage_is_noticed(cache: CatalogCache, folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    file = file_of(folder)
    whole = file.read_bytes()
    for place in (*range(0, len(whole), len(whole) // 100), *range(len(whole) - 66, len(whole))):
        damaged = bytearray(whole)
        damaged[place] ^= 1
        file.write_bytes(damaged)
        assert cache.read() is None, place
    for length in (0, 1, 100, len(whole) // 2, len(whole) - 66, len(whole) - 1):
        file.write_bytes(whole[:length])
        assert cache.read() is None, length
    file.write_bytes(whole + b"\n")
    assert cache.read() is None
    assert "the catalogue on disk is not used" in caplog.text


@pytest.mark.parametrize("text", ["null", "[]", "{}", '{"format": 2}', '{"format": 1, "number": "x"}', "\0\xff"])
def test_what_is_something_else_is_not_read(cache: CatalogCache, folder: Path, text: str) -> None:
    file_of(folder).write_text(f"{text}\n" * 3, encoding="latin-1")
    assert cache.read() is None


def test_what_others_could_have_written_is_not_read(cache: CatalogCache, folder: Path, tmp_path: Path) -> None:
    file = file_of(folder)
    folder.chmod(0o770)
    assert cache.read() is None
    folder.chmod(0o700)
    assert cache.read() is not None
    elsewhere = file.rename(tmp_path / "elsewhere")
    file.symlink_to(elsewhere)
    assert cache.read() is None
    file.unlink()
    os.mkfifo(file, 0o600)
    assert cache.read() is None, "and nobody waits for a pipe"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_what_somebody_else_owns_is_not_read(cache: CatalogCache, folder: Path) -> None:
    os.chown(file_of(folder), 65534, 65534)
    assert cache.read() is None
    os.chown(file_of(folder), 0, 0)
    os.chown(folder, 65534, 65534)
    assert cache.read() is None


def test_a_generous_umask_does_no_harm(folder: Path, content: Content) -> None:
    before = os.umask(0o002)
    try:
        CatalogCache(folder, "db").write(VERSION, content)
    finally:
        os.umask(before)
    assert CatalogCache(folder, "db").read() == (VERSION, content)


def test_a_disk_that_is_closed_is_no_trouble(
    tmp_path: Path, content: Content, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").touch()
    CatalogCache(tmp_path / "file" / "folder", "db").write(VERSION, content)
    assert "not kept on disk" in caplog.text


def test_catalogues_of_other_databases_are_few(folder: Path, content: Content) -> None:
    for number in range(MOST_FILES + 2):
        CatalogCache(folder, str(number)).write(VERSION, content)
        os.utime(folder / f"catalogue-{number}.jsonl", (number, number))
    assert {file.name for file in folder.iterdir()} == {f"catalogue-{number}.jsonl" for number in range(2, 6)}


def test_the_folder_is_where_the_account_keeps_such_things(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_folder() == tmp_path / "jamhot"
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert cache_folder().name == f"jamhot-cache-{os.geteuid()}"


def test_a_start_without_the_database_goes_on_from_the_disk(folder: Path, content: Content) -> None:
    less = Content(content.fruits, content.recipes[1:])

    async def scenario() -> None:
        source, clock = Source(less), Clock()
        first = CatalogKeeper(source, lambda: content, cache=CatalogCache(folder, "db"))
        await first.start()
        await first.close()
        source.broken = True
        keeper = CatalogKeeper(source, lambda: content, clock=clock, cache=CatalogCache(folder, "db"))
        await keeper.start()
        kept = keeper.current
        assert (len(kept.recipes), kept.version, keeper.origin) == (len(less.recipes), 1, "disk")
        assert "cannot be reached; the catalogue that was kept on disk is served" in str(keeper.problem)
        source.broken = False
        clock.now += CHECK_EVERY_S
        keeper.look_for_newer()
        await settle()
        assert keeper.current is kept, "it is the same catalogue: nothing is built anew"
        assert (keeper.origin, keeper.problem) == ("database", None)
        source.digest = "b"
        clock.now += CHECK_EVERY_S
        keeper.look_for_newer()
        await settle()
        assert keeper.current is not kept, "the same number with another content is another catalogue"
        await keeper.close()

    asyncio.run(scenario())


def test_a_catalogue_on_disk_that_is_too_large_now_is_not_taken(cache: CatalogCache, content: Content) -> None:
    async def scenario() -> None:
        source = Source(content)
        source.broken = True
        keeper = CatalogKeeper(source, lambda: content, most_bytes=1_000_000, cache=cache)
        await keeper.start()
        assert (keeper.current.version, keeper.origin) == (0, "shipped")
        assert "the content that ships is served" in str(keeper.problem)

    asyncio.run(scenario())


def test_without_a_database_the_disk_is_not_asked(cache: CatalogCache, content: Content) -> None:
    async def scenario() -> None:
        keeper = CatalogKeeper(None, lambda: content, cache=cache)
        await keeper.start()
        assert (keeper.current.version, keeper.origin) == (0, "shipped")

    asyncio.run(scenario())
