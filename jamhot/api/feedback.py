"""POST /api/feedback: what a photo really showed."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, ValidationError
from starlette.requests import Request
from starlette.responses import Response

from jamhot.answers.feedback import Candidate, Feedback, FeedbackAnswer
from jamhot.api.intake import read_small_json
from jamhot.api.schemas import errors
from jamhot.api.services import ServicesDep, client_of
from jamhot.errors import InvalidRequest, NotFound, RateLimited

router = APIRouter(prefix="/api", tags=["feedback"])

BODY_SCHEMAS: tuple[type[BaseModel], ...] = (Candidate, Feedback)
_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Feedback"}}},
    }
}


@router.post(
    "/feedback",
    status_code=202,
    response_model=FeedbackAnswer,
    responses=errors(NotFound, InvalidRequest, RateLimited),
    openapi_extra=_BODY,
)
async def feedback(request: Request, services: ServicesDep) -> Response:
    """Say which fruit a photo showed. It is kept without picture, address or time of day, if it can be kept."""
    services.feedback_limiter.count(client_of(request, services))
    answer = await services.desk.feedback(_read(await read_small_json(request)))
    return Response(
        answer.model_dump_json(), status_code=202, media_type="application/json", headers={"Cache-Control": "no-store"}
    )


def _read(body: bytes) -> Feedback:
    try:
        return Feedback.model_validate_json(body)
    except ValidationError as error:
        problems = [{"where": ".".join(map(str, e["loc"])) or "body", "problem": e["msg"]} for e in error.errors()[:5]]
        message = f"{problems[0]['where']}: {problems[0]['problem']}"
        raise InvalidRequest(message, {"problems": problems}) from error
