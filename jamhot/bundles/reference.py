"""What a bundle remembers of the kinds that it knows: feature vectors of a few photos of each, no pictures.

A new kind is learned against them, and what it does to the others is measured on them. `reference.npz` holds them in
bytes: uint8 [R, D], one label a row, and what a step is worth.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from jamhot.errors import BundleError
from jamhot.vision.classifier import Classifier
from jamhot.vision.contract import Matrix
from jamhot.vision.photo import Photo

REFERENCE = "reference.npz"
STEPS = 255


@dataclass(frozen=True)
class Reference:
    """features float32 [R, D], logits float32 [R, K] of the bundle's whole head, labels (names), one a row."""

    features: Matrix
    logits: Matrix
    labels: tuple[str, ...]

    def rows(self, wanted: npt.NDArray[np.bool_]) -> Reference:
        """These rows alone."""
        kept = tuple(label for label, keep in zip(self.labels, wanted, strict=True) if keep)
        return Reference(self.features[wanted], self.logits[wanted], kept)


def look_at(
    classifier: Classifier, photos: Iterable[tuple[str, Photo]], tell: Callable[[int], None] = lambda _: None
) -> Reference:
    """Features and logits of (label, photo), as the service would have them. Raises ModelError, ValueError for none."""
    labels, features, logits = [], [], []
    for label, photo in photos:
        seen = classifier.predict(classifier.pixels(photo))
        labels.append(label)
        features.append(seen.features)
        logits.append(seen.logits)
        tell(1)
    return Reference(np.concatenate(features), np.concatenate(logits), tuple(labels))


def write(path: Path, reference: Reference) -> None:
    """To a file of a tenth of the size; a feature loses at most half a step, 0.2 % of the largest."""
    step = float(reference.features.max()) / STEPS
    rounded = np.clip(np.rint(reference.features / step), 0, STEPS).astype(np.uint8)
    np.savez_compressed(
        path, features=rounded, step=np.float32(step), logits=reference.logits.astype(np.float16),
        labels=np.array(reference.labels),
    )  # fmt: skip


def read(folder: Path) -> Reference | None:
    """What the bundle in `folder` remembers; None when it has no such file. Raises BundleError."""
    path = folder / REFERENCE
    if not path.is_file():
        return None
    try:
        with np.load(path, allow_pickle=False) as kept:
            features = kept["features"].astype(np.float32) * float(kept["step"])
            return Reference(features, kept["logits"].astype(np.float32), tuple(kept["labels"].tolist()))
    except (ValueError, KeyError, OSError) as error:
        raise BundleError(f"{REFERENCE} cannot be read: {error}", details={"reason": "unreadable_reference"}) from error
