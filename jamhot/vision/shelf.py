"""The published bundle in use, kept on this machine's disk for the next start. It may be deleted at any time."""

from __future__ import annotations

import hashlib
import logging
import re
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from jamhot.errors import BundleError
from jamhot.files import check_closed
from jamhot.vision.bundle_files import CARD, SAFE_NAME, read_card
from jamhot.vision.published import Published

log = logging.getLogger(__name__)

LEFT_BEHIND_S = 3600
MOST_OTHERS = 3
"""Shelves of other databases and profiles are kept too, the newest few."""


class BundleShelf:
    """One folder for each database and profile; it holds at most one bundle, and drafts while one is fetched.

    Args:
        folder: made when it is not there; must belong to this account and to nobody else.
        name: of the database and the profile, without any secret in it.
    """

    def __init__(self, folder: Path, name: str) -> None:
        self._folder = folder / f"model-{name}"

    def read(self) -> tuple[Published, Path] | None:
        """The bundle that is kept, as far as its card is what was published; its other files are `verify`'s matter."""
        try:
            check_closed(self._folder.lstat())
            found = ((_published(folder), folder) for folder in sorted(self._folder.glob("[0-9]*-*")))
            return next(((published, folder) for published, folder in found if published), None)
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            log.warning("the bundle on disk is not used: %s", error)
        return None

    @contextmanager
    def draft(self) -> Iterator[Path]:
        """An empty folder, gone after the block unless `keep` took it; among temporary files where the disk is closed.

        Raises:
            OSError: there is no disk at all to write on.
        """
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            check_closed(self._folder.lstat())
            self._tidy()
            folder = Path(tempfile.mkdtemp(prefix=".draft-", dir=self._folder))
        except (OSError, ValueError) as error:
            log.warning("bundles are not kept on disk: %s", error)
            folder = Path(tempfile.mkdtemp(prefix="jamhot-model-"))
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def keep(self, draft: Path, published: Published) -> None:
        """Keeps this bundle in place of the last one. A disk that is full or closed is told in the log."""
        target = self._folder / f"{published.number}-{published.digest}"
        if draft.parent != self._folder:
            return
        try:
            if _published(target) is None:  # else another process has just kept it
                shutil.rmtree(target, ignore_errors=True)
                draft.replace(target)
        except OSError as error:
            log.warning("the bundle is not kept on disk: %s", error)
            return
        self.clear(but=target)
        self._prune()

    def clear(self, but: Path | None = None) -> None:
        """Removes what is kept; drafts, which may be another process's, are left to it."""
        for folder in self._folder.glob("[0-9]*-*"):
            if folder != but:
                shutil.rmtree(folder, ignore_errors=True)

    def _tidy(self) -> None:
        """A process that was killed leaves its draft behind."""
        for draft in self._folder.glob(".draft-*"):
            if time.time() - draft.stat().st_mtime > LEFT_BEHIND_S:
                shutil.rmtree(draft, ignore_errors=True)

    def _prune(self) -> None:
        """A database whose address changed leaves its shelf behind; one that was just used may have a draft in it."""
        with suppress(OSError):  # another process does the same
            others = {one: one.lstat().st_mtime for one in self._folder.parent.glob("model-*") if one != self._folder}
            for folder in sorted(others, key=others.__getitem__, reverse=True)[MOST_OTHERS:]:
                if time.time() - others[folder] > LEFT_BEHIND_S:
                    shutil.rmtree(folder, ignore_errors=True)


def _published(folder: Path) -> Published | None:
    """What a folder of the shelf holds; None where its card is gone or not the one that its name tells."""
    number, _, digest = folder.name.partition("-")
    try:
        if number.isdigit() and hashlib.sha256((folder / CARD).read_bytes()).hexdigest() == digest:
            return Published(int(number), read_card(folder).version, digest)
    except FileNotFoundError:
        pass
    except (OSError, BundleError) as error:
        log.warning("the bundle on disk is not used: %s", error)
    return None


def write_part(folder: Path, name: str, data: bytes) -> None:
    """Appends to a file of a bundle that is being fetched. Raises BundleError for a name that leaves the folder."""
    if not re.fullmatch(SAFE_NAME, name):
        raise BundleError(
            f"The published bundle has a file that may not be part of one: {name!r}.",
            details={"reason": "unsafe_name"},
        )
    with (folder / name).open("ab") as file:
        file.write(data)


def check_card(folder: Path, published: Published) -> None:
    """Raises BundleError when card.json is not the one that was published."""
    path = folder / CARD
    if not path.is_file():
        raise BundleError(f"The published bundle has no {CARD}.", details={"reason": "missing_file", "file": CARD})
    if hashlib.sha256(path.read_bytes()).hexdigest() != published.digest:
        raise BundleError(
            f"{CARD} of the published bundle is not what was uploaded (sha256).",
            details={"reason": "hash_mismatch", "file": CARD},
        )
