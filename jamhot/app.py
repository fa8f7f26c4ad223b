"""What is wired to what. Nothing is decided here."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, TypedDict

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp

from jamhot import __version__, api
from jamhot.answers.desk import Desk
from jamhot.answers.health import Health
from jamhot.api.caching import KeptAnswers
from jamhot.api.intake import JSON_COSTS, Door, Limits
from jamhot.api.links import operation_id
from jamhot.api.remembering import Remembering
from jamhot.api.services import Services
from jamhot.catalog.cache import CatalogCache
from jamhot.catalog.content import Content
from jamhot.catalog.keeper import CatalogKeeper
from jamhot.database.bundles import PostgresBundles
from jamhot.database.catalog_store import PostgresCatalog
from jamhot.database.feedback import PostgresFeedback
from jamhot.database.pool import Database
from jamhot.database.url import fingerprint, log_safe
from jamhot.files import cache_folder
from jamhot.operations import logs
from jamhot.operations.admission import ByteGate, Line, WorkerLane
from jamhot.operations.cpu import usable_cores
from jamhot.operations.memory import MB, MemoryMeter, collector_at_rest, hand_back, release_free_memory, tame_malloc
from jamhot.operations.metrics import Live, Metrics
from jamhot.operations.pulse import Gauges, Pulse
from jamhot.operations.quiet import Quiet
from jamhot.operations.rate_limits import ClientLimiter
from jamhot.operations.request_log import Note, RequestLog
from jamhot.operations.sizing import Sizes, sizes
from jamhot.operations.watchdog import Watchdog
from jamhot.settings import SHIPPED_BUNDLE, Settings, load_settings
from jamhot.vision.card import Profile
from jamhot.vision.heavy import HeavyReader
from jamhot.vision.keeper import Folders, ModelKeeper, Supply
from jamhot.vision.shelf import BundleShelf
from jamhot.vision.trial import Terms
from jamhot.web import pages, shell
from jamhot.web.errors import html_error

log = logging.getLogger(__name__)

FEEDBACK_PER_MINUTE = 20
"""A client; nobody corrects more photos in that time."""
QUEUE_DEADLINE_S = 30.0
HEAVY_QUEUE = 16
HEAVY_DEADLINE_S = 60.0
"""HEIC and AVIF, one at a time: half a second each on a core of their own, two beside a full queue of JPEGs."""


PAID_FROM_MB = 900
"""Memory, MB, from which the larger profile is the default: the platform's paid plan has 1 GB, the free one half."""


class State(TypedDict):
    services: Services


class _Service(FastAPI):
    """Logs around everything, so that an answer to a mistake of ours has its id and its headers, too."""

    def __init__(self, note: Note, **options: Any) -> None:
        super().__init__(**options)
        self._note = note

    def build_middleware_stack(self) -> ASGIApp:
        return RequestLog(super().build_middleware_stack(), self._note)


def create_app(settings: Settings | None = None) -> FastAPI:
    """The service.

    Raises:
        SettingsError: a variable of the environment makes no sense.
    """
    settings = settings or load_settings()
    logs.configure(settings.logs_as_json)
    pulse, metrics, quiet = Pulse(), Metrics(), Quiet(hand_back)

    def note(method: str, route: str, status: int, seconds: float) -> None:
        pulse.note(seconds * 1000)
        quiet.note()
        metrics.note(method, route, status, seconds)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[State]:
        tame_malloc()
        meter = MemoryMeter(settings.memory_limit_mb, settings.max_memory_mb)
        database = Database(settings.database_url, settings.connection_pool_size) if settings.database_url else None
        if database:
            await database.open()
        source = PostgresCatalog(database) if database else None
        keeper = CatalogKeeper(
            source, _shipped, most_bytes=settings.database_memory_mb * 1_000_000, cache=_cache(settings)
        )
        with collector_at_rest():
            await keeper.start()
            model = _model_keeper(settings, meter, database)
            model.start()
        carried = sizes(meter.read().limit, usable_cores(), settings.max_image_size)
        lane = WorkerLane(carried.workers, carried.queue, QUEUE_DEADLINE_S, timing=metrics.stage)
        heavy_line = Line(1, HEAVY_QUEUE, HEAVY_DEADLINE_S, timing=metrics.stage)
        heavy = HeavyReader(heavy_line.place, timing=metrics.stage)
        feedback = PostgresFeedback(database) if database else None
        desk = Desk(keeper, model, lane, heavy, Health(meter, database), feedback, metrics.stage)
        services = _services(settings, desk, meter, metrics, carried)
        metrics.watch(_live(meter, lane, heavy_line, keeper, model, database), lambda: _versions(keeper, model))
        meter.let_go(services.answers.clear)
        pulse.watch(Gauges(meter.watched, lambda: lane.waiting + heavy_line.waiting))
        quiet.note()
        _say_started(settings, meter, keeper, model.version, lane)
        watchdog = Watchdog(lambda: lane.hung)
        if settings.watchdog:
            watchdog.start()
        yield {"services": services}
        watchdog.close()
        pulse.close()
        quiet.close()
        await keeper.close()
        await heavy.close()
        await model.close()
        lane.close()
        if database:
            await database.close()

    app = _Service(
        note,
        title="Jam Hot",
        version=__version__,
        summary="Photograph a fruit, learn what it is, and make jam from it tonight.",
        lifespan=lifespan,
        telemetry={"tracing": False, "metrics": False, "logs": False, "operation_spans": False},
        docs_url=None,
        redoc_url=None,
        generate_unique_id_function=operation_id,
        middleware=_middleware(settings),
    )
    api.install(app, error_pages=html_error)
    app.include_router(pages.router)
    app.include_router(shell.router)
    app.openapi = lambda: _openapi(app)  # type: ignore[method-assign]  # FastAPI's own way to extend the document
    return app


def _shipped() -> Content:
    from jamhot.catalog.build import load_content  # 25 ms and 1.5 MB that a start with a database does not need

    return load_content()


def _cache(settings: Settings) -> CatalogCache | None:
    return CatalogCache(cache_folder(), fingerprint(settings.database_url)) if settings.database_url else None


def _middleware(settings: Settings) -> list[Middleware]:
    layers = [Middleware(Remembering), Middleware(GZipMiddleware, minimum_size=1024, compresslevel=5)]
    if settings.allowed_origins:
        layers.insert(
            0,
            Middleware(
                CORSMiddleware,
                allow_origins=settings.allowed_origins,
                allow_methods=["GET", "POST"],
                allow_headers=["Content-Type"],
                expose_headers=["ETag", "Retry-After", "X-Request-ID"],
            ),
        )
    return layers


def _model_keeper(settings: Settings, meter: MemoryMeter, database: Database | None) -> ModelKeeper:
    profile = _profile(settings, meter)
    supply = None
    if database and settings.database_url and settings.model_pin != "path":
        shelf = BundleShelf(cache_folder(), f"{fingerprint(settings.database_url)}-{profile}")
        supply = Supply(PostgresBundles(database, profile), shelf)
    terms = Terms(
        quantized=settings.model_quantization,
        image_size=settings.wanted_image_size,
        app_version=__version__,
        profile=profile,
        memory_mb=settings.model_memory_mb,
    )
    return ModelKeeper(
        Folders(settings.model_path, SHIPPED_BUNDLE),
        terms,
        settings.batch_size,
        supply,
        release=release_free_memory,
    )


def _profile(settings: Settings, meter: MemoryMeter) -> Profile:
    return settings.model_profile or ("paid" if meter.read().limit >= PAID_FROM_MB * MB else "free")


def _live(
    meter: MemoryMeter, lane: WorkerLane, heavy: Line, keeper: CatalogKeeper, model: ModelKeeper,
    database: Database | None,
) -> Live:  # fmt: skip
    """What /metrics looks at when it is asked; nothing here asks the database."""
    pool = database.connections if database else dict
    return {
        "memory_used_bytes": ("Memory in use, page cache left out.", lambda: meter.read().used),
        "memory_limit_bytes": ("Memory that may be used.", lambda: meter.read().limit),
        "photos_waiting": ("Photos that wait for a processor.", lambda: lane.waiting),
        "heavy_photos_waiting": ("HEIC and AVIF that wait for their decoder.", lambda: heavy.waiting),
        "photos_working": ("Photos that are worked on.", lambda: lane.working),
        "threads_hung": ("Threads that were left behind and have not come back.", lambda: lane.hung),
        "pool_connections": ("Connections to PostgreSQL.", lambda: pool().get("pool_size", 0)),
        "pool_free": ("Connections to PostgreSQL that nobody uses.", lambda: pool().get("pool_available", 0)),
        "pool_waiting": ("Requests that wait for a connection.", lambda: pool().get("requests_waiting", 0)),
        "model_loaded": ("1 when photos can be answered.", lambda: model.classifier is not None),
        "catalogue_as_set": ("1 when the catalogue is the database's newest.", lambda: keeper.problem is None),
        "catalogue_version": ("Number of the catalogue; 0 is the one that ships.", lambda: keeper.current.version),
    }


def _versions(keeper: CatalogKeeper, model: ModelKeeper) -> dict[str, str]:
    return {"version": __version__, "model": model.version or "none", "catalogue_origin": keeper.origin}


def _services(settings: Settings, desk: Desk, meter: MemoryMeter, metrics: Metrics, carried: Sizes) -> Services:
    door = Door(
        gate=ByteGate(max(carried.spooled_bytes, settings.max_request_bytes)),
        memory_gate=ByteGate(JSON_COSTS * settings.max_request_bytes),
        meter=meter,
        limits=Limits(image=settings.max_image_size, request=settings.max_request_bytes),
        timing=metrics.stage,
    )
    return Services(
        desk=desk,
        door=door,
        limiter=ClientLimiter(settings.rate_limit_per_minute, "photos"),
        feedback_limiter=ClientLimiter(min(settings.rate_limit_per_minute, FEEDBACK_PER_MINUTE), "corrections"),
        answers=KeptAnswers(settings.query_cache_size),
        threshold=settings.confidence_threshold,
        trust_real_ip=settings.on_platform,
        public_url=settings.public_url,
        metrics=metrics,
        metrics_token=settings.metrics_token,
    )


def _say_started(
    settings: Settings, meter: MemoryMeter, keeper: CatalogKeeper, model: str | None, lane: WorkerLane
) -> None:
    reading = meter.read()
    snapshot = keeper.current
    log.info(
        "Jam Hot %s: memory limit %d MB (%s), %d worker(s), profile %s, model %s, catalogue %d (%s) with %d recipes, "
        "database %s",
        __version__,
        reading.limit // MB,
        reading.source,
        lane.workers,
        _profile(settings, meter),
        model or "none",
        snapshot.version,
        keeper.origin,
        len(snapshot.recipes),
        log_safe(settings.database_url) if settings.database_url else "none",
    )


def _openapi(app: FastAPI) -> dict[str, Any]:
    if not app.openapi_schema:
        document = get_openapi(title=app.title, version=app.version, summary=app.summary, routes=app.routes)
        api.complete(document)
        app.openapi_schema = document
    return app.openapi_schema
