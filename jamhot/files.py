"""Files that are written whole or not at all, and the folder of those that may be deleted at any time."""

from __future__ import annotations

import errno
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

OTHERS_MAY_WRITE = stat.S_IWGRP | stat.S_IWOTH


@contextmanager
def written_whole(path: Path) -> Iterator[IO[bytes]]:
    """A file to write in. After the block `path` holds all of it, on the disk; after an error or a kill, what it held.

    What is being written has no name, so that a program that is killed leaves nothing behind; only the last step, a
    copy of finished bytes, goes through a file beside `path`.

    Raises:
        OSError: `path` is a folder or a device, its folder is missing or closed, or the disk is full.
    """
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    if path.exists() and not path.is_file():  # /dev/null itself would be replaced, for all of the machine
        raise OSError(errno.EINVAL, "it is a device or a pipe, not a file", str(path))
    path = path.resolve()  # a link stays, and what it leads to is replaced
    with tempfile.TemporaryFile(dir=path.parent) as draft:
        yield draft
        draft.seek(0)
        part = path.with_name(f".{path.name}.{os.getpid()}.part")
        try:
            _copy(draft, part)
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
    _sync_folder(path.parent)


def _copy(draft: IO[bytes], part: Path) -> None:
    with part.open("wb") as file:
        shutil.copyfileobj(draft, file)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    """A rename is on the disk when its folder is."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def cache_folder() -> Path:
    """Where this account keeps such files: XDG's cache folder, else a folder of its own beside the temporary files."""
    with suppress(RuntimeError, OSError):
        home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "jamhot"
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        return home
    return Path(tempfile.gettempdir()) / f"jamhot-cache-{os.geteuid()}"


def check_closed(folder: os.stat_result) -> None:
    """Raises ValueError when it is no folder (a link is none), somebody else owns it, or others may write in it."""
    if not stat.S_ISDIR(folder.st_mode) or folder.st_uid != os.geteuid() or folder.st_mode & OTHERS_MAY_WRITE:
        raise ValueError("its folder is not this account's alone")
