"""GET /metrics, for Prometheus: to this machine, or to who knows METRICS_TOKEN. For all others there is nothing."""

from __future__ import annotations

import secrets
from ipaddress import ip_address

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from jamhot.api.services import ServicesDep
from jamhot.errors import NotFound
from jamhot.operations.metrics import CONTENT_TYPE_LATEST

router = APIRouter(include_in_schema=False)

FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip")
"""A proxy on this machine says with one of these that the request is somebody else's."""


@router.get("/metrics")
async def metrics(request: Request, services: ServicesDep) -> Response:
    """The figures since the start, and how things stand now."""
    if not (_from_here(request) or _knows(request, services.metrics_token)):
        raise NotFound(f"There is nothing at {request.url.path}.", hint="GET /openapi.json lists what there is.")
    return Response(services.metrics.told(), headers={"Content-Type": CONTENT_TYPE_LATEST, "Cache-Control": "no-store"})


def _from_here(request: Request) -> bool:
    if request.client is None or any(name in request.headers for name in FORWARDED):
        return False
    try:
        return ip_address(request.client.host).is_loopback
    except ValueError:
        return False


def _knows(request: Request, token: str | None) -> bool:
    said = request.headers.get("authorization", "")
    return token is not None and secrets.compare_digest(said.encode(), f"Bearer {token}".encode())
