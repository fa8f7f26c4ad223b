"""An hour of mixed traffic in 512 MB on one core, and what memory does meanwhile: each minute, and its slope.

Twenty users at one request a second each: pages, recipes, searches, the jam lab, feedback, and photos: small ones, ones
of 12 megapixels, HEIC, damaged ones. PostgreSQL stands outside the container, as on the platform.

    python -m benchmarks.soak --minutes 60 --heic photo.heic
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import httpx
import numpy as np

from benchmarks.container import MB, Container, container, start
from benchmarks.load import machine
from benchmarks.photos import phone_jpeg
from benchmarks.service import ROOT, START_COMMAND, first_health, free_port
from jamhot.database.embedded import EmbeddedPostgres

RESULTS = Path(__file__).parent / "results" / "soak.json"
USERS = 20
EVERY_S = 1.0
SETTLED_MINUTE = 10
"""The slope is taken from here on: caches fill, and each code path is gone once."""
FRUITS = ("strawberry", "plum", "apple", "quince", "rhubarb", "orange", "blackcurrant", "fig", "peach", "gooseberry")
WORDS = ("jelly", "ginger", "marmelade", "low sugar", "purée", "strawbery", "lemon", "zucchini", "chutney", "beeton")


@dataclass(frozen=True)
class Photos:
    """Small, of 12 megapixels, HEIC (where there is one), cut short."""

    small: bytes
    large: bytes
    heic: bytes | None

    def any(self, chance: random.Random) -> bytes:
        kinds = [(self.small, 70), (self.large, 22), (self.small[:5000], 4), (self.heic or self.small, 4)]
        return chance.choices([k for k, _ in kinds], [w for _, w in kinds])[0]


@dataclass
class Seen:
    """What came back, and memory each minute."""

    statuses: Counter[str] = field(default_factory=Counter)
    slowest_s: dict[str, float] = field(default_factory=dict)
    minutes: list[dict[str, float]] = field(default_factory=list)


def page(chance: random.Random) -> str:
    """An address that somebody may open."""
    fruit, word = chance.choice(FRUITS), chance.choice(WORDS)
    addresses: list[Callable[[], str]] = [
        lambda: "/",
        lambda: f"/jamdex?q={word}",
        lambda: f"/jamdex/recipe/{chance.randint(1, 200)}",
        lambda: f"/fruitdex/{fruit}",
        lambda: "/fruitdex",
        lambda: "/jamlab",
        lambda: f"/api/recipes?fruits={fruit}&limit={chance.randint(1, 100)}&offset={chance.randint(0, 50)}",
        lambda: f"/api/recipes?q={word}",
        lambda: f"/api/recipes?have={fruit}:{chance.randint(100, 3000)}g",
        lambda: f"/api/recipes/{chance.randint(1, 200)}.json",
        lambda: f"/api/fruits/{fruit}",
        lambda: "/api/fruits",
        lambda: "/api/health",
        lambda: f"/nothing/here/{chance.randint(1, 10**9)}",
    ]
    return chance.choice(addresses)()


async def ask(client: httpx.AsyncClient, photos: Photos, chance: random.Random) -> httpx.Response:
    """One request of any kind."""
    what = chance.random()
    if what < 0.2:
        kind = {"Content-Type": "application/octet-stream"}
        return await client.post("/api/classify", content=photos.any(chance), headers=kind)
    if what < 0.25:
        lab = {"fruits": [{"name": chance.choice(FRUITS), "weight_g": chance.randint(200, 4000)}], "kind": "jam"}
        return await client.post("/api/jamlab", json=lab)
    if what < 0.255:
        word = {"said": "apple", "meant": chance.choice(FRUITS), "candidates": [], "model": "1"}
        return await client.post("/api/feedback", json=word)
    return await client.get(page(chance))


async def user(number: int, port: int, photos: Photos, until: float, seen: Seen) -> None:
    """One request a second, with an address of its own."""
    chance = random.Random(number)  # noqa: S311 (the same traffic every time is what is wanted)
    headers = {"X-Real-IP": f"10.1.0.{number + 1}"}
    await asyncio.sleep(number * EVERY_S / USERS)
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", headers=headers, timeout=120) as client:
        due = time.monotonic()
        while due < until:
            started = time.monotonic()
            try:
                status = str((await ask(client, photos, chance)).status_code)
            except httpx.HTTPError as error:
                status = type(error).__name__
            seen.statuses[status] += 1
            seen.slowest_s[status] = max(seen.slowest_s.get(status, 0.0), time.monotonic() - started)
            due = max(due + EVERY_S, time.monotonic() - 60)
            await asyncio.sleep(max(0.0, due - time.monotonic()))


async def traffic(port: int, photos: Photos, minutes: int, look: Callable[[], dict[str, float]]) -> Seen:
    """All users for so long, and a look at memory each minute."""
    seen, until = Seen(), time.monotonic() + minutes * 60
    users = [asyncio.create_task(user(number, port, photos, until, seen)) for number in range(USERS)]
    for minute in range(1, minutes + 1):
        await asyncio.sleep(max(0.0, until - (minutes - minute) * 60 - time.monotonic()))
        seen.minutes.append({"minute": minute, "requests": seen.statuses.total(), **look()})
        print(json.dumps(seen.minutes[-1]), file=sys.stderr, flush=True)
    await asyncio.gather(*users)
    return seen


def slope(minutes: list[dict[str, float]], name: str) -> float | None:
    """MB an hour by least squares, from the tenth minute on; None when that is too short a time."""
    settled = [row for row in minutes if row["minute"] >= SETTLED_MINUTE]
    if len(settled) < SETTLED_MINUTE:
        return None
    return round(float(np.polyfit([m["minute"] for m in settled], [m[name] for m in settled], 1)[0]) * 60, 2)


def memory(pid: int, box: Container) -> dict[str, float]:
    """MB: anonymous memory of the container, which has the decoder of HEIC in it, and of the service by itself."""
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    own = int(re.findall(r"^Anonymous: +(\d+)", rollup, re.MULTILINE)[0])
    return {"anonymous_mb": round(box.anonymous() / MB, 1), "service_anonymous_mb": round(own / 1024, 1)}


def measure(minutes: int, photos: Photos, limit_mb: int = 512) -> dict[str, object]:
    """Starts PostgreSQL, fills it, starts the service in its container, and lets the users come."""
    cores = sorted(os.sched_getaffinity(0))
    port = free_port()
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    with tempfile.TemporaryDirectory(prefix="jamhot-soak-") as temporary:
        Path(temporary).chmod(0o755)
        with EmbeddedPostgres(Path(temporary) / "postgres", durable=False) as url, container(limit_mb) as box:
            env = {k: v for k, v in os.environ.items() if k not in ("MODEL_PATH", "RATE_LIMIT_PER_MINUTE")}
            env |= {"PORT": str(port), "RAILWAY_ENVIRONMENT_NAME": "production", "PATH": path, "DATABASE_URL": url}
            for script in ("run_migrations.py", "populate_database.py"):
                subprocess.run(
                    [sys.executable, ROOT / "scripts" / script], env=env, check=True, stdout=subprocess.DEVNULL
                )
            process = start(START_COMMAND, ROOT, env, cores[0], box)
            try:
                with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
                    first_health(client)
                    seen = asyncio.run(traffic(port, photos, minutes, lambda: memory(process.pid, box)))
                    health = client.get("/api/health").json()["status"]
                kills = box.oom_kills()
            finally:
                process.terminate()
                code = process.wait(timeout=60)
    return {
        "minutes": minutes,
        "limit_mb": limit_mb,
        "requests": seen.statuses.total(),
        "statuses": dict(sorted(seen.statuses.items())),
        "slowest_s": {status: round(seconds, 2) for status, seconds in sorted(seen.slowest_s.items())},
        "peak_anonymous_mb": round(box.peak_anonymous / MB),
        "slope_anonymous_mb_an_hour": slope(seen.minutes, "anonymous_mb"),
        "slope_service_anonymous_mb_an_hour": slope(seen.minutes, "service_anonymous_mb"),
        "oom_kills": kills,
        "health_afterwards": health,
        "exit_after_sigterm": code,
        "each_minute": seen.minutes,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=int, default=60)
    parser.add_argument("--heic", type=Path, help="a HEIC photo; without it there is none among the photos")
    parser.add_argument("--out", type=Path, default=RESULTS, help="where the figures go")
    asked = parser.parse_args()
    heic = asked.heic.read_bytes() if asked.heic else None
    photos = Photos(phone_jpeg(1200, 900), phone_jpeg(), heic)
    figures: dict[str, object] = {"date": datetime.now(UTC).isoformat(timespec="minutes"), "machine": machine()}
    figures |= measure(asked.minutes, photos)
    print(json.dumps({name: value for name, value in figures.items() if name != "each_minute"}, indent=2))
    asked.out.write_text(json.dumps(figures, indent=1) + "\n")


if __name__ == "__main__":
    main()
