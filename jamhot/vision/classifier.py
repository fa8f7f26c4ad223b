"""Pixels become calibrated probabilities."""

from dataclasses import dataclass, replace

import numpy as np

from jamhot.errors import ModelError
from jamhot.vision.bundle import Bundle
from jamhot.vision.card import Card, Labels, Profile
from jamhot.vision.contract import Matrix, ask, softmax
from jamhot.vision.photo import Photo, Pixels, Preprocessing, prepare_views
from jamhot.vision.verdict import Rules, Verdict, decide


@dataclass(frozen=True)
class Prediction:
    """One row a photo: probabilities, logits float32 [N, K], "no fruit" included; features float32 [N, D]. Where the
    card asks for several views of a photo, logits and features are their means."""

    probabilities: Matrix
    logits: Matrix
    features: Matrix


class Classifier:
    """A bundle's network with its temperature. Keeps no state between calls: threads may share it."""

    def __init__(self, bundle: Bundle, batch_size: int = 1) -> None:
        """batch_size: pictures that go through the network at once; more cost memory for the whole run."""
        self._session = bundle.session
        self._taught = bundle.taught
        self._views = bundle.card.looks
        self._temperature = bundle.card.temperature
        self._rules = Rules(
            candidates_mass=bundle.card.thresholds.candidates_mass,
            candidates_most=bundle.card.thresholds.candidates_most,
            family_mass=bundle.card.thresholds.family_mass,
        )
        self.batch_size = batch_size
        self.labels: Labels = bundle.labels
        self._families = bundle.labels.families
        self.card: Card = bundle.card
        self.preprocessing: Preprocessing = bundle.card.how
        self.version: str = bundle.card.version
        self.profile: Profile = bundle.card.profile
        self.needed: int = bundle.card.needed

    def pixels(self, photo: Photo) -> Pixels:
        """The network's input for one photo, view by view: uint8 [V, S, S, 3]."""
        return prepare_views(photo.pixels, self.preprocessing, self._views)

    def predict(self, pixels: Pixels) -> Prediction:
        """Probabilities for uint8 [N × V, S, S, 3]: N ≥ 1 photos, all V views of one after the other. Raises ModelError
        when the network fails or gives NaN, ValueError when the array is of another shape or type."""
        size = self.preprocessing.size
        if pixels.dtype != np.uint8 or pixels.ndim != 4 or pixels.shape[1:] != (size, size, 3) or not len(pixels):
            raise ValueError(f"wanted uint8 [N, {size}, {size}, 3], got {pixels.dtype} {list(pixels.shape)}")
        steps = range(0, len(pixels), self.batch_size)
        answers = [ask(self._session, self._taught, pixels[start : start + self.batch_size]) for start in steps]
        logits = self._means(np.concatenate([answer[0] for answer in answers]))
        if not np.isfinite(logits).all():
            raise ModelError("The model gave no finite answer for this photo.")
        features = self._means(np.concatenate([answer[1] for answer in answers]))
        return Prediction(softmax(logits, self._temperature), logits, features)

    def verdict(self, probabilities: Matrix, threshold: float) -> Verdict:
        """What may be said of a row of `predict`, or of several `together`.

        threshold: probability from which a fruit is named.
        """
        rules = replace(self._rules, threshold=threshold)
        return decide(probabilities, self.labels.names, self.labels.no_fruit, rules, self._families)

    def _means(self, rows: Matrix) -> Matrix:
        """One row a photo, of one row a view."""
        means: Matrix = rows.reshape(-1, len(self._views), rows.shape[1]).mean(axis=1)
        return means
