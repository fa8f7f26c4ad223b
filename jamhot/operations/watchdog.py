"""A process that hangs starts itself anew; one that hangs again within the hour ends, for the platform to see.

No platform looks after a process that is alive and does not answer. A thread asks the event loop every few seconds to
say that it is there. It counts what it missed in its own wakings, never by the clock: a process that was stopped for an
hour, or whose clock was set, missed nothing. A database that is away hangs nothing here, and ends nothing.
"""

from __future__ import annotations

import asyncio
import faulthandler
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress

from jamhot.operations.stacks import all_places

log = logging.getLogger(__name__)

EVERY_S = 3.0
MOST_MISSED = 4
"""Four wakings in a row without an answer: 12 to 15 seconds, so that it is back within 30 on a slow core, too."""
MOST_HUNG = 4
"""Threads left behind that never came back; each may hold memory, and a core."""
AGAIN_S = 3600.0
LOGGING_S = 1.0
CPU_S = 18.0
"""Processor time without a waking of ours: code that never lets go of the interpreter. Four threads that work without
a pause use 12 s between two wakings; a stopped process uses none."""
RENEWED_AT = "JAMHOT_RENEWED_AT"
"""Carries over to the process's next life when the last one ended: seconds of the machine's monotonic clock."""
EXIT_CODE = 70


class Watchdog:
    """Watches the event loop that it is started on, and the threads that photos hang in.

    Args:
        hung: how many threads were left behind.
        renew: what to do about it; told why.
    """

    def __init__(self, hung: Callable[[], int], renew: Callable[[str], None] | None = None) -> None:
        self._hung = hung
        self._renew = renew or start_anew
        self._closed = threading.Event()
        self._answered = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="watchdog", daemon=True)

    def start(self) -> None:
        """Begins; call it on the event loop, when the start is over."""
        self._loop = asyncio.get_running_loop()
        self._answered.set()
        self._thread.start()

    def close(self) -> None:
        """Ends the watch: a process that is stopping may take its time."""
        self._closed.set()
        signal.setitimer(signal.ITIMER_PROF, 0)

    def _watch(self) -> None:
        # The last resort, where Python itself cannot run: the stacks on standard error, and the end.
        faulthandler.register(signal.SIGPROF, all_threads=True, chain=True)
        missed = 0
        signal.setitimer(signal.ITIMER_PROF, CPU_S)
        while not self._closed.wait(EVERY_S):
            signal.setitimer(signal.ITIMER_PROF, CPU_S)
            missed = 0 if self._asked_again() else missed + 1
            if missed >= MOST_MISSED:
                self._renew(f"the event loop has not answered for {missed * EVERY_S:.0f} s")
                missed = 0
            elif self._hung() >= MOST_HUNG:
                self._renew(f"{self._hung()} photos hang")

    def _asked_again(self) -> bool:
        """Whether the last question was answered; asks the next one if so."""
        if not self._answered.is_set():
            return False
        self._answered.clear()
        with suppress(RuntimeError):  # the loop is closed: the process is about to end
            self._loop.call_soon_threadsafe(self._answered.set)
        return True


def start_anew(reason: str) -> None:
    """Replaces this process by its own command, with the same id; ends it when that was done within the hour."""
    now, before = time.monotonic(), _renewed_at()
    again = before is not None and 0 <= now - before < AGAIN_S
    _say(f"{reason}: {'again within the hour, so this is the end' if again else 'starting anew'}. {all_places()}")
    if again:
        os._exit(EXIT_CODE)
    signal.setitimer(signal.ITIMER_PROF, 0)  # timers outlive the change
    os.environ[RENEWED_AT] = f"{now:.0f}"
    try:
        os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606 (our own command, no shell)
    except OSError:
        os._exit(EXIT_CODE)


def _renewed_at() -> float | None:
    try:
        return float(os.environ[RENEWED_AT])
    except (KeyError, ValueError):
        return None


def _say(text: str) -> None:
    """Into the log, unless that is what hangs: a full pipe holds whoever writes to it."""
    saying = threading.Thread(target=log.critical, args=("%s", text), daemon=True)
    saying.start()
    saying.join(LOGGING_S)
