"""Starts, watches and ends a PostgreSQL of our own: a Unix socket, no TCP, nothing left behind."""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import IO
from urllib.parse import quote

import psutil
import psycopg

from jamhot.database.embedded.account import clean_environment, server_account
from jamhot.database.embedded.installation import Installation, find_installation
from jamhot.database.embedded.place import LOCK_NAME, SOCKET_NAME, Place, data_in, prepare, state_of
from jamhot.database.embedded.watchdog import Watchdog
from jamhot.errors import DatabaseError

DATABASE = "jamhot"
START_S = 30.0
FAST_STOP_S = 10.0
SOCKET_LINE = 4
"""Of postmaster.pid, counted from 0: the folder of the socket."""
SMALL = (
    "listen_addresses=", "unix_socket_permissions=0700", "max_connections=50", "superuser_reserved_connections=3",
    "shared_buffers=16MB", "maintenance_work_mem=16MB", "wal_level=minimal", "max_wal_senders=0", "wal_buffers=256kB",
    "min_wal_size=32MB", "max_wal_size=64MB", "max_worker_processes=2", "max_parallel_workers=0",
    "max_logical_replication_workers=0", "jit=off", "huge_pages=off", "timezone=UTC", "log_timezone=UTC",
    "log_checkpoints=off",
)  # fmt: skip
NOT_DURABLE = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


class EmbeddedPostgres:
    """One local server, from `start` to `stop`, or as a context manager that gives its address.

    Args:
        state: folder for everything it keeps; the server's account must be able to reach it.
        durable: False for tests: faster, and a power cut loses the data.
        installation: which PostgreSQL; found when not given.

    Raises (from `start`):
        DatabaseError: no PostgreSQL, no folder, another program is using this one, or it does not come up.
    """

    def __init__(self, state: Path, *, durable: bool = True, installation: Installation | None = None) -> None:
        self._account = server_account()
        self._installation = installation or find_installation(self._account)
        self._durable = durable
        self._state = state
        self._place: Place | None = None
        self._lock: IO[str] | None = None
        self._watchdog: Watchdog | None = None
        self._process: subprocess.Popen[bytes] | None = None

    @classmethod
    def for_checkout(cls, checkout: Path) -> EmbeddedPostgres:
        """The server of this checkout: its data stays from one `make run` to the next."""
        return cls(state_of(checkout, server_account()))

    @property
    def bin_dir(self) -> Path:
        """Folder of psql, pg_dump and the others, of the server's own version."""
        return self._installation.bin_dir

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    def url(self, database: str = DATABASE) -> str:
        """libpq address of a database of this server. Raises DatabaseError before the first start."""
        if self._place is None:
            raise DatabaseError("the local PostgreSQL was never started")
        return _address(self._place.socket, database)

    def __enter__(self) -> str:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @contextmanager
    def joined(self) -> Iterator[str]:
        """The address of its database for a block: of the server that another program has up, else of one started."""
        url = self._up_elsewhere()
        if url is not None:
            yield url
            return
        with self as url:
            yield url

    def _up_elsewhere(self) -> str | None:
        data = data_in(self._state.resolve(), self._installation.major)
        file = data / "postmaster.pid"
        if not _is_locked(data.parent / LOCK_NAME) or _server_in(data, file) is None:
            return None
        socket = file.read_text(encoding="utf-8").split("\n")[SOCKET_LINE]
        return _address(Path(socket), DATABASE)

    def start(self) -> str:
        """Brings the server up, making its data folder the first time. Returns the address of its database."""
        if self._process is not None:
            return self.url()
        place = self._place = self._place or prepare(self._state, self._installation.major, self._account)
        self._lock = _locked(place)
        try:
            _end_leftover(place)
            if not (place.data / "PG_VERSION").exists():
                self._make_cluster(place)
            self._watchdog = Watchdog(place.data, self._account)
            self._process = self._spawn(place)
            self._wait_until_ready(place)
            self._make_database()
        except BaseException:
            self.stop()
            raise
        return self.url()

    def stop(self) -> None:
        """Ends the server in good order: fast shutdown, immediate if that hangs. Does nothing when it is down."""
        if self._process is not None:
            _end(self._process)
            self._process = None
        if self._watchdog is not None:
            self._watchdog.dismiss()
            self._watchdog = None
        if self._lock is not None:
            self._lock.close()
            self._lock = None
        if self._place is not None and self._place.socket.parent != self._place.state:
            shutil.rmtree(self._place.socket, ignore_errors=True)
            self._place = None

    def _make_cluster(self, place: Place) -> None:
        """initdb into a draft that is renamed when whole: killed halfway, the next start begins anew."""
        draft = place.data.with_name(f"{place.data.name}.draft")
        shutil.rmtree(draft, ignore_errors=True)
        self._account.give(draft)
        command = [
            str(self.bin_dir / "initdb"), "-D", str(draft), "-U", "postgres", "-E", "UTF8", "--wal-segsize=4",
            "--auth-local=trust", "--auth-host=reject", *_locale(self._installation.major),
            *([] if self._durable else ["--no-sync"]),
        ]  # fmt: skip
        made = self._account.run(command)
        if made.returncode != 0:
            raise DatabaseError(f"initdb failed: {' '.join(made.stderr.split())[-400:]}")
        draft.rename(place.data)

    def _spawn(self, place: Place) -> subprocess.Popen[bytes]:
        """The server itself, in a session of its own: the terminal's Ctrl-C is not for it."""
        options = [*SMALL, *([] if self._durable else NOT_DURABLE)]
        if self._installation.major >= 18:
            options.append("io_method=sync")  # no I/O workers: three processes less
        command = [str(self.bin_dir / "postgres"), "-D", str(place.data), "-k", str(place.socket)]
        command += [word for option in options for word in ("-c", option)]
        uid, gid, groups = self._account.identity()
        if place.log.exists():
            place.log.replace(place.log.with_suffix(".log.before"))
        with place.log.open("wb") as log:
            return subprocess.Popen(  # noqa: S603 (our own fixed command)
                command, user=uid, group=gid, extra_groups=groups, cwd="/", env=clean_environment(),
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip

    def _wait_until_ready(self, place: Place) -> None:
        deadline = time.monotonic() + START_S
        while self._process is not None and self._process.poll() is None and time.monotonic() < deadline:
            with suppress(psycopg.OperationalError), psycopg.connect(self.url("postgres"), connect_timeout=5):
                return
            time.sleep(0.02)
        said = place.log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        raise DatabaseError(
            f"the local PostgreSQL did not start: {said[-1] if said else 'it said nothing'}",
            details={"log": str(place.log)},
        )

    def _make_database(self) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            there = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
            if there is None:
                connection.execute(f"CREATE DATABASE {DATABASE}")


def _locale(major: int) -> list[str]:
    """C.UTF-8 everywhere: PostgreSQL's own where it has one, since not every system's C library does."""
    if major >= 17:
        return ["--no-locale", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    return ["--locale=C.UTF-8"]


def _address(socket: Path, database: str) -> str:
    return f"postgresql:///{quote(database)}?host={quote(str(socket), safe='')}&user=postgres"


def _is_locked(lock: Path) -> bool:
    """Whether another program has the server."""
    try:
        with lock.open(encoding="ascii") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


def _locked(place: Place) -> IO[str]:
    """This server is ours until the file is closed. Raises DatabaseError when another program has it."""
    file = place.lock.open("a+", encoding="ascii")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.seek(0)
        owner = file.read().strip()
        file.close()
        raise DatabaseError(
            f"this checkout's PostgreSQL is in use by process {owner or 'unknown'}",
            hint="end that one first, or set DATABASE_URL to the database you want",
        ) from None
    file.truncate(0)
    file.write(str(os.getpid()))
    file.flush()
    return file


def _end_leftover(place: Place) -> None:
    """Ends a server that a killed program left and is about to go, and clears what a dead one left.

    A `postmaster.pid` whose number now belongs to another process would stop PostgreSQL from starting.
    """
    file = place.data / "postmaster.pid"
    leftover = _server_in(place.data, file)
    if leftover is not None:
        with suppress(psutil.NoSuchProcess):
            leftover.send_signal(signal.SIGINT)
            try:
                leftover.wait(timeout=2 * FAST_STOP_S)
            except psutil.TimeoutExpired:
                raise DatabaseError(f"an earlier PostgreSQL (process {leftover.pid}) does not end") from None
    file.unlink(missing_ok=True)
    for name in (SOCKET_NAME, f"{SOCKET_NAME}.lock"):
        (place.socket / name).unlink(missing_ok=True)


def _server_in(data: Path, file: Path) -> psutil.Process | None:
    """The live server that `file` (postmaster.pid) names, if it is one and works in `data`."""
    try:
        process = psutil.Process(int(file.read_text(encoding="ascii").split("\n", 1)[0]))
        return process if Path(process.cwd()) == data else None
    except (OSError, ValueError, psutil.Error):
        return None


def _end(process: subprocess.Popen[bytes]) -> None:
    for number, patience_s in ((signal.SIGINT, FAST_STOP_S), (signal.SIGQUIT, FAST_STOP_S), (signal.SIGKILL, 5.0)):
        process.send_signal(number)
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=patience_s)
            return
    raise DatabaseError(f"the local PostgreSQL (process {process.pid}) does not end")
