"""What a network says to the photos that it did not learn from, and the temperature that fits it."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from jamhot.training.calibrate import reliable_temperature
from jamhot.training.card import Measured
from jamhot.training.dataset import Sample
from jamhot.training.labels import NO_FRUIT
from jamhot.training.material import Material
from jamhot.training.metrics import Indices, Matrix
from jamhot.training.plan import Plan
from jamhot.training.store import Arrays
from jamhot.vision.contract import INPUT, LOGITS, softmax
from jamhot.vision.photo import prepare_views
from jamhot.vision.session import OnnxSession


def measure(plan: Plan, material: Material, model: Path, float_model: Path) -> Measured:
    """Logits of the photos that were not trained on, and the temperature that fits those of the calibration part."""
    calibrate, test = material.of("calibrate"), material.of("test")
    views = len(plan.profile.views)
    calibrating = _logits(plan, material, model, calibrate, f"calibrate-{views}")
    temperature = round(temperature_of(material, calibrating, calibrate), 4)
    return Measured(
        temperature=temperature,
        calibrate=calibrating,
        test=_logits(plan, material, model, test, f"test-{views}"),
        test_float=_logits(plan, material, float_model, test, f"test-{views}"),
    )


def temperature_of(material: Material, logits: Matrix, samples: Sequence[Sample]) -> float:
    """Fitted on the fruit photos alone; no fruit is told easily."""
    fruit = np.array([s.label != NO_FRUIT for s in samples])
    no_fruit = material.names.index(NO_FRUIT)
    return reliable_temperature(logits[fruit], material.truth(samples)[fruit], no_fruit)


def confidences(material: Material, measured: Measured) -> tuple[Matrix, Indices]:
    """(probabilities, truth) of the held-out fruit photos."""
    test = material.of("test")
    fruit = np.array([s.label != NO_FRUIT for s in test])
    return softmax(measured.test, measured.temperature)[fruit], material.truth(test)[fruit]


def _logits(plan: Plan, material: Material, model: Path, samples: Sequence[Sample], name: str) -> Matrix:
    def make() -> Arrays:
        session = OnnxSession(model, threads=plan.workers)
        rows = []
        for sample in samples:
            views = prepare_views(material.pictures[sample.row.path], plan.profile.how, plan.profile.views)
            rows.append(session.run(INPUT, views, [LOGITS])[0].mean(axis=0))
        return {"logits": np.stack(rows)}

    return material.store.arrays(f"logits-{name}-{model.stem}", make)["logits"]
