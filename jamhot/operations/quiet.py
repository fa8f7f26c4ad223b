"""Once, when nobody has come for a minute: what only use needs is handed back. While busy it costs a comparison."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextvars import Context

AFTER_S = 60.0


class Quiet:
    """Does something once when it has been quiet for a while, and again after the next quiet time.

    Args:
        work: what is done, in the event loop.
        after_s: how long nobody has come.
    """

    def __init__(self, work: Callable[[], None], after_s: float = AFTER_S) -> None:
        self._work = work
        self._after_s = after_s
        self._last = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self._closed = False

    def note(self) -> None:
        """Somebody came, or the service has just started."""
        self._last = time.monotonic()
        if self._timer is None and not self._closed:
            self._arm(self._after_s)

    def close(self) -> None:
        """Stops the timer, where there is one."""
        self._closed = True
        if self._timer is not None:
            self._timer.cancel()

    def _arm(self, seconds: float) -> None:
        # In a context of its own: it belongs to no request.
        self._timer = asyncio.get_running_loop().call_later(seconds, self._look, context=Context())

    def _look(self) -> None:
        self._timer = None
        left = self._last + self._after_s - time.monotonic()
        if left > 0:
            self._arm(left)
        else:
            self._work()
