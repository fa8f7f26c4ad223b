"""Two gates: bodies cost bytes, photos cost CPU.

A CPU place taken before the body would be held for the length of a slow upload, so bytes are admitted first, and the
place at the processor is taken once the body is here.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from contextvars import copy_context
from functools import partial
from queue import SimpleQueue
from typing import Any, Generic, TypeVar, cast

from jamhot.errors import Busy, MemoryLimit, TookTooLong
from jamhot.operations.stacks import place_of
from jamhot.operations.stages import Timing, untimed

log = logging.getLogger(__name__)

T = TypeVar("T")

RETRY_AFTER_S = 5
PATIENCE_S = 20.0
"""A photo takes 0.05 s, a bad one 1 s; what takes this long on any processor will not come back."""
LOOKS = 4
"""Patience is counted in so many pieces, so that a process that was stopped for an hour loses only one of them."""
CLOSE_S = 2.0


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


class Line:
    """Who waits for a place: first come, first served, so many at most, and not for ever.

    Args:
        places: how many may be inside at once.
        queue: how many may wait; the next is told to come back.
        deadline_s: longest wait; who waits longer is given up, because the sender has.
        timing: told how long each waited.
    """

    def __init__(self, places: int, queue: int, deadline_s: float, timing: Timing = untimed) -> None:
        self.queue = queue
        self.deadline_s = deadline_s
        self.waiting = 0
        self._timing = timing
        self._places = asyncio.Semaphore(places)

    async def enter(self) -> None:
        """Takes a place. Raises Busy when the queue is full, or the wait too long."""
        if self.waiting >= self.queue:
            raise Busy("Too many photos are waiting. Try again in a moment.", RETRY_AFTER_S)
        self.waiting += 1
        try:
            with self._timing("wait"):
                async with asyncio.timeout(self.deadline_s):
                    await self._places.acquire()
        except TimeoutError:
            raise Busy("Too many photos were waiting in front of yours. Try again.", RETRY_AFTER_S) from None
        finally:
            self.waiting -= 1

    def leave(self) -> None:
        """Gives a place back."""
        self._places.release()

    @asynccontextmanager
    async def place(self) -> AsyncIterator[None]:
        """A place for as long as the block lasts. Raises Busy."""
        await self.enter()
        try:
            yield
        finally:
            self.leave()


class WorkerLane:
    """Threads that turn photos into answers, first come, first served.

    A thread that hangs is left behind, and its place goes to a new one.

    Args:
        workers: photos worked on at once; more than the cores only makes all of them late.
        queue, deadline_s: of the line in front of them; see Line.
        patience_s: longest work; a thread that takes longer is given up.
        timing: told how long photos wait.
    """

    def __init__(
        self,
        workers: int,
        queue: int,
        deadline_s: float,
        patience_s: float = PATIENCE_S,
        timing: Timing = untimed,
    ) -> None:
        self.workers = workers
        self.patience_s = patience_s
        self.hung = 0
        """Threads that were given up and have not come back."""
        self._line = Line(workers, queue, deadline_s, timing)
        self._jobs: set[_Job[Any]] = set()
        self._free: list[_Hand] = []

    @property
    def waiting(self) -> int:
        """Photos that wait for a thread."""
        return self._line.waiting

    @property
    def working(self) -> int:
        """Photos that are worked on now."""
        return len(self._jobs)

    async def run(self, work: Callable[[], T]) -> T:
        """`work()` in a worker thread.

        Raises:
            Busy: the queue is full, or the wait too long.
            TookTooLong: the work did not end in time.
            MemoryLimit: the system gives no more threads.
        """
        await self._line.enter()
        try:
            hand = self._free.pop() if self._free else _Hand()
        except RuntimeError as error:
            self._line.leave()
            raise MemoryLimit("No thread is to be had for this photo now. Try again.", RETRY_AFTER_S) from error
        job: _Job[T] = _Job(work, hand, self.patience_s, self._ended, self._given_up)
        self._jobs.add(job)
        # The place is given back when the thread is done, not when the client stops waiting for it.
        return await job.outcome

    def _ended(self, job: _Job[Any]) -> None:
        if job in self._jobs:
            self._jobs.remove(job)
            self._free.append(job.hand)
            self._line.leave()
        else:
            job.hand.stop()
            self.hung -= 1

    def _given_up(self, job: _Job[Any]) -> None:
        self._jobs.remove(job)
        self.hung += 1
        self._line.leave()

    def close(self) -> None:
        """Waits a moment for threads at work, and for none that hangs."""
        until = time.monotonic() + CLOSE_S
        hands = [*self._free, *(job.hand for job in self._jobs)]
        for hand in hands:
            hand.stop()
        for hand in hands:
            hand.thread.join(max(0.0, until - time.monotonic()))


class _Hand:
    """A thread that does one thing after the other until it is told to stop.

    Kept between photos: to start one takes the event loop as long as the rest of a small photo's request.
    """

    def __init__(self) -> None:
        self._given: SimpleQueue[Callable[[], object] | None] = SimpleQueue()
        # A daemon: one that hangs must not keep the process from ending.
        self.thread = threading.Thread(target=self._work, name="photo", daemon=True)
        self.thread.start()

    def give(self, work: Callable[[], object]) -> None:
        """`work` is done when all that was given before is."""
        self._given.put(work)

    def stop(self) -> None:
        """The thread ends when all that was given is done."""
        self._given.put(None)

    def _work(self) -> None:
        while (work := self._given.get()) is not None:
            work()
            del work  # a photo must not stay until the next one comes


class _Job(Generic[T]):
    """One piece of work in a thread, watched from the event loop, where all but the work happens.

    Args:
        work: what the thread does.
        hand: the thread, free so far.
        patience_s: how long it may take.
        ended: told when the thread is done, also when that is long after it was given up.
        given_up: told when patience ran out.
    """

    def __init__(
        self, work: Callable[[], T], hand: _Hand, patience_s: float, ended: Callable[[_Job[T]], None],
        given_up: Callable[[_Job[T]], None],
    ) -> None:  # fmt: skip
        self.hand = hand
        self._work, self._patience_s = work, patience_s
        self._told_ended, self._told_given_up = ended, given_up
        self._loop = asyncio.get_running_loop()
        self.outcome: asyncio.Future[T] = self._loop.create_future()
        hand.give(partial(copy_context().run, self._do))
        self._timer = self._loop.call_later(patience_s / LOOKS, self._look, LOOKS - 1)

    def _do(self) -> None:
        tell: Callable[[], None]
        try:
            tell = partial(self._end, self._work(), None)
        except BaseException as error:  # noqa: BLE001 (handed to whoever waits for it, whatever it is)
            tell = partial(self._end, None, error)
        with suppress(RuntimeError):  # the loop was closed meanwhile: nobody waits any more
            self._loop.call_soon_threadsafe(tell)

    def _end(self, result: T | None, error: BaseException | None) -> None:
        self._timer.cancel()
        self._told_ended(self)
        if self.outcome.done():
            return
        if error is None:
            self.outcome.set_result(cast("T", result))
        else:
            self.outcome.set_exception(error)

    def _look(self, looks_left: int) -> None:
        if looks_left:
            self._timer = self._loop.call_later(self._patience_s / LOOKS, self._look, looks_left - 1)
            return
        place = place_of(self.hand.thread)
        log.error("a photo's thread hangs after %.0f s and is left behind, at: %s", self._patience_s, place)
        self._told_given_up(self)
        if not self.outcome.done():
            message = f"This photo took more than {self._patience_s:.0f} seconds and was given up."
            self.outcome.set_exception(TookTooLong(message, RETRY_AFTER_S))
