"""The file: a ZIP that any program opens, with a manifest and a member for each table, sealed by a SHA-256 of it all.

`manifest.json` is `Manifest`; `tables/NAME.copy` is the text format of PostgreSQL's COPY. The seal is the ZIP's
comment, 64 hex digits, the last bytes of the file, over everything before them: no byte can change or be missing
unnoticed.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from jamhot.errors import ArchiveError

FORMAT = 1
CHUNK = 1 << 16
SEAL_BYTES = 64
MANIFEST = "manifest.json"
DAMAGED = "is damaged or was cut short; nothing was restored"


class Part(BaseModel):
    """Base of the manifest's parts: nothing unknown let in."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Table(Part):
    """One table's rows: how many, of which columns, and the SHA-256 of their member."""

    name: str = Field(pattern=r"^[a-z_]{1,63}$")
    columns: tuple[str, ...] = Field(min_length=1)
    rows: int = Field(ge=0)
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")

    @property
    def member(self) -> str:
        return member(self.name)


class Manifest(Part):
    """What is in the file. `tables` stand in the order in which they are filled."""

    format: int
    revision: str = Field(description="of the schema that the rows fit")
    catalog_version: int = Field(ge=1)
    next_recipe_id: int = Field(ge=1, description="what the sequence of scraped recipes gives next")
    server: int = Field(description="PostgreSQL's version number, such as 180006")
    created: datetime
    tables: tuple[Table, ...]

    def rows(self, table: str) -> int:
        """How many rows of `table`; 0 when it is not there."""
        return sum(one.rows for one in self.tables if one.name == table)


class Archive:
    """An opened file whose seal is whole."""

    def __init__(self, zipped: ZipFile, manifest: Manifest) -> None:
        self._zipped = zipped
        self.manifest = manifest

    def chunks(self, table: Table) -> Iterator[bytes]:
        """A table's rows. Raises ArchiveError at their end when they are not what the manifest says."""
        digest = hashlib.sha256()
        try:
            with self._zipped.open(table.member) as member:
                while chunk := member.read(CHUNK):
                    digest.update(chunk)
                    yield chunk
        except (BadZipFile, KeyError, EOFError, zlib.error, NotImplementedError) as error:
            raise ArchiveError(f"the dump {DAMAGED}: {table.name} cannot be read") from error
        if digest.hexdigest() != table.sha256:
            raise ArchiveError(f"the dump {DAMAGED}: the rows of {table.name} are not those that were dumped")


def member(table: str) -> str:
    """Name of a table's rows in the file."""
    return f"tables/{table}.copy"


@contextmanager
def writing(file: IO[bytes]) -> Iterator[ZipFile]:
    """A ZIP to fill; sealed when the block ends without an error."""
    with ZipFile(file, "w", ZIP_DEFLATED, compresslevel=9) as zipped:
        yield zipped
        zipped.comment = b"0" * SEAL_BYTES
    seal = _digest(file)
    file.seek(-SEAL_BYTES, 2)
    file.write(seal)


@contextmanager
def opened(path: Path) -> Iterator[Archive]:
    """The dump at `path`, checked byte by byte.

    Raises:
        ArchiveError: not there, no dump, damaged, cut short, or of a format newer than this version's.
    """
    try:
        file = path.open("rb")
    except OSError as error:
        raise ArchiveError(f"{path} cannot be read: {error.strerror}") from error
    with file:
        _check_seal(file, path)
        try:
            with ZipFile(file) as zipped:
                yield Archive(zipped, _manifest(zipped, path))
        except BadZipFile as error:
            raise ArchiveError(f"{path} {DAMAGED}") from error


def _check_seal(file: IO[bytes], path: Path) -> None:
    if file.read(4) != b"PK\x03\x04":
        raise ArchiveError(f"{path} is no dump of Jam Hot, or its beginning is damaged")
    size = file.seek(0, 2)
    seal = _digest(file) if size > SEAL_BYTES else b""
    file.seek(-min(size, SEAL_BYTES), 2)
    if file.read() != seal:
        raise ArchiveError(f"{path} {DAMAGED}")


def _digest(file: IO[bytes]) -> bytes:
    """SHA-256 of everything but the last 64 bytes, in hex."""
    left = file.seek(0, 2) - SEAL_BYTES
    file.seek(0)
    digest = hashlib.sha256()
    while left > 0 and (chunk := file.read(min(CHUNK, left))):
        digest.update(chunk)
        left -= len(chunk)
    return digest.hexdigest().encode()


def _manifest(zipped: ZipFile, path: Path) -> Manifest:
    try:
        text = zipped.read(MANIFEST)
        written = json.loads(text)["format"]
    except (KeyError, ValueError, TypeError) as error:
        raise ArchiveError(f"{path} is no dump of Jam Hot: it has no manifest") from error
    if written != FORMAT:
        raise ArchiveError(
            f"{path} has format {written}; this version reads format {FORMAT}", hint="restore it with a newer version"
        )
    try:
        return Manifest.model_validate_json(text)
    except ValidationError as error:
        raise ArchiveError(f"{path} has a manifest that cannot be read") from error
