"""A linear head on frozen features."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch.nn import functional

Matrix = npt.NDArray[np.float32]
Vector = npt.NDArray[np.float32]
Indices = npt.NDArray[np.int64]


@dataclass(frozen=True)
class HeadSettings:
    """Of the head's training; chosen on the calibration part, see docs/training.md."""

    epochs: int = 12
    batch: int = 512
    learning_rate: float = 1e-3
    weight_decay: float = 1.0
    label_smoothing: float = 0.0
    # Weight of a class ∝ photos^-balance: 0 leaves the classes as they are, 1 makes them equal.
    balance: float = 0.5


@dataclass(frozen=True)
class Head:
    """logits = features · weightᵀ + bias. weight float32 [K, D], bias float32 [K]."""

    weight: Matrix
    bias: Vector

    def logits(self, features: Matrix) -> Matrix:
        """float32 [N, K] for features [N, D]."""
        result: Matrix = (features @ self.weight.T + self.bias).astype(np.float32)
        return result


def fit_head(features: Matrix, truth: Indices, labels: int, settings: HeadSettings, seed: int) -> Head:
    """Train on features [N, D] with truth in 0..labels-1. Standardisation is folded into the weights."""
    torch.manual_seed(seed)
    mean, spread = features.mean(axis=0), features.std(axis=0) + 1e-6
    linear = torch.nn.Linear(features.shape[1], labels)
    torch.nn.init.zeros_(linear.weight)
    torch.nn.init.zeros_(linear.bias)
    _train(
        linear,
        torch.from_numpy((features - mean) / spread),
        torch.from_numpy(truth),
        _class_weights(truth, labels, settings.balance),
        settings,
    )
    weight = linear.weight.detach().numpy() / spread
    bias = linear.bias.detach().numpy() - weight @ mean
    return Head(weight.astype(np.float32), bias.astype(np.float32))


def _class_weights(truth: Indices, labels: int, balance: float) -> torch.Tensor:
    counts = np.bincount(truth, minlength=labels).astype(np.float64)
    weights = np.where(counts > 0, np.maximum(counts, 1) ** -balance, 0)
    return torch.from_numpy((weights / np.average(weights, weights=counts)).astype(np.float32))


def _train(
    linear: torch.nn.Linear,
    inputs: torch.Tensor,
    truth: torch.Tensor,
    weights: torch.Tensor,
    settings: HeadSettings,
) -> None:
    optimiser = torch.optim.AdamW(linear.parameters(), lr=settings.learning_rate, weight_decay=settings.weight_decay)
    steps = settings.epochs * -(-len(truth) // settings.batch)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, steps)
    for _ in range(settings.epochs):
        for rows in torch.split(torch.randperm(len(truth)), settings.batch):
            loss = functional.cross_entropy(
                linear(inputs[rows]), truth[rows], weights, label_smoothing=settings.label_smoothing
            )
            optimiser.zero_grad()
            torch.autograd.backward(loss)
            optimiser.step()
            schedule.step()
