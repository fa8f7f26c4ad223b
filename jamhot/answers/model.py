"""The model that speaks now: the bundle at MODEL_PATH, or the shipped one when that is missing or broken."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from jamhot import __version__
from jamhot.errors import BundleError, ModelError
from jamhot.vision.bundle import verify
from jamhot.vision.classifier import Classifier

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ModelChoice:
    """Which bundle is asked for, and what it may cost. `memory_mb`: a bundle measured above it is refused."""

    path: Path
    shipped: Path
    quantized: bool
    image_size: int
    batch_size: int
    memory_mb: int


@dataclass(slots=True)
class Model:
    """The classifier in use; None when no bundle could be loaded. `problem` says what is not as it was asked for."""

    classifier: Classifier | None = None
    problem: str | None = None
    names: frozenset[str] = field(default_factory=frozenset)

    def require(self) -> Classifier:
        """The classifier. Raises ModelError when there is none."""
        if self.classifier is None:
            raise ModelError("No model is loaded: photos cannot be answered now.", hint="The recipes are all there.")
        return self.classifier

    @property
    def version(self) -> str | None:
        return self.classifier.version if self.classifier else None


def load_model(choice: ModelChoice) -> Model:
    """The bundle asked for, else the shipped one. A bad bundle raises nothing: the service starts, and health tells."""
    problems = []
    for path in dict.fromkeys((choice.path, choice.shipped)):
        try:
            classifier = _load(path, choice)
        except BundleError as error:
            log.error("bundle at %s refused: %s", path, error.message)
            problems.append(error.message)
            continue
        return Model(classifier, "; ".join(problems) or None, frozenset(classifier.labels.fruits))
    return Model(None, "; ".join(problems))


def _load(path: Path, choice: ModelChoice) -> Classifier:
    process = psutil.Process()
    before = process.memory_info().rss
    bundle = verify(path, quantized=choice.quantized, image_size=choice.image_size, app_version=__version__)
    used_mb = (process.memory_info().rss - before) / (1024 * 1024)
    if used_mb > choice.memory_mb:
        raise BundleError(
            f"The bundle takes {used_mb:.0f} MB; MODEL_MEMORY_MB allows {choice.memory_mb}.",
            details={"reason": "too_much_memory", "measured_mb": round(used_mb)},
        )
    return Classifier(bundle, batch_size=choice.batch_size)
