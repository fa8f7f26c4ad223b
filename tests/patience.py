"""Waiting, and how long something took, on a machine that may stand still at any moment."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

WAKING_S = 0.01


def until(holds: Callable[[], bool], seconds: float = 30) -> None:
    """Returns once it holds. Fails when it never does."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.02)


class Lasting:
    """How long something takes, counted in wakings of a thread: while all stand still, none is counted."""

    def __init__(self) -> None:
        self._wakings = 0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._count, name="lasting", daemon=True)

    @property
    def seconds(self) -> float:
        """Never more than went by on the clock."""
        return self._wakings * WAKING_S

    def _count(self) -> None:
        while not self._over.wait(WAKING_S):
            self._wakings += 1

    def __enter__(self) -> Lasting:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Fails when the block takes longer, stalls of the machine not counted."""
    with Lasting() as lasting:
        yield
    assert lasting.seconds < seconds, f"it took {lasting.seconds:.2f} s, {seconds} is the most"
