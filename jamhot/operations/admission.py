"""Two gates: bodies cost bytes, photos cost CPU.

A CPU place taken before the body would be held for the length of a slow upload, so bytes are admitted first, and the
place at the processor is taken once the body is here.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

from jamhot.errors import Busy

T = TypeVar("T")

RETRY_AFTER_S = 5


class ByteGate:
    """Bounds the bytes of all bodies being received or waiting.

    Args:
        capacity: bytes in all; a request that would pass it is refused before it is read.
    """

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self.held = 0

    @contextmanager
    def hold(self, size: int) -> Iterator[None]:
        """Holds `size` bytes. Raises Busy when they do not fit."""
        if self.held + size > self.capacity:
            raise Busy("Too many photos are arriving at once. Try again in a moment.", RETRY_AFTER_S)
        self.held += size
        try:
            yield
        finally:
            self.held -= size


class WorkerLane:
    """Threads that turn photos into answers, first come, first served.

    Args:
        workers: photos worked on at once; more than the cores only makes all of them late.
        queue: photos that may wait; the next is told to come back.
        deadline_s: longest wait; a photo that waits longer is given up, because its sender has.
    """

    def __init__(self, workers: int, queue: int, deadline_s: float) -> None:
        self.workers = workers
        self.queue = queue
        self.deadline_s = deadline_s
        self.waiting = 0
        self._places = asyncio.Semaphore(workers)
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="photo")

    async def run(self, work: Callable[[], T]) -> T:
        """`work()` in a worker thread. Raises Busy when the queue is full or the wait too long."""
        if self.waiting >= self.queue:
            raise Busy("Too many photos are waiting. Try again in a moment.", RETRY_AFTER_S)
        self.waiting += 1
        try:
            async with asyncio.timeout(self.deadline_s):
                await self._places.acquire()
        except TimeoutError:
            raise Busy("Too many photos were waiting in front of yours. Try again.", RETRY_AFTER_S) from None
        finally:
            self.waiting -= 1
        job = self._threads.submit(work)
        # The place is given back when the thread is done, not when the client stops waiting for it.
        loop = asyncio.get_running_loop()
        job.add_done_callback(lambda _: loop.call_soon_threadsafe(self._places.release))
        return await asyncio.wrap_future(job)

    def close(self) -> None:
        self._threads.shutdown(wait=True, cancel_futures=True)
