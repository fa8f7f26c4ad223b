"""The two gates, with real threads."""

from __future__ import annotations

import asyncio
import threading
import time
from pathlib import Path

import pytest

from jamhot.errors import Busy, TookTooLong
from jamhot.operations.admission import CLOSE_S, ByteGate, WorkerLane
from jamhot.operations.cpu import usable_cores
from tests.patience import at_most


def test_the_byte_gate_refuses_what_does_not_fit_and_gives_back() -> None:
    gate = ByteGate(100)
    with gate.hold(60):
        with pytest.raises(Busy) as caught, gate.hold(41):
            pass
        assert caught.value.headers["Retry-After"] == "5"
        with gate.hold(40):
            assert gate.held == 100
    assert gate.held == 0


def test_the_byte_gate_gives_back_after_an_error() -> None:
    gate = ByteGate(10)
    with pytest.raises(RuntimeError), gate.hold(10):
        raise RuntimeError
    assert gate.held == 0


async def _fill(lane: WorkerLane, release: threading.Event, jobs: int) -> list[asyncio.Task[bool]]:
    tasks = [asyncio.create_task(lane.run(release.wait)) for _ in range(jobs)]
    await asyncio.sleep(0.05)
    return tasks


def test_first_come_first_served() -> None:
    async def scenario() -> list[int]:
        lane = WorkerLane(1, queue=20, deadline_s=5)
        order: list[int] = []
        await asyncio.gather(*(lane.run(lambda n=n: order.append(n)) for n in range(20)))
        lane.close()
        return order

    assert asyncio.run(scenario()) == list(range(20))


def test_past_the_queue_the_next_is_told_to_come_back() -> None:
    async def scenario() -> None:
        lane = WorkerLane(1, queue=2, deadline_s=5)
        release = threading.Event()
        tasks = await _fill(lane, release, 3)
        with pytest.raises(Busy):
            await lane.run(time.monotonic)
        release.set()
        assert await asyncio.gather(*tasks) == [True, True, True]
        assert isinstance(await lane.run(time.monotonic), float)
        lane.close()

    asyncio.run(scenario())


def test_a_photo_that_waits_past_the_deadline_is_given_up_and_the_lane_goes_on() -> None:
    async def scenario() -> None:
        lane = WorkerLane(1, queue=5, deadline_s=0.1)
        release = threading.Event()
        tasks = await _fill(lane, release, 1)
        with pytest.raises(Busy):
            await lane.run(time.monotonic)
        assert lane.waiting == 0
        release.set()
        await asyncio.gather(*tasks)
        assert isinstance(await lane.run(time.monotonic), float)
        lane.close()

    asyncio.run(scenario())


def test_a_client_that_leaves_does_not_free_the_worker_before_it_is_done() -> None:
    async def scenario() -> None:
        lane = WorkerLane(1, queue=5, deadline_s=5)
        release = threading.Event()
        (task,) = await _fill(lane, release, 1)
        task.cancel()
        await asyncio.sleep(0.05)
        waiting = asyncio.create_task(lane.run(time.monotonic))
        await asyncio.sleep(0.05)
        assert not waiting.done()
        release.set()
        assert isinstance(await waiting, float)
        lane.close()

    asyncio.run(scenario())


def test_errors_of_the_work_reach_the_caller() -> None:
    async def scenario() -> None:
        lane = WorkerLane(1, queue=5, deadline_s=5)
        with pytest.raises(ZeroDivisionError):
            await lane.run(lambda: 1 // 0)
        lane.close()

    asyncio.run(scenario())


def test_a_thread_that_hangs_is_left_behind_and_its_place_goes_on(caplog: pytest.LogCaptureFixture) -> None:
    async def scenario() -> None:
        lane = WorkerLane(1, queue=5, deadline_s=5, patience_s=0.2)
        release = threading.Event()
        (hung,) = await _fill(lane, release, 1)
        behind = asyncio.create_task(lane.run(time.monotonic))
        with pytest.raises(TookTooLong):
            await hung
        assert isinstance(await behind, float)
        assert (lane.hung, lane.working, lane.waiting) == (1, 0, 0)
        release.set()
        async with asyncio.timeout(20):
            while lane.hung:  # noqa: ASYNC110 (the thread tells nobody)
                await asyncio.sleep(0.01)
        assert lane.working == 0
        await asyncio.gather(*(lane.run(time.monotonic) for _ in range(3)))
        lane.close()

    asyncio.run(scenario())
    assert "threading.py" in caplog.text.partition("left behind, at: ")[2]


def test_one_that_hangs_does_not_hold_up_the_end() -> None:
    async def scenario() -> None:
        lane = WorkerLane(1, queue=5, deadline_s=5, patience_s=0.1)
        (hung,) = await _fill(lane, threading.Event(), 1)
        with pytest.raises(TookTooLong):
            await hung
        with at_most(CLOSE_S):
            lane.close()

    asyncio.run(scenario())


def test_a_process_that_was_stopped_does_not_give_its_photos_up() -> None:
    """The loop standing still is what a stopped process looks like from inside, but for the thread."""

    async def scenario() -> bool:
        lane = WorkerLane(1, queue=5, deadline_s=5, patience_s=0.4)
        release = threading.Event()
        (task,) = await _fill(lane, release, 1)
        time.sleep(0.6)  # noqa: ASYNC251 (that is the point)
        await asyncio.sleep(0.05)
        release.set()
        return await task

    assert asyncio.run(scenario())


def test_cores_follow_the_quota(tmp_path: Path) -> None:
    assert usable_cores(tmp_path) >= 1
    (tmp_path / "cpu.max").write_text("50000 100000\n")
    assert usable_cores(tmp_path) == 1
    (tmp_path / "cpu.max").write_text("max 100000\n")
    assert usable_cores(tmp_path) >= 1
