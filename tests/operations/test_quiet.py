"""What is done when nobody comes: once, a while after the last, and not while somebody does."""

from __future__ import annotations

import asyncio
import hashlib

import pytest

from jamhot.operations import quiet as quiet_module
from jamhot.operations.memory import hand_back
from jamhot.operations.quiet import Quiet


class Clock:
    """Stands still unless it is told how late it is: the timers alone are real."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        return self.now


def test_once_after_the_last_and_again_after_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    monkeypatch.setattr(quiet_module, "time", clock)

    async def scenario() -> list[int]:
        done: list[int] = []
        quiet = Quiet(lambda: done.append(1), after_s=0.05)
        told = []

        async def pass_by(seconds: float) -> None:
            clock.now += seconds
            await asyncio.sleep(0.1)
            told.append(len(done))

        for _ in range(3):
            quiet.note()
            await pass_by(0.03)
        await pass_by(0.03)
        await pass_by(1)
        quiet.note()
        await pass_by(0.03)
        await pass_by(0.03)
        return told

    assert asyncio.run(scenario()) == [0, 0, 0, 1, 1, 1, 2]


def test_nothing_is_done_once_it_is_closed() -> None:
    async def scenario() -> list[int]:
        done: list[int] = []
        quiet = Quiet(lambda: done.append(1), after_s=0.05)
        quiet.note()
        quiet.close()
        quiet.note()
        await asyncio.sleep(0.2)
        return done

    assert asyncio.run(scenario()) == []


def test_what_is_handed_back_comes_again_when_it_is_needed() -> None:
    before = hashlib.sha256(b"jam").hexdigest()
    hand_back()
    assert hashlib.sha256(b"jam").hexdigest() == before
