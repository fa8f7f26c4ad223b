"""What is done when nobody comes: once, a while after the last, and not while somebody does."""

from __future__ import annotations

import asyncio
import hashlib

from jamhot.operations.memory import hand_back
from jamhot.operations.quiet import Quiet


def test_once_after_the_last_and_again_after_the_next() -> None:
    async def scenario() -> list[int]:
        done: list[int] = []
        quiet = Quiet(lambda: done.append(1), after_s=0.2)
        told = []
        for _ in range(5):
            quiet.note()
            await asyncio.sleep(0.1)
        told.append(len(done))
        await asyncio.sleep(0.5)
        told.append(len(done))
        quiet.note()
        await asyncio.sleep(0.5)
        told.append(len(done))
        return told

    assert asyncio.run(scenario()) == [0, 1, 2]


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
