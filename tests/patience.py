"""Waiting, and how long something took, on a machine that may stand still at any moment."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

WAKING_S = 0.01


def until(holds: Callable[[], bool]) -> None:
    """Returns once it holds. Fails when it does not within half a minute."""
    deadline = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.02)


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Fails when the block takes longer, in wakings of a thread: a machine that stands still adds one of them."""
    over, wakings = threading.Event(), 0

    def count() -> None:
        nonlocal wakings
        while not over.wait(WAKING_S):
            wakings += 1

    thread = threading.Thread(target=count, name="patience", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
    took = wakings * WAKING_S
    assert took < seconds, f"it took {took:.2f} s, {seconds} is the most"
