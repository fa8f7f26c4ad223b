"""GET /api/health tells the truth, quickly, whatever is broken."""

from __future__ import annotations

import shutil
import socket
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from jamhot.database.pool import Database
from jamhot.settings import SHIPPED_BUNDLE, Settings
from jamhot.vision.keeper import Folders, ModelKeeper
from jamhot.vision.trial import Terms
from tests import pictures
from tests.serving import serving


def test_the_fields(service: httpx.Client) -> None:
    response = service.get("/api/health")
    report = response.json()
    assert response.status_code == 200
    assert response.headers["cache-control"] == "no-store"
    assert set(report) >= {"status", "memory_usage", "model_loaded", "databases_connected", "timestamp"}
    assert abs(datetime.fromisoformat(report["timestamp"]) - datetime.now(UTC)) < timedelta(minutes=1)
    assert 0 < report["memory_usage"] < 100
    assert report["model_loaded"]
    assert (report["status"], report["catalog_version"]) == ("degraded", 0)
    assert any("no database" in problem for problem in report["problems"])


def test_a_monitor_may_ask_with_head(service: httpx.Client) -> None:
    response = service.head("/api/health")
    assert (response.status_code, response.content) == (200, b"")


def test_with_a_database_it_is_healthy(populated_url: str) -> None:
    with serving(Settings(database_url=populated_url)) as client:
        report = client.get("/api/health").json()
        assert (report["status"], report["databases_connected"], report["problems"]) == ("healthy", True, [])
        assert report["catalog_version"] == 1
        assert client.get("/api/recipes?fruits=strawberry").json()["total_count"] > 0


def test_a_crowd_that_asks_of_a_silent_database_waits_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Database] = []
    ping = Database.ping

    async def counted(database: Database) -> bool:
        asked.append(database)
        return await ping(database)

    monkeypatch.setattr(Database, "ping", counted)
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        url = f"postgresql://u:x@127.0.0.1:{deaf.getsockname()[1]}/d"
        with serving(Settings(database_url=url)) as client, ThreadPoolExecutor(8) as crowd:
            reports = list(crowd.map(lambda _: client.get("/api/health").json(), range(8)))
    assert [report["databases_connected"] for report in reports] == [False] * 8
    assert len(asked) < 4


def test_an_empty_database_never_replaces_content(migrated_url: str) -> None:
    with serving(Settings(database_url=migrated_url)) as client:
        report = client.get("/api/health").json()
        assert (report["status"], report["databases_connected"], report["catalog_version"]) == ("degraded", True, 0)
        assert client.get("/api/recipes").json()["total_count"] > 60


def test_without_a_schema_neither(empty_url: str) -> None:
    with serving(Settings(database_url=empty_url)) as client:
        assert client.get("/api/health").json()["status"] == "degraded"
        assert client.get("/api/recipes").json()["total_count"] > 60


def test_without_any_model_photos_get_503_and_recipes_go_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jamhot.app.SHIPPED_BUNDLE", tmp_path)
    with serving(Settings(model_path=tmp_path)) as client:
        health = client.get("/api/health")
        assert (health.status_code, health.json()["status"]) == (503, "unhealthy")
        photo = client.post("/api/classify", content=pictures.jpeg(), headers={"Content-Type": "image/jpeg"})
        assert (photo.status_code, photo.json()["error"]) == (503, "MODEL_ERROR")
        assert client.get("/api/recipes").status_code == 200
        assert client.get("/").status_code == 200


def test_full_memory_refuses_photos_and_says_so() -> None:
    with serving(Settings(max_memory_mb=64)) as client:
        report = client.get("/api/health").json()
        assert report["status"] == "degraded"
        photo = client.post("/api/classify", content=pictures.jpeg(), headers={"Content-Type": "image/jpeg"})
        assert (photo.status_code, photo.json()["error"]) == (503, "MEMORY_LIMIT")
        assert int(photo.headers["retry-after"]) > 0
        assert client.get("/api/fruits").status_code == 200


def test_too_many_photos_a_minute() -> None:
    with serving(Settings(rate_limit_per_minute=2)) as client:
        headers = {"Content-Type": "image/jpeg"}
        codes = [client.post("/api/classify", content=pictures.jpeg(), headers=headers).status_code for _ in range(4)]
        assert codes == [200, 200, 429, 429]
        last = client.post("/api/classify", content=pictures.jpeg(), headers=headers)
        assert last.json()["error"] == "RATE_LIMIT"
        assert 1 <= int(last.headers["retry-after"]) <= 60
        assert client.get("/api/recipes").status_code == 200


def test_origins_that_are_allowed_and_others() -> None:
    with serving(Settings(cors_origins="https://jam.example")) as client:  # as the variable
        allowed = client.get("/api/fruits/plum", headers={"Origin": "https://jam.example"})
        assert allowed.headers["access-control-allow-origin"] == "https://jam.example"
        assert (
            "access-control-allow-origin"
            not in client.get("/api/fruits/plum", headers={"Origin": "https://x.example"}).headers
        )


def test_a_bundle_above_its_memory_is_refused() -> None:
    def started(memory_mb: float) -> ModelKeeper:
        keeper = ModelKeeper(Folders(SHIPPED_BUNDLE, SHIPPED_BUNDLE), Terms(memory_mb=memory_mb))
        keeper.start()
        return keeper

    assert (started(200).origin, started(200).problem) == ("shipped", None)
    stingy = started(-1000)
    assert stingy.classifier is None
    assert "MODEL_MEMORY_MB" in str(stingy.problem)


def test_a_missing_folder_is_told_and_the_shipped_bundle_speaks(tmp_path: Path) -> None:
    with serving(Settings(model_path=tmp_path / "nowhere")) as client:
        report = client.get("/api/health").json()
        assert (report["status"], report["model_loaded"], report["model_origin"]) == ("degraded", True, "shipped")
        assert any("has no card.json" in problem for problem in report["problems"])


def test_a_broken_folder_is_told_and_the_shipped_bundle_speaks(tmp_path: Path) -> None:
    shutil.copytree(SHIPPED_BUNDLE, tmp_path / "bundle")
    with (tmp_path / "bundle" / "model.onnx").open("r+b") as file:
        file.seek(1_000_000)
        file.write(b"\xff\x00")
    with serving(Settings(model_path=tmp_path / "bundle")) as client:
        report = client.get("/api/health").json()
        assert (report["model_loaded"], report["model_origin"]) == (True, "shipped")
        assert any("is not the file that card.json describes" in problem for problem in report["problems"])
        photo = client.post("/api/classify", content=pictures.jpeg(), headers={"Content-Type": "image/jpeg"})
        assert photo.json()["model"] == report["model_version"]
