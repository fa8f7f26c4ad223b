"""Once a minute while busy: one line with memory, CPU, response times and the queue. While idle nothing runs."""

from __future__ import annotations

import asyncio
import logging
import time
from bisect import bisect_left
from collections.abc import Callable
from contextvars import Context
from dataclasses import dataclass, field

from jamhot.operations.memory import MB, MemoryReading

log = logging.getLogger(__name__)

EVERY_S = 60.0
BOUNDS_MS: tuple[float, ...] = tuple(round(1.25**n, 1) for n in range(50))
"""Upper bounds of the buckets: 1 ms to 56 s, each a quarter above the last."""


@dataclass(frozen=True, slots=True)
class Gauges:
    """What is looked at: memory, and how many photos wait."""

    memory: Callable[[], MemoryReading]
    waiting: Callable[[], int]


@dataclass(slots=True)
class _Minute:
    """What was seen since its first request."""

    buckets: list[int] = field(default_factory=lambda: [0] * len(BOUNDS_MS))
    slowest_ms: float = 0.0
    most_waiting: int = 0
    since: float = field(default_factory=time.monotonic)
    cpu: float = field(default_factory=time.process_time)

    def within(self, share: float) -> float:
        """Milliseconds within which that share of the requests was answered, to the next bound."""
        seen, wanted = 0, share * sum(self.buckets)
        for bound, count in zip(BOUNDS_MS, self.buckets, strict=True):
            seen += count
            if seen >= wanted:
                return min(bound, self.slowest_ms)
        return self.slowest_ms


class Pulse:
    """Counts requests, and tells about them a minute after the first that was not told of yet."""

    def __init__(self, every_s: float = EVERY_S) -> None:
        self._every_s = every_s
        self._gauges: Gauges | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._minute = _Minute()

    def watch(self, gauges: Gauges) -> None:
        """Begins to count and to tell."""
        self._gauges = gauges

    def note(self, milliseconds: float) -> None:
        """A request was answered in that time."""
        if self._gauges is None:
            return
        if self._timer is None:
            self._minute = _Minute()
            loop = asyncio.get_running_loop()
            # In a context of its own: the line belongs to no request.
            self._timer = loop.call_later(self._every_s, self._tell, self._gauges, context=Context())
        minute = self._minute
        minute.buckets[min(bisect_left(BOUNDS_MS, milliseconds), len(BOUNDS_MS) - 1)] += 1
        minute.slowest_ms = max(minute.slowest_ms, milliseconds)
        minute.most_waiting = max(minute.most_waiting, self._gauges.waiting())

    def close(self) -> None:
        """Stops the timer, where there is one."""
        if self._timer is not None:
            self._timer.cancel()

    def _tell(self, gauges: Gauges) -> None:
        self._timer = None
        minute, memory = self._minute, gauges.memory()
        elapsed = time.monotonic() - minute.since
        log.info(
            "last %d s: %d requests, half within %.0f ms, 95 %% within %.0f ms, slowest %.0f ms; "
            "memory %d of %d MB (%s %%); CPU %.0f %% of a core; %d photos waiting, %d at most",
            elapsed,
            sum(minute.buckets),
            minute.within(0.5),
            minute.within(0.95),
            minute.slowest_ms,
            memory.used // MB,
            memory.limit // MB,
            memory.percent,
            100 * (time.process_time() - minute.cpu) / elapsed,
            gauges.waiting(),
            minute.most_waiting,
        )
