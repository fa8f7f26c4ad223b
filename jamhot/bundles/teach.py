"""A kind from a few photos, without training: one more row of the head, from features that the network has anyway.

The row is a prototype that knows its neighbours: logistic regression of “is it the new kind?” on the feature vector,
with the log-sum-exp of all other logits as an offset, so that its logit means the same as theirs. Negatives are the
bundle's reference features. Ridge in the dual, because there are fewer photos than features; Newton's method with step
halving (Murphy, Probabilistic Machine Learning: An Introduction, 2022, 10.2 and 17.3).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from jamhot.bundles.reference import Reference
from jamhot.vision.card import TaughtScore
from jamhot.vision.contract import Matrix

Vector = npt.NDArray[np.float64]

FEWEST, MOST = 5, 50
"""Photos of one kind."""
RIDGE, POSITIVES = 0.1, 30.0
"""POSITIVES: weight of all photos of the new kind together; a reference photo weighs one. The best of nine pairs with
ten photos of each of the three kinds in docs/models.md: more for the new kind cost more elsewhere."""
FOLDS = 5
CONSTANT = 10.0
"""Value of the constant input: large, so that the bias is hardly shrunk."""
LEAST_SPREAD = 0.05
"""A feature that is the same in all photos tells nothing, and is not blown up."""
TURNS = 40
ENOUGH = 1e-5
"""Relative gain of a turn below which Newton's method ends."""


@dataclass(frozen=True)
class Row:
    """One more logit: features · weight + bias. weight float32 [D]."""

    weight: Matrix
    bias: float

    def logits(self, features: Matrix) -> Matrix:
        """float32 [N] for features [N, D]."""
        found: Matrix = (features @ self.weight + self.bias).astype(np.float32)
        return found


@dataclass(frozen=True)
class Lesson:
    """Photos of the new kind, several views of each. photo: which photo a row is a view of; its first row is the photo
    itself."""

    views: Reference
    photo: npt.NDArray[np.int64]

    @property
    def firsts(self) -> npt.NDArray[np.bool_]:
        """Rows that are the photos themselves."""
        found: npt.NDArray[np.bool_] = np.r_[True, self.photo[1:] != self.photo[:-1]]
        return found


def learn(positive: Reference, negative: Reference, temperature: float) -> Row:
    """The row that tells the photos of `positive` from those of `negative`. Logits are not divided by temperature."""
    features = np.concatenate([negative.features, positive.features]).astype(np.float64)
    logits = np.concatenate([negative.logits, positive.logits]).astype(np.float64)
    offset = _log_sum_exp(logits / temperature)
    truth = np.r_[np.zeros(len(negative.labels)), np.ones(len(positive.labels))]
    weights = np.where(truth > 0, POSITIVES / len(positive.labels), 1.0)
    mean, spread = negative.features.mean(axis=0), negative.features.std(axis=0) + LEAST_SPREAD
    inputs = np.c_[(features - mean) / spread, np.full(len(features), CONSTANT)]
    dual = _newton(inputs @ inputs.T / inputs.shape[1], truth, weights, offset)
    primal = inputs.T @ dual / inputs.shape[1]
    slope = primal[:-1] / spread
    bias = primal[-1] * CONSTANT - slope @ mean
    return Row((slope * temperature).astype(np.float32), float(bias * temperature))


def effect(lesson: Lesson, reference: Reference, names: Sequence[str], nothing: str, temperature: float) -> TaughtScore:
    """What teaching does, measured on photos that the row in question has not seen.

    The new kind's photos are judged in five folds; the others by a row that was made with half of the reference, on its
    other half. names: the labels in the order of the logits; nothing: which of them is "no fruit".
    """
    half = np.arange(len(reference.labels)) % 2 == 0
    row, others = learn(lesson.views, reference.rows(half), temperature), reference.rows(~half)
    truth = np.array([names.index(label) for label in others.labels])
    fruit = truth != names.index(nothing)
    before = others.logits.argmax(axis=1) == truth
    taken = row.logits(others.features) > others.logits.max(axis=1)
    photos = int(lesson.photo.max()) + 1
    return TaughtScore(
        photos=photos,
        recognised=round(_recognised(lesson, reference, temperature) / photos, 4),
        others=len(truth),
        others_before=round(float(before[fruit].mean()), 4),
        others_after=round(float((before & ~taken)[fruit].mean()), 4),
        taken=round(float(taken.mean()), 4),
    )


def _recognised(lesson: Lesson, reference: Reference, temperature: float) -> int:
    """Photos that are named first by a row that was made without them."""
    found = 0
    for fold in range(FOLDS):
        out = lesson.photo % FOLDS == fold
        if out.any() and not out.all():
            row = learn(lesson.views.rows(~out), reference, temperature)
            asked = lesson.views.rows(out & lesson.firsts)
            found += int((row.logits(asked.features) > asked.logits.max(axis=1)).sum())
    return found


def _newton(kernel: Vector, truth: Vector, weights: Vector, offset: Vector) -> Vector:
    """Weights of the rows, such that kernel @ weights are the logits and the penalised log loss is the least."""

    def loss(dual: Vector) -> float:
        logits = kernel @ dual
        margin = logits - offset
        return float((weights * (np.logaddexp(0, margin) - truth * margin)).sum() + RIDGE / 2 * dual @ logits)

    dual = np.zeros(len(truth))
    now = loss(dual)
    for _ in range(TURNS):
        chance = 1 / (1 + np.exp(-np.clip(kernel @ dual - offset, -50, 50)))
        curvature = weights * np.maximum(chance * (1 - chance), 1e-6)
        slope = weights * (chance - truth) + RIDGE * dual
        step = np.linalg.solve(curvature[:, None] * kernel + RIDGE * np.eye(len(dual)), -slope)
        size = 1.0
        while size > ENOUGH and loss(dual + size * step) > now:
            size /= 2
        dual = dual + size * step
        before, now = now, loss(dual)
        if before - now < ENOUGH * abs(before):
            break
    return dual


def _log_sum_exp(logits: Vector) -> Vector:
    most = logits.max(axis=1)
    total: Vector = most + np.log(np.exp(logits - most[:, None]).sum(axis=1))
    return total
