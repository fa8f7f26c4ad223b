"""`python -m benchmarks.roundtrips`: dumps and restores, killed at any moment; what was counted, sizes and times.

A dump that is killed leaves the file before it, a restore that is killed the database before it; never half of one.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import psycopg

from benchmarks.load import machine
from benchmarks.service import ROOT
from jamhot.database.embedded import EmbeddedPostgres

RESULTS = Path(__file__).parent / "results" / "roundtrips.json"
TABLES = ("fruits", "profiles", "recipes", "recipe_fruits", "catalog_version")
COUNTED = TABLES[:4]
COUNT = "SELECT count(*) FROM {}"
DIGEST = "SELECT md5(string_agg(t::text, E'\\n' ORDER BY t::text)) FROM {} t"


class Scripts:
    """The operator's own commands, against one database."""

    def __init__(self, url: str) -> None:
        self._env = {**os.environ, "DATABASE_URL": url}

    def start(self, name: str, *arguments: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, f"scripts/{name}.py", *arguments]
        return subprocess.Popen(command, cwd=ROOT, env=self._env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def run(self, name: str, *arguments: str) -> float:
        """Seconds. Raises CalledProcessError."""
        started = time.monotonic()
        process = self.start(name, *arguments)
        if process.wait():
            raise subprocess.CalledProcessError(process.returncode, name)
        return time.monotonic() - started

    def killed(self, after_s: float, name: str, *arguments: str) -> bool:
        """Runs it and kills it then, unless it was done; whether it was killed."""
        process = self.start(name, *arguments)
        try:
            process.wait(after_s)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
        return process.wait() == -signal.SIGKILL


def state(url: str) -> dict[str, str | None]:
    """A digest of every row, by table."""
    with psycopg.connect(url) as connection:
        return {table: _one(connection, DIGEST.format(table)) for table in TABLES}


def size_mb(url: str) -> float:
    """The database on disk, of which an empty one of PostgreSQL 18 takes 7.7 MB."""
    with psycopg.connect(url) as connection:
        return round(int(_one(connection, "SELECT pg_database_size(current_database())") or 0) / 1e6, 1)


def _one(connection: psycopg.Connection[tuple[object, ...]], query: str) -> str | None:
    row = connection.execute(query.encode()).fetchone()
    return str(row[0]) if row and row[0] is not None else None


def kill_dumps(scripts: Scripts, folder: Path, times: int, longest_s: float, chance: random.Random) -> int:
    """Over a file that holds another dump. How many were killed; raises AssertionError when anything was half."""
    file, older = folder / "catalogue", b"the dump of yesterday"
    killed = 0
    for _ in range(times):
        file.write_bytes(older)
        killed += scripts.killed(chance.uniform(0, longest_s), "dump_database", str(file))
        assert list(folder.iterdir()) == [file]
        if file.read_bytes() != older:
            scripts.run("restore_database", str(file))
    return killed


def kill_restores(
    scripts: Scripts, url: str, file: Path, states: list[dict[str, str | None]], times: int, longest_s: float,
    chance: random.Random,
) -> int:  # fmt: skip
    """Into a database that lacks a recipe, each time. How many were killed; raises AssertionError on half a state."""
    whole, lacking = states
    killed = 0
    for _ in range(times):
        with psycopg.connect(url) as connection:
            connection.execute("DELETE FROM recipes WHERE id = 1")
        killed += scripts.killed(chance.uniform(0, longest_s), "restore_database", str(file))
        _until_alone(url)
        found = {name: digest for name, digest in state(url).items() if name != "catalog_version"}
        assert found in (whole, lacking), found
        scripts.run("restore_database", str(file))
    return killed


def _until_alone(url: str) -> None:
    """The server notices only after a moment that a killed client is gone."""
    with psycopg.connect(url, autocommit=True) as connection:
        while _one(connection, "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'jamhot%'") != "0":
            time.sleep(0.02)


def measure(times: int, folder: Path) -> dict[str, object]:
    chance = random.Random(6)  # noqa: S311 (nothing secret)
    with EmbeddedPostgres(folder / "postgres", durable=False) as url:
        scripts = Scripts(url)
        scripts.run("run_migrations")
        scripts.run("populate_database")
        populated_mb = size_mb(url)
        file = folder / "dump"
        dump_s = scripts.run("dump_database", str(file))
        restore_s = scripts.run("restore_database", str(file))
        restored_mb = size_mb(url)
        with psycopg.connect(url) as connection:
            counts = {table: int(_one(connection, COUNT.format(table)) or 0) for table in COUNTED}
        whole = {name: digest for name, digest in state(url).items() if name != "catalog_version"}
        with psycopg.connect(url) as connection:
            connection.execute("DELETE FROM recipes WHERE id = 1")
        lacking = {name: digest for name, digest in state(url).items() if name != "catalog_version"}
        scripts.run("restore_database", str(file))
        dumps = folder / "dumps"
        dumps.mkdir()
        killed_dumps = kill_dumps(scripts, dumps, times, dump_s, chance)
        killed_restores = kill_restores(scripts, url, file, [whole, lacking], times, restore_s, chance)
        return {
            "rows": counts,
            "database_mb": {"populated": populated_mb, "after_a_restore": restored_mb},
            "dump_kb": round(file.stat().st_size / 1000),
            "dump_s": round(dump_s, 2),
            "restore_s": round(restore_s, 2),
            "dumps_killed": f"{killed_dumps} of {times}, none left half a file",
            "restores_killed": f"{killed_restores} of {times}, none left half a catalogue",
        }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=40, help="how often each is killed")
    parser.add_argument("--out", type=Path, default=RESULTS, help="where the figures go")
    asked = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="jamhot-roundtrips-"))
    # PostgreSQL's own account must be able to enter.
    folder.chmod(0o755)
    try:
        measured = measure(asked.times, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    figures = {"date": datetime.now(UTC).isoformat(timespec="minutes"), "machine": machine(), **measured}
    print(json.dumps(figures, indent=2))
    asked.out.write_text(json.dumps(figures, indent=2) + "\n")


if __name__ == "__main__":
    main()
