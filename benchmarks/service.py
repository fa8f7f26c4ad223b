"""The service as the platform starts it, watched from outside."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

ROOT = Path(__file__).resolve().parent.parent
START_COMMAND = 'exec uvicorn main:app --host 127.0.0.1 --port "$PORT"'
"""The platform's, but for the address: a benchmark listens on loopback alone."""


JPEG = {"Content-Type": "image/jpeg"}


@dataclass(frozen=True)
class Running:
    """A started service: its process, a client for it, and when it was started (monotonic seconds)."""

    process: subprocess.Popen[bytes]
    client: httpx.Client
    started: float

    def memory_kb(self) -> dict[str, int]:
        """PSS, RSS and anonymous memory from smaps_rollup, in kB."""
        text = Path(f"/proc/{self.process.pid}/smaps_rollup").read_text()
        found = dict(re.findall(r"^(\w+): +(\d+) kB", text, re.MULTILINE))
        return {name: int(found[name]) for name in ("Pss", "Rss", "Anonymous")}


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def compile_as_built() -> None:
    """What the platform's build does (railway.json): a service that has never run here has no bytecode, nor gets any
    where PYTHONDONTWRITEBYTECODE is set, and takes 0.13 s longer to start."""
    subprocess.run([sys.executable, "-m", "compileall", "-q", "main.py", "jamhot", "scripts"], cwd=ROOT, check=True)


@contextmanager
def own_libraries(service: Running) -> Iterator[str]:
    """For PYTHONPATH: copies of the packages whose libraries a running service has mapped.

    The kernel shares a library among all processes that map its file, counts each a part of it, and takes no page
    back (MADV_PAGEOUT) that another one maps. In a container nobody else does.
    """
    maps = Path(f"/proc/{service.process.pid}/maps").read_text()
    site = Path(sysconfig.get_path("platlib")).resolve()
    inside = {path.relative_to(site).parts[0] for path in map(Path, maps.split()) if path.is_relative_to(site)}
    with tempfile.TemporaryDirectory(prefix="jamhot-libraries-") as folder:
        for name in inside:
            copy = shutil.copytree if (site / name).is_dir() else shutil.copy
            copy(site / name, Path(folder) / name)
        yield folder


@contextmanager
def running(**environment: str) -> Iterator[Running]:
    """The service in a process of its own, through `bash -c` and the exact start command; stopped afterwards."""
    port = free_port()
    clean = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "MODEL_PATH")}
    clean |= {"PORT": str(port), "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", **environment}
    started = time.monotonic()
    process = subprocess.Popen(["bash", "-c", START_COMMAND], cwd=ROOT, env=clean, stdout=subprocess.DEVNULL)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
            yield Running(process, client, started)
    finally:
        process.terminate()
        process.wait(timeout=30)


def first_health(client: httpx.Client, most_s: float = 30) -> dict[str, object]:
    """The first answer of a service that is starting. Raises TimeoutError."""
    deadline = time.monotonic() + most_s
    while time.monotonic() < deadline:
        try:
            answer: dict[str, object] = client.get("/api/health").json()
        except httpx.TransportError:
            time.sleep(0.02)
        else:
            return answer
    raise TimeoutError("the service did not start")


def wait_until_up(service: Running, most_s: float = 30) -> None:
    """Returns once health is answered. Raises TimeoutError."""
    _until(service, most_s, lambda: service.client.get("/api/health"))


def wait_for_photo(service: Running, photo: bytes, most_s: float = 30) -> float:
    """Seconds from the start of the process to its first answered photo. Raises TimeoutError."""
    _until(service, most_s, lambda: service.client.post("/api/classify", content=photo, headers=JPEG))
    return time.monotonic() - service.started


def _until(service: Running, most_s: float, ask: Callable[[], httpx.Response]) -> None:
    while time.monotonic() - service.started < most_s:
        try:
            if ask().status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.005)
    raise TimeoutError("the service did not answer")
