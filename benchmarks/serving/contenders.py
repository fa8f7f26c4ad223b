"""Who races: how each is started, how a photo is handed to it, and what it takes from the machine."""

from __future__ import annotations

import base64
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from benchmarks.container import MB, Container, container, start
from benchmarks.service import ROOT, START_COMMAND, free_port
from benchmarks.serving.crowd import hammer, request
from benchmarks.serving.photos import Kind

LIMIT_MB = 512
BOUNDARY = "photo"


@dataclass(frozen=True)
class Contender:
    """name, the shell command that serves on $PORT, and a photo as that server wants to be asked."""

    name: str
    command: str
    ask: Callable[[Kind], bytes]


def ours(kind: Kind) -> bytes:
    return request("POST", "/api/classify", kind.data, kind.media_type)


def as_form(kind: Kind) -> bytes:
    part = (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="p"\r\nContent-Type: {kind.media_type}'
    )
    body = f"{part}\r\n\r\n".encode() + kind.data + f"\r\n--{BOUNDARY}--\r\n".encode()
    return request("POST", "/predict", body, f"multipart/form-data; boundary={BOUNDARY}")


def as_base64(kind: Kind) -> bytes:
    body = json.dumps({"image_data": base64.b64encode(kind.data).decode()}).encode()
    return request("POST", "/predict", body, "application/json")


OURS = Contender("ours", START_COMMAND, ours)
PLAIN = Contender(
    "plain FastAPI",
    "exec uvicorn benchmarks.serving.plain:app --host 127.0.0.1 --port $PORT --log-level warning",
    as_form,
)


def litserve(python: Path) -> Contender:
    """python: an interpreter that has LitServe (and what we have)."""
    return Contender("LitServe", f'exec {python} -m benchmarks.serving.lit --port "$PORT"', as_base64)


@dataclass
class Server:
    """A contender that runs in its own container on the first core."""

    contender: Contender
    process: subprocess.Popen[bytes]
    port: int
    box: Container
    started: float

    def everybody(self) -> list[psutil.Process]:
        with suppress(psutil.NoSuchProcess):
            first = psutil.Process(self.process.pid)
            return [first, *first.children(recursive=True)]
        return []

    def cpu_s(self) -> float:
        """CPU seconds that its processes used so far."""
        total = 0.0
        for one in self.everybody():
            with suppress(psutil.NoSuchProcess):
                times = one.cpu_times()
                total += times.user + times.system
        return total

    def pss_mb(self) -> float:
        """Proportional memory of its processes, MB."""
        total = 0
        for one in self.everybody():
            with suppress(psutil.NoSuchProcess):
                total += one.memory_full_info().pss
        return total / 1e6

    def alive(self) -> bool:
        return self.process.poll() is None

    def wait_for(self, asked: bytes, most_s: float = 60) -> float:
        """Seconds from exec to the first good answer. Raises TimeoutError when none comes `most_s` from now."""
        until = time.monotonic() + most_s
        while time.monotonic() < until:
            # Tried by hand: the crowd rests for a fifth of a second when it is refused.
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
                if hammer(self.port, [asked], 1, 0.001).seconds:
                    return time.monotonic() - self.started
            time.sleep(0.01)
        raise TimeoutError(f"{self.contender.name} did not answer")


@contextmanager
def serving(contender: Contender, core: int, environment: dict[str, str] | None = None) -> Iterator[Server]:
    """Starts it in a container of 512 MB on that core; ended afterwards, with all that it started."""
    port = free_port()
    env = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "MODEL_PATH")}
    env |= {"PORT": str(port), "PATH": f"{Path(sys.executable).parent}:{env['PATH']}", "RATE_LIMIT_PER_MINUTE": "0"}
    with container(LIMIT_MB, f"-{port}") as box:
        started = time.monotonic()
        process = start(contender.command, ROOT, env | (environment or {}), core, box)
        server = Server(contender, process, port, box, started)
        try:
            yield server
        finally:
            everybody = server.everybody()
            process.terminate()
            _, left = psutil.wait_procs(everybody, timeout=15)
            for one in left:
                with suppress(psutil.NoSuchProcess):
                    one.kill()
            process.wait(timeout=10)


def peak_mb(server: Server) -> int:
    """Highest anonymous memory of its container so far, MB."""
    return round(server.box.peak_anonymous / MB)
