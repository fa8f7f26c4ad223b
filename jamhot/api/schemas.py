"""What the API takes, and the shape of its errors; its answers are in `jamhot.answers.types`."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Base64Bytes, BaseModel, ConfigDict, Field

from jamhot.errors import (
    Busy,
    ImageTooLarge,
    InvalidImage,
    InvalidRequest,
    JamHotError,
    MemoryLimit,
    ModelError,
    NotFound,
    RateLimited,
    TookTooLong,
    UnsupportedImage,
)
from jamhot.settings import MAX_IMAGES

Threshold = Annotated[float, Field(gt=0, lt=1, allow_inf_nan=False)]
NO_NUL = r"^[^\x00]*$"
FruitText = Annotated[str, Field(min_length=1, max_length=60, pattern=NO_NUL)]


class ClassifyRequest(BaseModel):
    """Photos as base64, at most five."""

    model_config = ConfigDict(extra="forbid")

    images: list[Base64Bytes] = Field(min_length=1, max_length=MAX_IMAGES)
    return_recipes: bool = True
    return_flavor_info: bool = True
    confidence_threshold: Threshold | None = None
    combine: bool = False


class ErrorAnswer(BaseModel):
    """Every error: a stable code, a sentence for a person, and facts."""

    error: str = Field(description="stable code, such as INVALID_IMAGE")
    message: str
    details: dict[str, Any]
    hint: str | None = None


def errors(*kinds: type[JamHotError]) -> dict[int | str, dict[str, Any]]:
    """OpenAPI's `responses` for these errors."""
    by_status: dict[int | str, list[type[JamHotError]]] = {}
    for kind in kinds:
        by_status.setdefault(kind.status, []).append(kind)
    return {
        status: {
            "model": ErrorAnswer,
            "description": " / ".join(sorted({f"{kind.code}: {(kind.__doc__ or '').strip()}" for kind in group})),
        }
        for status, group in by_status.items()
    }


PHOTO_ERRORS = errors(
    InvalidImage,
    UnsupportedImage,
    ImageTooLarge,
    InvalidRequest,
    RateLimited,
    Busy,
    TookTooLong,
    MemoryLimit,
    ModelError,
)
LOOKUP_ERRORS = errors(NotFound, InvalidRequest)
