"""The last catalogue that a database gave, kept on this machine's disk for a start without the database.

A file of lines: which catalogue, each fruit, each recipe, and last the SHA-256 of all lines before. It is only ever
read by the account that wrote it; whatever else stands in its place is as good as nothing.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from jamhot.catalog.content import Content
from jamhot.catalog.types import CatalogVersion, Fruit, Recipe
from jamhot.files import check_closed, written_whole

log = logging.getLogger(__name__)

FORMAT = 1
MOST_FILES = 4
"""Catalogues of other databases are kept too, the newest few."""


class CatalogCache:
    """One database's last catalogue.

    Args:
        folder: made when it is not there; must belong to this account and to nobody else.
        database: names the database in the file's name, without any secret in it.
    """

    def __init__(self, folder: Path, database: str) -> None:
        self._folder = folder
        self._path = folder / f"catalogue-{database}.jsonl"

    def read(self) -> tuple[CatalogVersion, Content] | None:
        """What is kept; None when there is nothing, or it is damaged, cut short, of another format or not ours."""
        try:
            check_closed(self._folder.lstat())
            return _parse(self._lines())
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError) as error:
            log.warning("the catalogue on disk is not used: %s", _in_short(error))
            return None

    def write(self, version: CatalogVersion, content: Content) -> None:
        """Keeps this one. A disk that is full or closed is told in the log, and is no trouble otherwise."""
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            check_closed(self._folder.lstat())
            if not self._holds(version):
                with written_whole(self._path) as file:
                    for line in _sealed(_told(version, content)):
                        file.write(line)
                self._prune()
        except (OSError, ValueError) as error:
            log.warning("the catalogue is not kept on disk: %s", _in_short(error))

    def _lines(self) -> Iterator[bytes]:
        handle = os.open(self._path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with open(handle, "rb") as file:  # noqa: PTH123 (a handle, not a path)
            found = os.fstat(handle)
            if not stat.S_ISREG(found.st_mode) or found.st_uid != os.geteuid():
                raise ValueError("it is no file of ours")
            yield from file

    def _holds(self, version: CatalogVersion) -> bool:
        """Whether the file says that it is this one; whether it is whole is found out by reading."""
        with suppress(OSError, ValueError, KeyError, TypeError):
            return _version(next(self._lines(), b"")) == version
        return False

    def _prune(self) -> None:
        files = sorted(self._folder.glob("catalogue-*.jsonl"), key=lambda file: file.stat().st_mtime, reverse=True)
        for file in files[MOST_FILES:]:
            file.unlink(missing_ok=True)


def _told(version: CatalogVersion, content: Content) -> Iterator[bytes]:
    head = {"format": FORMAT, **version._asdict(), "fruits": len(content.fruits), "recipes": len(content.recipes)}
    yield json.dumps(head).encode() + b"\n"
    for one in (*content.fruits, *content.recipes):
        yield one.model_dump_json().encode() + b"\n"


def _sealed(lines: Iterable[bytes]) -> Iterator[bytes]:
    digest = hashlib.sha256()
    for line in lines:
        digest.update(line)
        yield line
    yield digest.hexdigest().encode() + b"\n"


def _parse(lines: Iterator[bytes]) -> tuple[CatalogVersion, Content]:
    """Raises ValueError when anything is not as `write` left it."""
    digest = hashlib.sha256()

    def checked() -> bytes:
        line = next(lines, b"")
        digest.update(line)
        return line

    first = checked()
    version, head = _version(first), json.loads(first)
    content = Content(
        fruits=tuple(Fruit.model_validate_json(checked()) for _ in range(head["fruits"])),
        recipes=tuple(Recipe.model_validate_json(checked()) for _ in range(head["recipes"])),
    )
    if [*lines] != [digest.hexdigest().encode() + b"\n"] or not content.fruits or not content.recipes:
        raise ValueError("it is damaged or was cut short")
    return version, content


def _version(line: bytes) -> CatalogVersion:
    head = json.loads(line)
    if head["format"] != FORMAT:
        raise ValueError(f"it has format {head['format']}")
    return CatalogVersion(int(head["number"]), str(head["digest"]))


def _in_short(error: Exception) -> str:
    """The first line, which is enough to know what kind of trouble it was."""
    return str(error).partition("\n")[0]
