"""Does a bundle answer as it did when it was made? A wrong runtime, wrong preprocessing, a flipped bit is a number."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from jamhot.vision.card import Card, Check
from jamhot.vision.checks import check_photos, check_pictures
from jamhot.vision.contract import Matrix, TaughtRows, ask, softmax
from jamhot.vision.photo import prepare_views
from jamhot.vision.session import Session

TOLERANCE = 0.05
"""Processors add int8 products in different orders and widths; on one that is otherwise alike it is below 0.001."""


@dataclass(frozen=True)
class Agreement:
    """The largest difference between a probability now and on the card. network: of the check pictures as they are;
    whole_way: through preprocessing and views. None where the card has no such checks."""

    network: float | None
    whole_way: float | None

    @property
    def worst(self) -> float:
        """The larger of the two; 0 when the card has no checks."""
        return max(self.network or 0.0, self.whole_way or 0.0)


def agreement(session: Session, taught: TaughtRows, card: Card) -> Agreement:
    """Runs all check pictures. Raises ModelError, MemoryError."""
    return Agreement(
        network=_difference(network_answers(session, taught, card), card.checks) if card.checks else None,
        whole_way=_difference(photo_answers(session, taught, card), card.photo_checks) if card.photo_checks else None,
    )


def network_answers(session: Session, taught: TaughtRows, card: Card) -> Matrix:
    """Probabilities [12, K] for the check pictures, which have the network's own size."""
    rows = [ask(session, taught, picture[np.newaxis])[0] for picture in check_pictures(card.preprocessing.size)]
    return softmax(np.concatenate(rows), card.temperature)


def photo_answers(session: Session, taught: TaughtRows, card: Card) -> Matrix:
    """Probabilities [12, K] for the check photos, on the whole way that a person's photo goes."""
    rows = []
    for photo in check_photos():
        views = prepare_views(photo, card.how, card.looks)
        logits = np.concatenate([ask(session, taught, view[np.newaxis])[0] for view in views])
        rows.append(logits.mean(axis=0, keepdims=True))
    return softmax(np.concatenate(rows), card.temperature)


def as_checks(probabilities: Matrix) -> list[Check]:
    """As a card holds them, to five decimals."""
    return [Check(probabilities=[round(float(p), 5) for p in row]) for row in probabilities]


def _difference(found: Matrix, wanted: Sequence[Check]) -> float:
    return float(np.abs(found - np.array([check.probabilities for check in wanted])).max())
