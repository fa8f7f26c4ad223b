"""POST /api/classify: photos in, fruits, profiles and recipes out."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.requests import Request
from starlette.responses import Response

from jamhot.answers.identify import Options
from jamhot.answers.types import Identification
from jamhot.api.intake import Intake
from jamhot.api.links import FIRST_NAME, links, to_feedback, to_fruit, to_recipes_of
from jamhot.api.presence import while_present
from jamhot.api.schemas import PHOTO_ERRORS, ClassifyRequest, Threshold
from jamhot.api.services import Services, ServicesDep, client_of
from jamhot.settings import MAX_IMAGES

router = APIRouter(prefix="/api", tags=["photos"])


class ClassifyOptions(BaseModel):
    """Options of a request, from its query, its form or its JSON."""

    model_config = ConfigDict(extra="forbid")

    return_recipes: bool = True
    return_flavor_info: bool = True
    confidence_threshold: Threshold | None = None
    combine: bool = Field(default=False, description="all photos show one fruit: answer for it, too")


_PHOTO = {"type": "string", "format": "binary"}
_FORM = {
    "type": "object",
    "description": "one `image`, or up to five `images`, and the options of the query",
    "properties": {
        "image": _PHOTO,
        "images": {"type": "array", "minItems": 1, "maxItems": MAX_IMAGES, "items": _PHOTO},
        **ClassifyOptions.model_json_schema()["properties"],
    },
    "anyOf": [{"required": ["image"]}, {"required": ["images"]}],
    "additionalProperties": False,
}
_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            **{f"image/{kind}": {"schema": _PHOTO} for kind in ("jpeg", "heic", "avif", "png", "webp", "gif", "bmp")},
            "multipart/form-data": {"schema": _FORM},
            "application/json": {"schema": {"$ref": "#/components/schemas/ClassifyRequest"}},
        },
    }
}
BODY_SCHEMAS: tuple[type[BaseModel], ...] = (ClassifyRequest,)
"""Models that only the request body of a hand-read route names; `app` adds them to the OpenAPI."""


FROM_A_PHOTO = links(fruit=to_fruit(FIRST_NAME), recipes=to_recipes_of(FIRST_NAME), feedback=to_feedback())


@router.post(
    "/classify", response_model=Identification, responses={**PHOTO_ERRORS, **FROM_A_PHOTO}, openapi_extra=_BODY
)
async def classify(request: Request, services: ServicesDep, asked: Annotated[ClassifyOptions, Query()]) -> Response:
    """Which fruit each photo shows, what it is like, and what jam to make of them together."""
    services.limiter.count(client_of(request, services))
    async with services.door.admit(request) as intake:
        services.limiter.count(client_of(request, services), len(intake.photos) - 1)
        options = _options(asked, intake, services)
        found = await while_present(request, services.desk.identify(intake.photos, options))
    with services.metrics.stage("render"):
        body = found.model_dump_json()
    return Response(body, media_type="application/json", headers={"Cache-Control": "no-store"})


def _options(asked: ClassifyOptions, intake: Intake, services: Services) -> Options:
    """The body's options over the query's, over the settings'."""
    try:
        said = ClassifyOptions.model_validate({**asked.model_dump(exclude_unset=True), **intake.options})
    except ValidationError as error:
        raise RequestValidationError([{**e, "loc": ("body", *e["loc"])} for e in error.errors()]) from error
    return Options(
        threshold=said.confidence_threshold or services.threshold,
        recipes=said.return_recipes,
        flavor=said.return_flavor_info,
        combine=said.combine,
    )
