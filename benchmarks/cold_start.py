"""From exec to the first answered photo, in 512 MB on one core, by the platform's own command: a service that wakes.

With a database and without; elapsed seconds and the processor's, which tell apart what the machine did meanwhile.
Then where the time of the imports goes, by package.

    python -m benchmarks.cold_start
"""

from __future__ import annotations

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import httpx

from benchmarks.container import container, start
from benchmarks.load import machine
from benchmarks.photos import phone_jpeg
from benchmarks.service import JPEG, ROOT, START_COMMAND, compile_as_built, free_port
from jamhot.database.embedded import EmbeddedPostgres

RESULTS = Path(__file__).parent / "results" / "cold_start.json"
TIMES = 7
PATIENCE_S = 180.0
PACKAGES = 12


def wake(photo: bytes, env: dict[str, str]) -> tuple[float, float]:
    """Seconds until the first photo was answered, and processor seconds spent until then."""
    core = sorted(os.sched_getaffinity(0))[0]
    port = free_port()
    with container(512) as box:
        started = time.monotonic()
        process = start(START_COMMAND, ROOT, {**env, "PORT": str(port)}, core, box)
        try:
            with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
                while True:
                    try:
                        client.post("/api/classify", content=photo, headers=JPEG).raise_for_status()
                        break
                    except httpx.TransportError:
                        if time.monotonic() - started > PATIENCE_S:
                            raise
                        time.sleep(0.01)
            elapsed = time.monotonic() - started
            fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
            return elapsed, (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
        finally:
            process.terminate()
            process.wait(timeout=30)


def wakes(photo: bytes, env: dict[str, str], times: int) -> dict[str, object]:
    """That so many times; the first warms the disk's cache and is left out."""
    found = [wake(photo, env) for _ in range(times + 1)][1:]
    elapsed, processor = zip(*found, strict=True)
    return {
        "elapsed_s": sorted(round(value, 2) for value in elapsed),
        "elapsed_median_s": round(statistics.median(elapsed), 2),
        "processor_median_s": round(statistics.median(processor), 2),
    }


def import_profile() -> dict[str, int]:
    """Milliseconds that importing the service takes, by package, the dearest ones; measured with `-X importtime`."""
    said = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", "import main"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stderr
    own: Counter[str] = Counter()
    for microseconds, module in re.findall(r"^import time: +(\d+) \| +\d+ \| +(\S+)$", said, re.MULTILINE):
        own[module.partition(".")[0]] += int(microseconds)
    dearest = {name: count // 1000 for name, count in own.most_common(PACKAGES)}
    return {"all": own.total() // 1000, **dearest}


def measure(times: int) -> dict[str, object]:
    """Without a database, with one, and the imports."""
    compile_as_built()
    photo = phone_jpeg()
    env = {k: v for k, v in os.environ.items() if not k.startswith(("DATABASE_", "MODEL_"))}
    env["PATH"] = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    figures: dict[str, object] = {"without_a_database": wakes(photo, env, times)}
    with tempfile.TemporaryDirectory(prefix="jamhot-cold-") as temporary:
        Path(temporary).chmod(0o755)
        with EmbeddedPostgres(Path(temporary) / "postgres", durable=False) as url:
            # An empty cache each time would be the platform's; the file is only read when the database is away.
            env |= {"DATABASE_URL": url, "XDG_CACHE_HOME": temporary}
            for script in ("run_migrations.py", "populate_database.py"):
                subprocess.run(
                    [sys.executable, ROOT / "scripts" / script], env=env, check=True, stdout=subprocess.DEVNULL
                )
            figures["with_a_database"] = wakes(photo, env, times)
    return figures | {"imports_ms": import_profile()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=TIMES)
    parser.add_argument("--out", type=Path, default=RESULTS, help="where the figures go")
    asked = parser.parse_args()
    figures = {"date": datetime.now(UTC).isoformat(timespec="minutes"), "machine": machine(), **measure(asked.times)}
    print(json.dumps(figures, indent=2))
    asked.out.write_text(json.dumps(figures, indent=2) + "\n")


if __name__ == "__main__":
    main()
