"""The server never outlives the program that started it, however that one ends (SIGKILL included).

A shell of a few hundred kilobytes holds the read end of a pipe. The kernel closes the write end when its owner dies;
the shell then ends the server that the data folder names. A pipe rather than `PR_SET_PDEATHSIG`, which is Linux only
and fires when the *thread* that started the child ends.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

from jamhot.database.embedded.account import Account, clean_environment

SCRIPT = r"""
read -r word && exit 0                        # a line: the server was ended in good order
file="$1/postmaster.pid"
tries=0
until { read -r pid < "$file"; } 2>/dev/null && [ -n "$pid" ]; do
  tries=$((tries + 1))                        # killed in the very moment of starting: the file is not there yet
  [ "$tries" -gt 30 ] && exit 0
  sleep 0.1
done
kill -INT "$pid" || exit 0
tries=0
while kill -0 "$pid" 2>/dev/null; do
  tries=$((tries + 1))
  [ "$tries" -eq 100 ] && kill -QUIT "$pid"
  [ "$tries" -gt 200 ] && exit 1
  sleep 0.1
done
"""


class Watchdog:
    """Watches this process on behalf of the server in `data`, until `dismiss`."""

    def __init__(self, data: Path, account: Account) -> None:
        uid, gid, groups = account.identity()
        self._shell = subprocess.Popen(  # noqa: S603 (our own fixed command)
            ["/bin/sh", "-c", SCRIPT, "jamhot-watchdog", str(data)],
            user=uid, group=gid, extra_groups=groups, cwd="/", env=clean_environment(), start_new_session=True,
            stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip

    def dismiss(self) -> None:
        """Ends the watch; call it when the server is down."""
        try:
            self._shell.communicate(b"done\n", timeout=5)
        except subprocess.TimeoutExpired:
            self._shell.kill()
            self._shell.wait()
