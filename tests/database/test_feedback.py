"""Feedback in the table, and out of it as CSV."""

from __future__ import annotations

import asyncio
import csv
import io
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import psutil
import psycopg
import pytest
from typer.testing import CliRunner

from jamhot import cli
from jamhot.database.embedded import DATABASE, EmbeddedPostgres
from jamhot.database.feedback import PostgresFeedback
from jamhot.database.migrate import migrate
from jamhot.database.pool import Database
from jamhot.errors import DatabaseError

RUN = CliRunner()
ROW = "INSERT INTO feedback (said, meant, candidates, model) VALUES (%s, %s, %s, %s)"
CANDIDATES = '[{"name": "apple", "confidence": 0.6}]'


def insert(url: str, *values: str | None) -> None:
    with psycopg.connect(url) as connection:
        connection.execute(ROW, values)


def test_export_to_a_file_and_to_the_shell(migrated_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", migrated_url)
    insert(migrated_url, "apple", "quince", CANDIDATES, "1.0.0")
    insert(migrated_url, None, "fig", "[]", "1.0.1")
    file = tmp_path / "feedback.csv"
    told = RUN.invoke(cli.cli, ["feedback", "export", str(file)])
    assert (told.exit_code, told.output) == (0, f"{file}: 2 rows\n")
    shown = RUN.invoke(cli.cli, ["feedback", "export"])
    assert shown.stdout == file.read_text()
    today = datetime.now(UTC).date().isoformat()
    assert list(csv.reader(io.StringIO(shown.stdout))) == [
        ["day", "said", "meant", "candidates", "model"],
        [today, "apple", "quince", '[{"name": "apple", "confidence": 0.6}]', "1.0.0"],
        [today, "", "fig", "[]", "1.0.1"],
    ]


def test_a_file_that_cannot_be_written(migrated_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", migrated_url)
    told = RUN.invoke(cli.cli, ["feedback", "export", str(tmp_path / "nowhere" / "file.csv")])
    assert told.exit_code == 1
    assert "cannot be written" in told.output


def test_without_a_database_it_says_so_in_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["jamhot", "feedback", "export"])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 1
    assert capsys.readouterr().err.startswith("jamhot: no database")


@pytest.mark.parametrize(
    "values",
    [
        ("", "quince", "[]", "1"), ("a" * 61, "quince", "[]", "1"), ("apple", "", "[]", "1"),
        ("apple", "quince", "[]", ""), ("apple", "quince", "{}", "1"), ("apple", "quince", "[1]", "1"),
        ("apple", "quince", '[{"name": "apple"}]', "1"), ("apple", "quince", '[{"name": "a", "confidence": 2}]', "1"),
        ("apple", "quince", f"[{', '.join([CANDIDATES[1:-1]] * 6)}]", "1"),
    ],
)  # fmt: skip
def test_what_is_no_feedback_is_refused(migrated_url: str, values: tuple[str, ...]) -> None:
    with pytest.raises((psycopg.errors.CheckViolation, psycopg.errors.InvalidParameterValue)):
        insert(migrated_url, *values)


def test_a_server_that_falls_silent_is_given_up(own_postgres: EmbeddedPostgres) -> None:
    url = own_postgres.url(DATABASE)
    migrate(url)

    async def run() -> None:
        database = Database(url)
        store = PostgresFeedback(database)
        await database.open()
        assert await store.keep(said=None, meant="fig", candidates=[], model="1")
        family = [psutil.Process(own_postgres.pid), *psutil.Process(own_postgres.pid).children()]
        for process in family:
            with suppress(psutil.NoSuchProcess):  # one of the server's helpers may just have ended
                process.suspend()
        try:
            with pytest.raises(DatabaseError, match="does not answer"):
                await store.keep(said=None, meant="plum", candidates=[], model="1")
        finally:
            for process in family:
                with suppress(psutil.NoSuchProcess):
                    process.resume()
        await database.close()

    asyncio.run(run())
