"""What every network keeps to: names of its input and outputs, and how its answers become probabilities.

A bundle may know kinds that its network was never trained on: rows of numbers that turn the feature vector into one
more logit each (docs/models.md, “Teach it a fruit”).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from jamhot.vision.photo import Pixels
from jamhot.vision.session import Session

INPUT, LOGITS, FEATURES = "pixels", "logits", "features"

Matrix = npt.NDArray[np.float32]


@dataclass(frozen=True)
class TaughtRows:
    """Logits beside the network's: features · weightᵀ + bias. weight float32 [T, D], bias float32 [T]; T may be 0."""

    weight: Matrix
    bias: Matrix

    def logits(self, features: Matrix) -> Matrix:
        """float32 [N, T] for features [N, D]."""
        result: Matrix = (features @ self.weight.T + self.bias).astype(np.float32)
        return result

    def __len__(self) -> int:
        return len(self.bias)


NOTHING_TAUGHT = TaughtRows(np.zeros((0, 0), np.float32), np.zeros(0, np.float32))


def ask(session: Session, taught: TaughtRows, pixels: Pixels) -> tuple[Matrix, Matrix]:
    """(logits float32 [N, K], features float32 [N, D]) for uint8 [N, S, S, 3]. Raises ModelError, MemoryError."""
    logits, features = session.run(INPUT, np.ascontiguousarray(pixels), [LOGITS, FEATURES])
    if len(taught):
        logits = np.concatenate([logits, taught.logits(features)], axis=1)
    return logits, features


def softmax(logits: Matrix, temperature: float = 1.0) -> Matrix:
    """Row-wise softmax(logits / temperature); rows sum to 1."""
    scaled = logits.astype(np.float64) / temperature
    powers = np.exp(scaled - scaled.max(axis=1, keepdims=True))
    probabilities: Matrix = (powers / powers.sum(axis=1, keepdims=True)).astype(np.float32)
    return probabilities
