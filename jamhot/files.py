"""Files that are written whole or not at all."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO


@contextmanager
def written_whole(path: Path) -> Iterator[IO[bytes]]:
    """A file to write in. After the block `path` holds all of it, on the disk; after an error or a kill, what it held.

    What is being written has no name, so that a program that is killed leaves nothing behind; only the last step, a
    copy of finished bytes, goes through a file beside `path`.

    Raises:
        OSError: the folder is missing or closed, or the disk is full.
    """
    with TemporaryFile(dir=path.parent) as draft:
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
