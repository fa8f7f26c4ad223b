"""POST /api/jamlab: the plan, and what is told for senseless questions."""

from __future__ import annotations

from typing import Any

import httpx
import pytest


def ask(service: httpx.Client, **question: Any) -> dict[str, Any]:
    response = service.post("/api/jamlab", json=question)
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    return answer


PLUM = {"name": "plum", "weight_g": 1300}


def test_the_plan_has_all_its_parts(service: httpx.Client) -> None:
    plan = ask(service, fruits=[PLUM], kind="jam", altitude_m=800)
    assert next(iter(plan)) == "warnings"
    assert set(plan) >= {"set", "additions", "sugar", "yield", "gel_point", "processing", "rescue", "sources"}
    assert plan["set"]["verdict"] == "likely"
    assert plan["set"]["index"]["low"] <= plan["set"]["index"]["value"] <= plan["set"]["index"]["high"]
    assert plan["gel_point"]["celsius"] == pytest.approx(101.7, abs=0.1)
    assert 1500 < plan["yield"]["grams"]["value"] < 2300
    assert plan["processing"]["method"] == "refrigerate"
    assert [one["problem"] for one in plan["rescue"]] == ["did_not_set", "too_hard", "crystals", "floating_fruit"]
    assert all(one["source"] for one in plan["figures"])


def test_units_do_not_matter(service: httpx.Client) -> None:
    by_count = ask(service, fruits=[{"name": "plums", "count": 10}])
    by_weight = ask(service, fruits=[{"name": "plum", "weight_g": 660}])
    assert by_count["yield"] == by_weight["yield"]
    punnet = ask(service, fruits=[{"name": "strawberry", "punnets": 2}])
    assert punnet["fruit_g"] == pytest.approx(2 * 550.6 / 236.588 * 144, abs=0.1)


def test_ripe_peaches_get_lemon(service: httpx.Client) -> None:
    plan = ask(service, fruits=[{"name": "peach", "weight_g": 1200}], sugar_g=760)
    assert plan["set"]["verdict"] != "likely"
    assert "lemon_juice" in {one["what"] for one in plan["additions"]}


def test_pectin_at_hand_is_what_is_suggested(service: httpx.Client) -> None:
    fruits = [{"name": "sweet cherry", "weight_g": 1000}]
    assert {one["what"] for one in ask(service, fruits=fruits)["additions"]} == {"powdered_pectin", "apple"}
    liquid = ask(service, fruits=fruits, at_hand=["liquid_pectin"])["additions"]
    assert {one["what"] for one in liquid} == {"liquid_pectin", "apple"}
    little = ask(service, fruits=fruits, sweetness="reduced")["additions"]
    assert {one["what"] for one in little} == {"low_methoxyl_pectin"}


@pytest.mark.parametrize(
    ("question", "status", "code"),
    [
        ({}, 422, "VALIDATION_ERROR"),
        ({"fruits": []}, 422, "VALIDATION_ERROR"),
        ({"fruits": [{"name": "plum"}]}, 422, "VALIDATION_ERROR"),
        ({"fruits": [{"name": "plum", "weight_g": 100, "count": 3}]}, 422, "VALIDATION_ERROR"),
        ({"fruits": [{"name": "plum", "weight_g": 0}]}, 422, "VALIDATION_ERROR"),
        ({"fruits": [{"name": "plum", "weight_g": -5}]}, 422, "VALIDATION_ERROR"),
        ({"fruits": [{"name": "plum", "weight_g": 500_000}]}, 422, "VALIDATION_ERROR"),
        ({"fruits": [{"name": "plum", "weight_g": 15_000}, {"name": "fig", "weight_g": 15_000}]}, 422, None),
        ({"fruits": [{"name": "plum", "weight_g": 1e-300}]}, 422, "VALIDATION_ERROR"),
        ({"fruits": [{"name": "sloe gin", "weight_g": 500}]}, 404, "NOT_FOUND"),
        ({"fruits": [{"name": "damson", "count": 5}]}, 422, "VALIDATION_ERROR"),
        ({"fruits": [PLUM], "altitude_m": 120_000}, 422, "VALIDATION_ERROR"),
        ({"fruits": [PLUM], "kind": "curd"}, 422, "VALIDATION_ERROR"),
        ({"fruits": [PLUM], "sugar": 3}, 422, "VALIDATION_ERROR"),
        ({"fruits": [PLUM], "sugar_g": "100"}, 422, "VALIDATION_ERROR"),
    ],
)
def test_nonsense_is_told(service: httpx.Client, question: dict[str, Any], status: int, code: str | None) -> None:
    response = service.post("/api/jamlab", json=question)
    assert response.status_code == status, response.text
    told = response.json()
    assert set(told) == {"error", "message", "details", "hint"}
    assert told["error"] == (code or "VALIDATION_ERROR")


def test_no_number_is_not_taken(service: httpx.Client) -> None:
    body = '{"fruits": [{"name": "plum", "weight_g": NaN}]}'
    told = service.post("/api/jamlab", content=body, headers={"content-type": "application/json"})
    assert told.status_code == 422
