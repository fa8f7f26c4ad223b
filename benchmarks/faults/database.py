"""A PostgreSQL of the faults' own behind a forwarder that can lose it, hold it up, or point elsewhere."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Literal
from urllib.parse import parse_qs, urlsplit

import psutil
import psycopg

from benchmarks.service import ROOT
from jamhot.database.embedded import EmbeddedPostgres

Way = Literal["open", "refused", "silent", "slow"]
SLOW_S = 2.0
READY = b"Z\x00\x00\x00\x05"
"""ReadyForQuery: what comes before it is the login, what comes after answers a query."""


class Forwarder:
    """TCP on loopback to a Unix socket, in a thread. `way` says what happens to what comes."""

    def __init__(self, unix: str) -> None:
        self._unix = unix
        self.way: Way = "open"
        self._loop = asyncio.new_event_loop()
        self._writers: set[asyncio.StreamWriter] = set()
        self._server = self._loop.run_until_complete(asyncio.start_server(self._serve, "127.0.0.1", 0))
        self.port = int(self._server.sockets[0].getsockname()[1])
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def go(self, way: Way) -> None:
        """From now on; connections that there are end, unless they are to fall silent or slow."""
        self.way = way
        if way in ("open", "refused"):
            asyncio.run_coroutine_threadsafe(self._end(), self._loop).result(5)

    def close(self) -> None:
        self.go("refused")
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)

    async def _end(self) -> None:
        for writer in list(self._writers):
            writer.transport.abort()
        await asyncio.sleep(0.1)  # for what served them to notice

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.way == "refused":
            writer.transport.abort()
            return
        self._writers.add(writer)
        try:
            inner_reader, inner_writer = await asyncio.open_unix_connection(self._unix)
        except OSError:
            writer.transport.abort()
            return
        self._writers.add(inner_writer)
        try:
            await asyncio.gather(
                self._pump(reader, inner_writer, back=False), self._pump(inner_reader, writer, back=True)
            )
        except OSError:
            pass
        finally:
            for one in (writer, inner_writer):
                self._writers.discard(one)
                one.transport.abort()

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, back: bool) -> None:
        ready = False
        while data := await reader.read(65536):
            while self.way == "silent":  # noqa: ASYNC110 (set from another thread)
                await asyncio.sleep(0.05)
            if self.way == "slow" and back and ready:
                await asyncio.sleep(SLOW_S)
            ready = ready or READY in data
            writer.write(data)
            await writer.drain()
        writer.transport.abort()


class Larder:
    """The server, the forwarder, and the service's address of it.

    Args:
        folder: one that PostgreSQL's account may enter.
    """

    def __init__(self, folder: Path) -> None:
        self.server = EmbeddedPostgres(folder, durable=True)
        self.server.start()
        for script in ("run_migrations.py", "populate_database.py"):
            env = {**os.environ, "DATABASE_URL": self.server.url()}
            subprocess.run([sys.executable, ROOT / "scripts" / script], env=env, check=True, stdout=subprocess.DEVNULL)
        socket = parse_qs(urlsplit(self.server.url()).query)["host"][0]
        self.forwarder = Forwarder(f"{socket}/.s.PGSQL.5432")

    def url(self, user: str = "postgres") -> str:
        """As the service knows it: TCP, through the forwarder."""
        return f"postgresql://{user}@127.0.0.1:{self.forwarder.port}/jamhot"

    def say(self, *statements: str, database: str = "jamhot") -> None:
        """SQL, past the forwarder."""
        with psycopg.connect(self.server.url(database), autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)  # written in our scenarios

    def kill(self) -> None:
        """SIGKILL to the server and all its processes, as a machine that loses its power."""
        assert self.server.pid is not None
        family = psutil.Process(self.server.pid)
        for process in [*family.children(recursive=True), family]:
            with suppress(psutil.NoSuchProcess):
                process.send_signal(signal.SIGKILL)
        psutil.wait_procs([family], timeout=10)
        with suppress(Exception):
            self.server.stop()

    def missing(self, acknowledged: Sequence[str]) -> int:
        """How many of the acknowledged words of feedback are not there; those that come meanwhile are not counted."""
        known = list(acknowledged)
        with psycopg.connect(self.server.url()) as connection:
            asked = "SELECT count(*) FROM public.feedback WHERE model = ANY(%s)"
            row = connection.execute(asked, [known]).fetchone()
        return len(known) - (row[0] if row else 0)

    def close(self) -> None:
        self.forwarder.close()
        self.server.stop()
