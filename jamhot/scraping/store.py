"""The page store: every page as it came, what is still to be fetched, how hosts want to be treated, what was decided.

One SQLite file. Each page is one transaction with the task it answers, so that a program killed at any moment leaves
the store whole and loses at most the page in flight. Everything after fetching works from here alone.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import sqlite3
import time
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from w3lib.url import canonicalize_url

from jamhot.errors import JamHotError

Kind = Literal["listing", "recipe"]
State = Literal["waiting", "done", "refused", "failed"]

SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS page (
    url TEXT PRIMARY KEY, final_url TEXT NOT NULL, site TEXT NOT NULL, kind TEXT NOT NULL, status INTEGER NOT NULL,
    headers TEXT NOT NULL, body BLOB NOT NULL, sha256 TEXT NOT NULL, fetched REAL NOT NULL, checked REAL NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS page_final ON page (final_url);
CREATE TABLE IF NOT EXISTS task (
    url TEXT PRIMARY KEY, site TEXT NOT NULL, kind TEXT NOT NULL, depth INTEGER NOT NULL, state TEXT NOT NULL,
    reason TEXT NOT NULL, tries INTEGER NOT NULL, added REAL NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS task_state ON task (state, site);
CREATE TABLE IF NOT EXISTS host (
    host TEXT PRIMARY KEY, last_contact REAL NOT NULL DEFAULT 0, stopped_until REAL NOT NULL DEFAULT 0,
    stopped_reason TEXT NOT NULL DEFAULT '', robots TEXT NOT NULL DEFAULT '', robots_at REAL NOT NULL DEFAULT 0,
    day TEXT NOT NULL DEFAULT '', requests INTEGER NOT NULL DEFAULT 0, failures INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE IF NOT EXISTS decision (
    url TEXT NOT NULL, number INTEGER NOT NULL, site TEXT NOT NULL, accepted INTEGER NOT NULL, reason TEXT NOT NULL,
    value TEXT NOT NULL, PRIMARY KEY (url, number)
) STRICT;
"""


class StoreError(JamHotError):
    """The page store cannot be used."""

    code = "PAGE_STORE_ERROR"


@dataclass(frozen=True, slots=True)
class StoredPage:
    """A page as it came. `url` was asked, redirects led to `final_url`; `body` has its compression undone."""

    url: str
    final_url: str
    site: str
    kind: Kind
    status: int
    headers: dict[str, str]
    body: bytes
    fetched: float
    checked: float


@dataclass(frozen=True, slots=True)
class Task:
    """A page that is wanted. `depth`: how many listings lie before it."""

    url: str
    site: str
    kind: Kind
    depth: int = 0


@dataclass(frozen=True, slots=True)
class HostState:
    """How a host is to be treated. Times are seconds since 1970."""

    last_contact: float = 0.0
    stopped_until: float = 0.0
    stopped_reason: str = ""
    robots: str = ""
    robots_at: float = 0.0
    day: str = ""
    requests: int = 0
    failures: int = 0


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided of recipe `number` of a page; `value` is all of it as JSON."""

    url: str
    number: int
    site: str
    accepted: bool
    reason: str
    value: dict[str, Any]


def key(url: str) -> str:
    """One spelling of an address that may still be fetched: sorted query, no fragment."""
    return str(canonicalize_url(url.strip()))


class PageStore:
    """One folder with one file. Raises StoreError when it cannot be opened or written, or another program has it."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "pages.sqlite"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._lock = (folder / "lock").open("a")
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StoreError(f"another scrape is using {folder}", hint="wait until it ends") from None
        except OSError as error:
            raise StoreError(f"the page store {folder} cannot be used: {error.strerror}") from error
        try:
            self._db = sqlite3.connect(self._file, isolation_level=None)
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = FULL")
            self._db.executescript(SCHEMA)
        except sqlite3.DatabaseError as error:
            raise StoreError(f"{self._file} is no page store: {error}", hint="move it away to begin anew") from error

    def close(self) -> None:
        self._db.close()
        self._lock.close()

    def __enter__(self) -> PageStore:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        try:
            self._db.execute("BEGIN IMMEDIATE")
            yield
            self._db.execute("COMMIT")
        except sqlite3.Error as error:
            raise StoreError(f"{self._file} cannot be written: {error}", hint="is its disk full?") from error
        finally:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")

    # --- tasks

    def add(self, tasks: Iterable[Task]) -> int:
        """Remembers pages that are wanted; what is known already stays as it is. Returns how many are new."""
        wanted = list(tasks)  # what makes them may itself use the store
        with self._transaction():
            return sum(
                self._db.execute(
                    "INSERT INTO task VALUES (?, ?, ?, ?, 'waiting', '', 0, ?) ON CONFLICT (url) DO NOTHING",
                    [key(task.url), task.site, task.kind, task.depth, time.time()],
                ).rowcount
                for task in wanted
                if not self._has(key(task.url))
            )

    def waiting(self, kind: Kind, sites: Iterable[str]) -> list[Task]:
        """What is to be fetched, in the order in which it was found."""
        names = list(sites)
        rows = self._db.execute(
            f"SELECT url, site, kind, depth FROM task WHERE state = 'waiting' AND kind = ? "  # noqa: S608 (marks alone)
            f"AND site IN ({', '.join('?' * len(names))}) ORDER BY added, rowid",
            [kind, *names],
        )
        return [Task(*row) for row in rows]

    def settle(self, url: str, state: State, reason: str) -> None:
        """Says how a task ended; of a failed one, that it was tried once more."""
        with self._transaction():
            self._db.execute(
                "UPDATE task SET state = ?, reason = ?, tries = tries + 1 WHERE url = ?", [state, reason, key(url)]
            )

    def forgive(self, sites: Iterable[str]) -> int:
        """Puts failed tasks back in the queue. Returns how many."""
        names = list(sites)
        with self._transaction():
            return self._db.execute(
                "UPDATE task SET state = 'waiting', reason = '' WHERE state = 'failed' "  # noqa: S608 (marks alone)
                f"AND site IN ({', '.join('?' * len(names))})",
                names,
            ).rowcount

    def counts(self) -> list[tuple[str, str, str, str, int]]:
        """Site, kind, state, reason, how many."""
        return self._db.execute(
            "SELECT site, kind, state, reason, count(*) FROM task GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4"
        ).fetchall()

    # --- pages

    def _has(self, url: str) -> bool:
        return self._db.execute("SELECT 1 FROM page WHERE url = ? OR final_url = ?", [url, url]).fetchone() is not None

    def keep(self, page: StoredPage) -> None:
        """The page and the end of its task, together or not at all."""
        with self._transaction():
            self._db.execute(
                "INSERT OR REPLACE INTO page VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [key(page.url), key(page.final_url), page.site, page.kind, page.status, json.dumps(page.headers),
                 zlib.compress(page.body), hashlib.sha256(page.body).hexdigest(), page.fetched, page.checked],
            )  # fmt: skip
            self._db.execute(
                "INSERT INTO task VALUES (?, ?, ?, 0, 'done', '', 1, ?) "
                "ON CONFLICT (url) DO UPDATE SET state = 'done', reason = '', tries = tries + 1",
                [key(page.url), page.site, page.kind, time.time()],
            )

    def still_valid(self, url: str) -> None:
        """The server says that the page has not changed; it may have come as the end of another's redirects."""
        with self._transaction():
            now = time.time()
            self._db.execute("UPDATE page SET checked = ? WHERE url = ? OR final_url = ?", [now, key(url), key(url)])
            self._db.execute("UPDATE task SET state = 'done', reason = '' WHERE url = ?", [key(url)])

    def page(self, url: str) -> StoredPage | None:
        row = self._db.execute(f"SELECT {PAGE} FROM page WHERE url = ? OR final_url = ?", [key(url)] * 2).fetchone()  # noqa: S608
        return _page(row) if row else None

    def pages(self, sites: Iterable[str], kind: Kind = "recipe") -> Iterator[StoredPage]:
        """Every page of these sites, one in memory at a time, the oldest first."""
        names = list(sites)
        urls = self._db.execute(
            "SELECT url FROM page WHERE kind = ? "  # noqa: S608 (marks alone)
            f"AND site IN ({', '.join('?' * len(names))}) ORDER BY fetched, rowid",
            [kind, *names],
        ).fetchall()
        for (url,) in urls:
            found = self.page(url)
            if found is not None:
                yield found

    def stale(self, sites: Iterable[str], before: float) -> list[Task]:
        """Recipe pages that were last looked at before `before`."""
        names = list(sites)
        rows = self._db.execute(
            "SELECT url, site, kind FROM page WHERE kind = 'recipe' AND checked < ? "  # noqa: S608 (marks alone)
            f"AND site IN ({', '.join('?' * len(names))}) ORDER BY checked",
            [before, *names],
        )
        return [Task(*row) for row in rows]

    # --- hosts

    def host(self, name: str) -> HostState:
        columns = ", ".join(HostState.__slots__)
        row = self._db.execute(f"SELECT {columns} FROM host WHERE host = ?", [name]).fetchone()  # noqa: S608 (our names)
        return HostState(*row) if row else HostState()

    def hosts(self) -> dict[str, HostState]:
        return {name: self.host(name) for (name,) in self._db.execute("SELECT host FROM host ORDER BY host").fetchall()}

    def update_host(self, name: str, **values: float | str) -> None:
        """Sets columns of a host's row."""
        with self._transaction():
            self._db.execute("INSERT INTO host (host) VALUES (?) ON CONFLICT DO NOTHING", [name])
            for column, value in values.items():
                if column not in HostState.__slots__:
                    raise KeyError(column)
                self._db.execute(f"UPDATE host SET {column} = ? WHERE host = ?", [value, name])  # noqa: S608 (checked)

    # --- decisions

    def decide(self, url: str, decisions: Iterable[Decision]) -> None:
        """Replaces what was decided of a page."""
        with self._transaction():
            self._db.execute("DELETE FROM decision WHERE url = ?", [key(url)])
            self._db.executemany(
                "INSERT INTO decision VALUES (?, ?, ?, ?, ?, ?)",
                [
                    (key(one.url), one.number, one.site, one.accepted, one.reason, json.dumps(one.value))
                    for one in decisions
                ],
            )

    def decisions(self, *, accepted: bool | None = None) -> list[Decision]:
        rows = self._db.execute(
            "SELECT d.url, d.number, d.site, d.accepted, d.reason, d.value "
            "FROM decision d LEFT JOIN page p USING (url) "
            "WHERE ? IS NULL OR accepted = ? ORDER BY p.fetched, p.rowid, d.number",
            [accepted, accepted],
        )
        return [Decision(url, number, site, bool(taken), reason, json.loads(value))
                for url, number, site, taken, reason, value in rows]  # fmt: skip

    def decided(self) -> list[tuple[str, bool, str, int]]:
        """Site, accepted, reason, how many."""
        rows = self._db.execute(
            "SELECT site, accepted, reason, count(*) FROM decision GROUP BY 1, 2, 3 ORDER BY 1, 2 DESC, 4 DESC"
        )
        return [(site, bool(accepted), reason, count) for site, accepted, reason, count in rows]

    def check(self) -> list[str]:
        """What is wrong with the file: SQLite's own check, and every body against its sum."""
        found = [row[0] for row in self._db.execute("PRAGMA integrity_check") if row[0] != "ok"]
        for url, body, digest in self._db.execute("SELECT url, body, sha256 FROM page"):
            try:
                whole = hashlib.sha256(zlib.decompress(body)).hexdigest() == digest
            except zlib.error:
                whole = False
            if not whole:
                found.append(f"{url}: the stored page is damaged")
        return found


PAGE: Final = "url, final_url, site, kind, status, headers, body, fetched, checked"


def _page(row: tuple[Any, ...]) -> StoredPage:
    url, final_url, site, kind, status, headers, body, fetched, checked = row
    return StoredPage(url, final_url, site, kind, status, json.loads(headers), zlib.decompress(body), fetched, checked)
