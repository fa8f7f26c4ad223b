"""What routes are handed: the desk, the door, the limiters and the answers that are kept, made by the lifespan."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv6Address, IPv6Network
from typing import Annotated, cast

from fastapi import Depends
from starlette.requests import Request

from jamhot.answers.desk import Desk
from jamhot.api.caching import KeptAnswers
from jamhot.api.intake import Door
from jamhot.operations.metrics import Metrics
from jamhot.operations.rate_limits import ClientLimiter


@dataclass(frozen=True, slots=True)
class Services:
    """Everything a route may use.

    `limiter` counts photos. `trust_real_ip`: the platform's edge sets X-Real-IP, so it tells the client.
    """

    desk: Desk
    door: Door
    limiter: ClientLimiter
    feedback_limiter: ClientLimiter
    answers: KeptAnswers
    threshold: float
    trust_real_ip: bool
    public_url: str | None
    metrics: Metrics
    metrics_token: str | None


def services_of(request: Request) -> Services:
    return cast("Services", request.state.services)


async def _without_a_thread(request: Request) -> Services:
    """FastAPI calls what is not async in a thread: a hand-over for every request."""
    return services_of(request)


ServicesDep = Annotated[Services, Depends(_without_a_thread)]


def client_of(request: Request, services: Services) -> str:
    """Whom photos are counted by: X-Real-IP's address on the platform and only there, else the peer's."""
    if services.trust_real_ip and (address := request.headers.get("x-real-ip")):
        return _household(address)
    return _household(request.client.host) if request.client else "unknown"


def _household(address: str) -> str:
    """An IPv6 address as its /64, all of which is one line's; any other as it is."""
    try:
        found = IPv6Address(address.partition("%")[0])
    except ValueError:
        return address
    if found.ipv4_mapped:
        return str(found.ipv4_mapped)
    return str(IPv6Network((found, 64), strict=False))
