"""How a command ends when it is interrupted, or when nobody takes what it says: never with a trace."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

INTERRUPTED = 130


@contextmanager
def quiet_end() -> Iterator[None]:
    """Ends the program when the block is interrupted, or the system refuses it something, such as room for its output.

    Raises:
        SystemExit: 130 after Ctrl-C; 1 after an OSError, with one line on standard error; 1 and no line when who
            read the output has left (`| head`).
    """
    try:
        try:
            yield
        finally:
            if sys.stdout is not None:
                sys.stdout.flush()
    except KeyboardInterrupt:
        raise SystemExit(INTERRUPTED) from None
    except OSError as error:
        _give_up_output()
        if not isinstance(error, BrokenPipeError):
            where = f": {error.filename}" if error.filename else ""
            print(f"error: {error.strerror or error}{where}", file=sys.stderr)
        raise SystemExit(1) from None


def _give_up_output() -> None:
    """What is still to be written goes nowhere; else Python would try once more at its end, and complain."""
    with suppress(OSError, ValueError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
