"""One temperature, such that a confidence is the share of answers that are right."""

import numpy as np
import numpy.typing as npt

Matrix = npt.NDArray[np.float32]
Indices = npt.NDArray[np.int64]

# Search interval of ln T, and how finely; the loss is convex in 1/T, so one interval holds one minimum.
LOG_RANGE = (-3.0, 3.0)
STEPS = 60


def fit_temperature(logits: Matrix, truth: Indices) -> float:
    """The temperature T > 0 that minimises the cross entropy of softmax(logits / T): golden section on ln T."""
    low, high = LOG_RANGE
    ratio = (np.sqrt(5) - 1) / 2
    for _ in range(STEPS):
        left, right = high - ratio * (high - low), low + ratio * (high - low)
        if _loss(logits, truth, left) < _loss(logits, truth, right):
            high = right
        else:
            low = left
    return float(np.exp((low + high) / 2))


def _loss(logits: Matrix, truth: Indices, log_temperature: float) -> float:
    scaled = logits.astype(np.float64) / np.exp(log_temperature)
    top = scaled.max(axis=1)
    normaliser = top + np.log(np.exp(scaled - top[:, None]).sum(axis=1))
    return float((normaliser - scaled[np.arange(len(truth)), truth]).mean())
