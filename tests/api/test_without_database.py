"""What is served when the database is away at the start, and when another catalogue is put into it."""

from __future__ import annotations

import os
from pathlib import Path

import httpx
import psycopg
import pytest

from jamhot.catalog import keeper
from jamhot.catalog.content import Content
from jamhot.database import archive
from jamhot.database.catalog_store import populate
from jamhot.database.embedded import EmbeddedPostgres
from jamhot.database.migrate import migrate
from jamhot.settings import Settings
from tests.patience import until
from tests.serving import serving


def state(client: httpx.Client) -> tuple[str, int, str, int]:
    report = client.get("/api/health").json()
    recipes = client.get("/api/recipes").json()["total_count"]
    return report["status"], report["catalog_version"], report["catalog_origin"], recipes


@pytest.fixture
def url(own_postgres: EmbeddedPostgres) -> str:
    with psycopg.connect(own_postgres.url("postgres"), autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS away")
        connection.execute("CREATE DATABASE away")
    migrate(own_postgres.url("away"))
    return own_postgres.url("away")


def test_the_last_catalogue_is_served_when_the_database_is_away(
    own_postgres: EmbeddedPostgres, url: str, content: Content
) -> None:
    less = Content(content.fruits, content.recipes[3:])
    with psycopg.connect(url) as connection:
        populate(connection, less)
    asked = Settings(database_url=url)
    with serving(asked) as client:
        assert state(client) == ("healthy", 1, "database", len(less.recipes))
    own_postgres.stop()
    with serving(asked) as client:
        assert state(client) == ("degraded", 1, "disk", len(less.recipes))
        problems = client.get("/api/health").json()["problems"]
        assert any("the catalogue that was kept on disk is served" in problem for problem in problems)
    (kept,) = (Path(os.environ["XDG_CACHE_HOME"]) / "jamhot").glob("*.jsonl")
    whole = kept.read_bytes()
    kept.write_bytes(whole[:-100])
    with serving(asked) as client:
        assert state(client) == ("degraded", 0, "shipped", len(content.recipes))
    kept.write_bytes(whole)
    own_postgres.start()
    with psycopg.connect(url) as connection:
        connection.execute("TRUNCATE fruits, recipes, catalog_version CASCADE")
    with serving(asked) as client:
        assert state(client) == ("degraded", 1, "disk", len(less.recipes)), "an emptied database is no catalogue"


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))


def serves(client: httpx.Client, recipes: int) -> None:
    """Returns once so many recipes are served. Fails when they never are."""
    until(lambda: bool(client.get("/api/recipes").json()["total_count"] == recipes))


def test_a_running_service_takes_what_is_restored(
    populated_url: str, migrated_url: str, content: Content, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeper, "CHECK_EVERY_S", 0.0)
    less = Content(content.fruits, content.recipes[3:])
    with psycopg.connect(migrated_url) as connection:
        populate(connection, less)
        archive.dump(connection, tmp_path / "dump")
    with serving(Settings(database_url=populated_url)) as client:
        serves(client, len(content.recipes))
        assert archive.restore(populated_url, tmp_path / "dump").version == 2
        serves(client, len(less.recipes))
        assert state(client) == ("healthy", 2, "database", len(less.recipes))


def test_a_running_service_takes_another_catalogue_of_the_same_number(
    populated_url: str, content: Content, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A database that was made anew counts from 1 again."""
    monkeypatch.setattr(keeper, "CHECK_EVERY_S", 0.0)
    less = Content(content.fruits, content.recipes[3:])
    with serving(Settings(database_url=populated_url)) as client:
        serves(client, len(content.recipes))
        with psycopg.connect(populated_url) as connection:
            connection.execute("TRUNCATE fruits, recipes, catalog_version CASCADE")
            assert populate(connection, less).version == 1
        serves(client, len(less.recipes))
        assert state(client) == ("healthy", 1, "database", len(less.recipes))
