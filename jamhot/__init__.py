"""Jam Hot: photograph a fruit, learn what it is, and make jam from it tonight."""

import os

__version__ = "0.1.0"

# From 1.29 on ONNX Runtime reports to its maker, over the network, whoever runs it; it reads this once, when it is
# loaded. Nothing leaves this service that a person did not ask for, and a packet an hour would keep it from sleeping.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")

# numpy's OpenBLAS would start a thread a core, of all that the host has, each with buffers of its own. Nothing here
# multiplies large matrices with numpy.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
