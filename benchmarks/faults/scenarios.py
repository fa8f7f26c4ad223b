"""The faults: how each begins and ends, and what must hold meanwhile."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import httpx
import psycopg

from benchmarks.faults.database import Larder, Way
from benchmarks.faults.service import Service
from benchmarks.photos import phone_jpeg
from benchmarks.service import JPEG

CONNECTIONS = 1000
STOPPED = "process stopped"


@dataclass
class World:
    """What a fault may hurt."""

    service: Service
    larder: Larder
    folder: Path
    notes: list[str] = field(default_factory=list)


Cause = Callable[[World], Iterator[None]]


@dataclass(frozen=True)
class Fault:
    """One thing that goes wrong.

    Args:
        name: as the table says it.
        cause: a generator: begins the fault, yields while it lasts, ends it.
        lasts_s: how long.
        goes_on: kinds of traffic that must be answered well all the while.
        health: what it must say while the fault lasts; None: whatever.
        needs: what the service gets for it: a small disk, a folder for temporary files, a copy of the model, or a
            clock that can be set.
        start_late: the service is started when the fault has begun.
    """

    name: str
    cause: Cause
    lasts_s: float = 8.0
    goes_on: tuple[str, ...] = ("reads", "photos")
    health: str | None = None
    needs: Literal["", "disk", "folder", "model", "clock"] = ""
    start_late: bool = False


def killed(world: World) -> Iterator[None]:
    world.larder.kill()
    yield
    world.larder.server.start()


def restarted(world: World) -> Iterator[None]:
    world.larder.server.stop()
    yield
    world.larder.server.start()


def way(name: Way) -> Cause:
    def cause(world: World) -> Iterator[None]:
        world.larder.forwarder.go(name)
        yield
        world.larder.forwarder.go("open")

    return cause


def replaced(world: World) -> Iterator[None]:
    """Another database of the same name, empty."""
    leave = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'jamhot'"
    world.larder.say(leave, "ALTER DATABASE jamhot RENAME TO kept", "CREATE DATABASE jamhot", database="postgres")
    yield
    world.larder.say("DROP DATABASE jamhot WITH (FORCE)", "ALTER DATABASE kept RENAME TO jamhot", database="postgres")


def wrong_password(world: World) -> Iterator[None]:
    """The server begins to ask for one."""
    place = world.larder.server._place
    assert place is not None, "it runs"
    rules = place.data / "pg_hba.conf"
    before = rules.read_text()
    own = "local all all trust\n"
    world.larder.say("ALTER ROLE postgres PASSWORD 'another'")
    rules.write_text("local all all scram-sha-256\n")
    os.kill(world.larder.server.pid or 0, signal.SIGHUP)
    time.sleep(0.5)
    world.larder.forwarder.go("open")
    yield
    rules.write_text(before if "trust" in before else own)
    os.kill(world.larder.server.pid or 0, signal.SIGHUP)


def read_only(world: World) -> Iterator[None]:
    world.larder.say("ALTER DATABASE jamhot SET default_transaction_read_only = on")
    world.larder.forwarder.go("open")
    yield
    world.larder.say(
        "SET default_transaction_read_only = off", "ALTER DATABASE jamhot RESET default_transaction_read_only"
    )
    world.larder.forwarder.go("open")


def out_of_connections(world: World) -> Iterator[None]:
    """Somebody else has all of them, those for superusers too."""
    world.larder.forwarder.go("refused")
    held = []
    with suppress(psycopg.OperationalError):
        while True:
            held.append(psycopg.connect(world.larder.server.url("postgres")))
    world.notes.append(f"{len(held)} connections held by others")
    world.larder.forwarder.go("open")
    yield
    for connection in held:
        connection.close()


def schema_older(world: World) -> Iterator[None]:
    world.larder.say(
        "ALTER TABLE public.recipes RENAME COLUMN title TO name", "UPDATE catalog_version SET version = version + 1"
    )
    yield
    world.larder.say("ALTER TABLE public.recipes RENAME COLUMN name TO title")


def schema_newer(world: World) -> Iterator[None]:
    world.larder.say(
        "ALTER TABLE public.recipes ADD COLUMN colour text",
        "ALTER TABLE public.alembic_version ADD COLUMN kept text",
        "UPDATE public.alembic_version SET kept = version_num, version_num = '9999'",
        "UPDATE public.catalog_version SET version = version + 1",
    )
    yield
    world.larder.say(
        "ALTER TABLE public.recipes DROP COLUMN colour",
        "UPDATE public.alembic_version SET version_num = kept",
        "ALTER TABLE public.alembic_version DROP COLUMN kept",
    )


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """A disk of 8 MB (root is needed), gone afterwards."""
    folder.mkdir(exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "jamhot-small", folder], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


def disk_full(world: World) -> Iterator[None]:
    disk = Path(world.service.environment["TMPDIR"])
    with suppress(OSError), (disk / "filler").open("wb") as file:
        while True:
            file.write(bytes(65536))
            file.flush()
    world.notes.append(f"{shutil.disk_usage(disk).free} bytes free")
    _big_photo(world)
    yield
    (disk / "filler").unlink()


def disk_read_only(world: World) -> Iterator[None]:
    disk = world.service.environment["TMPDIR"]
    subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
    _big_photo(world)
    yield
    subprocess.run(["mount", "-o", "remount,rw", disk], check=True)


def no_temporary_folder(world: World) -> Iterator[None]:
    """It goes away while the service runs."""
    disk = Path(world.service.environment["TMPDIR"])
    shutil.rmtree(disk)
    _big_photo(world)
    yield
    disk.mkdir()


def _big_photo(world: World) -> None:
    """One that does not fit in memory on its way in, so that it needs the disk."""
    answer = httpx.post(f"{world.service.url}/api/classify", content=phone_jpeg(), headers=JPEG, timeout=30)
    world.notes.append(f"a photo of 3 MB: {answer.status_code} {answer.json().get('error', '')}".strip())
    assert answer.status_code in (200, 503), answer.text


def clock(days: int) -> Cause:
    def cause(world: World) -> Iterator[None]:
        file = world.folder / "clock"
        file.write_text(f"{days:+d}d")
        yield
        file.write_text("+0d")

    return cause


def stopped(world: World) -> Iterator[None]:
    world.service.signal(signal.SIGSTOP)
    yield
    world.service.signal(signal.SIGCONT)


def model_damaged(world: World) -> Iterator[None]:
    """A byte of the file changes, then half of it is gone, then all."""
    file = Path(world.service.environment["MODEL_PATH"]) / "model.onnx"
    whole = file.read_bytes()
    with file.open("r+b") as opened:
        opened.seek(1000)
        opened.write(b"!")
        time.sleep(1)
        opened.truncate(len(whole) // 2)
    time.sleep(1)
    file.unlink()
    yield
    file.write_bytes(whole)


def connections(dribble: bool) -> Cause:
    """A thousand that send nothing, or a header a second."""

    def cause(world: World) -> Iterator[None]:
        opened = []
        for _ in range(CONNECTIONS):
            with suppress(OSError):
                opened.append(socket.create_connection(("127.0.0.1", world.service.port), timeout=5))
        stop = threading.Event()

        def drip() -> None:
            for one in opened:
                with suppress(OSError):
                    one.send(b"GET /api/fruits HTTP/1.1\r\nHost: x\r\n")
            while not stop.wait(1):
                for one in opened:
                    with suppress(OSError):
                        one.send(b"X-Slow: 1\r\n")

        dripping = threading.Thread(target=drip, daemon=True)
        if dribble:
            dripping.start()
        yield
        closed = sum(_is_closed(one) for one in opened)
        world.notes.append(f"{len(opened)} opened, {closed} of them closed by the service")
        stop.set()
        if dribble:
            dripping.join()
        for one in opened:
            one.close()

    return cause


def _is_closed(connection: socket.socket) -> bool:
    connection.setblocking(False)
    try:
        return connection.recv(65536) == b"" or connection.recv(65536) == b""
    except BlockingIOError:
        return False
    except OSError:
        return True


def thread_hangs(world: World) -> Iterator[None]:
    world.service.signal(signal.SIGUSR2)
    yield


def loop_hangs(world: World) -> Iterator[None]:
    pid = world.service.pid
    world.service.signal(signal.SIGUSR1)
    yield
    assert world.service.process is not None
    assert world.service.process.poll() is None, "it must start anew by itself"
    assert world.service.pid == pid


DATABASE = (
    Fault("database absent at start", restarted, start_late=True, health="degraded"),
    Fault("database killed", killed, health="degraded"),
    Fault("database restarted", restarted, lasts_s=1),
    Fault("database replaced by an empty one", replaced, lasts_s=75),
    Fault("database away for 25 s", way("refused"), lasts_s=25, health="degraded"),
    Fault("database away for 6 minutes, without a word", way("silent"), lasts_s=360, health="degraded"),
    Fault("database takes 2 s a query", way("slow"), lasts_s=30),
    Fault("database wants another password", wrong_password, health="degraded", lasts_s=15),
    Fault("database read-only", read_only),
    Fault("database out of connections", out_of_connections, health="degraded", lasts_s=15),
    Fault("schema older than the code", schema_older, lasts_s=75),
    Fault("schema newer than the code", schema_newer, lasts_s=75),
)
MACHINE = (
    Fault("disk full", disk_full, needs="disk"),
    Fault("disk read-only", disk_read_only, needs="disk"),
    Fault("temporary folder gone", no_temporary_folder, needs="folder"),
    Fault("clock a year ahead", clock(365), needs="clock"),
    Fault("clock a year back", clock(-365), needs="clock"),
    Fault(STOPPED, stopped, lasts_s=180, goes_on=()),
    Fault("model file damaged, cut, gone", model_damaged, needs="model"),
)
PROCESS = (
    Fault("1,000 connections that send nothing", connections(dribble=False), lasts_s=25),
    Fault("1,000 connections, a header a second", connections(dribble=True), lasts_s=25),
    Fault("a photo's thread hangs", thread_hangs, lasts_s=25, goes_on=("reads",)),
    Fault("the event loop hangs", loop_hangs, lasts_s=30, goes_on=()),
)
