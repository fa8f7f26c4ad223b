"""Which photo the network sees when: a sequence that depends on the seed and the position alone."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from jamhot.training.dataset import Sample
from jamhot.training.labels import NO_FRUIT

# A label is shown in proportion to photos^LABEL_POWER, a source within it to photos^SOURCE_POWER: rare labels
# and sources are shown more often than they are photographed, common ones are not drowned.
LABEL_POWER = 0.5
SOURCE_POWER = 0.7
# Pictures of no fruit among all that are shown.
NO_FRUIT_SHARE = 0.12
# Studio pictures on white, by how much less often than natural ones of the same label.
STUDIO = 0.3


@dataclass(frozen=True)
class Sequenced:
    """Draws samples by their weights; position i gives the same sample and random numbers, always."""

    cumulative: npt.NDArray[np.float64]
    seed: int

    def generator(self, position: int) -> np.random.Generator:
        """Random numbers of one position."""
        return np.random.Generator(np.random.PCG64([self.seed, position]))

    def draw(self, rng: np.random.Generator) -> int:
        """Index of the sample to show."""
        return int(np.searchsorted(self.cumulative, rng.random(), side="right"))


def sequence(samples: Sequence[Sample], seed: int) -> Sequenced:
    """Weights of the samples, shares of 1, as a running sum."""
    weights = np.array([STUDIO if s.row.kind == "studio" else 1.0 for s in samples])
    weights *= _by([f"{s.label}/{s.row.source}" for s in samples], SOURCE_POWER - 1)
    labels = Counter(s.label for s in samples)
    total: Counter[str] = Counter()
    for sample, weight in zip(samples, weights, strict=True):
        total[sample.label] += weight
    weights *= [labels[s.label] ** LABEL_POWER / total[s.label] for s in samples]
    none = np.array([s.label == NO_FRUIT for s in samples])
    if none.any() and not none.all():
        weights[none] *= NO_FRUIT_SHARE / weights[none].sum()
        weights[~none] *= (1 - NO_FRUIT_SHARE) / weights[~none].sum()
    return Sequenced(np.cumsum(weights / weights.sum()), seed)


def _by(keys: Sequence[str], power: float) -> npt.NDArray[np.float64]:
    counts = Counter(keys)
    return np.array([float(counts[key]) ** power for key in keys])
