"""What an idle service sends: nothing. Counted by the kernel, in a network of the service's own.

The service runs in a new network namespace (root is needed), where every packet is its own; PostgreSQL stands behind a
forwarder in the same namespace, so that traffic to it is counted as it would be on the platform. A photo and a recipe
are asked for first; then nobody asks anything.

    python -m benchmarks.idle --minutes 12
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx

from benchmarks.photos import phone_jpeg
from benchmarks.service import JPEG, ROOT, START_COMMAND, first_health

RESULTS = Path(__file__).parent / "results" / "idle.json"
SERVICE, POSTGRES = 8000, 5432
SETTLE_S = 60
"""An answer's connections may stay open for that long: 20 s for the pool's, then what is on its way."""


def packets() -> int:
    """Packets that this namespace has sent so far, on any interface."""
    lines = Path("/proc/net/dev").read_text().splitlines()[2:]
    return sum(int(line.split(":")[1].split()[9]) for line in lines)


def connections() -> int:
    """TCP connections that are not closed, of either family (listeners left out)."""
    rows = [line.split() for name in ("tcp", "tcp6") for line in Path(f"/proc/net/{name}").read_text().splitlines()[1:]]
    listening, time_wait = "0A", "06"
    return sum(row[3] not in (listening, time_wait) for row in rows)


async def forward(socket_path: str) -> None:
    """Hands TCP connections on to PostgreSQL's Unix socket, which is reached from any namespace."""

    async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
        writer.close()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        inner_reader, inner_writer = await asyncio.open_unix_connection(socket_path)
        await asyncio.gather(pump(reader, inner_writer), pump(inner_reader, writer), return_exceptions=True)

    server = await asyncio.start_server(serve, "127.0.0.1", POSTGRES)
    await server.serve_forever()


def inside(minutes: float, socket_path: str) -> dict[str, object]:
    """In the namespace: starts, asks, falls silent, counts."""
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    forwarder = subprocess.Popen([sys.executable, "-m", "benchmarks.idle", "--forward", socket_path], cwd=ROOT)
    url = f"postgresql://postgres@127.0.0.1:{POSTGRES}/jamhot"
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    env = {**os.environ, "DATABASE_URL": url, "PORT": str(SERVICE), "PATH": path}
    service = subprocess.Popen(["bash", "-c", START_COMMAND], cwd=ROOT, env=env, stdout=subprocess.DEVNULL)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{SERVICE}", timeout=30) as client:
            first_health(client)
            client.post("/api/classify", content=phone_jpeg(), headers=JPEG).raise_for_status()
            client.get("/api/recipes").raise_for_status()
            time.sleep(2)
            health = client.get("/api/health").json()
        open_after_use = connections()
        time.sleep(SETTLE_S)
        settled, cpu = packets(), _cpu_ticks(service.pid)
        time.sleep(minutes * 60)
        return {
            "database": health["status"],
            "connections_just_after_use": open_after_use,
            "connections_after_a_minute": connections(),
            "minutes_watched": minutes,
            "packets_sent_while_idle": packets() - settled,
            "packets_sent_before": settled,
            "cpu_ms_while_idle": (_cpu_ticks(service.pid) - cpu) * 1000 // os.sysconf("SC_CLK_TCK"),
        }
    finally:
        for process in (service, forwarder):
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=30)


def _cpu_ticks(pid: int) -> int:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


def measure(minutes: float) -> dict[str, object]:
    """Starts PostgreSQL outside and everything else in a namespace of its own."""
    from jamhot.database.embedded import EmbeddedPostgres

    with tempfile.TemporaryDirectory(prefix="jamhot-idle-") as temporary:
        Path(temporary).chmod(0o755)
        with EmbeddedPostgres(Path(temporary) / "postgres", durable=False) as url:
            env = {**os.environ, "DATABASE_URL": url}
            for script in ("run_migrations.py", "populate_database.py"):
                subprocess.run(
                    [sys.executable, ROOT / "scripts" / script], env=env, check=True, stdout=subprocess.DEVNULL
                )
            folder = parse_qs(urlsplit(url).query)["host"][0]
            unix = f"{folder}/.s.PGSQL.{POSTGRES}"
            apart = ["unshare", "--net", sys.executable, "-m", "benchmarks.idle", "--inside", unix]
            apart += ["--minutes", str(minutes)]
            told = subprocess.run(apart, cwd=ROOT, env=os.environ, check=True, stdout=subprocess.PIPE, text=True)
    figures: dict[str, object] = json.loads(told.stdout)
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=12)
    parser.add_argument("--inside", help=argparse.SUPPRESS)
    parser.add_argument("--forward", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.forward:
        asyncio.run(forward(asked.forward))
    elif asked.inside:
        print(json.dumps(inside(asked.minutes, asked.inside)))
    else:
        figures = {"date": datetime.now(UTC).isoformat(timespec="minutes"), **measure(asked.minutes)}
        print(json.dumps(figures, indent=2))
        RESULTS.write_text(json.dumps(figures, indent=2) + "\n")


if __name__ == "__main__":
    main()
