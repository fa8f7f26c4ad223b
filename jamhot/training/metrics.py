"""What is measured, in NumPy alone. Probabilities are float [N, K]; truth is int [N]."""

import numpy as np
import numpy.typing as npt

Matrix = npt.NDArray[np.float32]
Indices = npt.NDArray[np.int64]

ECE_BINS = 15


def top_k(probabilities: Matrix, truth: Indices, k: int) -> float:
    """Share of rows whose truth is among the k likeliest."""
    ranked = np.argsort(-probabilities, axis=1, kind="stable")[:, :k]
    return float((ranked == truth[:, None]).any(axis=1).mean())


def calibration_error(confidence: npt.NDArray[np.floating], right: npt.NDArray[np.bool_]) -> float:
    """Expected calibration error: |confidence − accuracy|, weighted over equal bins of confidence."""
    bins = np.minimum((confidence * ECE_BINS).astype(int), ECE_BINS - 1)
    gaps = [
        abs(float(confidence[bins == b].mean()) - float(right[bins == b].mean())) * int((bins == b).sum())
        for b in range(ECE_BINS)
        if (bins == b).any()
    ]
    return sum(gaps) / len(confidence)


def calibration_bins(
    confidence: npt.NDArray[np.floating], right: npt.NDArray[np.bool_]
) -> list[tuple[float, float, int, float, float]]:
    """(low, high, photos, mean confidence, share right) of each tenth of confidence that has photos."""
    tenths = np.minimum((confidence * 10).astype(int), 9)
    return [
        (b / 10, (b + 1) / 10, int(here.sum()), float(confidence[here].mean()), float(right[here].mean()))
        for b in range(10)
        if (here := tenths == b).any()
    ]


def answered(probabilities: Matrix, no_fruit: int, threshold: float) -> npt.NDArray[np.bool_]:
    """Rows that get a fruit: the likeliest of all is a fruit and reaches the threshold."""
    best = probabilities.argmax(axis=1)
    given: npt.NDArray[np.bool_] = (best != no_fruit) & (probabilities.max(axis=1) >= threshold)
    return given


def precision_and_coverage(
    probabilities: Matrix, truth: Indices, no_fruit: int, threshold: float
) -> tuple[float | None, float]:
    """(right among the answered rows, None if there is none; answered among all)."""
    given = answered(probabilities, no_fruit, threshold)
    right = probabilities.argmax(axis=1) == truth
    return (float(right[given].mean()) if given.any() else None), float(given.mean())
