"""A hundred people in 512 MB on one core, started by the platform's own command with nothing added.

Users work in a closed loop: a 12-megapixel JPEG, the answer, the next. Each has an address of its own, as behind the
platform's edge (X-Real-IP), and stays below the limit of photos a minute. `--mbit` slows each user's line. With
`--heic FILE` every tenth photo is that one; who is told to come back later does.

    python -m benchmarks.load --users 100 --seconds 300
    python -m benchmarks.load --users 100 --seconds 300 --mbit 1
    python -m benchmarks.load --users 100 --seconds 300 --heic photo.heic
    python -m benchmarks.load --users 100 --seconds 300 --limit-mb 1024 --model /tmp/paid
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import re
import sys
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import httpx

from benchmarks.container import MB, container, start
from benchmarks.photos import phone_jpeg
from benchmarks.service import ROOT, START_COMMAND, first_health, free_port

RESULTS = Path(__file__).parent / "results"
PIECE = 64 * 1024
"""Bytes sent at once on a slow line."""
PATIENCE_S = 120.0
PAID_FROM_MB = 900
"""From here on the service takes itself for the paid profile; docs/deploying.md says which settings go with it."""
EVERY_HEIC = 10
"""Every tenth photo of a user is a HEIC, where there is one."""


@dataclass
class Tally:
    """What came back of one kind of photo: statuses, and seconds from its first and its last byte to the answer."""

    statuses: Counter[str] = field(default_factory=Counter)
    whole: list[float] = field(default_factory=list)
    after_upload: list[float] = field(default_factory=list)

    def figures(self) -> dict[str, object]:
        errors = {status: count for status, count in self.statuses.items() if status != "200"}
        return {
            "requests": self.statuses.total(),
            "errors": errors,
            "photo_to_answer_s": _percentiles(self.whole),
            "last_byte_to_answer_s": _percentiles(self.after_upload),
        }


def _percentiles(values: list[float]) -> dict[str, float]:
    ordered = sorted(values) or [0.0]
    at = {"p50": 0.5, "p95": 0.95, "p99": 0.99, "most": 1.0}
    return {name: round(ordered[min(len(ordered) - 1, int(share * len(ordered)))], 3) for name, share in at.items()}


@dataclass(frozen=True)
class Plan:
    """How many users, for how long (seconds), on lines of what speed (Mbit/s; None is as fast as it goes)."""

    users: int
    seconds: float
    mbit: float | None
    port: int
    photo: bytes
    heic: bytes | None = None


@dataclass
class Kinds:
    """The two kinds of photo, told apart."""

    jpeg: Tally = field(default_factory=Tally)
    heic: Tally = field(default_factory=Tally)


async def user(number: int, plan: Plan, until: float, kinds: Kinds) -> None:
    """Sends photos one after the other until the time is over; the last one is waited for."""
    address = f"10.0.{number // 250}.{number % 250 + 1}"
    sent = number
    while time.monotonic() < until:
        with suppress(OSError, asyncio.IncompleteReadError):
            reader, writer = await asyncio.open_connection("127.0.0.1", plan.port)
            tally = kinds.jpeg
            try:
                served = True
                while served and time.monotonic() < until:
                    sent += 1
                    heavy = plan.heic is not None and sent % EVERY_HEIC == 0
                    tally = kinds.heic if heavy else kinds.jpeg
                    photo = plan.heic if heavy and plan.heic else plan.photo
                    served = await _one(reader, writer, address, photo, plan.mbit, tally)
            except (OSError, asyncio.IncompleteReadError, TimeoutError) as error:
                tally.statuses[type(error).__name__] += 1
            finally:
                writer.close()


async def _one(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, address: str, photo: bytes, mbit: float | None,
    tally: Tally,
) -> bool:  # fmt: skip
    """Whether it was answered; who was not comes back later, on a new connection: the old one was idle too long."""
    head = (
        f"POST /api/classify HTTP/1.1\r\nHost: jam.example\r\nX-Real-IP: {address}\r\n"
        f"Content-Type: application/octet-stream\r\nContent-Length: {len(photo)}\r\n\r\n"
    ).encode()
    started = time.monotonic()
    async with asyncio.timeout(PATIENCE_S):
        writer.write(head)
        await _send(writer, photo, mbit)
        sent = time.monotonic()
        status, retry_after_s = await _answer(reader)
    tally.statuses[status] += 1
    if status == "200":
        tally.whole.append(time.monotonic() - started)
        tally.after_upload.append(time.monotonic() - sent)
    else:
        await asyncio.sleep(retry_after_s)
    return status == "200"


async def _send(writer: asyncio.StreamWriter, photo: bytes, mbit: float | None) -> None:
    if mbit is None:
        writer.write(photo)
        await writer.drain()
        return
    pieces = memoryview(photo)
    started, a_second = time.monotonic(), mbit * 1e6 / 8
    for first in range(0, len(pieces), PIECE):
        await asyncio.sleep(max(0.0, started + first / a_second - time.monotonic()))
        writer.write(pieces[first : first + PIECE])
        await writer.drain()


async def _answer(reader: asyncio.StreamReader) -> tuple[str, float]:
    """Status, and the seconds after which to come back."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = re.search(rb"(?i)content-length: *(\d+)", head)
    await reader.readexactly(int(length[1]) if length else 0)
    later = re.search(rb"(?i)retry-after: *(\d+)", head)
    return head.split(b" ", 2)[1].decode(), float(later[1]) if later else 1.0


async def crowd(plan: Plan) -> Kinds:
    """All users at once; they begin within the first second."""
    kinds, until = Kinds(), time.monotonic() + plan.seconds
    await asyncio.gather(*(_late(number / plan.users, number, plan, until, kinds) for number in range(plan.users)))
    return kinds


async def _late(delay: float, number: int, plan: Plan, until: float, kinds: Kinds) -> None:
    await asyncio.sleep(delay)
    await user(number, plan, until, kinds)


def measure(
    users: int, seconds: float, photo: bytes, mbit: float | None = None, limit_mb: int = 512,
    heic: bytes | None = None, core: int | None = None, model: Path | None = None,
) -> dict[str, object]:  # fmt: skip
    """One run: the service on its core (the first unless told) in its container, the users on the other."""
    cores = sorted(os.sched_getaffinity(0), key=lambda number: (number != core, number))
    port = free_port()
    env = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "MODEL_PATH", "RATE_LIMIT_PER_MINUTE")}
    if limit_mb >= PAID_FROM_MB:
        env["MAX_MEMORY_MB"] = str(limit_mb * 8 // 10)
    # As on the platform: there the client's address is told by a header, and 100 users have 100 addresses.
    env |= {"PORT": str(port), "RAILWAY_ENVIRONMENT_NAME": "production", "PATH": _path()}
    if model:
        env["MODEL_PATH"] = str(model.resolve())
    with container(limit_mb) as box:
        process = start(START_COMMAND, ROOT, env, cores[0], box)
        try:
            with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
                version = first_health(client)["model_version"]
                os.sched_setaffinity(0, {cores[-1]})
                before = Path(f"/proc/{process.pid}/stat").read_text().split()
                started = time.monotonic()
                kinds = asyncio.run(crowd(Plan(users, seconds, mbit, port, photo, heic)))
                elapsed = time.monotonic() - started
                after = Path(f"/proc/{process.pid}/stat").read_text().split()
                alive = client.get("/api/health").json()["status"]
            kills, settled = box.oom_kills(), box.anonymous()
        finally:
            os.sched_setaffinity(0, cores)
            process.terminate()
            code = process.wait(timeout=60)
    ticks = sum(int(after[i]) - int(before[i]) for i in (13, 14))
    return {
        "users": users,
        "seconds": round(elapsed, 1),
        "line_mbit_s": mbit,
        **kinds.jpeg.figures(),
        **({"heic": kinds.heic.figures()} if heic else {}),
        "photos_a_second": round((len(kinds.jpeg.whole) + len(kinds.heic.whole)) / elapsed, 1),
        "cpu_share_of_the_core": round(ticks / os.sysconf("SC_CLK_TCK") / elapsed, 2),
        "limit_mb": limit_mb,
        "model": version,
        "peak_anonymous_mb": round(box.peak_anonymous / MB),
        "anonymous_afterwards_mb": round(settled / MB),
        "oom_kills": kills,
        "health_afterwards": alive,
        "exit_after_sigterm": code,
    }


def _path() -> str:
    return f"{Path(sys.executable).parent}:{os.environ['PATH']}"


def machine() -> str:
    """The processor's name, cores and Python, for the record."""
    model = re.search(r"model name\s*: (.+)", Path("/proc/cpuinfo").read_text())
    name = model[1] if model else platform.machine()
    return f"{name}, {os.cpu_count()} cores (shared), Python {platform.python_version()}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--users", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=300)
    parser.add_argument("--mbit", type=float, help="each user's line, Mbit/s; without it as fast as it goes")
    parser.add_argument("--heic", type=Path, help="a HEIC photo, which is then every tenth")
    parser.add_argument("--limit-mb", type=int, default=512, help="the container's memory")
    parser.add_argument("--model", type=Path, help="folder of another bundle than the one that ships")
    parser.add_argument("--core", type=int, help="the service's core; the first unless told")
    parser.add_argument("--out", type=Path, help="where the figures go; results/load.json unless told")
    asked = parser.parse_args()
    photo = phone_jpeg()
    heic = asked.heic.read_bytes() if asked.heic else None
    figures = {
        "date": datetime.now(UTC).isoformat(timespec="minutes"),
        "machine": machine(),
        "photo": f"12 megapixels, {len(photo):,} bytes",
        **measure(asked.users, asked.seconds, photo, asked.mbit, asked.limit_mb, heic, asked.core, asked.model),
    }
    print(json.dumps(figures, indent=2))
    name = "load_slow_lines.json" if asked.mbit else "load_heic.json" if heic else "load.json"
    name = name if asked.limit_mb < PAID_FROM_MB else f"paid_{name}"
    out = asked.out or RESULTS / name
    out.write_text(json.dumps(figures, indent=2) + "\n")


if __name__ == "__main__":
    main()
