"""Probabilities become what may be said.

The rule, in this order; confidence is always the calibrated probability of the likeliest fruit:

1. unrecognized  when "no fruit" is at least as likely as any fruit;
2. recognized    when the likeliest fruit reaches the confidence threshold;
3. ambiguous     when at most `candidates_most` fruits share `candidates_mass` of the probability: it is more
                 likely than not that one of these few is right, so a person can be asked which; or when the
                 fruits of one family (citrus, say) share `family_mass` of it: then that much can be said;
4. unrecognized  otherwise: nothing stands out.

Whatever the threshold, raising it never turns another verdict into `recognized`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

import numpy as np
import numpy.typing as npt

from jamhot.vision.flaws import Flaw

Status = Literal["recognized", "ambiguous", "unrecognized"]

ALTERNATIVES = 5
# No photo rules a fruit out for good.
LEAST = 1e-9
NO_FAMILIES: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True)
class Rules:
    """threshold and the masses are probabilities; see the rule above."""

    threshold: float = 0.7
    candidates_mass: float = 0.5
    candidates_most: int = 3
    family_mass: float = 0.7


@dataclass(frozen=True)
class Candidate:
    """A fruit, its calibrated probability, and the family of look-alikes it is of, if any."""

    name: str
    confidence: float
    family: str | None = None


@dataclass(frozen=True)
class Verdict:
    """name: the likeliest fruit; None when unrecognized. confidence: the likeliest fruit's probability, also
    then. alternatives: the five likeliest fruits (fewer if the model knows fewer), the first included, never
    "no fruit". family: what can be said of an ambiguous photo for sure, the family of the likeliest fruit.
    flaw: of the picture, where it was not recognized and the picture shows why. no_fruit: something that is no fruit
    is as likely as any fruit."""

    status: Status
    name: str | None
    confidence: float
    alternatives: tuple[Candidate, ...]
    family: str | None = None
    flaw: Flaw | None = None
    no_fruit: bool = False


def decide(
    probabilities: npt.NDArray[np.float32],
    names: Sequence[str],
    no_fruit: int,
    rules: Rules,
    families: Mapping[str, str] = NO_FAMILIES,
) -> Verdict:
    """The verdict on one photo, or on several put together.

    probabilities: float32 [K] that sum to 1, in the order of names. families: name → family.
    """
    order = [int(i) for i in np.argsort(-probabilities, kind="stable") if i != no_fruit]
    alternatives = tuple(
        Candidate(names[i], float(probabilities[i]), families.get(names[i])) for i in order[:ALTERNATIVES]
    )
    best = alternatives[0]
    if float(probabilities[no_fruit]) >= best.confidence:
        return Verdict("unrecognized", None, best.confidence, alternatives, no_fruit=True)
    if best.confidence >= rules.threshold:
        return Verdict("recognized", best.name, best.confidence, alternatives)
    sure = _family_mass(best.family, probabilities, names, families) >= rules.family_mass
    if sure or _few_share_enough(alternatives, rules):
        return Verdict("ambiguous", best.name, best.confidence, alternatives, best.family if sure else None)
    return Verdict("unrecognized", None, best.confidence, alternatives)


def _few_share_enough(alternatives: tuple[Candidate, ...], rules: Rules) -> bool:
    few = alternatives[: rules.candidates_most]
    return sum(candidate.confidence for candidate in few) >= rules.candidates_mass


def _family_mass(
    family: str | None,
    probabilities: npt.NDArray[np.float32],
    names: Sequence[str],
    families: Mapping[str, str],
) -> float:
    """What all fruits of the family share; 0 for no family."""
    if family is None:
        return 0.0
    return float(sum(p for p, name in zip(probabilities, names, strict=True) if families.get(name) == family))


def together(probabilities: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Probabilities [K] of the one fruit that all N photos show, for float32 [N, K].

    Photos of one fruit are neither independent (then their logarithms would be added) nor the same (then the
    mean of the logarithms would do): √N times the mean lies between, and is calibrated on pairs and triples of
    held-out photos (docs/training.md).
    """
    logs = np.log(np.maximum(probabilities.astype(np.float64), LEAST)).mean(axis=0) * np.sqrt(len(probabilities))
    powers = np.exp(logs - logs.max())
    shared: npt.NDArray[np.float32] = (powers / powers.sum()).astype(np.float32)
    return shared
