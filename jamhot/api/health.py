"""GET /api/health."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from jamhot.answers.health import HealthReport
from jamhot.api.services import ServicesDep

router = APIRouter(prefix="/api", tags=["health"])


@router.head("/health", include_in_schema=False)  # what many monitors ask
@router.get(
    "/health",
    response_model=HealthReport,
    responses={503: {"model": HealthReport, "description": "photos cannot be answered"}},
)
async def health(services: ServicesDep) -> Response:
    """How the service is. 503 only when photos cannot be answered."""
    report = await services.desk.health()
    return Response(
        report.model_dump_json(),
        status_code=503 if report.status == "unhealthy" else 200,
        media_type="application/json",
        headers={"Cache-Control": "no-store"},
    )
