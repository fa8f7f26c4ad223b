"""Readers never notice the database: a newer catalogue is taken while running, an outage is only told by health."""

from __future__ import annotations

from dataclasses import replace

import httpx
import psycopg
import pytest

from jamhot.catalog.content import Content
from jamhot.database.catalog_store import populate
from jamhot.database.embedded import EmbeddedPostgres
from jamhot.database.migrate import migrate
from jamhot.settings import Settings
from tests import pictures
from tests.patience import at_most, until
from tests.serving import serving


def healthy(client: httpx.Client) -> bool:
    return bool(client.get("/api/health").json()["status"] == "healthy")


def test_a_newer_catalogue_is_taken_while_running(
    populated_url: str, content: Content, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jamhot.catalog.keeper.CHECK_EVERY_S", 0.2)
    changed_to = {"title": "Strawberry jam, renamed", "source": "A newer book"}
    with serving(Settings(database_url=populated_url)) as client:
        first = client.get("/api/recipes/1")
        assert first.json()["title"] == "Strawberry jam"
        assert changed_to["source"] not in client.get("/about").text
        renamed = tuple(
            recipe.model_copy(update=changed_to) if recipe.id == 1 else recipe for recipe in content.recipes
        )
        with psycopg.connect(populated_url) as connection:
            populate(connection, replace(content, recipes=renamed))
        until(lambda: client.get("/api/recipes/1").json()["title"] == "Strawberry jam, renamed")
        changed = client.get("/api/recipes/1", headers={"If-None-Match": first.headers["etag"]})
        assert changed.status_code == 200
        assert client.get("/api/health").json()["catalog_version"] == 2
        assert changed_to["source"] in client.get("/about").text


def test_an_outage_is_told_by_health_alone(
    own_postgres: EmbeddedPostgres, content: Content, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jamhot.answers.health.ANSWERED_WITHIN_S", 0.0)
    url = own_postgres.url()
    migrate(url)
    with psycopg.connect(url) as connection:
        populate(connection, content)
    with serving(Settings(database_url=url)) as client:
        assert healthy(client)
        own_postgres.stop()
        with at_most(5):
            report = client.get("/api/health")
        assert (report.status_code, report.json()["databases_connected"]) == (200, False)
        assert report.json()["status"] == "degraded"
        assert client.get("/api/recipes?fruits=plum").json()["total_count"] > 0
        photo = client.post("/api/classify", content=pictures.jpeg(), headers={"Content-Type": "image/jpeg"})
        assert photo.status_code == 200
        own_postgres.start()
        until(lambda: healthy(client))
