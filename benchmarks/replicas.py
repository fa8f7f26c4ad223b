"""Three copies of the service behind nginx, one PostgreSQL, nothing else shared.

Shown: a new catalogue and a new model reach all three within a minute of use; a rolling restart under load loses no
request. nginx is Debian's: `apt-get install nginx-light`.

    python -m benchmarks.replicas
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx

from benchmarks.load import machine
from benchmarks.photos import phone_jpeg
from benchmarks.service import JPEG, ROOT, START_COMMAND, first_health, free_port
from jamhot.database.embedded import EmbeddedPostgres
from jamhot.settings import SHIPPED_BUNDLE

RESULTS = Path(__file__).parent / "results" / "replicas.json"
COPIES = 3
USERS = 8
PAUSE_S = 0.2
"""Between two requests of a user: what is shown is that none is lost, not how many there can be."""
WITHIN_S = 90.0
"""A minute between two looks, and the time that a look takes."""
NGINX = """
daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log; worker_processes 1;
events {{ worker_connections 1024; }}
http {{
  access_log off; client_max_body_size 40m;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  upstream jamhot {{ {servers} }}
  server {{
    listen 127.0.0.1:{port};
    location / {{
      proxy_pass http://jamhot; proxy_set_header Host $host;
      proxy_next_upstream error timeout; proxy_connect_timeout 2s;
    }}
    # A photo may be sent to the next one when the first went away in the middle: asking twice changes nothing.
    location = /api/classify {{
      proxy_pass http://jamhot; proxy_set_header Host $host;
      proxy_next_upstream error timeout non_idempotent; proxy_connect_timeout 2s;
    }}
  }}
}}
"""


class Copy:
    """One of the services, on a port of its own."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.port = free_port()
        self._environment = {**environment, "PORT": str(self.port)}
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Returns once it answers."""
        command = ["bash", "-c", START_COMMAND]
        self._process = subprocess.Popen(command, cwd=ROOT, env=self._environment, stdout=subprocess.DEVNULL)
        with httpx.Client(base_url=f"http://127.0.0.1:{self.port}", timeout=30) as client:
            first_health(client, most_s=120)

    def stop(self) -> None:
        """SIGTERM, and all the time it wants, as the platform's draining gives."""
        if self._process is not None:
            self._process.send_signal(signal.SIGTERM)
            self._process.wait(timeout=30)
            self._process = None

    def health(self) -> dict[str, object]:
        answer: dict[str, object] = httpx.get(f"http://127.0.0.1:{self.port}/api/health", timeout=10).json()
        return answer

    def use(self, photo: bytes) -> None:
        """Somebody reads a recipe and sends a photo."""
        with httpx.Client(base_url=f"http://127.0.0.1:{self.port}", timeout=30) as client:
            client.get("/api/recipes").raise_for_status()
            client.post("/api/classify", content=photo, headers=JPEG).raise_for_status()


@dataclass(frozen=True)
class Stage:
    """What stands: the copies, nginx's port, and the environment of the operator's commands."""

    copies: list[Copy]
    port: int
    environment: dict[str, str]


@contextmanager
def standing() -> Iterator[Stage]:
    """PostgreSQL, three copies, nginx; all of it gone afterwards. Raises SystemExit where there is no nginx."""
    nginx = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    if nginx is None:
        raise SystemExit("There is no nginx here: apt-get install nginx-light")
    with tempfile.TemporaryDirectory(prefix="jamhot-replicas-") as temporary:
        folder = Path(temporary)
        folder.chmod(0o755)
        with EmbeddedPostgres(folder / "postgres", durable=False) as url:
            path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
            # What one of them keeps on its disk must not help another: each has a cache of its own.
            env = {
                **os.environ,
                "PATH": path,
                "DATABASE_URL": url,
                "RATE_LIMIT_PER_MINUTE": "0",
                "MODEL_PROFILE": "free",
            }
            for script in ("run_migrations.py", "populate_database.py"):
                operate(env, script)
            copies = [Copy({**env, "XDG_CACHE_HOME": str(folder / f"cache-{n}")}) for n in range(COPIES)]
            process, port = _nginx(nginx, folder, copies)
            try:
                for copy in copies:
                    copy.start()
                yield Stage(copies, port, env)
            finally:
                process.terminate()
                process.wait(timeout=10)
                for copy in copies:
                    copy.stop()


def _nginx(program: str, folder: Path, copies: list[Copy]) -> tuple[subprocess.Popen[bytes], int]:
    port = free_port()
    servers = " ".join(f"server 127.0.0.1:{copy.port} max_fails=1 fail_timeout=1s;" for copy in copies)
    # Its workers run as another account, which must write bodies there.
    folder.chmod(0o777)
    config = folder / "nginx.conf"
    config.write_text(NGINX.format(folder=folder, servers=servers, port=port))
    return subprocess.Popen([program, "-c", config, "-p", folder], stderr=subprocess.DEVNULL), port


def operate(env: dict[str, str], script: str, *arguments: str) -> None:
    """One of the operator's commands."""
    subprocess.run(
        [sys.executable, ROOT / "scripts" / script, *arguments], env=env, check=True, stdout=subprocess.DEVNULL
    )


def seconds_until_all(stage: Stage, photo: bytes, have: Callable[[dict[str, object]], bool]) -> list[float | None]:
    """For each copy, used every second, the seconds until its health says so; None where it never did."""
    started = time.monotonic()
    found: list[float | None] = [None] * len(stage.copies)
    while None in found and time.monotonic() - started < WITHIN_S:
        for place, copy in enumerate(stage.copies):
            copy.use(photo)
            if found[place] is None and have(copy.health()):
                found[place] = round(time.monotonic() - started, 1)
        time.sleep(1)
    return found


def new_catalogue(stage: Stage, photo: bytes) -> list[float | None]:
    """Dumps and restores: the same catalogue under a higher number."""
    before = stage.copies[0].health()["catalog_version"]
    with tempfile.TemporaryDirectory(prefix="jamhot-dump-") as temporary:
        dump = str(Path(temporary) / "catalogue.zip")
        operate(stage.environment, "dump_database.py", dump)
        operate(stage.environment, "restore_database.py", dump)
    return seconds_until_all(stage, photo, lambda health: health["catalog_version"] != before)


def new_model(stage: Stage, photo: bytes) -> list[float | None]:
    """Publishes the bundle that ships under another version."""
    with tempfile.TemporaryDirectory(prefix="jamhot-bundle-") as temporary:
        folder = Path(shutil.copytree(SHIPPED_BUNDLE, Path(temporary) / "bundle"))
        card = json.loads((folder / "card.json").read_text())
        version = f"{card['version']}.replicas"
        (folder / "card.json").write_text(json.dumps({**card, "version": version}))
        operate(stage.environment, "upload_model.py", str(folder))
    return seconds_until_all(stage, photo, lambda health: health["model_version"] == version)


async def _user(number: int, port: int, photo: bytes, stop: threading.Event, seen: Counter[str]) -> None:
    addresses = ("/", "/api/recipes?q=plum", "/jamdex", "/api/fruits/quince")
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
        turn = number
        while not stop.is_set():
            turn += 1
            try:
                if turn % 3:
                    answer = await client.get(addresses[turn % len(addresses)])
                else:
                    answer = await client.post("/api/classify", content=photo, headers=JPEG)
                seen[str(answer.status_code)] += 1
            except httpx.HTTPError as error:
                seen[type(error).__name__] += 1
            await asyncio.sleep(PAUSE_S)


async def _crowd(port: int, photo: bytes, stop: threading.Event, seen: Counter[str]) -> None:
    await asyncio.gather(*(_user(number, port, photo, stop, seen) for number in range(USERS)))


def rolling_restart(stage: Stage, photo: bytes) -> dict[str, int]:
    """Each copy is ended and started anew, twice round, while users send photos and read; statuses."""
    seen: Counter[str] = Counter()
    stop = threading.Event()
    users = threading.Thread(target=lambda: asyncio.run(_crowd(stage.port, photo, stop, seen)))
    users.start()
    try:
        for copy in stage.copies * 2:
            time.sleep(3)
            copy.stop()
            copy.start()
        time.sleep(3)
    finally:
        stop.set()
        users.join()
    return dict(seen)


def measure() -> dict[str, object]:
    """All three."""
    photo = phone_jpeg(1600, 1200)
    with standing() as stage:
        return {
            "copies": COPIES,
            "seconds_until_a_new_catalogue_is_served": new_catalogue(stage, photo),
            "seconds_until_a_new_model_answers": new_model(stage, photo),
            "answers_during_rolling_restarts": rolling_restart(stage, photo),
        }


def main() -> None:
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args()
    figures = {"date": datetime.now(UTC).isoformat(timespec="minutes"), "machine": machine(), **measure()}
    print(json.dumps(figures, indent=2))
    RESULTS.write_text(json.dumps(figures, indent=2) + "\n")


if __name__ == "__main__":
    main()
