"""One fault at a time: begin it with traffic running, watch, end it, and wait until all is as before."""

from __future__ import annotations

import shutil
import signal
import socket
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from benchmarks.faults.database import Larder
from benchmarks.faults.scenarios import Fault, World, small_disk
from benchmarks.faults.service import GOOD, Service, Share, Traffic, wait_until
from benchmarks.photos import phone_jpeg
from benchmarks.service import JPEG
from jamhot.settings import SHIPPED_BUNDLE

RECOVERS_WITHIN_S = 90.0
HALF_A_PHOTO = (
    b"POST /api/classify HTTP/1.1\r\nHost: x\r\nContent-Type: image/jpeg\r\nContent-Length: 3000000\r\n\r\n\xff\xd8\xff"
)
FAKETIME = "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1"


@dataclass
class Row:
    """What came of a fault: answers by kind and status while it lasted, and seconds until all was well after it."""

    fault: str
    lasted_s: float
    saw: dict[str, dict[str, int]]
    recovered_s: float | None
    lost: int
    notes: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    whole: dict[str, Share] = field(default_factory=dict)
    """By kind: from the first question before the fault to the last after it."""
    metrics: dict[str, int] = field(default_factory=dict)
    """What the process that was there in the end counted itself."""


@contextmanager
def world_for(fault: Fault, larder: Larder, folder: Path, patience_s: float | None) -> Iterator[World]:
    """The service as the fault wants it, not started yet."""
    environment = {"DATABASE_URL": larder.url()}
    if patience_s is not None:
        environment["JAMHOT_PATIENCE"] = str(patience_s)
    wrap = ""
    with ExitStack() as stack:
        if fault.needs == "disk":
            disk = str(stack.enter_context(small_disk(folder / "disk")))
            environment |= {"TMPDIR": disk, "XDG_CACHE_HOME": f"{disk}/cache"}
        elif fault.needs == "folder":
            (folder / "tmp").mkdir()
            environment["TMPDIR"] = str(folder / "tmp")
        elif fault.needs == "model":
            shutil.copytree(SHIPPED_BUNDLE, folder / "model")
            environment["MODEL_PATH"] = str(folder / "model")
        elif fault.needs == "clock":
            (folder / "clock").write_text("+0d")
            wrap = (
                f"env LD_PRELOAD={FAKETIME} FAKETIME_TIMESTAMP_FILE={folder}/clock FAKETIME_CACHE_DURATION=1 "
                "FAKETIME_DONT_FAKE_MONOTONIC=1"
            )
        service = Service(folder, environment, wrap)
        stack.callback(service.stop)
        yield World(service, larder, folder)


def suffer(fault: Fault, larder: Larder, patience_s: float | None = None, lasts_s: float | None = None) -> Row:
    """Runs one fault against a service of its own.

    Args:
        patience_s: shortens what the service waits for before something hangs.
        lasts_s: another length.
    """
    with tempfile.TemporaryDirectory(prefix="jamhot-fault-") as name:
        folder = Path(name)
        with world_for(fault, larder, folder, patience_s) as world:
            cause = fault.cause(world)
            if fault.start_late:
                next(cause)
            world.service.start()
            with Traffic(world.service) as traffic:
                if not fault.start_late:
                    wait_until(lambda: traffic.good_after(0), 60, "all is well at first")
                return _watched(fault, world, traffic, cause, fault.lasts_s if lasts_s is None else lasts_s)


def _watched(fault: Fault, world: World, traffic: Traffic, cause: Iterator[None], lasts_s: float) -> Row:
    began = time.monotonic()
    if not fault.start_late:
        next(cause)
    time.sleep(lasts_s)
    health = world.service.health().get("status") if fault.goes_on else None
    ending = time.monotonic()
    for _ in cause:
        pass
    ended = time.monotonic()
    row = Row(fault.name, round(ending - began, 1), {}, None, 0, world.notes)
    with suppress(TimeoutError):
        wait_until(lambda: traffic.good_after(ended), RECOVERS_WITHIN_S, "all is well again")
        row.recovered_s = round(time.monotonic() - ended, 1)
    row.saw = {kind: dict(counts) for kind, counts in traffic.between(began, ending).items()}
    row.whole, row.metrics = traffic.whole(), world.service.counted()
    row.lost = world.larder.missing(traffic.acknowledged)
    row.wrong = list(_wrong(fault, row, health))
    return row


def _wrong(fault: Fault, row: Row, health: object) -> Iterator[str]:
    for kind in fault.goes_on:
        bad = {status: count for status, count in row.saw.get(kind, {}).items() if status != GOOD[kind]}
        if bad:
            yield f"{kind} did not go on: {bad}"
        if not row.saw.get(kind):
            yield f"no {kind} at all"
    if fault.health and health != fault.health:
        yield f"health says {health}, not {fault.health}"
    if row.recovered_s is None or row.recovered_s > 5:
        yield f"recovered in {row.recovered_s} s"
    if row.lost:
        yield f"{row.lost} acknowledged words of feedback lost"


def terminated_under_load(larder: Larder, clients: int = 16) -> Row:
    """SIGTERM while photos are on their way: every request that the server took is answered, and well."""
    photo = phone_jpeg(2400, 1800)
    seen: Counter[str] = Counter()

    def one_after_the_other(url: str) -> None:
        while True:
            try:
                answer = httpx.post(f"{url}/api/classify", content=photo, headers=JPEG, timeout=60)
                seen[str(answer.status_code)] += 1
            except httpx.ConnectError:
                seen["not accepted"] += 1
                return
            except httpx.TransportError as error:
                seen[type(error).__name__] += 1
                return

    with tempfile.TemporaryDirectory(prefix="jamhot-fault-") as name:
        service = Service(Path(name), {"DATABASE_URL": larder.url()})
        service.start()
        threads = [threading.Thread(target=one_after_the_other, args=(service.url,)) for _ in range(clients)]
        for thread in threads:
            thread.start()
        time.sleep(3)
        began = time.monotonic()
        service.signal(signal.SIGTERM)
        assert service.process is not None
        service.process.wait(timeout=60)
        for thread in threads:
            thread.join(60)
        taken = service.log.count("POST /api/classify")
    row = Row("SIGTERM under load", round(time.monotonic() - began, 1), {"photos": dict(seen)}, None, 0)
    # A connection that the kernel had, and the server not yet, is reset when the server closes its door: a client sees
    # that as a broken answer. What the server took stands in its log, answered or not.
    others = {status: count for status, count in seen.items() if status.isdigit() and status != "200"}
    if others or taken != seen["200"]:
        row.wrong = [f"taken {taken}, answered well {seen['200']}, answered otherwise {others}"]
    return row


def killed_in_an_upload(larder: Larder) -> Row:
    """SIGKILL while half a photo is here; started again, as a platform does."""
    with tempfile.TemporaryDirectory(prefix="jamhot-fault-") as name:
        folder = Path(name)
        (folder / "tmp").mkdir()
        service = Service(folder, {"DATABASE_URL": larder.url(), "TMPDIR": str(folder / "tmp")})
        service.start()
        with Traffic(service) as traffic:
            wait_until(lambda: traffic.good_after(0), 60, "all is well at first")
            with socket.create_connection(("127.0.0.1", service.port)) as connection:
                connection.sendall(HALF_A_PHOTO + bytes(1_500_000))
                time.sleep(1)
                began = time.monotonic()
                service.signal(signal.SIGKILL)
                assert service.process is not None
                service.process.wait(timeout=10)
            left = list((folder / "tmp").iterdir())
            service.start()
            ended = time.monotonic()
            row = Row("SIGKILL in an upload", round(ended - began, 1), {}, None, 0)
            with suppress(TimeoutError):
                wait_until(lambda: traffic.good_after(ended), RECOVERS_WITHIN_S, "all is well again")
                row.recovered_s = round(time.monotonic() - ended, 1)
            row.saw = {kind: dict(counts) for kind, counts in traffic.between(began, ended).items()}
            row.whole, row.metrics = traffic.whole(), service.counted()
            row.lost = larder.missing(traffic.acknowledged)
        service.stop()
    row.notes = [f"files left in the temporary folder: {len(left)}"]
    row.wrong = [f"{left} left"] * bool(left) + [f"{row.lost} acknowledged lost"] * bool(row.lost)
    row.wrong += ["did not recover within 5 s"] * (row.recovered_s is None or row.recovered_s > 5)
    return row


def hangs_twice(larder: Larder, patience_s: float | None = None) -> Row:
    """The loop hangs, is started anew, and hangs again within the hour: the process ends with 70."""
    environment = {"DATABASE_URL": larder.url()}
    if patience_s is not None:
        environment["JAMHOT_PATIENCE"] = str(patience_s)
    with tempfile.TemporaryDirectory(prefix="jamhot-fault-") as name:
        service = Service(Path(name), environment)
        service.start()
        process = service.process
        assert process is not None
        began = time.monotonic()
        service.signal(signal.SIGUSR1)
        time.sleep(0.2)
        anew = wait_until(service.answers, 60, "it starts anew")
        service.signal(signal.SIGUSR1)
        code = process.wait(timeout=60)
    row = Row("the event loop hangs twice", round(time.monotonic() - began, 1), {}, round(anew, 1), 0)
    row.notes = [f"answers again {anew:.1f} s after it hung; exit code the second time {code}"]
    row.wrong = [] if code == 70 and anew <= 30 else [f"exit {code}, {anew:.1f} s"]
    return row
