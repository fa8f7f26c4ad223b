"""The watchdog, with a real event loop that stands still and real processes that start themselves anew."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable

import pytest

from jamhot.operations import watchdog
from jamhot.operations.watchdog import EXIT_CODE, RENEWED_AT, Watchdog
from jamhot.settings import ROOT
from tests.patience import until


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watchdog, "EVERY_S", 0.05)


def watched(scenario: Callable[[list[str]], None], hung: int = 0) -> list[str]:
    """Reasons to start anew that were found while `scenario`, which is given them, ran on the loop."""
    reasons: list[str] = []

    async def run() -> None:
        dog = Watchdog(lambda: hung, reasons.append)
        dog.start()
        scenario(reasons)
        await asyncio.sleep(0.2)
        dog.close()

    asyncio.run(run())
    return reasons


def test_a_loop_that_stands_still_is_found() -> None:
    reasons = watched(lambda reasons: until(lambda: bool(reasons)))
    assert "has not answered" in reasons[0]


def test_a_loop_that_is_late_is_left_alone() -> None:
    assert watched(lambda _: time.sleep(0.08)) == []


def test_threads_that_hang_are_counted() -> None:
    assert watched(lambda _: None, hung=watchdog.MOST_HUNG - 1) == []
    found = watched(lambda reasons: until(lambda: bool(reasons)), hung=watchdog.MOST_HUNG)
    assert "4 photos hang" in found[0]


def test_nothing_is_found_after_the_end() -> None:
    reasons: list[str] = []

    async def run() -> None:
        dog = Watchdog(lambda: 0, reasons.append)
        dog.start()
        dog.close()
        time.sleep(0.5)  # noqa: ASYNC251 (that is the point)

    asyncio.run(run())
    assert reasons == []


PROGRAM = r"""
import asyncio, os, sys, time
from jamhot.operations import logs, watchdog
watchdog.EVERY_S, watchdog.CPU_S = 0.2, 1.5
logs.configure(as_json=False)
async def main():
    watchdog.Watchdog(lambda: 0).start()
    print("up", os.getpid(), watchdog.RENEWED_AT in os.environ, flush=True)
    await asyncio.sleep(0.1)
    what = ""
    while (sign := os.read(0, 1)) not in (b"", b"\n"):  # no more than a line: the next life reads on
        what += sign.decode()
    if what == "hang":
        time.sleep(60)
    elif what == "regex":
        import re
        re.match("(a+)+$", "a" * 50 + "b")
    await asyncio.sleep(float(what))
asyncio.run(main())
"""


def program(**environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM], cwd=ROOT, env={**os.environ, **environment}, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def test_it_starts_anew_under_its_own_number_and_the_second_time_it_ends() -> None:
    process = program()
    said, _ = process.communicate("hang\nhang\n", timeout=60)
    lines = said.splitlines()
    assert lines[0] == f"up {process.pid} False"
    assert "starting anew" in lines[1]
    assert "MainThread" in lines[1]
    assert lines[2] == f"up {process.pid} True"
    assert "this is the end" in lines[3]
    assert process.returncode == EXIT_CODE


def test_after_an_hour_it_may_start_anew_again() -> None:
    process = program(**{RENEWED_AT: f"{time.monotonic() - 3601:.0f}"})
    said, _ = process.communicate("hang\n0\n", timeout=60)
    assert said.count("starting anew") == 1
    assert process.returncode == 0


def test_a_process_that_was_stopped_has_not_hung() -> None:
    process = program()
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdout.readline()
    process.stdin.write("4\n")
    process.stdin.flush()
    time.sleep(0.5)
    process.send_signal(signal.SIGSTOP)
    time.sleep(2)
    process.send_signal(signal.SIGCONT)
    said, _ = process.communicate(timeout=60)
    assert said == ""
    assert process.returncode == 0


def test_code_that_never_lets_go_of_the_interpreter_ends_with_its_stack() -> None:
    process = program()
    _, said = process.communicate("regex\n", timeout=60)
    assert process.returncode == -signal.SIGPROF
    assert "re/__init__.py" in said


def test_a_log_that_nobody_reads_does_not_hold_it_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watchdog, "LOGGING_S", 0.05)
    release = threading.Event()
    monkeypatch.setattr(watchdog.log, "critical", lambda *_: release.wait())
    watchdog._say("something")
    release.set()
