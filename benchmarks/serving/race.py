"""`python -m benchmarks.serving.race`: our service, the bare loop, a plain FastAPI and LitServe, side by side.

Each server has a container of 512 MB and the first core, the users have the last one. All of them are up at once and
are asked in turns, round after round, so that what else the machine does falls on all alike: medians and ratios count,
not the figures by themselves. `--rival-python` names an interpreter with LitServe; without it an environment is made.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.load import machine
from benchmarks.service import ROOT, compile_as_built
from benchmarks.serving.contenders import LIMIT_MB, OURS, PLAIN, Contender, Server, litserve, peak_mb, serving
from benchmarks.serving.crowd import Tally, hammer
from benchmarks.serving.photos import Kind, photos

RESULTS = Path(__file__).parents[1] / "results"
LITSERVE = "litserve==0.2.19"
USERS = (1, 8, 32, 100)
DOLLARS_A_CORE_SECOND = 20 / (30 * 24 * 3600)
"""Railway, $20 a vCPU a month (https://docs.railway.com/reference/pricing)."""
DOLLARS_A_GB_MONTH = 10
"""The same page."""


@contextmanager
def bare_loop(core: int) -> Iterator[subprocess.Popen[str]]:
    """The bare loop in a process of its own on that core, waiting to be told what to do."""
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.serving.bare"],
        cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        preexec_fn=lambda: os.sched_setaffinity(0, {core}),
    )  # fmt: skip
    assert process.stdin
    assert process.stdout
    assert process.stdout.readline() == "ready\n"
    try:
        yield process
    finally:
        process.stdin.close()
        process.wait(timeout=30)


def bare_round(process: subprocess.Popen[str], kind: str, seconds: float) -> float:
    """Photos a second."""
    assert process.stdin
    assert process.stdout
    process.stdin.write(f"{kind} {seconds}\n")
    process.stdin.flush()
    return float(process.stdout.readline())


class Stand:
    """A contender's place in the race: its server, started anew when it was killed, and what it did so far."""

    def __init__(self, contender: Contender, core: int) -> None:
        self.contender = contender
        self.core = core
        self.deaths = 0
        self.peak_mb = 0
        self._stack = ExitStack()
        self.server = self._open()

    def _open(self) -> Server:
        return self._stack.enter_context(serving(self.contender, self.core))

    def ready(self, kind: Kind) -> Server:
        """The server, up and warm."""
        if not self.server.alive() or self.server.box.oom_kills():
            self._again()
        try:
            self.server.wait_for(self.contender.ask(kind))
        except TimeoutError:  # alive, and stuck at its limit of memory
            self._again()
            self.server.wait_for(self.contender.ask(kind))
        return self.server

    def _again(self) -> None:
        self.deaths += 1
        self.close()
        self.server = self._open()

    def close(self) -> None:
        self.peak_mb = max(self.peak_mb, peak_mb(self.server))
        self._stack.close()


def cold_starts(contenders: Sequence[Contender], kind: Kind, core: int, times: int) -> dict[str, list[float]]:
    """Seconds from exec to the first answered photo, in turns."""
    found: dict[str, list[float]] = {one.name: [] for one in contenders}
    for _ in range(times):
        for one in contenders:
            with serving(one, core) as server:
                found[one.name].append(round(server.wait_for(one.ask(kind)), 2))
    return found


def cell(
    stands: Sequence[Stand], bare: subprocess.Popen[str], name: str, kind: Kind, users: int, rounds: int, seconds: float
) -> dict[str, object]:
    """One kind of photo with so many users: everybody in turns, `rounds` times."""
    tallies = {stand.contender.name: Tally() for stand in stands}
    rates: dict[str, list[float]] = {stand.contender.name: [] for stand in stands}
    cpu = dict.fromkeys(tallies, 0.0)
    limit = []
    for _ in range(rounds):
        limit.append(bare_round(bare, name, seconds))
        for stand in stands:
            who, server = stand.contender.name, stand.ready(kind)
            before = server.cpu_s()
            found = hammer(server.port, [stand.contender.ask(kind)], users, seconds)
            cpu[who] += server.cpu_s() - before
            rates[who].append(found.rate)
            tallies[who].add(found)
    return {
        "bare_photos_a_s": round(statistics.median(limit), 1),
        **{
            who: {
                "photos_a_s": round(statistics.median(rates[who]), 1),
                "of_the_bare_loop": round(statistics.median(r / b for r, b in zip(rates[who], limit, strict=True)), 2),
                **{f"p{int(share * 100)}_ms": round(1000 * one.percentile(share), 1) for share in (0.5, 0.95, 0.99)},
                "errors": one.errors,
                "answers": len(one.seconds),
                "cpu_s_a_1000_photos": round(1000 * cpu[who] / len(one.seconds), 1) if one.seconds else None,
            }
            for who, one in tallies.items()
        },
        "ours_over": {
            who: round(statistics.median(a / b for a, b in zip(rates["ours"], theirs, strict=True) if b), 2)
            for who, theirs in rates.items()
            if who != "ours" and any(theirs)
        },
    }  # fmt: skip


def with_litserve(folder: Path) -> Path:
    """An environment with our requirements and LitServe; its interpreter."""
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "--require-hashes", "-r", ROOT / "requirements.txt"], check=True)
    subprocess.run([*pip, LITSERVE], check=True)
    return folder / "bin" / "python"


def race(rival: Path, rounds: int, seconds: float, users: Sequence[int], kinds: dict[str, Kind]) -> dict[str, object]:
    """The whole race's figures."""
    cores = sorted(os.sched_getaffinity(0))
    contenders = (OURS, PLAIN, litserve(rival))
    first = next(iter(kinds.values()))
    compile_as_built()
    os.sched_setaffinity(0, {cores[-1]})
    starts = cold_starts(contenders, first, cores[0], rounds)
    cells: dict[str, dict[str, object]] = {}
    with ExitStack() as stack:
        bare = stack.enter_context(bare_loop(cores[0]))
        stands = [Stand(one, cores[0]) for one in contenders]
        for stand in stands:
            stack.callback(stand.close)
        idle = {stand.contender.name: round(stand.ready(first).pss_mb()) for stand in stands}
        for name, kind in kinds.items():
            for crowd in users:
                print(f"{name}, {crowd} users …", flush=True)
                cells[f"{name} x {crowd}"] = cell(stands, bare, name, kind, crowd, rounds, seconds)
    os.sched_setaffinity(0, set(cores))
    return {
        "cold_start_s": starts,
        "after_one_photo_pss_mb": idle,
        "peak_anonymous_mb": {stand.contender.name: stand.peak_mb for stand in stands},
        "killed_or_dead": {stand.contender.name: stand.deaths for stand in stands},
        "dollars": {
            stand.contender.name: {
                "a_1000_photos_of_12_mp": _cpu_cost(cells, stand.contender.name),
                "a_month_awake": round(idle[stand.contender.name] / 1000 * DOLLARS_A_GB_MONTH, 2),
            }
            for stand in stands
        },
        "cells": cells,
    }


def _cpu_cost(cells: dict[str, dict[str, object]], who: str) -> float | None:
    found = next((one for name, one in cells.items() if name == "jpeg_12mp x 8"), {}).get(who)
    cpu = found.get("cpu_s_a_1000_photos") if isinstance(found, dict) else None
    return round(cpu * DOLLARS_A_CORE_SECOND, 5) if isinstance(cpu, float) else None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=5, help="length of one contender's round")
    parser.add_argument("--users", type=int, nargs="+", default=USERS)
    parser.add_argument("--kinds", nargs="+", help="kinds of photo; all of them unless told")
    parser.add_argument("--rival-python", type=Path, help="an interpreter with LitServe and our requirements")
    parser.add_argument("--out", type=Path, default=RESULTS / "race.json", help="where the figures go")
    asked = parser.parse_args()
    kinds = {name: kind for name, kind in photos().items() if not asked.kinds or name in asked.kinds}
    with tempfile.TemporaryDirectory(prefix="jamhot-race-") as folder:
        rival = asked.rival_python or with_litserve(Path(folder) / "litserve")
        figures = {
            "date": datetime.now(UTC).isoformat(timespec="minutes"),
            "machine": machine(),
            "limit_mb": LIMIT_MB,
            "photos": {name: len(kind.data) for name, kind in kinds.items()},
            **race(rival, asked.rounds, asked.seconds, asked.users, kinds),
        }
    print(json.dumps(figures, indent=2))
    asked.out.write_text(json.dumps(figures, indent=2) + "\n")


if __name__ == "__main__":
    main()
