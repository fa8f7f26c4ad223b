"""GET /api/recipes, /api/fruits, /api/fruit-info: answers, order, paging, caching, and senseless questions."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from jamhot.answers.types import RecipePage

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
    assert answer["filters_applied"] == {
        "fruits": [], "kind": "jelly", "tested": True, "q": "berry", "difficulty": None, "max_minutes": None,
        "source": None,
    }  # fmt: skip


def test_difficulty_time_and_source(service: httpx.Client) -> None:
    answer = get(service, "/api/recipes", difficulty="easy", max_minutes=60, source="jam hot", limit=100)
    assert answer["recipes"]
    for recipe in answer["recipes"]:
        assert recipe["difficulty"] == "easy"
        assert recipe["times"]["total_minutes"] <= 60
        assert recipe["source"].startswith("Jam Hot")


def test_a_search_says_what_it_did(service: httpx.Client) -> None:
    assert get(service, "/api/recipes", q="zucchini jam")["message"] == "No recipe here has “zucchini” in it."
    assert get(service, "/api/recipes", q="strawbery")["message"] == "Read as “strawberry” for “strawbery”."
    assert get(service, "/api/recipes", q="strawberry")["message"] is None
    assert "leave a filter" in get(service, "/api/recipes", q="strawberry", kind="curd")["message"]
    assert get(service, "/api/recipes", q="zucchini", kind="jam")["total_count"] == 0


def test_a_list_can_be_walked_by_cursor(service: httpx.Client) -> None:
    whole = get(service, "/api/recipes", fruits="apple", limit=20)
    seen, cursor = [], None
    while True:
        asked = {"fruits": "apple", "limit": 9} | ({"cursor": cursor} if cursor else {})
        page = get(service, "/api/recipes", **asked)
        seen += page["recipes"]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen[: len(whole["recipes"])] == whole["recipes"]
    assert len(seen) == whole["total_count"]
    assert (
        service.get("/api/recipes", params={"fruits": "plum", "cursor": page["next_cursor"] or "x"}).status_code == 422
    )


def test_what_i_have_scales_the_recipes(service: httpx.Client) -> None:
    plain = get(service, "/api/recipes/1")
    answer = get(service, "/api/recipes", fruits="strawberry,rhubarb", have="strawberry:700g", limit=100)
    assert answer["filters_applied"]["fruits"] == ["strawberry", "rhubarb"]
    jam = next(recipe for recipe in answer["recipes"] if recipe["id"] == 1)
    assert jam["scale"] == pytest.approx(700 / plain["ingredients"][0]["grams"], abs=0.001)
    assert [line["quantity"] for line in jam["ingredients"]] == [3, 3]
    assert jam["ingredients"][1]["grams"] == pytest.approx(plain["ingredients"][1]["grams"] * jam["scale"], rel=0.002)
    assert (jam["yield"]["jars"], jam["yield"]["jars_max"]) == (2.5, 3)
    assert jam["missing"] == []
    both = next(recipe for recipe in answer["recipes"] if recipe["match"] == "perfect" and recipe["scale"])
    assert [one["fruit"] for one in both["missing"]] == ["rhubarb"]
    assert both["missing"][0]["grams"] > 0
    assert all(recipe["scale_note"] for recipe in answer["recipes"])


@pytest.mark.parametrize("have", ["strawberry:0.001g", "strawberry:99999kg"])
def test_what_i_have_may_be_next_to_nothing_or_very_much(service: httpx.Client, have: str) -> None:
    answer = get(service, "/api/recipes", have=have)
    jam = next(recipe for recipe in answer["recipes"] if recipe["id"] == 1)
    grams = float(have.removeprefix("strawberry:").rstrip("kg")) * (1000 if have.endswith("kg") else 1)
    assert jam["scale"] == pytest.approx(grams / get(service, "/api/recipes/1")["ingredients"][0]["grams"], rel=0.01)


def test_have_alone_asks_for_its_fruits(service: httpx.Client) -> None:
    answer = get(service, "/api/recipes", have="Strawberries: 1.5lb,rhubarb:2 cups", limit=100)
    assert answer["filters_applied"]["fruits"] == ["strawberry", "rhubarb"]
    assert {recipe["match"] for recipe in answer["recipes"]} >= {"perfect", "partial"}


@pytest.mark.parametrize(
    "have", ["strawberry", "strawberry:", "strawberry:700", "strawberry:0g", "strawberry:-1g", "strawberry:7stone",
             "strawberry:700g,", ":700g", "strawberry:1e9g", "strawberry:nang", "strawberry:700g;rhubarb:1lb"],
)  # fmt: skip
def test_have_that_makes_no_sense_gets_an_example(service: httpx.Client, have: str) -> None:
    response = service.get("/api/recipes", params={"have": have})
    assert response.status_code == 422
    assert "strawberry:700g,rhubarb:1.5lb" in response.json()["message"]


QUESTIONS: list[dict[str, Any]] = [
    {}, {"fruits": "strawberry,rhubarb"}, {"q": "strawbery"}, {"q": "zucchini"}, {"offset": 350}, {"offset": 5000},
    {"kind": "curd", "limit": 1}, {"max_minutes": 30}, {"fruits": "strawberry", "have": "strawberry:700g"},
]  # fmt: skip


@pytest.mark.parametrize("asked", QUESTIONS)
def test_an_answer_put_together_is_the_one_its_model_gives(service: httpx.Client, asked: dict[str, Any]) -> None:
    body = service.get("/api/recipes", params=asked).content
    assert RecipePage.model_validate_json(body).model_dump_json().encode() == body


def test_json_ld_is_the_recipe(service: httpx.Client) -> None:
    response = service.get("/api/recipes/1.json")
    assert "max-age" in response.headers["cache-control"]
    ld, recipe = response.json(), get(service, "/api/recipes/1")
    assert (ld["@context"], ld["@type"], ld["name"]) == ("https://schema.org", "Recipe", recipe["title"])
    assert ld["totalTime"] == "PT1H"
    assert ld["recipeYield"] == "3–4 jars of 240 ml"
    assert ld["recipeIngredient"][0].startswith("4 cups strawberries, hulled and crushed")
    assert [step["text"] for step in ld["recipeInstructions"][:-1]] == [step["text"] for step in recipe["instructions"]]
    assert "Minutes in boiling water: half-pint (236 ml) jars: 5 from 0 m" in ld["recipeInstructions"][-1]["text"]
    assert all(value is not None for value in ld.values())


def test_json_ld_carries_the_warnings(service: httpx.Client) -> None:
    recipe = get(service, "/api/recipes", fruits="rhubarb")["recipes"][0]
    ld = service.get(f"/api/recipes/{recipe['id']}.json").json()
    assert recipe["warnings"]
    assert all(warning["text"] in ld["description"] for warning in recipe["warnings"])


@pytest.mark.parametrize("q", ["zucchini", "O'Brien", '"', "%", "'; DROP TABLE recipes; --", "🍓", "\\", "a" * 100])
def test_nothing_found_is_an_empty_list(service: httpx.Client, q: str) -> None:
    answer = get(service, "/api/recipes", q=q)
    assert answer["total_count"] == len(answer["recipes"]) == 0 or q in ("'", '"', "%", "🍓", "\\")


def test_one_recipe_is_the_same_as_in_the_list(service: httpx.Client) -> None:
    listed = get(service, "/api/recipes", fruits="strawberry")["recipes"][0]
    single = get(service, f"/api/recipes/{listed['id']}")
    for name in ("match", "scale", "scale_note", "missing"):
        listed.pop(name)
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
        ("/api/recipes?difficulty=heroic", 422, "VALIDATION_ERROR"),
        ("/api/recipes?max_minutes=0", 422, "VALIDATION_ERROR"),
        ("/api/recipes?cursor=nonsense", 422, "VALIDATION_ERROR"),
        ("/api/recipes?cursor=%F0%9F%8D%93", 422, "VALIDATION_ERROR"),
        ("/api/recipes?cursor=AAAA&offset=20", 422, "VALIDATION_ERROR"),
        ("/api/recipes?have=strawberry:700", 422, "VALIDATION_ERROR"),
        ("/api/recipes?have=zucchini:700g", 404, "NOT_FOUND"),
        ("/api/recipes/99999.json", 404, "NOT_FOUND"),
        ("/api/recipes/x.json", 422, "VALIDATION_ERROR"),
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
    assert service.get(path, headers={"If-None-Match": "*"}).status_code == 304
    assert (
        service.get(path, headers={"If-None-Match": f'"x", W/{first.headers["etag"].removeprefix("W/")}'}).status_code
        == 304
    )


@pytest.mark.parametrize("path", ["/api/recipes?fruits=plum", "/api/fruits", "/jamdex", "/fruitdex/fruit/plum"])
def test_an_answer_that_was_kept_is_the_one_that_was_made(service: httpx.Client, path: str) -> None:
    made, kept = (service.get(path, headers={"Accept-Encoding": "gzip"}) for _ in range(2))
    own = ("x-request-id", "date")
    assert made.headers["content-encoding"] == "gzip"
    assert kept.content == made.content
    assert {k: v for k, v in kept.headers.items() if k not in own} == {
        k: v for k, v in made.headers.items() if k not in own
    }
    assert kept.headers["x-request-id"] != made.headers["x-request-id"]
    plain = service.get(path, headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert (plain.content, plain.headers["etag"]) == (made.content, made.headers["etag"])


def test_a_kept_answer_is_for_its_own_question(service: httpx.Client) -> None:
    first, second = (service.get("/api/recipes", params={"limit": n}).json()["recipes"] for n in (1, 2))
    assert (len(first), len(second)) == (1, 2)
    assert service.get("/api/recipes", params={"limit": 1}).json()["recipes"] == first


def test_every_answer_has_an_id_and_careful_headers(service: httpx.Client) -> None:
    response = service.get("/api/fruits", headers={"X-Request-ID": "abc-123"})
    assert response.headers["x-request-id"] == "abc-123"
    assert response.headers["x-content-type-options"] == "nosniff"
    assert "unsafe-inline" not in response.headers["content-security-policy"]
    assert service.get("/api/fruits", headers={"X-Request-ID": "bad id!"}).headers["x-request-id"] != "bad id!"
