"""The service as it ships, with two levers of ours: SIGUSR1 hangs its event loop, SIGUSR2 the next photo's thread.

JAMHOT_PATIENCE (seconds) shortens what the service waits for, so that quick tests need not.
"""

from __future__ import annotations

import os
import signal
import time
from typing import Any

from jamhot.answers import identify
from jamhot.operations import admission, watchdog
from main import app

__all__ = ["app"]

FOR_EVER_S = 1e6

if patience := os.environ.get("JAMHOT_PATIENCE"):
    watchdog.EVERY_S = float(patience) / 5
    _defaults = admission.WorkerLane.__init__.__defaults__ or ()
    admission.WorkerLane.__init__.__defaults__ = (float(patience), *_defaults[1:])


class _Levers:
    """What the next photo does; and what signals do."""

    def __init__(self) -> None:
        self.hang_photo = False
        self._look = identify.look

    def look(self, *arguments: Any, **options: Any) -> Any:
        if self.hang_photo:
            self.hang_photo = False
            time.sleep(FOR_EVER_S)
        return self._look(*arguments, **options)

    def on_photo(self, *_: object) -> None:
        self.hang_photo = True

    def on_loop(self, *_: object) -> None:
        time.sleep(FOR_EVER_S)


LEVERS = _Levers()
identify.look = LEVERS.look
signal.signal(signal.SIGUSR1, LEVERS.on_loop)
signal.signal(signal.SIGUSR2, LEVERS.on_photo)
