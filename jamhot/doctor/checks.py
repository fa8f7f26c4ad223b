"""The parts of the service, as they are on this machine with this environment."""

from __future__ import annotations

import io
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jamhot.doctor import Check, Ill, Nothing

if TYPE_CHECKING:
    import psycopg

    from jamhot.settings import Settings
    from jamhot.vision.keeper import ModelKeeper

MB = 1024 * 1024
LEAST_MEMORY_MB = 256
LEAST_DISK_MB = 100
CONNECT_S = 3
SLOW_S = 0.5
CLOCK_OFF_S = 60.0
NTP = "set this machine's clock (NTP)"


def all_checks() -> dict[str, Check]:
    """Every part by its name, in the order in which one rests on another."""
    patient = Patient()
    return {
        "python": python,
        "settings": patient.settings_said,
        "limits": patient.limits,
        "disk": disk,
        "kept": kept_catalogue,
        "database": patient.database,
        "schema": patient.schema,
        "writing": patient.writing,
        "pool": patient.pool,
        "clock": patient.clock,
        "catalogue": patient.catalogue,
        "content": content,
        "model": patient.model,
        "photo": patient.photo,
    }


def python() -> str:
    """The interpreter, and whether the packages are the locked ones."""
    from importlib.metadata import PackageNotFoundError, version

    lock = Path(__file__).resolve().parents[2] / "requirements.txt"
    if not lock.is_file():
        raise Ill("requirements.txt is not there", "deploy the whole checkout")
    locked = dict(
        line.split(" ")[0].split("==")
        for line in lock.read_text().splitlines()
        if "==" in line[:80] and ";" not in line
    )
    other = []
    for name, wanted in locked.items():
        try:
            found = version(name.partition("[")[0])  # extras are no part of a distribution's name
        except PackageNotFoundError:
            found = "missing"
        if found != wanted:
            other.append(f"{name} {found} (locked: {wanted})")
    if other:
        raise Ill(", ".join(other[:5]), "python -m pip install --require-hashes -r requirements.txt")
    return f"{sys.version.split()[0]}, {len(locked)} packages as locked"


def disk() -> str:
    """Room for photos that are on their way in: a temporary folder that can be written."""
    try:
        folder = Path(tempfile.gettempdir())
    except FileNotFoundError as error:
        raise Ill("no folder for temporary files can be written", "mount one at /tmp, or set TMPDIR") from error
    free = shutil.disk_usage(folder).free // MB
    if free < LEAST_DISK_MB:
        raise Ill(f"{free} MB free in {folder}", f"make room: photos on their way in need {LEAST_DISK_MB} MB and more")
    with tempfile.TemporaryFile() as file:
        file.write(bytes(MB))
    return f"{free} MB free in {folder}"


def kept_catalogue() -> str:
    """Where the last catalogue is kept for a start without the database."""
    from jamhot.files import cache_folder

    folder = cache_folder()
    nearest = next(path for path in (folder, *folder.parents) if path.exists())
    if not os.access(nearest, os.W_OK):
        raise Ill(f"{folder} cannot be written", "set XDG_CACHE_HOME to a folder of the service's account")
    return f"{len(list(folder.glob('catalogue-*.jsonl')))} catalogue(s) in {folder}"


def content() -> str:
    """The content that ships, against all its rules."""
    from jamhot.catalog.build import load_content
    from jamhot.catalog.rules import check_content

    problems = check_content()
    if problems:
        raise Ill(f"{len(problems)} rules are broken, the first: {problems[0]}", "python -m jamhot catalog check")
    shipped = load_content()
    return f"{len(shipped.recipes)} recipes, {len(shipped.fruits)} fruits ship, and keep all rules"


class Patient:
    """What several checks look at, looked at once."""

    def __init__(self) -> None:
        self._settings: Settings | None = None
        self._away = False

    @property
    def settings(self) -> Settings:
        if self._settings is None:
            raise Nothing("not looked at: the settings cannot be read")
        return self._settings

    def settings_said(self) -> str:
        """Whether every variable makes sense, and which ones are set."""
        from jamhot.errors import SettingsError
        from jamhot.settings import load_settings

        try:
            self._settings = load_settings()
        except SettingsError as error:
            raise Ill(error.message, "correct that variable, or unset it") from error
        set_here = sorted(name.upper() for name in self.settings.model_fields_set)
        return f"set: {', '.join(set_here)}" if set_here else "all as they come"

    def limits(self) -> str:
        """Memory and cores that may be used."""
        from jamhot.operations.cpu import usable_cores
        from jamhot.operations.memory import MemoryMeter

        reading = MemoryMeter(self.settings.memory_limit_mb, self.settings.max_memory_mb).read()
        said = f"{reading.limit // MB} MB ({reading.source}), {reading.percent} % in use, {usable_cores()} core(s)"
        if reading.limit < LEAST_MEMORY_MB * MB:
            raise Ill(said, f"give the container {LEAST_MEMORY_MB} MB or more; 512 are enough for a hundred people")
        if reading.percent > 80:
            raise Ill(said, "above 80 % photos are refused: give it more, or find who else uses it")
        return said

    @contextmanager
    def _connected(self) -> Iterator[psycopg.Connection[tuple[Any, ...]]]:
        """Raises DatabaseError in the family's words, Nothing when no database is set."""
        if not (self.settings.database_url or self.settings.database_public_url):
            raise Nothing("DATABASE_URL is not set: the content that ships is served")
        if self._away:
            raise Nothing("not looked at: the database is away")
        from jamhot.database.commands import connected, database_url

        with connected(database_url(), CONNECT_S) as connection:
            connection.execute("SET statement_timeout = 5000")
            yield connection

    def database(self) -> str:
        """Whether it answers, and how soon."""
        from jamhot.errors import DatabaseError

        started = time.monotonic()
        try:
            with self._connected() as connection:
                seconds = time.monotonic() - started
                asked = time.monotonic()
                connection.execute("SELECT 1")
                seconds_asked = time.monotonic() - asked
                version = connection.info.server_version // 10_000
        except DatabaseError as error:
            self._away = True
            mend = error.hint or "start it, or correct DATABASE_URL (its host, port, user and password)"
            raise Ill(error.message, mend) from error
        said = f"PostgreSQL {version}, connected in {seconds * 1000:.0f} ms, a query in {seconds_asked * 1000:.0f} ms"
        if seconds_asked > SLOW_S:
            raise Ill(said, "it is overloaded or far away; readers do not wait for it, but catalogues arrive late")
        return said

    def schema(self) -> str:
        """The database's schema against the newest that this version knows."""
        from jamhot.database.migrate import revisions

        with self._connected() as connection:
            there = connection.execute("SELECT to_regclass('public.alembic_version') IS NOT NULL").fetchone()
            row = (
                connection.execute("SELECT version_num FROM public.alembic_version").fetchone()
                if there == (True,)
                else None
            )
        known = revisions()
        if row is None:
            raise Ill("there is none", "python scripts/run_migrations.py && python scripts/populate_database.py")
        if row[0] not in known:
            raise Ill(
                f"{row[0]}, which this version does not know (its newest is {known[-1]})", "deploy the newer version"
            )
        if row[0] != known[-1]:
            raise Ill(f"{row[0]}, this version's is {known[-1]}", "python scripts/run_migrations.py")
        return f"{row[0]}, the newest"

    def writing(self) -> str:
        """Whether populate and feedback may write."""
        with self._connected() as connection:
            row = connection.execute("SELECT pg_is_in_recovery(), current_setting('transaction_read_only')").fetchone()
        if row is None or row[0] or row[1] == "on":
            raise Ill("the database is read-only", "DATABASE_URL must name the primary, with its disk not full")
        return "allowed"

    def pool(self) -> str:
        """Whether the server has the connections that the pool may want."""
        asked = """
            SELECT current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int,
                   (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend')
        """
        with self._connected() as connection:
            row = connection.execute(asked).fetchone()
        most, used = row if row else (0, 0)
        size = self.settings.connection_pool_size
        said = f"{size} wanted, {used} of {most} in use"
        if most - used < size:
            raise Ill(said, "end idle clients, raise max_connections, or lower CONNECTION_POOL_SIZE")
        return said

    def catalogue(self) -> str:
        """What the database holds."""
        asked = """
            SELECT (SELECT version FROM public.catalog_version), (SELECT count(*) FROM public.recipes),
                   (SELECT count(*) FROM public.fruits), (SELECT count(*) FROM public.coverage WHERE covered)
        """
        with self._connected() as connection:
            version, recipes, fruits, covered = connection.execute(asked).fetchone() or (None, 0, 0, 0)
        if version is None or not recipes or not fruits:
            raise Ill("it was never filled", "python scripts/populate_database.py")
        return f"version {version}: {recipes} recipes, {fruits} fruits, {covered} of them covered"

    @cached_property
    def chosen(self) -> ModelKeeper:
        """The model that the service would use where nothing is published."""
        from jamhot import __version__
        from jamhot.settings import SHIPPED_BUNDLE
        from jamhot.vision.keeper import Folders, ModelKeeper
        from jamhot.vision.trial import Terms

        asked = self.settings
        terms = Terms(asked.model_quantization, asked.wanted_image_size, __version__, None, asked.model_memory_mb)
        keeper = ModelKeeper(Folders(asked.model_path, SHIPPED_BUNDLE), terms, asked.batch_size)
        keeper.start()
        return keeper

    def model(self) -> str:
        """The bundle at MODEL_PATH: every file's digest, its contract, a first answer; else the one that ships."""
        version, problem = self.chosen.version, self.chosen.problem
        if problem:
            serves = f"{version} serves in its place" if version else "photos cannot be answered"
            raise Ill(f"{problem} {serves}", "deploy data/trained_model anew, or correct MODEL_PATH")
        return f"{version} verified: {len(self.chosen.names)} fruits"

    def photo(self) -> str:
        """A generated photo, from JPEG bytes to the answer."""
        from PIL import Image

        from jamhot.answers.identify import Options, answer, look
        from jamhot.catalog.build import load_content
        from jamhot.catalog.snapshot import Snapshot
        from jamhot.vision.checks import check_pictures

        classifier = self.chosen.classifier
        if classifier is None:
            raise Nothing("there is no model")
        file = io.BytesIO()
        Image.fromarray(check_pictures(classifier.preprocessing.size)[1]).resize((1200, 900)).save(file, "JPEG")
        snapshot = Snapshot(load_content(), version=0)
        started = time.monotonic()
        (sight,) = look([file], classifier, self.settings.confidence_threshold)
        found = answer(
            [sight.verdict], snapshot, classifier.version, Options(self.settings.confidence_threshold), started
        )
        return f"{found.fruits[0].status} ({found.fruits[0].confidence:.0%}) in {found.processing_time * 1000:.0f} ms"

    def clock(self) -> str:
        """Against the database's clock; without one, against the day on which the model was made."""
        from jamhot.errors import JamHotError
        from jamhot.settings import SHIPPED_BUNDLE
        from jamhot.vision.bundle_files import read_card

        try:
            with self._connected() as connection:
                row = connection.execute("SELECT now()").fetchone()
        except (Nothing, JamHotError):  # the database has a check of its own
            row = None
        now = datetime.now(UTC)
        off = (now - row[0]).total_seconds() if row else 0.0
        if abs(off) > CLOCK_OFF_S:
            raise Ill(f"{now:%Y-%m-%d %H:%M} UTC, {off:.0f} s from the database's", NTP)
        if now < read_card(SHIPPED_BUNDLE).created:
            raise Ill(f"{now:%Y-%m-%d %H:%M} UTC, before the model was made", NTP)
        return f"{now:%Y-%m-%d %H:%M} UTC{', as the database says' if row else ''}"
