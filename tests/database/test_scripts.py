"""The operator's commands, run as a person runs them: from anywhere, with the project not installed."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from jamhot.catalog.content import Content

ROOT = Path(__file__).resolve().parents[2]


def script(name: str, *arguments: str, cwd: Path = ROOT, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(ROOT / "scripts" / f"{name}.py"), *arguments],
        cwd=cwd, env={**os.environ, **environment}, capture_output=True, text=True, timeout=60,
    )  # fmt: skip


def said(done: subprocess.CompletedProcess[str]) -> str:
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_from_an_empty_database_to_a_full_one_and_again(empty_url: str, content: Content, tmp_path: Path) -> None:
    here = {"cwd": tmp_path}
    assert said(script("run_migrations", DATABASE_URL=empty_url, **here)).startswith("schema: empty -> ")
    assert "nothing to do" in said(script("run_migrations", DATABASE_URL=empty_url))
    dry = said(script("populate_database", "--dry-run", DATABASE_URL=empty_url))
    assert f"inserted: {content.recipes[0].slug}\n" in dry
    assert "would be 1 (was none)" in dry
    first = said(script("populate_database", DATABASE_URL=empty_url, **here))
    assert f"recipes:  {len(content.recipes)} inserted, 0 updated, 0 withdrawn, 0 unchanged" in first
    assert "1 (was none)" in first
    assert "nothing changed" in said(script("populate_database", DATABASE_URL=empty_url))
    labels = tmp_path / "labels.json"
    labels.write_text(json.dumps({"labels": [{"name": "strawberry"}, {"name": "moonfruit"}]}))
    coverage = said(script("update_coverage", "--labels", str(labels), DATABASE_URL=empty_url, **here))
    assert f"covered: {sum(fruit.profile is not None for fruit in content.fruits)}: " in coverage
    assert "labels that no fruit carries: 1: moonfruit" in coverage
    assert f"stored: {len(content.fruits)} fruits changed" in coverage
    assert "stored: 0 fruits changed" in said(
        script("update_coverage", "--labels", str(labels), DATABASE_URL=empty_url)
    )


def test_the_shipped_labels_name_fruit_alone(populated_url: str) -> None:
    assert "labels that no fruit carries" not in said(script("update_coverage", DATABASE_URL=populated_url))


def test_what_was_told_is_done_when_nobody_reads_on(populated_url: str, tmp_path: Path) -> None:
    file = tmp_path / "jam hot.dump"
    for name in ("dump_database", "restore_database", "run_migrations", "diagnostics"):
        given = [str(file)] if name.endswith("_database") else []
        with Path("/dev/full").open("w") as full:
            done = subprocess.run(
                [sys.executable, str(ROOT / "scripts" / f"{name}.py"), *given],
                env={**os.environ, "DATABASE_URL": populated_url},
                stdout=full, stderr=subprocess.PIPE, text=True, timeout=60,
            )  # fmt: skip
        assert (done.returncode, done.stderr) == (1, "error: No space left on device\n"), name
        assert file.is_file()
    assert "catalogue: 3 (was 2)" in said(script("restore_database", str(file), DATABASE_URL=populated_url))


def test_out_into_a_file_and_in_again(populated_url: str, empty_url: str, content: Content, tmp_path: Path) -> None:
    file = tmp_path / "jam hot.dump"
    out = said(script("dump_database", str(file), DATABASE_URL=populated_url))
    assert f"recipes: {len(content.recipes)} rows\n" in out
    assert f"{file}: {file.stat().st_size:,} bytes, catalogue 1" in out
    back = said(script("restore_database", file.name, DATABASE_URL=empty_url, cwd=tmp_path))
    assert f"recipes: {len(content.recipes)} rows\n" in back
    assert "catalogue: 1 (was none), dumped as 1" in back
    assert "nothing changed" in said(script("populate_database", DATABASE_URL=empty_url))
    assert "catalogue: 2 (was 1)" in said(script("restore_database", str(file), DATABASE_URL=empty_url))


def test_files_that_cannot_be_dumps(populated_url: str, tmp_path: Path) -> None:
    (tmp_path / "text").write_text("strawberries")
    for name, file, expected in (
        ("restore_database", tmp_path / "nothing", "cannot be read"),
        ("restore_database", tmp_path / "text", "no dump of Jam Hot"),
        ("dump_database", tmp_path / "nowhere" / "file", "cannot be written"),
        ("dump_database", Path(), "cannot be written: Is a directory"),
    ):
        done = script(name, str(file), DATABASE_URL=populated_url)
        assert (done.returncode, done.stderr.count("\n")) == (1, 1), done.stderr
        assert expected in done.stderr
    assert script("restore_database", DATABASE_URL=populated_url).returncode == 2


@pytest.mark.parametrize("name", ["run_migrations", "populate_database", "dump_database", "restore_database"])
def test_help_is_help(name: str) -> None:
    assert "DATABASE_URL" in said(script(name, "--help"))


@pytest.mark.parametrize(
    ("name", "environment", "expected"),
    [
        ("run_migrations", {}, "DATABASE_URL is not set"),
        ("populate_database", {}, "DATABASE_URL is not set"),
        ("run_migrations", {"DATABASE_URL": "postgresql://u:s3cret@127.0.0.1:1/d"}, "cannot be reached"),
        ("update_coverage", {"DATABASE_URL": "postgresql://u:s3cret@127.0.0.1:1/d"}, "cannot be reached"),
        ("update_coverage", {"DATABASE_URL": "mysql://u:s3cret@h/d"}, "postgres://"),
    ],
)
def test_an_error_is_one_line_without_secrets(name: str, environment: dict[str, str], expected: str) -> None:
    done = script(name, **environment)
    assert done.returncode == 1, done.stdout
    assert done.stderr.count("\n") == 1, done.stderr
    assert expected in done.stderr
    assert "s3cret" not in done.stderr + done.stdout


def test_a_server_that_says_no_is_quoted(empty_url: str) -> None:
    nowhere = re.sub(r"^(postgres(?:ql)?://[^/]*/)[^?]*", r"\1nosuch", empty_url)
    for name in ("run_migrations", "populate_database"):
        done = script(name, DATABASE_URL=nowhere)
        assert (done.returncode, done.stderr.count("\n")) == (1, 1), done.stderr
        assert 'refused the connection: database "nosuch" does not exist' in done.stderr


def test_without_a_schema_they_say_what_to_run(empty_url: str) -> None:
    for name in ("populate_database", "update_coverage"):
        done = script(name, DATABASE_URL=empty_url)
        assert (done.returncode, done.stderr.count("\n")) == (1, 1), done.stderr
        assert "run_migrations.py" in done.stderr


def test_a_laptop_uses_the_public_address(populated_url: str) -> None:
    private = "postgresql://u:p@postgres.railway.internal:5432/railway"
    done = script("run_migrations", DATABASE_URL=private, DATABASE_PUBLIC_URL=populated_url)
    assert "nothing to do" in said(done)


def test_labels_that_are_asked_for_and_not_there(migrated_url: str, tmp_path: Path) -> None:
    for file, expected in ((tmp_path / "labels.json", "is not there"), (tmp_path, "Is a directory")):
        done = script("update_coverage", "--labels", str(file), DATABASE_URL=migrated_url)
        assert (done.returncode, done.stderr.count("\n")) == (1, 1)
        assert f"{file}" in done.stderr
        assert expected in done.stderr


@pytest.mark.parametrize("labels", ["{", "[]", '{"labels": [{"id": 1}]}'])
def test_labels_that_are_none(migrated_url: str, tmp_path: Path, labels: str) -> None:
    file = tmp_path / "labels.json"
    file.write_text(labels)
    done = script("update_coverage", "--labels", str(file), DATABASE_URL=migrated_url)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "cannot be read as labels" in done.stderr
