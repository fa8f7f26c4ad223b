"""Models come and go, the service stays: two copies in 512 MB each under load, while an operator publishes.

Twenty people send photos without an end. Meanwhile: five publications and a rollback by `scripts/upload_model.py`, and
three damaged bundles put into the database past every check (a flipped bit, a file cut short, a network that answers
NaN though all its digests are right). Every answer is counted, and each copy's first answer of each model is timed.
Then ten more swaps, one after the other, for the memory. `--every` is how often a copy looks, in seconds; the service's
own is 60.

    python -m benchmarks.models
    python -m benchmarks.models --every 5 --clients 5
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import psycopg

from benchmarks.container import MB, Container, container, start
from benchmarks.photos import phone_jpeg
from benchmarks.service import JPEG, ROOT, first_health, free_port
from jamhot.catalog.build import load_content
from jamhot.database.bundles import Parcel, in_use, publish
from jamhot.database.catalog_store import populate
from jamhot.database.embedded import EmbeddedPostgres
from jamhot.database.migrate import migrate
from jamhot.settings import SHIPPED_BUNDLE
from jamhot.vision.bundle_files import file_entry

RESULTS = Path(__file__).parent / "results" / "models.json"
LIMIT_MB = 512
PAUSE_S = 2.0
"""Between an answer and the next photo of the same person."""
SWAPS = 10
SWAPS_EVERY_S = 2.0
NAN = ROOT / "tests" / "vision" / "networks" / "nan.onnx"

SERVE = """
import sys, uvicorn
from jamhot.vision import keeper
keeper.CHECK_EVERY_S = float(sys.argv[1])
port = int(sys.argv[2])
uvicorn.run("main:app", host="127.0.0.1", port=port, timeout_keep_alive=65, access_log=False, log_config=None)
"""
"""The start command's `uvicorn main:app`, kept alive as docs/deploying.md sets it, but for how often a copy looks."""


@dataclass
class Seen:
    """What came back from one copy: statuses, and when each model first spoke (monotonic seconds)."""

    statuses: Counter[str] = field(default_factory=Counter)
    models: dict[str, float] = field(default_factory=dict)
    seconds: list[float] = field(default_factory=list)

    def take(self, status: str, model: str | None, seconds: float) -> None:
        self.statuses[status] += 1
        if model is not None:
            self.models.setdefault(model, time.monotonic())
            self.seconds.append(seconds)


@dataclass
class Copy:
    """One running service."""

    port: int
    process: subprocess.Popen[bytes]
    box: Container
    seen: Seen = field(default_factory=Seen)

    @property
    def client(self) -> httpx.Client:
        return httpx.Client(base_url=f"http://127.0.0.1:{self.port}", timeout=60)

    def health(self) -> dict[str, Any]:
        with self.client as client:
            answer: dict[str, Any] = client.get("/api/health").json()
        return answer


@dataclass(frozen=True)
class Show:
    """The stage: the database, the copies, and a folder for bundles."""

    url: str
    copies: list[Copy]
    folder: Path
    every_s: float

    def bundle(self, version: str) -> Path:
        """The shipped bundle under another version."""
        target = self.folder / version
        shutil.copytree(SHIPPED_BUNDLE, target)
        card = json.loads((target / "card.json").read_text())
        (target / "card.json").write_text(json.dumps({**card, "version": version}))
        return target

    def upload(self, *words: str) -> float:
        """Runs scripts/upload_model.py; monotonic seconds of its end."""
        command = [sys.executable, str(ROOT / "scripts" / "upload_model.py"), *words]
        subprocess.run(command, env={**os.environ, "DATABASE_URL": self.url}, check=True, stdout=subprocess.DEVNULL)
        return time.monotonic()

    def damage(self, version: str, spoil: Callable[[Path], None]) -> None:
        """Publishes a spoilt bundle past every check."""
        folder = self.bundle(version)
        digest = file_entry(folder / "card.json").sha256
        spoil(folder)
        if spoil is nan:
            digest = file_entry(folder / "card.json").sha256
        files = sorted(path.name for path in folder.iterdir())
        with psycopg.connect(self.url) as connection:
            parcel = Parcel(folder, files, "free", version, digest)
            publish(connection, parcel, seen=in_use(connection, "free"), keep=3)

    def wait_for(self, done: Callable[[Copy], bool]) -> None:
        """Until it is so on every copy. Raises TimeoutError."""
        until = time.monotonic() + 2 * self.every_s + 300
        while not all(done(copy) for copy in self.copies):
            if time.monotonic() > until:
                raise TimeoutError("a copy did not follow")
            time.sleep(0.1)


def flip(folder: Path) -> None:
    model = folder / "model.onnx"
    data = bytearray(model.read_bytes())
    data[len(data) // 2] ^= 1
    model.write_bytes(data)


def cut(folder: Path) -> None:
    model = folder / "model.onnx"
    model.write_bytes(model.read_bytes()[:-1000])


def nan(folder: Path) -> None:
    """All digests are right; the network is none that can be used."""
    shutil.copyfile(NAN, folder / "model.onnx")
    card = json.loads((folder / "card.json").read_text())
    data = (folder / "model.onnx").read_bytes()
    card["files"]["model.onnx"] = {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}
    card["preprocessing"]["size"], card["checks"], card["photo_checks"] = 32, [], []
    names: list[dict[str, object]] = [{"name": name, "aliases": []} for name in ("apple", "pear", "plum", "no_fruit")]
    labels = json.dumps({"schema_version": 1, "labels": names, "no_fruit": 3, "merged": {}, "left_out": {}}).encode()
    (folder / "labels.json").write_bytes(labels)
    card["files"]["labels.json"] = {"sha256": hashlib.sha256(labels).hexdigest(), "bytes": len(labels)}
    (folder / "card.json").write_text(json.dumps(card))


async def crowd(copies: list[Copy], clients: int, photo: bytes, stop: threading.Event) -> None:
    """People share the copies evenly; each sends a photo, waits for the answer, and sends the next."""
    limits = httpx.Limits(max_connections=clients, max_keepalive_connections=clients)
    async with httpx.AsyncClient(timeout=60, limits=limits) as http:
        await asyncio.gather(*(_person(http, copies[n % len(copies)], photo, stop) for n in range(clients)))


async def _person(http: httpx.AsyncClient, copy: Copy, photo: bytes, stop: threading.Event) -> None:
    while not stop.is_set():
        started = time.monotonic()
        try:
            url = f"http://127.0.0.1:{copy.port}/api/classify?return_recipes=false"
            answer = await http.post(url, content=photo, headers=JPEG)
            model = answer.json()["model"] if answer.status_code == 200 else None
            copy.seen.take(str(answer.status_code), model, time.monotonic() - started)
        except httpx.TransportError as error:
            copy.seen.take(type(error).__name__, None, 0.0)
        await asyncio.sleep(PAUSE_S)


@contextmanager
def under_load(copies: list[Copy], clients: int, photo: bytes) -> Iterator[None]:
    """While the block lasts."""
    stop = threading.Event()
    thread = threading.Thread(target=lambda: asyncio.run(crowd(copies, clients, photo, stop)))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


@contextmanager
def served(url: str, cache: Path, number: int, every_s: float) -> Iterator[Copy]:
    """One copy in a container of its own, with a disk of its own."""
    port = free_port()
    env = {k: v for k, v in os.environ.items() if not k.startswith(("DATABASE_", "MODEL_"))}
    env |= {"DATABASE_URL": url, "XDG_CACHE_HOME": str(cache / str(number)), "RATE_LIMIT_PER_MINUTE": "0"}
    env |= {"PYTHONPATH": str(ROOT), "WATCHDOG": "false", "SERVE": SERVE}
    cores = sorted(os.sched_getaffinity(0))
    with container(LIMIT_MB, name=f"-{number}") as box:
        command = f'exec {sys.executable} -c "$SERVE" {every_s} {port}'
        process = start(command, ROOT, env, cores[number % len(cores)], box)
        try:
            with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
                first_health(client)
            yield Copy(port, process, box)
        finally:
            process.terminate()
            process.wait(timeout=60)


@contextmanager
def stage(copies: int, every_s: float) -> Iterator[Show]:
    """A populated database and that many copies of the service."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="jamhot-models-")))
        folder.chmod(0o755)
        url = stack.enter_context(EmbeddedPostgres(folder / "postgres", durable=False))
        migrate(url)
        with psycopg.connect(url) as connection:
            populate(connection, load_content())
        running = [stack.enter_context(served(url, folder / "cache", number, every_s)) for number in range(copies)]
        yield Show(url, running, folder, every_s)


def play(clients: int, every_s: float, photo: bytes) -> dict[str, object]:
    """The whole show under load."""
    with stage(2, every_s) as show:
        with under_load(show.copies, clients, photo):
            time.sleep(5)
            before = [copy.box.anonymous() for copy in show.copies]
            started = time.monotonic()
            takes, refusals = _acts(show)
            elapsed = time.monotonic() - started
            time.sleep(3)
        time.sleep(2)
        return {
            "clients": clients,
            "copies": len(show.copies),
            "looks_every_s": every_s,
            "seconds": round(elapsed),
            "statuses": dict(sum((copy.seen.statuses for copy in show.copies), Counter())),
            "photo_to_answer_p50_s": round(statistics.median([s for c in show.copies for s in c.seen.seconds]), 3),
            "publish_to_first_answer_s": {what: [round(s, 1) for s in found] for what, found in takes.items()},
            "refused": refusals,
            "models_that_spoke": sorted(set().union(*(copy.seen.models for copy in show.copies))),
            "anonymous_mb_before": [round(value / MB) for value in before],
            "anonymous_mb_after": [round(copy.box.anonymous() / MB) for copy in show.copies],
            "anonymous_mb_peak": [round(copy.box.peak_anonymous / MB) for copy in show.copies],
            "oom_kills": sum(copy.box.oom_kills() for copy in show.copies),
            "database": sizes(show.url),
        }


def spoke(version: str) -> Callable[[Copy], bool]:
    """Whether a copy has answered with this model."""
    return lambda copy: version in copy.seen.models


def refused(name: str) -> Callable[[Copy], bool]:
    """Whether a copy's health says that it refused this bundle."""
    return lambda copy: f"model {name} refused" in str(copy.health()["problems"])


def _acts(show: Show) -> tuple[dict[str, list[float]], dict[str, str]]:
    """Five publications with three damaged ones between them, and a rollback."""
    takes: dict[str, list[float]] = {}
    refusals: dict[str, str] = {}
    spoils = {"v2": ("flipped", flip), "v3": ("cut", cut), "v4": ("nan", nan)}
    for version in ("v1", "v2", "v3", "v4", "v5"):
        print(f"publishing {version} …", flush=True)
        published = show.upload(str(show.bundle(version)))
        show.wait_for(spoke(version))
        takes[version] = [copy.seen.models[version] - published for copy in show.copies]
        if version in spoils:
            name, spoil = spoils[version]
            show.damage(name, spoil)
            show.wait_for(refused(name))
            told = show.copies[0].health()
            refusals[name] = next(text for text in told["problems"] if "refused" in text)
            assert told["model_version"] == version, told
    for copy in show.copies:
        copy.seen.models.pop("v4")
    print("rolling back …", flush=True)
    done = show.upload("--rollback")
    # before v5 the one in the database is the damaged one: an operator goes back as far as it takes
    show.wait_for(refused("nan"))
    done = show.upload("--rollback")
    show.wait_for(spoke("v4"))
    takes["rollback to v4"] = [copy.seen.models["v4"] - done for copy in show.copies]
    return takes, refusals


def sizes(url: str) -> dict[str, float]:
    """MB of the whole database on disk, and of the tables of models, with the newest three of one profile in it."""
    with psycopg.connect(url, autocommit=True) as connection:
        row = connection.execute(
            "SELECT pg_database_size(current_database()), pg_total_relation_size('model_parts'),"
            " (SELECT count(*) FROM models)"
        ).fetchone()
    whole, parts, models = row or (0, 0, 0)
    return {"whole_mb": round(whole / 1e6, 1), "models_mb": round(parts / 1e6, 1), "models": models}


def swaps(photo: bytes) -> dict[str, object]:
    """Ten swaps one after the other, and anonymous memory after each, MB."""
    found = []
    with stage(1, SWAPS_EVERY_S) as show:
        (copy,) = show.copies
        with under_load(show.copies, 2, photo):
            time.sleep(5)
            found.append(copy.box.anonymous())
            for number in range(1, SWAPS + 1):
                show.upload(str(show.bundle(f"swap-{number}")))
                show.wait_for(spoke(f"swap-{number}"))
                time.sleep(3)
                found.append(copy.box.anonymous())
                print(f"swap {number}: {found[-1] / MB:.1f} MB", flush=True)
        return {
            "anonymous_mb": [round(value / MB, 1) for value in found],
            "growth_mb_second_to_last": round((found[-1] - found[2]) / MB, 1),
            "statuses": dict(copy.seen.statuses),
            "database_after_ten_publications": sizes(show.url),
        }


def three_bundles() -> dict[str, float]:
    """A populated database with three publications in it."""
    with stage(0, 60) as show:
        for number in range(3):
            show.upload(str(show.bundle(f"v{number}")))
        return sizes(show.url)


def measure(clients: int, every_s: float, out: Path) -> dict[str, object]:
    """All of it; what is done is written at once."""
    photo = phone_jpeg(1600, 1200)
    figures: dict[str, object] = {"date": datetime.now(UTC).isoformat(timespec="minutes"), "limit_mb": LIMIT_MB}
    parts: dict[str, Callable[[], object]] = {
        "show": lambda: play(clients, every_s, photo),
        "ten_swaps": lambda: swaps(photo),
        "database_with_three": three_bundles,
    }
    for name, part in parts.items():
        figures[name] = part()
        print(json.dumps({name: figures[name]}, indent=2), flush=True)
        out.write_text(json.dumps(figures, indent=2) + "\n")
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clients", type=int, default=20)
    parser.add_argument("--every", type=float, default=60, help="seconds between two looks of a copy")
    parser.add_argument("--out", type=Path, default=RESULTS, help="where the figures go")
    asked = parser.parse_args()
    measure(asked.clients, asked.every, asked.out)


if __name__ == "__main__":
    main()
