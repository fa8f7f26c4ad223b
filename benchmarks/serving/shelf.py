"""`python -m benchmarks.serving.shelf`: the catalogue from memory, beside the same questions asked of PostgreSQL.

Ours by its start command, SQLAlchemy with a pool, and a connection for each request, in turns on the first core;
PostgreSQL and the users have the last one.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import tempfile
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import psycopg

from benchmarks.load import machine
from benchmarks.service import START_COMMAND
from benchmarks.serving.contenders import Contender, Server, serving
from benchmarks.serving.crowd import Tally, hammer, request
from jamhot.catalog.build import load_content
from jamhot.database.catalog_store import populate
from jamhot.database.embedded import EmbeddedPostgres
from jamhot.database.migrate import migrate

RESULTS = Path(__file__).parents[1] / "results" / "shelf.json"
SQL = "exec uvicorn benchmarks.serving.sql:app --host 127.0.0.1 --port $PORT --log-level warning"
FRUITS = ("strawberry", "apple", "plum", "rhubarb", "lemon", "blackcurrant", "peach", "fig")


def questions() -> dict[str, list[bytes]]:
    """Requests by what they ask for; each is asked in many ways, so that no single answer is the one kept."""
    ids = [recipe.id for recipe in load_content().recipes]
    return {
        "recipes of a fruit": [request("GET", f"/api/recipes?fruits={name}") for name in FRUITS],
        "one recipe": [request("GET", f"/api/recipes/{number}") for number in ids],
        "all fruits": [request("GET", "/api/fruits")],
    }


def measure(rounds: int, seconds: float, users: int) -> dict[str, object]:
    """Answers a second, p50 and p99 of each, medians over rounds taken in turns, and ours over theirs."""
    cores = sorted(os.sched_getaffinity(0))
    asked = questions()
    figures: dict[str, object] = {}
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="jamhot-shelf-")))
        folder.chmod(0o755)
        os.sched_setaffinity(0, {cores[-1]})
        url = stack.enter_context(EmbeddedPostgres(folder / "postgres", durable=False))
        migrate(url)
        with psycopg.connect(url, autocommit=True) as connection:
            populate(connection, load_content())
        servers = {
            name: stack.enter_context(
                serving(Contender(name, command, no_photo), cores[0], {"DATABASE_URL": url, **extra})
            )
            for name, command, extra in (
                ("ours", START_COMMAND, {}),
                ("SQLAlchemy and pool", SQL, {"ACCESS": "pool"}),
                ("a connection each", SQL, {"ACCESS": "connect"}),
            )
        }
        for server in servers.values():
            server.wait_for(asked["all fruits"][0])
        for what, requests in asked.items():
            print(f"{what} …", flush=True)
            figures[what] = _cell(servers, requests, rounds, seconds, users)
    os.sched_setaffinity(0, set(cores))
    return figures


def no_photo(_kind: object) -> bytes:
    """No photo is asked of these."""
    return b""


def _cell(
    servers: dict[str, Server], requests: list[bytes], rounds: int, seconds: float, users: int
) -> dict[str, object]:
    rates: dict[str, list[float]] = {name: [] for name in servers}
    tallies = {name: Tally() for name in servers}
    for _round in range(rounds):
        for name, server in servers.items():
            found = hammer(server.port, requests, users, seconds)
            rates[name].append(found.rate)
            tallies[name].add(found)
    return {
        **{
            name: {
                "answers_a_s": round(statistics.median(rates[name])),
                "p50_ms": round(1000 * one.percentile(0.5), 1),
                "p99_ms": round(1000 * one.percentile(0.99), 1),
                "errors": one.errors,
            }
            for name, one in tallies.items()
        },
        "ours_over": {
            name: round(statistics.median(a / b for a, b in zip(rates["ours"], theirs, strict=True) if b), 1)
            for name, theirs in rates.items()
            if name != "ours"
        },
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=4, help="length of one contender's round")
    parser.add_argument("--users", type=int, default=32)
    parser.add_argument("--out", type=Path, default=RESULTS, help="where the figures go")
    asked = parser.parse_args()
    figures = {
        "date": datetime.now(UTC).isoformat(timespec="minutes"),
        "machine": machine(),
        "users": asked.users,
        **measure(asked.rounds, asked.seconds, asked.users),
    }
    print(json.dumps(figures, indent=2))
    asked.out.write_text(json.dumps(figures, indent=2) + "\n")


if __name__ == "__main__":
    main()
