"""Where a local server keeps its files, so that its account can enter and nobody else can."""

from __future__ import annotations

import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from jamhot.database.embedded.account import Account
from jamhot.errors import DatabaseError

SOCKET_NAME = ".s.PGSQL.5432"
LOCK_NAME = "lock"
SOCKET_LIMIT = 103
"""Bytes of a socket's path: 107 on Linux, 103 on macOS."""
FOR_ROOT = (Path("/var/lib/jamhot"), Path("/var/tmp/jamhot"))  # noqa: S108 (owned by root, checked)
"""The first that can be made. /var/tmp comes last: systems empty it of files a month old, which kills a database."""


@dataclass(frozen=True, slots=True)
class Place:
    """The folders of one server: `state` holds the lock and the log, `data` the cluster, `socket` its door."""

    state: Path
    data: Path
    socket: Path

    @property
    def log(self) -> Path:
        return self.state / "postgresql.log"

    @property
    def lock(self) -> Path:
        return self.state / LOCK_NAME


def state_of(checkout: Path, account: Account) -> Path:
    """Where the server of this checkout keeps its files: in the checkout; for root, where the account may enter."""
    checkout = checkout.resolve()
    name = hashlib.sha256(os.fsencode(checkout)).hexdigest()[:12]
    if account.switch:
        return _first_possible([root / name for root in FOR_ROOT], shared_parent=True)
    state_home = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state")
    return _first_possible([checkout / ".jamhot", state_home / "jamhot" / name], shared_parent=False)


def _first_possible(folders: list[Path], *, shared_parent: bool) -> Path:
    reasons = []
    for folder in folders:
        try:
            folder.parent.mkdir(parents=True, exist_ok=True)
            if shared_parent:
                _open(folder.parent)
            folder.mkdir(exist_ok=True)
            _open(folder)
            return folder
        except OSError as error:
            reasons.append(str(error))
    raise DatabaseError(f"no folder for the local PostgreSQL: {'; '.join(reasons)}", hint="set DATABASE_URL")


def _open(folder: Path) -> None:
    """Everybody may enter `folder`, only we may write. Raises PermissionError when it is not ours."""
    if folder.is_symlink() or folder.stat().st_uid != os.geteuid():
        raise PermissionError(f"{folder} belongs to another user")
    folder.chmod(0o755)


def data_in(state: Path, major: int) -> Path:
    """The cluster's folder: one for each major version of PostgreSQL."""
    return state / f"data-{major}"


def prepare(state: Path, major: int, account: Account) -> Place:
    """Makes the folders and checks that `account` can enter them.

    Raises:
        DatabaseError: they belong to somebody else, or the account cannot reach them.
    """
    state = state.resolve()
    try:
        state.mkdir(parents=True, exist_ok=True)
        _open(state)
    except OSError as error:
        raise DatabaseError(f"no folder for the local PostgreSQL: {error}", hint="set DATABASE_URL") from error
    if not account.may("-x", state):
        raise DatabaseError(f"the account that runs PostgreSQL cannot enter {state}", hint="set DATABASE_URL")
    socket = state / "socket"
    if len(os.fsencode(socket / SOCKET_NAME)) > SOCKET_LIMIT:
        socket = Path(tempfile.mkdtemp(prefix="jamhot-"))
    account.give(socket)
    return Place(state, data_in(state, major), socket)
