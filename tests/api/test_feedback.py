"""POST /api/feedback: taken when it names fruits, kept when the database takes it, and no more than that."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import psycopg
import pytest

from jamhot.database import feedback as store
from jamhot.database.migrate import opened_schema
from jamhot.settings import Settings
from tests.serving import serving

QUINCE = {"said": "apple", "meant": "quince", "candidates": [{"name": "apple", "confidence": 0.6}], "model": "1.0.0"}


@pytest.fixture(scope="module")
def client(shared_url: str) -> Iterator[httpx.Client]:
    with serving(Settings(database_url=shared_url, rate_limit_per_minute=0)) as client:
        yield client


def rows(url: str) -> list[Any]:
    with psycopg.connect(url) as connection:
        return connection.execute("SELECT said, meant, candidates, model FROM feedback ORDER BY id").fetchall()


def test_it_is_kept(client: httpx.Client, shared_url: str) -> None:
    before = rows(shared_url)
    answer = client.post("/api/feedback", json=QUINCE)
    assert (answer.status_code, answer.json()["kept"]) == (202, True)
    assert answer.headers["cache-control"] == "no-store"
    other = client.post("/api/feedback", json={"said": None, "meant": "Red currants", "model": "1.0.0"})
    assert (other.status_code, other.json()["kept"]) == (202, True)
    assert rows(shared_url)[len(before) :] == [
        ("apple", "quince", [{"name": "apple", "confidence": 0.6}], "1.0.0"),
        (None, "redcurrant", [], "1.0.0"),
    ]


def test_what_a_photo_was_answered_with_can_be_sent_back_as_it_is(client: httpx.Client) -> None:
    offered = [{"name": "apple", "display_name": "Apple", "confidence": 0.61}]
    assert client.post("/api/feedback", json={**QUINCE, "candidates": offered}).json()["kept"]


def test_the_table_knows_nobody(shared_url: str) -> None:
    with psycopg.connect(shared_url) as connection:
        found = connection.execute(
            "SELECT attname, atttypid::regtype::text FROM pg_attribute"
            " WHERE attrelid = 'feedback'::regclass AND attnum > 0 ORDER BY attnum"
        ).fetchall()
    assert found == [
        ("id", "bigint"), ("day", "date"), ("said", "text"), ("meant", "text"), ("candidates", "jsonb"),
        ("model", "text"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "wrong", [{"meant": "chair"}, {"said": "chair"}, {"candidates": [{"name": "chair", "confidence": 1}]}]
)
def test_only_fruits_that_are_named_here(client: httpx.Client, shared_url: str, wrong: dict[str, Any]) -> None:
    before = rows(shared_url)
    answer = client.post("/api/feedback", json={**QUINCE, **wrong})
    assert (answer.status_code, answer.json()["error"]) == (404, "NOT_FOUND")
    assert rows(shared_url) == before


@pytest.mark.parametrize(
    "wrong",
    [
        {"meant": None}, {"meant": ""}, {"meant": "q" * 61}, {"meant": "a\0b"}, {"said": 7}, {"model": "m" * 61},
        {"model": "=1+1"}, {"model": "a b"}, {"candidates": QUINCE["candidates"] * 6},
        {"candidates": [{"name": "apple", "confidence": 1.1}]}, {"candidates": "apple"},
        {"email": "me@example.org"},
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_told(client: httpx.Client, wrong: dict[str, Any]) -> None:
    answer = client.post("/api/feedback", json={**QUINCE, **wrong})
    assert (answer.status_code, answer.json()["error"]) == (422, "VALIDATION_ERROR"), answer.text
    assert next(iter(wrong)) in answer.json()["message"]


def test_a_body_that_is_none(client: httpx.Client) -> None:
    headers = {"Content-Type": "application/json"}
    for body in (b"", b"{", b"[]", b"null", b'{"meant": "quince", "model": "1"}' + b" " * 20_000):
        answer = client.post("/api/feedback", content=body, headers=headers)
        assert (answer.status_code, answer.json()["error"]) == (422, "VALIDATION_ERROR"), body[:40]
    form = client.post("/api/feedback", data={"meant": "quince", "model": "1"})
    assert (form.status_code, "JSON" in form.json()["message"]) == (422, True), "another site's form cannot send it"


def test_a_database_that_is_lost_loses_feedback_and_nothing_else(empty_url: str) -> None:
    nowhere = "postgresql://u:p@127.0.0.1:1/d"
    for settings in (Settings(), Settings(database_url=nowhere), Settings(database_url=empty_url)):
        with serving(settings) as client:
            answer = client.post("/api/feedback", json=QUINCE)
            assert (answer.status_code, answer.json()["kept"]) == (202, False)
            assert "could not be kept" in answer.json()["message"]


def test_a_schema_that_is_behind_loses_it_too(empty_url: str) -> None:
    with opened_schema(empty_url) as schema:
        schema.upgrade("0001")
    with serving(Settings(database_url=empty_url)) as client:
        assert client.post("/api/feedback", json=QUINCE).json()["kept"] is False


def test_too_much_a_minute() -> None:
    with serving(Settings(rate_limit_per_minute=2)) as client:
        answers = [client.post("/api/feedback", json=QUINCE) for _ in range(3)]
        assert [answer.status_code for answer in answers] == [202, 202, 429]
        assert answers[2].json()["error"] == "RATE_LIMIT"
        assert 1 <= int(answers[2].headers["retry-after"]) <= 60


def test_nobody_fills_the_database(populated_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "MOST_A_DAY", 4)
    monkeypatch.setattr(store, "MOST", 2)
    with serving(Settings(database_url=populated_url, rate_limit_per_minute=0)) as client:
        said = [client.post("/api/feedback", json={**QUINCE, "model": str(n)}).json()["kept"] for n in range(6)]
    assert said == [True] * 6, "the oldest of today made room"
    assert [row[3] for row in rows(populated_url)] == ["3", "4", "5"]
    monkeypatch.setattr(store, "MOST_A_DAY", 3)
    monkeypatch.setattr(store, "MOST", 1000)
    with serving(Settings(database_url=populated_url, rate_limit_per_minute=0)) as client:
        assert client.post("/api/feedback", json=QUINCE).json()["kept"] is False
        with psycopg.connect(populated_url) as connection:
            connection.execute("UPDATE feedback SET day = day - 1")
        assert client.post("/api/feedback", json=QUINCE).json()["kept"] is True
