"""What Prometheus reads: requests, the stages of a photo, and what is looked at when it asks. No timer, no push."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector

from jamhot.operations.stages import Stage

__all__ = ["CONTENT_TYPE_LATEST", "Live", "Metrics"]

METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS"})
"""Methods told apart; clients may invent others without end."""
REQUEST_S = (0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
STAGE_S = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
"""Upper bounds of the buckets, in seconds."""

Live = Mapping[str, tuple[str, Callable[[], float]]]
"""Figures that are looked at when somebody asks: name, what it is, and how to look."""


class Metrics:
    """The service's figures since its start, in a registry of their own."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "jamhot_requests", "Requests answered; status gone: the client left before the answer.",
            ["method", "route", "status"], registry=self._registry,
        )  # fmt: skip
        self._seconds = Histogram(
            "jamhot_request_seconds", "From the first byte of the request to the last of the answer.",
            ["route"], buckets=REQUEST_S, registry=self._registry,
        )  # fmt: skip
        self._stages = Histogram(
            "jamhot_photo_stage_seconds", "A photo's stages: body, wait, decode, infer, render.",
            ["stage"], buckets=STAGE_S, registry=self._registry,
        )  # fmt: skip

    def note(self, method: str, route: str, status: int, seconds: float) -> None:
        """A request was answered; status 0: nobody was there any more."""
        known = method if method in METHODS else "other"
        self._requests.labels(known, route, str(status or "gone")).inc()
        self._seconds.labels(route).observe(seconds)

    def stage(self, stage: Stage) -> AbstractContextManager[object]:
        """Times the block that it is around; from any thread."""
        return self._stages.labels(stage).time()

    def watch(self, live: Live, versions: Callable[[], dict[str, str]]) -> None:
        """Figures and versions that are looked at when somebody asks."""
        self._registry.register(_Live(live, versions))

    def told(self) -> bytes:
        """All of it, in Prometheus' text format."""
        return generate_latest(self._registry)


class _Live(Collector):
    def __init__(self, live: Live, versions: Callable[[], dict[str, str]]) -> None:
        self._live = live
        self._versions = versions

    def collect(self) -> Iterator[GaugeMetricFamily | InfoMetricFamily]:
        for name, (what, look) in self._live.items():
            yield GaugeMetricFamily(f"jamhot_{name}", what, value=look())
        yield InfoMetricFamily("jamhot", "What is running.", value=self._versions())
