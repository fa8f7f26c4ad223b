"""POST /api/jamlab."""

from __future__ import annotations

from fastapi import APIRouter

from jamhot.answers.lab import LabQuestion
from jamhot.answers.types import Plan
from jamhot.api.schemas import LOOKUP_ERRORS
from jamhot.api.services import ServicesDep

router = APIRouter(prefix="/api", tags=["jamlab"])


@router.post("/jamlab", responses=LOOKUP_ERRORS)
async def jamlab(services: ServicesDep, question: LabQuestion) -> Plan:
    """Will this batch set? Sugar, acid, pectin, yield, gel point, keeping, and the smallest additions that mend it."""
    return services.desk.jamlab(question)
