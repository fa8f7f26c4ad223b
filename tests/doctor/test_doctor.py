"""`scripts/diagnostics.py` finds what is broken, says what mends it, and is not broken by it."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from jamhot.doctor import Finding, examine, tell
from jamhot.doctor.checks import all_checks
from jamhot.settings import ROOT, SHIPPED_BUNDLE


def findings(*names: str) -> dict[str, Finding]:
    """Those of these checks; the settings are always looked at."""
    chosen = {name: check for name, check in all_checks().items() if name in ("settings", *names)}
    return {finding.name: finding for finding in examine(chosen)}


def script(*arguments: str, python: tuple[str, ...] = (), **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *python, str(ROOT / "scripts" / "diagnostics.py"), *arguments],
        env={**os.environ, **environment}, capture_output=True, text=True, timeout=120, cwd="/",
    )  # fmt: skip


def test_all_is_well(populated_url: str) -> None:
    done = script("--json", DATABASE_URL=populated_url)
    told = json.loads(done.stdout)
    assert (done.returncode, told["ok"]) == (0, True), done.stdout
    assert [one["name"] for one in told["findings"] if one["ok"] is not True] == []
    said = {one["name"]: one["said"] for one in told["findings"]}
    assert said["schema"].endswith("the newest")
    assert "verified" in said["model"]
    assert "recipes" in said["catalogue"]


def test_when_not_even_the_packages_are_there_it_says_so() -> None:
    done = script("--json", python=("-S",), DATABASE_URL="postgresql://a@b/c")
    told = json.loads(done.stdout)
    assert (done.returncode, told["ok"]) == (1, False)
    broken = [one for one in told["findings"] if one["ok"] is False]
    assert all("pip install" in one["mend"] for one in broken)
    assert {"settings", "content"} <= {one["name"] for one in broken}


def test_the_options() -> None:
    assert script("--what").returncode == 2
    asked = script("--help", python=("-S",))
    assert (asked.returncode, asked.stderr) == (0, "")
    assert "--json" in asked.stdout


def test_a_senseless_setting_is_one_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IMAGE_SIZE", "huge")
    found = findings("limits", "database", "model")
    assert found["settings"].ok is False
    assert "IMAGE_SIZE" in found["settings"].said
    assert {found[name].ok for name in ("limits", "database", "model")} == {None}


@pytest.mark.parametrize(
    ("statement", "name", "mend"),
    [
        ("DROP TABLE alembic_version", "schema", "run_migrations"),
        ("UPDATE alembic_version SET version_num = '0001'", "schema", "run_migrations"),
        ("UPDATE alembic_version SET version_num = '9999'", "schema", "newer version"),
        ("TRUNCATE fruits, recipes, catalog_version CASCADE", "catalogue", "populate_database"),
        ("ALTER DATABASE {} SET default_transaction_read_only = on", "writing", "primary"),
    ],
)
def test_what_may_be_wrong_with_a_database(
    populated_url: str, monkeypatch: pytest.MonkeyPatch, statement: str, name: str, mend: str
) -> None:
    with psycopg.connect(populated_url, autocommit=True) as connection:
        connection.execute(statement.format(connection.info.dbname))  # ours, written above
    monkeypatch.setenv("DATABASE_URL", populated_url)
    found = findings("database", "schema", "writing", "pool", "catalogue", "clock")
    wrong = [one for one in found.values() if one.ok is False]
    assert [one.name for one in wrong] == [name]
    assert mend in str(wrong[0].mend)


def test_a_database_that_is_away_is_looked_for_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://cook:s3cret@127.0.0.1:1/jam")
    found = findings("database", "schema", "pool", "catalogue", "clock")
    assert found["database"].ok is False
    assert {found[name].ok for name in ("schema", "pool", "catalogue")} == {None}
    assert found["clock"].ok is True
    assert "s3cret" not in str(found)


def test_too_few_connections(populated_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", populated_url)
    monkeypatch.setenv("CONNECTION_POOL_SIZE", "50")
    assert findings("database", "pool")["pool"].ok is False


def test_a_damaged_model_is_named_and_the_photo_still_answered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(SHIPPED_BUNDLE, tmp_path / "bundle")
    model = tmp_path / "bundle" / "model.onnx"
    model.write_bytes(model.read_bytes()[:-1] + b"!")
    monkeypatch.setenv("MODEL_PATH", str(tmp_path / "bundle"))
    found = findings("model", "photo")
    assert found["model"].ok is False
    assert "sha256" in found["model"].said
    assert found["photo"].ok is True


def test_no_temporary_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    def nowhere() -> str:
        raise FileNotFoundError

    monkeypatch.setattr("tempfile.gettempdir", nowhere)
    found = findings("disk")["disk"]
    assert found.ok is False
    assert "TMPDIR" in str(found.mend)


def test_a_check_that_breaks_is_a_finding_and_the_others_go_on() -> None:
    def broken() -> str:
        raise ZeroDivisionError("soup")

    out = io.StringIO()
    assert not tell(examine({"one": broken, "two": lambda: "warm"}), as_json=False, out=out)
    said = out.getvalue()
    assert "✘ one:        ZeroDivisionError at test_doctor.py:" in said
    assert "mend: " in said
    assert "✔ two:        warm" in said
    assert said.endswith("1 of 2 parts are not well.\n")
