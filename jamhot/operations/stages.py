"""A photo's way through the service, in stages whose times are told apart."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Literal

Stage = Literal["body", "wait", "decode", "infer", "render"]
"""It arrives; it waits for a processor; bytes become pixels, pixels probabilities, and the answer JSON or a page."""

Timing = Callable[[Stage], AbstractContextManager[object]]
"""Times the block that it is around."""


def untimed(_: Stage) -> AbstractContextManager[object]:
    """Where nobody wants to know."""
    return nullcontext()
