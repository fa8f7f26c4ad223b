"""What people say a photo really showed: only fruits that are named here, kept when the database takes it."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Protocol

from pydantic import ConfigDict, Field

from jamhot.answers import fruitbook
from jamhot.answers.types import Answer
from jamhot.catalog.snapshot import Snapshot
from jamhot.errors import DatabaseError

log = logging.getLogger(__name__)

KEPT = "Thank you. It helps the next model to see better."
NOT_KEPT = "Thank you. It could not be kept this time."


class Candidate(Answer):
    """A fruit that the service had offered; one of a photo's `alternatives`."""

    name: str = Field(min_length=1, max_length=60, pattern=r"^[^\x00]*$", description="a fruit that is named here")
    confidence: float = Field(ge=0, le=1, allow_inf_nan=False)


class Feedback(Answer):
    """What the service said of a photo, and what a person says it showed. No picture and no address go with it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    said: str | None = Field(
        None,
        min_length=1,
        max_length=60,
        pattern=r"^[^\x00]*$",
        description="the fruit the service named; null for none",
    )
    meant: str = Field(min_length=1, max_length=60, pattern=r"^[^\x00]*$", description="the fruit it was")
    candidates: list[Candidate] = Field(default=[], max_length=5, description="the photo's `alternatives`")
    model: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._+-]{0,59}$", description="`model` of the answer")


class FeedbackAnswer(Answer):
    kept: bool = Field(description="false when the database is away or has had enough for today")
    message: str


class FeedbackStore(Protocol):
    """Where feedback is kept; `jamhot.database.feedback` implements it."""

    async def keep(self, *, said: str | None, meant: str, candidates: Sequence[tuple[str, float]], model: str) -> bool:
        """False when there is enough for today. Raises DatabaseError."""


async def take(
    feedback: Feedback, snapshot: Snapshot, recognizable: frozenset[str], store: FeedbackStore | None
) -> FeedbackAnswer:
    """Keeps it if it can be kept; what is lost with a lost database is only told.

    Raises:
        NotFound: neither the model nor the catalogue names one of the fruits.
    """

    def label(text: str) -> str:
        return text if text in recognizable else fruitbook.canonical(snapshot, text)

    said = label(feedback.said) if feedback.said is not None else None
    meant = label(feedback.meant)
    candidates = [(label(one.name), one.confidence) for one in feedback.candidates]
    kept = False
    if store is not None:
        try:
            kept = await store.keep(said=said, meant=meant, candidates=candidates, model=feedback.model)
        except DatabaseError as error:
            log.warning("feedback not kept: %s", error.message)
    return FeedbackAnswer(kept=kept, message=KEPT if kept else NOT_KEPT)
