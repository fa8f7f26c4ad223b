"""One line a minute while busy, none while idle."""

from __future__ import annotations

import asyncio
import logging

import pytest

from jamhot.operations.logs import request_id
from jamhot.operations.memory import MB, MemoryReading
from jamhot.operations.pulse import BOUNDS_MS, Gauges, Pulse
from tests.told import told

MEMORY = MemoryReading(128 * MB, 512 * MB, "cgroup v2")


def test_a_busy_minute_is_told_in_one_line_and_an_idle_one_is_not(caplog: pytest.LogCaptureFixture) -> None:
    waiting = [0]

    async def scenario() -> list[int]:
        pulse = Pulse(every_s=0.05)
        pulse.watch(Gauges(lambda: MEMORY, lambda: waiting[0]))
        lines = []
        await asyncio.sleep(0.15)
        lines.append(len(told(caplog)))
        for milliseconds in [10.0] * 90 + [400.0] * 10:
            waiting[0] = 7
            pulse.note(milliseconds)
        waiting[0] = 2
        await asyncio.sleep(0.1)
        lines.append(len(told(caplog)))
        await asyncio.sleep(0.2)
        lines.append(len(told(caplog)))
        pulse.close()
        return lines

    with caplog.at_level(logging.INFO, "jamhot.operations.pulse"):
        assert asyncio.run(scenario()) == [0, 1, 1]
    (line,) = (record.getMessage() for record in told(caplog))
    assert "100 requests, half within 12 ms, 95 % within 400 ms, slowest 400 ms" in line
    assert "memory 128 of 512 MB (25.0 %)" in line
    assert "2 photos waiting, 7 at most" in line


def test_each_line_tells_of_its_own_minute(caplog: pytest.LogCaptureFixture) -> None:
    async def scenario() -> None:
        pulse = Pulse(every_s=0.02)
        pulse.watch(Gauges(lambda: MEMORY, lambda: 0))
        for _ in range(2):
            pulse.note(5000.0)
            await asyncio.sleep(0.06)
        pulse.note(1.0)
        await asyncio.sleep(0.06)

    with caplog.at_level(logging.INFO, "jamhot.operations.pulse"):
        asyncio.run(scenario())
    lines = [record.getMessage() for record in told(caplog)]
    assert [" 1 requests" in line for line in lines] == [True] * 3
    assert "slowest 1 ms" in lines[2]


def test_no_timer_is_left_when_it_ends_and_the_line_has_no_request_id() -> None:
    seen: list[str] = []

    async def scenario() -> None:
        pulse = Pulse(every_s=0.02)
        pulse.watch(Gauges(lambda: seen.append(request_id.get()) or MEMORY, lambda: 0))
        request_id.set("abc")
        pulse.note(1.0)
        await asyncio.sleep(0.05)
        pulse.note(1.0)
        pulse.close()
        await asyncio.sleep(0.05)

    asyncio.run(scenario())
    assert seen == ["-"]


def test_times_beyond_the_last_bound_are_counted() -> None:
    async def scenario() -> None:
        pulse = Pulse()
        pulse.watch(Gauges(lambda: MEMORY, lambda: 0))
        pulse.note(BOUNDS_MS[-1] * 10)
        pulse.close()

    asyncio.run(scenario())
