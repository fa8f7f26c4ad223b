"""So many things a client a minute: photos, words of feedback."""

from __future__ import annotations

import math
import time

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from jamhot.errors import RateLimited

JUMP_S = 2.0
TIDY_EVERY_S = 60.0


class ClientLimiter:
    """Counts what a client sends over the last minute, in memory.

    Args:
        per_minute: how many a client; 0 switches it off.
        things: what they are, for the sentence that refuses more.
    """

    def __init__(self, per_minute: int, things: str) -> None:
        self._things = things
        self._item = RateLimitItemPerMinute(per_minute) if per_minute else None
        self._storage = MemoryStorage()
        self._limiter = MovingWindowRateLimiter(self._storage)
        self._offset = _offset()
        self._tidied = time.monotonic()

    def count(self, client: str, number: int = 1) -> None:
        """Counts `number` more of `client`. Raises RateLimited, with the seconds to wait, when they are too many."""
        if self._item is None or number == 0:
            return
        self._forget_after_a_jump()
        self._forget_who_is_gone()
        if not self._limiter.hit(self._item, client, cost=number):
            reset = self._limiter.get_window_stats(self._item, client).reset_time
            wait = max(1, math.ceil(reset - time.time()))
            raise RateLimited(
                f"More than {self._item.amount} {self._things} in a minute. Wait a little, then go on.",
                retry_after_s=min(wait, 60),
                details={"limit_per_minute": self._item.amount},
            )

    def _forget_after_a_jump(self) -> None:
        """A clock that was set back would hold what was counted before for as long as it was set back."""
        offset = _offset()
        if abs(offset - self._offset) > JUMP_S:
            self._storage.reset()
        self._offset = offset

    def _forget_who_is_gone(self) -> None:
        """The storage keeps an empty list of all who ever came, and goes through all of them at each photo."""
        if time.monotonic() - self._tidied < TIDY_EVERY_S:
            return
        self._tidied = time.monotonic()
        counted = self._storage.events
        for client in [client for client, times in list(counted.items()) if not times]:
            counted.pop(client, None)


def _offset() -> float:
    """Seconds between the machine's clock and one that is never set."""
    return time.time() - time.monotonic()
