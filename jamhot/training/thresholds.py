"""The verdict's thresholds, chosen on the calibration part and on no other."""

from collections.abc import Mapping, Sequence

import numpy as np

from jamhot.training.evaluate import THRESHOLD
from jamhot.training.labels import NO_FRUIT
from jamhot.training.metrics import Indices, Matrix
from jamhot.vision.card import Thresholds
from jamhot.vision.verdict import Rules, decide

# A family is said only where it is right this often.
FAMILY_RIGHT = 0.95
STEPS = np.arange(0.5, 0.96, 0.05)


def chosen(probabilities: Matrix, truth: Indices, names: Sequence[str], families: Mapping[str, str]) -> Thresholds:
    """The smallest family_mass of STEPS at which the families said are right FAMILY_RIGHT of the time.

    The other thresholds are the rules' defaults: a person may set the confidence asked for.
    """
    rules = Rules(threshold=THRESHOLD)
    mass = next(
        (m for m in STEPS if _right(probabilities, truth, names, families, float(m)) >= FAMILY_RIGHT), STEPS[-1]
    )
    return Thresholds(
        confidence=rules.threshold,
        candidates_mass=rules.candidates_mass,
        candidates_most=rules.candidates_most,
        family_mass=round(float(mass), 2),
    )


def _right(
    probabilities: Matrix, truth: Indices, names: Sequence[str], families: Mapping[str, str], mass: float
) -> float:
    """Share of the photos said to be of a family that are; 1 where none is said."""
    rules = Rules(threshold=THRESHOLD, family_mass=mass)
    no_fruit = names.index(NO_FRUIT)
    said = [
        families.get(names[true]) == verdict.family
        for row, true in zip(probabilities, truth, strict=True)
        if (verdict := decide(row, names, no_fruit, rules, families)).family is not None
    ]
    return sum(said) / len(said) if said else 1.0
