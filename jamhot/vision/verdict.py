"""Probabilities become what may be said.

The rule, in this order; confidence is always the calibrated probability of the likeliest fruit:

1. unrecognized  when "no fruit" is at least as likely as any fruit;
2. recognized    when the likeliest fruit reaches the confidence threshold;
3. ambiguous     when at most `candidates_most` fruits share `candidates_mass` of the probability: it is more
                 likely than not that one of these few is right, so a person can be asked which;
4. unrecognized  otherwise: nothing stands out.

Whatever the threshold, raising it never turns another verdict into `recognized`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

Status = Literal["recognized", "ambiguous", "unrecognized"]

ALTERNATIVES = 5


@dataclass(frozen=True)
class Rules:
    """threshold and candidates_mass are probabilities; see the rule above."""

    threshold: float = 0.7
    candidates_mass: float = 0.5
    candidates_most: int = 3


@dataclass(frozen=True)
class Candidate:
    """A fruit and its calibrated probability."""

    name: str
    confidence: float


@dataclass(frozen=True)
class Verdict:
    """name: the likeliest fruit; None when unrecognized. confidence: the likeliest fruit's probability, also
    then. alternatives: the five likeliest fruits (fewer if the model knows fewer), the first included, never
    "no fruit"."""

    status: Status
    name: str | None
    confidence: float
    alternatives: tuple[Candidate, ...]


def decide(probabilities: npt.NDArray[np.float32], names: Sequence[str], no_fruit: int, rules: Rules) -> Verdict:
    """The verdict on one photo. probabilities: float32 [K] that sum to 1, in the order of names."""
    order = [int(i) for i in np.argsort(-probabilities, kind="stable") if i != no_fruit]
    alternatives = tuple(Candidate(names[i], float(probabilities[i])) for i in order[:ALTERNATIVES])
    best = alternatives[0]
    if float(probabilities[no_fruit]) >= best.confidence:
        return Verdict("unrecognized", None, best.confidence, alternatives)
    if best.confidence >= rules.threshold:
        return Verdict("recognized", best.name, best.confidence, alternatives)
    if _few_share_enough(alternatives, rules):
        return Verdict("ambiguous", best.name, best.confidence, alternatives)
    return Verdict("unrecognized", None, best.confidence, alternatives)


def _few_share_enough(alternatives: tuple[Candidate, ...], rules: Rules) -> bool:
    few = alternatives[: rules.candidates_most]
    return sum(candidate.confidence for candidate in few) >= rules.candidates_mass
