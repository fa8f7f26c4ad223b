"""GET /metrics: what Prometheus reads, for this machine or who knows the word; and mistakes of ours as answers."""

from __future__ import annotations

import asyncio
import logging
import re

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from jamhot.app import create_app
from jamhot.operations.metrics import Metrics
from jamhot.settings import Settings
from tests import pictures
from tests.serving import serving

JPEG = {"Content-Type": "image/jpeg"}
WORD = "a word of sixteen"


def samples(text: str) -> dict[tuple[str, tuple[str, ...]], float]:
    return {
        (sample.name, tuple(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


@pytest.fixture(scope="module")
def told() -> dict[tuple[str, tuple[str, ...]], float]:
    with serving(Settings()) as client:
        for body in (pictures.jpeg(), pictures.jpeg(), b"no photo"):
            client.post("/api/classify", content=body, headers=JPEG)
        client.post("/", content=pictures.jpeg(), headers=JPEG)
        for path in (
            "/api/fruits/plum",
            "/api/fruits/plum",
            "/api/fruits/fig",
            "/api/fruits/nonesuch",
            "/wp-admin/setup.php",
        ):
            client.get(path)
        client.request("PURGE", "/coffee")
        return samples(client.get("/metrics").text)


def test_requests_are_counted_by_their_pattern_never_by_what_a_client_made_up(
    told: dict[tuple[str, tuple[str, ...]], float],
) -> None:
    def requests(*labels: str) -> float:
        return told["jamhot_requests_total", labels]

    assert requests("POST", "/api/classify", "200") == 2
    assert requests("POST", "/api/classify", "415") == 1
    assert requests("GET", "/api/fruits/{name}", "200") == 3
    assert requests("GET", "/api/fruits/{name}", "404") == 1
    assert requests("GET", "none", "404") == 1
    assert sum(value for (name, labels), value in told.items() if name == "jamhot_requests_total" and "other" in labels)
    assert not any("nonesuch" in label or "PURGE" in label for _, labels in told for label in labels)


def test_the_stages_of_a_photo_are_timed(told: dict[tuple[str, tuple[str, ...]], float]) -> None:
    counts = {labels[0]: value for (name, labels), value in told.items() if name == "jamhot_photo_stage_seconds_count"}
    # One of the four was no photo, which its first bytes told: it never waited for a processor.
    assert counts == {"body": 4, "wait": 3, "decode": 3, "infer": 3, "render": 3}
    assert told["jamhot_photo_stage_seconds_sum", ("infer",)] > 0


def test_how_things_stand(told: dict[tuple[str, tuple[str, ...]], float]) -> None:
    now = {name: value for (name, labels), value in told.items() if not labels}
    assert 0 < now["jamhot_memory_used_bytes"] < now["jamhot_memory_limit_bytes"]
    assert (now["jamhot_photos_waiting"], now["jamhot_photos_working"], now["jamhot_threads_hung"]) == (0, 0, 0)
    assert (now["jamhot_model_loaded"], now["jamhot_catalogue_as_set"], now["jamhot_pool_connections"]) == (1, 0, 0)
    assert any(name == "jamhot_info" and "0.1.0" in labels for name, labels in told)


def test_the_pool_is_told(populated_url: str) -> None:
    with serving(Settings(database_url=populated_url)) as client:
        client.get("/api/health")
        now = samples(client.get("/metrics").text)
    assert now["jamhot_pool_connections", ()] >= 1
    assert now["jamhot_catalogue_as_set", ()] == 1


@pytest.mark.parametrize("header", ["X-Forwarded-For", "X-Real-IP", "Forwarded"])
def test_behind_a_proxy_there_is_nothing_without_the_word(header: str) -> None:
    with serving(Settings(metrics_token=WORD)) as client:
        assert client.get("/metrics").status_code == 200
        assert client.get("/metrics", headers={header: "127.0.0.1"}).status_code == 404
        wrong = {header: "203.0.113.7", "Authorization": "Bearer something else é".encode()}
        assert client.get("/metrics", headers=wrong).status_code == 404
        right = {header: "203.0.113.7", "Authorization": f"Bearer {WORD}"}
        assert client.get("/metrics", headers=right).status_code == 200


def test_from_another_machine_there_is_nothing() -> None:
    async def ask() -> int:
        app = create_app(Settings())
        async with app.router.lifespan_context(app) as state:
            transport = httpx.ASGITransport(app, client=("203.0.113.7", 5))

            async def with_state(scope: dict[str, object], receive: object, send: object) -> None:
                await app({**scope, "state": dict(state)}, receive, send)

            transport.app = with_state
            async with httpx.AsyncClient(transport=transport, base_url="http://jam.example") as client:
                return (await client.get("/metrics")).status_code

    assert asyncio.run(ask()) == 404


def test_a_mistake_of_ours_has_its_id_in_the_answer_and_in_the_log(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("jamhot.answers.desk.Desk.fruit", lambda *_: 1 / 0)
    with serving(Settings(log_format="json")) as client:
        answer = client.get("/api/fruits/plum")
    assert (answer.status_code, answer.json()["error"]) == (500, "INTERNAL_ERROR")
    assert answer.headers["x-content-type-options"] == "nosniff"
    said = capsys.readouterr().out
    (line,) = [one for one in said.splitlines() if "ZeroDivisionError" in one]
    assert f'"request_id": "{answer.headers["x-request-id"]}"' in line
    assert re.search(r"GET /api/fruits/plum 500 ", said)


def test_two_services_keep_their_figures_apart() -> None:
    one, other = Metrics(), Metrics()
    one.note("GET", "/", 200, 0.1)
    assert b'route="/"' in one.told()
    assert b'route="/"' not in other.told()


def test_logs_name_no_address(capsys: pytest.CaptureFixture[str]) -> None:
    with serving(Settings(log_format="json", railway_environment="production")) as client:
        client.get("/api/fruits/plum", headers={"X-Real-IP": "203.0.113.77"})
        client.post("/api/classify", content=pictures.jpeg(), headers={**JPEG, "X-Real-IP": "203.0.113.77"})
    logging.getLogger().handlers[0].flush()
    said = capsys.readouterr().out
    assert "/api/classify 200" in said
    assert "203.0.113" not in said
