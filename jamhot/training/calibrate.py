"""One temperature, such that a confidence is the share of answers that are right, and an answer can be relied on."""

import numpy as np
import numpy.typing as npt

from jamhot.training.evaluate import THRESHOLD
from jamhot.training.metrics import answered
from jamhot.vision.contract import softmax

Matrix = npt.NDArray[np.float32]
Indices = npt.NDArray[np.int64]

# Search interval of ln T, and how finely; the loss is convex in 1/T, so one interval holds one minimum.
LOG_RANGE = (-3.0, 3.0)
STEPS = 60
# Of the answers given at the threshold so many are to be right; for that the temperature is raised
# in such steps, so often at most.
RIGHT = 0.95
STEP, MOST_STEPS = 1.01, 20


def reliable_temperature(logits: Matrix, truth: Indices, no_fruit: int) -> float:
    """The fitted temperature, raised as far as is needed for RIGHT of the answers to fruit photos at THRESHOLD to be
    right. As fitted where MOST_STEPS do not bring that: less sure of everything, it would no longer be a probability.

    How many are right is added up from the fitted probabilities. Counted on some thousand answers it is uncertain by
    half a point, and by what temperature it reaches RIGHT would be chance.

    logits [N, K] and truth [N] of fruit alone: pictures of no fruit are told so easily that with them fruits are named
    too surely.
    """
    fitted = fit_temperature(logits, truth)
    sure = softmax(logits, fitted).max(axis=1)
    for raised in fitted * STEP ** np.arange(MOST_STEPS + 1):
        given = answered(softmax(logits, float(raised)), no_fruit, THRESHOLD)
        if given.any() and sure[given].mean() >= RIGHT:
            return float(raised)
    return fitted


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
