"""The service as a process that can be hurt, and people who go on using it meanwhile."""

from __future__ import annotations

import os
import re
import secrets
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import httpx

from benchmarks.photos import phone_jpeg
from benchmarks.service import JPEG, ROOT, free_port

STARTS_WITHIN_S = 60.0
PATIENCE_S = 25.0
"""How long a client of ours waits for an answer."""


@dataclass
class Service:
    """`uvicorn` with the levers, started through a shell as the platform does; its log is in a file.

    Args:
        folder: for its log, its temporary files and its cache.
        environment: besides the machine's.
        wrap: a command in front of it, such as `faketime`.
    """

    folder: Path
    environment: dict[str, str]
    wrap: str = ""
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    @property
    def log(self) -> str:
        return (self.folder / "service.log").read_text(errors="replace")

    def start(self) -> None:
        """Raises TimeoutError when it does not answer in time."""
        clean = {k: v for k, v in os.environ.items() if not k.startswith(("PG", "DATABASE_", "JAMHOT_"))}
        clean |= {
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "WATCHDOG": "true",
            "RATE_LIMIT_PER_MINUTE": "0", "MAX_MEMORY_MB": "8000", "XDG_CACHE_HOME": str(self.folder / "cache"),
            "RAILWAY_ENVIRONMENT": "faults", **self.environment,
        }  # fmt: skip
        command = f"exec {self.wrap} uvicorn benchmarks.faults.levers:app --host 127.0.0.1 --port {self.port}"
        with (self.folder / "service.log").open("ab") as log:
            self.process = subprocess.Popen(["bash", "-c", command], cwd=ROOT, env=clean, stdout=log, stderr=log)
        wait_until(self.answers, STARTS_WITHIN_S, "the service answers")

    def answers(self) -> bool:
        with suppress(httpx.TransportError):
            return httpx.get(f"{self.url}/api/health", timeout=2).status_code in (200, 503)
        return False

    def health(self) -> dict[str, object]:
        """The report; empty when there is none."""
        with suppress(httpx.TransportError, ValueError):
            found: dict[str, object] = httpx.get(f"{self.url}/api/health", timeout=5).json()
            return found
        return {}

    def counted(self) -> dict[str, int]:
        """What /metrics says of requests since the process began: all, and those answered with 5xx."""
        with suppress(httpx.TransportError):
            text = httpx.get(f"{self.url}/metrics", timeout=5).text
            every = re.findall(r'^jamhot_requests_total\{.*status="(\w+)"\} (\S+)$', text, re.MULTILINE)
            counts = {status: 0 for status, _ in every}
            for status, count in every:
                counts[status] += int(float(count))
            failed = sum(count for status, count in counts.items() if status.startswith("5"))
            return {"all": sum(counts.values()) - counts.get("gone", 0), "5xx": failed}
        return {}

    def signal(self, number: int) -> None:
        os.kill(self.pid, number)

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.signal(signal.SIGCONT)
            self.process.kill()
            self.process.wait(timeout=20)


def wait_until(true: Callable[[], bool], most_s: float, what: str) -> float:
    """Seconds until it was. Raises TimeoutError."""
    started = time.monotonic()
    while not true():
        if time.monotonic() - started > most_s:
            raise TimeoutError(f"not within {most_s:.0f} s: {what}")
        time.sleep(0.05)
    return time.monotonic() - started


class Seen(NamedTuple):
    """One answer: when the question was sent and the answer was there (monotonic seconds), of what kind, and which."""

    asked: float
    at: float
    kind: str
    status: str


class Share(NamedTuple):
    """Questions of one kind answered well, and all; seconds in all, and those from a bad one to the next good one."""

    answered: int
    asked: int
    seconds: float
    unserved_s: float


class Traffic:
    """People who read, send photos, ask for health and give feedback, each in a thread of their own, until stopped."""

    READS = ("/api/recipes?fruits=plum", "/api/fruits/quince", "/", "/jamdex?q=jelly", "/api/fruits")

    def __init__(self, service: Service, photo: bytes | None = None) -> None:
        self._service = service
        self._photo = photo or phone_jpeg(1000, 750)
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []
        self.seen: list[Seen] = []
        self.acknowledged: list[str] = []
        self._name = secrets.token_hex(4)

    def __enter__(self) -> Traffic:
        jobs = ((self._read, 0.1), (self._send_photo, 0.4), (self._ask_health, 0.2), (self._give_feedback, 1.0))
        self._threads = [threading.Thread(target=self._again, args=job, daemon=True) for job in jobs]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(PATIENCE_S * 2)

    def _again(self, ask: Callable[[httpx.Client, int], tuple[str, str]], pause_s: float) -> None:
        number = 0
        with httpx.Client(base_url=self._service.url, timeout=PATIENCE_S) as client:
            while not self._stop.wait(pause_s):
                number += 1
                asked = time.monotonic()
                try:
                    kind, status = ask(client, number)
                except httpx.TransportError as error:
                    kind, status = ask.__name__.removeprefix("_"), type(error).__name__
                self.seen.append(Seen(asked, time.monotonic(), KINDS.get(kind, kind), status))

    def _read(self, client: httpx.Client, number: int) -> tuple[str, str]:
        return "reads", str(client.get(self.READS[number % len(self.READS)]).status_code)

    def _send_photo(self, client: httpx.Client, number: int) -> tuple[str, str]:
        del number
        return "photos", str(client.post("/api/classify", content=self._photo, headers=JPEG).status_code)

    def _ask_health(self, client: httpx.Client, number: int) -> tuple[str, str]:
        del number
        return "health", str(client.get("/api/health").json()["status"])

    def _give_feedback(self, client: httpx.Client, number: int) -> tuple[str, str]:
        mark = f"fault-{self._name}-{number}"
        answer = client.post("/api/feedback", json={"said": "apple", "meant": "quince", "model": mark})
        kept = answer.status_code == 202 and answer.json()["kept"]
        if kept:
            self.acknowledged.append(mark)
        return "feedback", "kept" if kept else f"{answer.status_code} not kept"

    def between(self, start: float, end: float) -> dict[str, Counter[str]]:
        """What came back to questions that were asked in that time."""
        found: dict[str, Counter[str]] = {}
        for one in list(self.seen):
            if start <= one.asked < end:
                found.setdefault(one.kind, Counter())[one.status] += 1
        return found

    def whole(self) -> dict[str, Share]:
        """Of all that was asked so far, before and after the fault, too."""
        found = {}
        for kind, good in GOOD.items():
            seen = sorted((one for one in list(self.seen) if one.kind == kind), key=lambda one: one.asked)
            if seen:
                unserved, since = 0.0, None
                for one in seen:
                    if one.status != good and since is None:
                        since = one.asked
                    elif one.status == good and since is not None:
                        unserved, since = unserved + one.asked - since, None
                unserved += seen[-1].at - since if since is not None else 0
                answered = sum(one.status == good for one in seen)
                found[kind] = Share(answered, len(seen), round(seen[-1].at - seen[0].asked, 1), round(unserved, 1))
        return found

    def good_after(self, moment: float) -> bool:
        """Whether reads, photos and health were all well again in an answer to a question asked after it."""
        after = [one for one in list(self.seen) if one.asked >= moment]
        return all(any(one.kind == kind and one.status == good for one in after) for kind, good in GOOD.items())


KINDS = {"read": "reads", "send_photo": "photos", "ask_health": "health", "give_feedback": "feedback"}
GOOD = {"reads": "200", "photos": "200", "health": "healthy"}
