"""Where a thread is: files and lines alone, never what it holds."""

from __future__ import annotations

import sys
import threading
import traceback
from pathlib import PurePath

STEPS = 6


def place_of(thread: threading.Thread) -> str:
    """The last steps of a thread, the innermost last; empty when it has ended."""
    frame = sys._current_frames().get(thread.ident or 0)
    steps = traceback.extract_stack(frame)[-STEPS:] if frame else []
    return " > ".join(f"{PurePath(step.filename).name}:{step.lineno} {step.name}" for step in steps)


def all_places() -> str:
    """All threads by their names."""
    return "; ".join(f"{thread.name}: {place_of(thread)}" for thread in threading.enumerate())
