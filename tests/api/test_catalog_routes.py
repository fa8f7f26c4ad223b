"""GET /api/recipes, /api/fruits, /api/fruit-info: answers, order, paging, caching, and senseless questions."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

RECIPE_FIELDS = {
    "id", "slug", "title", "kind", "tested", "fruits", "primary_fruits", "ingredients", "instructions", "yield",
    "times", "difficulty", "rating", "review_count", "source", "source_url", "licence", "warnings",
}  # fmt: skip
INGREDIENT_FIELDS = {"quantity", "quantity_max", "unit", "item", "preparation", "role", "grams"}


def get(service: httpx.Client, path: str, **query: Any) -> dict[str, Any]:
    response = service.get(path, params=query)
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    return answer


def test_recipes_come_perfect_good_partial(service: httpx.Client) -> None:
    answer = get(service, "/api/recipes", fruits="strawberry,rhubarb", limit=100)
    order = {"perfect": 0, "good": 1, "partial": 2}
    matches = [order[recipe["match"]] for recipe in answer["recipes"]]
    assert matches == sorted(matches)
    assert {0, 2} <= set(matches)
    assert answer["filters_applied"]["fruits"] == ["strawberry", "rhubarb"]
    for recipe in answer["recipes"]:
        assert set(recipe) >= RECIPE_FIELDS
        assert all(set(line) >= INGREDIENT_FIELDS for line in recipe["ingredients"])


def test_paging_never_repeats_or_skips(service: httpx.Client) -> None:
    whole = [r["id"] for r in get(service, "/api/recipes", limit=100)["recipes"]]
    total = get(service, "/api/recipes")["total_count"]
    pages: list[int] = []
    for offset in range(0, total + 7, 7):
        pages += [r["id"] for r in get(service, "/api/recipes", limit=7, offset=offset)["recipes"]]
    assert pages[: len(whole)] == whole
    assert len(pages) == len(set(pages)) == total


def test_filters(service: httpx.Client) -> None:
    answer = get(service, "/api/recipes", kind="jelly", tested="true", q="berry")
    assert answer["recipes"]
    assert all(r["kind"] == "jelly" and r["tested"] for r in answer["recipes"])
    assert answer["filters_applied"] == {"fruits": [], "kind": "jelly", "tested": True, "q": "berry"}


@pytest.mark.parametrize("q", ["zucchini", "O'Brien", '"', "%", "'; DROP TABLE recipes; --", "🍓", "\\", "a" * 100])
def test_nothing_found_is_an_empty_list(service: httpx.Client, q: str) -> None:
    answer = get(service, "/api/recipes", q=q)
    assert answer["total_count"] == len(answer["recipes"]) == 0 or q in ("'", '"', "%", "🍓", "\\")


def test_one_recipe_is_the_same_as_in_the_list(service: httpx.Client) -> None:
    listed = get(service, "/api/recipes", fruits="strawberry")["recipes"][0]
    single = get(service, f"/api/recipes/{listed['id']}")
    listed.pop("match")
    assert single == listed


def test_fruits(service: httpx.Client) -> None:
    answer = get(service, "/api/fruits")
    fruits = {fruit["name"]: fruit for fruit in answer["fruits"]}
    assert answer["total_count"] == len(fruits) >= 40
    assert fruits["strawberry"]["covered"]
    assert fruits["strawberry"]["recognizable"]
    assert not fruits["seville_orange"]["recognizable"]
    assert all(fruit["covered"] == (fruit["profile"] is not None) for fruit in fruits.values())


@pytest.mark.parametrize("name", ["strawberry", "Strawberries", "strawbery", "STRAWBERRY"])
def test_a_fruit_by_any_name(service: httpx.Client, name: str) -> None:
    assert get(service, f"/api/fruits/{name}")["name"] == "strawberry"


def test_fruit_info(service: httpx.Client) -> None:
    answer = get(service, "/api/fruit-info", fruits="tangerine, rhubarb")
    assert [fruit["name"] for fruit in answer["fruits"]] == ["mandarin", "rhubarb"]
    assert answer["fruits"][1]["warnings"]


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/api/recipes?limit=-1", 422, "VALIDATION_ERROR"),
        ("/api/recipes?limit=0", 422, "VALIDATION_ERROR"),
        ("/api/recipes?limit=1000000000", 422, "VALIDATION_ERROR"),
        ("/api/recipes?offset=-1", 422, "VALIDATION_ERROR"),
        ("/api/recipes?limit=ten", 422, "VALIDATION_ERROR"),
        ("/api/recipes?kind=soup", 422, "VALIDATION_ERROR"),
        ("/api/recipes?tested=perhaps", 422, "VALIDATION_ERROR"),
        ("/api/recipes?colour=red", 422, "VALIDATION_ERROR"),
        ("/api/recipes?q=%00", 422, "VALIDATION_ERROR"),
        ("/api/recipes?q=" + "a" * 101, 422, "VALIDATION_ERROR"),
        ("/api/recipes?fruits=zucchini", 404, "NOT_FOUND"),
        ("/api/recipes?fruits=" + ",".join(["plum"] * 11), 422, "VALIDATION_ERROR"),
        ("/api/recipes/0", 422, "VALIDATION_ERROR"),
        ("/api/recipes/99999", 404, "NOT_FOUND"),
        ("/api/recipes/99999999999999999999", 422, "VALIDATION_ERROR"),
        ("/api/recipes/strawberry", 422, "VALIDATION_ERROR"),
        ("/api/fruits/zucchini", 404, "NOT_FOUND"),
        ("/api/fruits/%00", 422, "VALIDATION_ERROR"),
        ("/api/fruit-info", 422, "VALIDATION_ERROR"),
        ("/api/fruit-info?fruits=,", 422, "VALIDATION_ERROR"),
        ("/api/nothing", 404, "NOT_FOUND"),
        ("/api/classify", 405, "METHOD_NOT_ALLOWED"),
    ],
)
def test_senseless_questions_get_a_clear_error(service: httpx.Client, path: str, status: int, code: str) -> None:
    response = service.get(path)
    assert (response.status_code, response.headers["content-type"]) == (status, "application/json"), response.text
    assert response.json()["error"] == code
    assert response.json()["message"]


def test_a_misspelt_fruit_is_offered_its_likely_name(service: httpx.Client) -> None:
    error = service.get("/api/fruits/rasbery").json()
    if "similar" in error.get("details", {}):
        assert "raspberry" in error["details"]["similar"]
    else:
        assert error["name"] == "raspberry"


@pytest.mark.parametrize(
    "path", ["/api/recipes", "/api/recipes/1", "/api/fruits", "/api/fruits/plum", "/api/fruit-info?fruits=plum"]
)
def test_answers_may_be_kept_and_are_checked_by_etag(service: httpx.Client, path: str) -> None:
    first = service.get(path)
    assert "max-age" in first.headers["cache-control"]
    again = service.get(path, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    assert service.get(path, headers={"If-None-Match": '"other"'}).status_code == 200
    assert (
        service.get(path, headers={"If-None-Match": f'"x", W/{first.headers["etag"].removeprefix("W/")}'}).status_code
        == 304
    )


def test_every_answer_has_an_id_and_careful_headers(service: httpx.Client) -> None:
    response = service.get("/api/fruits", headers={"X-Request-ID": "abc-123"})
    assert response.headers["x-request-id"] == "abc-123"
    assert response.headers["x-content-type-options"] == "nosniff"
    assert "unsafe-inline" not in response.headers["content-security-policy"]
    assert service.get("/api/fruits", headers={"X-Request-ID": "bad id!"}).headers["x-request-id"] != "bad id!"
