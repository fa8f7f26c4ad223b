"""Errors as pages, in the same clothes as the others and in words for a person."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from jamhot.errors import JamHotError
from jamhot.web.render import FRAGMENT, fresh, render

_TITLES = {
    "INVALID_IMAGE": "That is not a picture we can open",
    "IMAGE_TOO_LARGE": "That picture is too large",
    "VALIDATION_ERROR": "That did not make sense to us",
    "NOT_FOUND": "Nothing on this shelf",
    "METHOD_NOT_ALLOWED": "That door does not open this way",
    "RATE_LIMIT": "A lot of photos in one minute",
    "BUSY": "Many pots on the stove",
    "MEMORY_LIMIT": "Many pots on the stove",
    "PHOTO_TIMEOUT": "This one stuck to the pan",
    "MODEL_ERROR": "The camera is away",
    "DATABASE_ERROR": "The larder is locked for a moment",
}
_ADVICE = {
    "INVALID_IMAGE": "Send a photo as JPEG, PNG, WebP, GIF or BMP. A new one from the camera will do.",
    "IMAGE_TOO_LARGE": "Take it at a smaller size, or crop it to the fruit.",
    "VALIDATION_ERROR": "Choose one photo, then send it again.",
    "NOT_FOUND": "It may have moved, or it never was. The recipes and fruits are all listed.",
    "METHOD_NOT_ALLOWED": "Start again from the first page.",
    "RATE_LIMIT": "Have a sip of tea, then go on.",
    "BUSY": "Wait a few seconds, then send it again.",
    "MEMORY_LIMIT": "Wait a few seconds, then send it again.",
    "PHOTO_TIMEOUT": "Take the picture anew, or save it as a JPEG, and send that.",
    "MODEL_ERROR": "Photos cannot be answered now. Type the fruit's name instead; the recipes are all here.",
    "DATABASE_ERROR": "Try again in a moment.",
}


async def html_error(request: Request, error: JamHotError) -> Response:
    """The error as a page; alone, without the page around it, when the page's script asked."""
    alone = FRAGMENT in request.headers
    html = render(
        request,
        "error_fragment.html" if alone else "error.html",
        title=_TITLES.get(error.code, "Something boiled over"),
        message=error.message,
        advice=_ADVICE.get(error.code, "It is our fault, not yours. Try again in a moment."),
        similar=error.details.get("similar", []),
        typed="",
    )
    return fresh(html, error.status, {**error.headers, "Vary": FRAGMENT})
