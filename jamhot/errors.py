"""One family of errors: what went wrong, the HTTP status it maps to, and what a person can do about it.

Every error that a client or an operator may see is a `JamHotError`. Its `code` is stable: clients switch on it.
"""

from __future__ import annotations

from typing import Any, ClassVar


class JamHotError(Exception):
    """Base of the family.

    Args:
        message: one sentence for the person who caused or meets the error.
        details: machine-readable facts (limits, names), safe to show to anybody.
        hint: what to do next, when the message does not already say it.
    """

    code: ClassVar[str] = "INTERNAL_ERROR"
    status: ClassVar[int] = 500

    def __init__(self, message: str, details: dict[str, Any] | None = None, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.details = details or {}
        self.hint = hint

    @property
    def headers(self) -> dict[str, str]:
        """HTTP headers that belong to this error."""
        return {}


class InternalError(JamHotError):
    """A mistake of ours."""


class InvalidImage(JamHotError):
    """The bytes are not a picture that can be read."""

    code = "INVALID_IMAGE"
    status = 400


class UnsupportedImage(InvalidImage):
    """The bytes, or the type they were announced with, are of a kind that is not taken."""

    status = 415


class ImageTooLarge(JamHotError):
    """More bytes or more pixels than are taken."""

    code = "IMAGE_TOO_LARGE"
    status = 413


class InvalidRequest(JamHotError):
    """The request is readable but asks for something that makes no sense."""

    code = "VALIDATION_ERROR"
    status = 422


class NotFound(JamHotError):
    """There is no such page, recipe or fruit."""

    code = "NOT_FOUND"
    status = 404


class MethodNotAllowed(JamHotError):
    """The address exists, but not for this method."""

    code = "METHOD_NOT_ALLOWED"
    status = 405


class _Later(JamHotError):
    """An error that passes by itself; says when to come back."""

    def __init__(self, message: str, retry_after_s: int, details: dict[str, Any] | None = None) -> None:
        super().__init__(message, {**(details or {}), "retry_after_s": retry_after_s})
        self.retry_after_s = retry_after_s

    @property
    def headers(self) -> dict[str, str]:
        return {"Retry-After": str(self.retry_after_s)}


class RateLimited(_Later):
    """One client sent more than its share."""

    code = "RATE_LIMIT"
    status = 429


class Busy(_Later):
    """The service has as much in hand as it can carry."""

    code = "BUSY"
    status = 503


class MemoryLimit(_Later):
    """Memory ran out, or is too near the limit to take this photo in."""

    code = "MEMORY_LIMIT"
    status = 503


class TookTooLong(_Later):
    """The work on a photo did not end in time; its thread was left behind."""

    code = "PHOTO_TIMEOUT"
    status = 503


class ModelError(JamHotError):
    """The model cannot answer."""

    code = "MODEL_ERROR"
    status = 503


class BundleError(ModelError):
    """A model's files are missing, damaged or not what this version can serve."""


class DatabaseError(JamHotError):
    """PostgreSQL cannot be reached or refused."""

    code = "DATABASE_ERROR"
    status = 503


class UnreadableCatalog(DatabaseError):
    """PostgreSQL answers, and holds a row that this version cannot read."""


class CatalogError(JamHotError):
    """The content breaks one of its own rules."""

    code = "CATALOG_ERROR"


class ArchiveError(CatalogError):
    """A dump that is damaged, cut short, newer than this version, or cannot be written."""


class SettingsError(JamHotError):
    """A setting that makes no sense; stops the start."""

    code = "SETTINGS_ERROR"
