"""As whom the server runs. PostgreSQL refuses root, so root lends it an account that can do nothing else."""

from __future__ import annotations

import os
import pwd
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from jamhot.errors import DatabaseError

UNPRIVILEGED = ("postgres", "nobody")
"""Accounts that exist on nearly every system; none is ever added."""


@dataclass(frozen=True, slots=True)
class Account:
    """A user and group to run as. `switch` is whether this process has to change to it (it is root)."""

    uid: int
    gid: int
    switch: bool

    def may(self, test: str, path: Path) -> bool:
        """Whether this account can do what `test` (`-x`, `-r`, `-w`) asks of `path`: tried, not worked out."""
        return self.run(["/bin/sh", "-c", f'test {test} "$1"', "sh", str(path)]).returncode == 0

    def run(self, command: Sequence[str]) -> subprocess.CompletedProcess[str]:
        """Runs to the end as this account, from `/`. Raises OSError when the program cannot be entered."""
        uid, gid, groups = self.identity()
        return subprocess.run(  # noqa: S603 (our own fixed commands)
            command, user=uid, group=gid, extra_groups=groups, cwd="/", env=clean_environment(),
            stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
        )  # fmt: skip

    def identity(self) -> tuple[int | None, int | None, list[int] | None]:
        """`user`, `group` and `extra_groups` of a subprocess; all None where nothing is to be changed."""
        return (self.uid, self.gid, []) if self.switch else (None, None, None)

    def give(self, folder: Path) -> None:
        """Makes `folder` if it is not there, and this account's alone (0700).

        Raises:
            DatabaseError: something else stands there: a link, a file, another user's folder.
        """
        folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.lstat()
        if folder.is_symlink() or not folder.is_dir() or found.st_uid not in (self.uid, os.geteuid()):
            raise DatabaseError(f"{folder} belongs to somebody else; remove it, it is the local PostgreSQL's")
        if self.switch:
            os.chown(folder, self.uid, self.gid, follow_symlinks=False)
        folder.chmod(0o700)


def server_account() -> Account:
    """This user; for root an unprivileged one. Raises DatabaseError where the system has none."""
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid(), switch=False)
    for name in UNPRIVILEGED:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid, switch=True)
    raise DatabaseError(
        f"PostgreSQL does not run as root, and this system has no user {' or '.join(UNPRIVILEGED)}",
        hint="start as a normal user, or set DATABASE_URL",
    )


def clean_environment() -> dict[str, str]:
    """This environment without libpq's and the server's own variables, which would bend what is started."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PG")}
