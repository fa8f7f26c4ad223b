"""The reader of heavy photos, with the real process: answers, errors, photos that hang, senders that leave."""

from __future__ import annotations

import asyncio
import io
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import psutil
import pytest

from jamhot.errors import ImageTooLarge, InvalidImage, MemoryLimit, TookTooLong
from jamhot.vision.heavy import COMMAND, HeavyReader, is_heavy
from tests.vision.test_heic_avif import avif, claiming, heic
from tests.vision.test_photo import TURNS, close, corners, encoded, quarters


def with_reader(
    scenario: Callable[[HeavyReader], Awaitable[None]], timeout_s: float = 30.0, command: tuple[str, ...] = COMMAND
) -> None:
    async def run() -> None:
        lock = asyncio.Lock()

        @asynccontextmanager
        async def place() -> AsyncIterator[None]:
            async with lock:
                yield

        reader = HeavyReader(place, timeout_s, command)
        try:
            await scenario(reader)
        finally:
            await reader.close()

    asyncio.run(run())


def decoders() -> list[psutil.Process]:
    """Children of the tests that a test of this file started."""
    return [child for child in psutil.Process().children() if child not in OTHERS]


OTHERS: list[psutil.Process] = []
"""Children of the tests before each of these: a database, another service's decoder."""


@pytest.fixture(autouse=True)
def _others() -> None:
    OTHERS[:] = psutil.Process().children()


def _wait_for(file: Path) -> None:
    while not file.exists():
        time.sleep(0.02)


def _all_gone() -> bool:
    """Within twenty seconds. It only looks: to wait for a child would take its exit code from the reader."""
    until = time.monotonic() + 20
    while decoders() and time.monotonic() < until:
        time.sleep(0.05)
    return not decoders()


def _oom_score(pid: int) -> int:
    return int(Path(f"/proc/{pid}/oom_score_adj").read_text())


def test_which_photos_are_heavy() -> None:
    assert is_heavy(io.BytesIO(heic("quarters")))
    assert is_heavy(io.BytesIO(avif(quarters())))
    assert not is_heavy(io.BytesIO(encoded(quarters(), "JPEG")))


def test_one_process_reads_one_photo_after_the_other_and_ends_with_the_reader() -> None:
    async def scenario(reader: HeavyReader) -> None:
        photos = [io.BytesIO(data) for data in (heic("turned-6"), avif(quarters()), heic("large"))]
        turned, second, large = await asyncio.gather(*(reader.read(photo, 224) for photo in photos))
        assert (turned.format, turned.width, turned.height) == ("HEIC", 240, 320)
        assert close(corners(turned.pixels), TURNS[6], 4)
        assert (second.format, large.width) == ("AVIF", 1701)
        assert len(decoders()) == 1

    with_reader(scenario)
    assert decoders() == []


def test_what_is_wrong_with_a_photo_is_said_as_ever_and_the_next_is_read() -> None:
    async def scenario(reader: HeavyReader) -> None:
        with pytest.raises(InvalidImage, match="damaged or was cut short") as damaged:
            await reader.read(io.BytesIO(heic("quarters")[:300]), 224)
        assert damaged.value.details["format"] == "HEIC"
        with pytest.raises(ImageTooLarge, match="megapixels") as large:
            await reader.read(io.BytesIO(claiming(heic("quarters"), 6_000, 4_500)), 224)
        assert large.value.hint
        assert (await reader.read(io.BytesIO(heic("quarters")), 224)).width == 320
        assert len(decoders()) == 1

    with_reader(scenario)


def slow_first(tmp_path: Path, act: str) -> tuple[str, ...]:
    """A decoder that does `act` the first time it is started, and is the real one from then on."""
    code = (
        f"import pathlib, runpy, sys, time; seen = pathlib.Path({str(tmp_path / 'seen')!r})\n"
        f"if not seen.exists():\n    seen.touch(); sys.stdin.buffer.read(12); {act}\n"
        "runpy.run_module('jamhot.vision.decoder', run_name='__main__')"
    )
    return (sys.executable, "-c", code)


def test_a_photo_that_takes_too_long_is_given_up_and_the_one_behind_it_is_read(tmp_path: Path) -> None:
    async def scenario(reader: HeavyReader) -> None:
        first = asyncio.create_task(reader.read(io.BytesIO(heic("quarters")), 224))
        await asyncio.sleep(0)
        second = asyncio.create_task(reader.read(io.BytesIO(heic("quarters")), 224))
        with pytest.raises(TookTooLong, match="given up"):
            await first
        assert (await second).width == 320
        assert len(decoders()) == 1

    with_reader(scenario, timeout_s=6.0, command=slow_first(tmp_path, "time.sleep(600)"))
    assert decoders() == []


def test_a_decoder_that_crashes_takes_one_photo_with_it(tmp_path: Path) -> None:
    async def scenario(reader: HeavyReader) -> None:
        with pytest.raises(InvalidImage, match="cannot be decoded"):
            await reader.read(io.BytesIO(heic("quarters")), 224)
        assert (await reader.read(io.BytesIO(heic("quarters")), 224)).width == 320

    with_reader(scenario, command=slow_first(tmp_path, "__import__('os').abort()"))


def test_a_decoder_that_was_just_ending_costs_nobody_a_photo(tmp_path: Path) -> None:
    async def scenario(reader: HeavyReader) -> None:
        assert (await reader.read(io.BytesIO(heic("quarters")), 224)).width == 320

    with_reader(scenario, command=slow_first(tmp_path, "sys.exit(0)"))


def test_a_sender_that_leaves_ends_the_work_on_its_photo(tmp_path: Path) -> None:
    async def scenario(reader: HeavyReader) -> None:
        leaving = asyncio.create_task(reader.read(io.BytesIO(heic("quarters")), 224))
        await asyncio.to_thread(_wait_for, tmp_path / "seen")
        leaving.cancel()
        assert (await reader.read(io.BytesIO(heic("quarters")), 224)).width == 320
        assert len(decoders()) == 1

    with_reader(scenario, command=slow_first(tmp_path, "time.sleep(600)"))


def test_a_system_that_gives_no_process_is_a_reason_to_come_back() -> None:
    async def scenario(reader: HeavyReader) -> None:
        with pytest.raises(MemoryLimit):
            await reader.read(io.BytesIO(heic("quarters")), 224)

    with_reader(scenario, command=("/no/such/program",))


def test_it_gives_way_keeps_no_secrets_and_has_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("METRICS_TOKEN", "a-word-of-the-service")
    monkeypatch.setenv("DATABASE_URL", "postgresql://u:s3cret@h/d")

    async def scenario(reader: HeavyReader) -> None:
        await reader.read(io.BytesIO(heic("quarters")), 224)
        (process,) = decoders()
        assert process.nice() == psutil.Process().nice() + 5
        assert {"DATABASE_URL", "METRICS_TOKEN"}.isdisjoint(process.environ())
        assert process.rlimit(psutil.RLIMIT_DATA)[1] < 300_000_000
        assert _oom_score(process.pid) == 1000

    with_reader(scenario)


def test_it_ends_when_nothing_comes() -> None:
    code = "import jamhot.vision.decoder as d; d.IDLE_S = 0.3; d.main()"

    async def scenario(reader: HeavyReader) -> None:
        await reader.read(io.BytesIO(heic("quarters")), 224)
        assert await asyncio.to_thread(_all_gone)
        assert (await reader.read(io.BytesIO(heic("quarters")), 224)).width == 320

    with_reader(scenario, command=(sys.executable, "-c", code))
