"""Photos a client a minute."""

from __future__ import annotations

import math
import time

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from jamhot.errors import RateLimited


class PhotoLimiter:
    """Counts photos by client over the last minute, in memory.

    Args:
        per_minute: photos a client; 0 switches it off.
    """

    def __init__(self, per_minute: int) -> None:
        self._item = RateLimitItemPerMinute(per_minute) if per_minute else None
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def count(self, client: str, photos: int = 1) -> None:
        """Counts `photos` of `client`. Raises RateLimited, with the seconds to wait, when they are too many."""
        if self._item is None or photos == 0:
            return
        if not self._limiter.hit(self._item, client, cost=photos):
            reset = self._limiter.get_window_stats(self._item, client).reset_time
            wait = max(1, math.ceil(reset - time.time()))
            raise RateLimited(
                f"More than {self._item.amount} photos in a minute. Wait a little, then go on.",
                retry_after_s=min(wait, 60),
                details={"limit_per_minute": self._item.amount},
            )
