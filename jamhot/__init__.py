"""Jam Hot: photograph a fruit, learn what it is, and make jam from it tonight."""

import os
import sys
from types import TracebackType

__version__ = "0.1.0"

# From 1.29 on ONNX Runtime reports to its maker, over the network, whoever runs it; it reads this once, when it is
# loaded. Nothing leaves this service that a person did not ask for, and a packet an hour would keep it from sleeping.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")

# numpy's OpenBLAS would start a thread a core, of all that the host has, each with buffers of its own. Nothing here
# multiplies large matrices with numpy.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


def _unhandled(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Ctrl-C while modules are still being imported is no mistake: a shell sees 130, a person no trace."""
    if not issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)


sys.excepthook = _unhandled
