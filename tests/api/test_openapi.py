"""The OpenAPI is true: schemathesis asks whatever it allows and more, and compares every answer with it."""

from __future__ import annotations

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

from benchmarks.contract import Seen, walk


@pytest.fixture(scope="session")
def described(service: httpx.Client) -> schemathesis.BaseSchema:
    return schemathesis.openapi.from_url(f"{service.base_url}/openapi.json")


ALLOWED, NOT_ALLOWED = GenerationMode.POSITIVE, GenerationMode.NEGATIVE
# A path that takes nothing, or any text, cannot be asked wrongly; test_catalog_routes asks for names that are none.
QUESTIONS = [
    ("POST", "/api/classify", ALLOWED),
    ("POST", "/api/classify", NOT_ALLOWED),
    ("GET", "/api/recipes", ALLOWED),
    ("GET", "/api/recipes", NOT_ALLOWED),
    ("GET", "/api/recipes/{recipe_id}", ALLOWED),
    ("GET", "/api/recipes/{recipe_id}", NOT_ALLOWED),
    ("GET", "/api/recipes/{recipe_id}.json", ALLOWED),
    ("GET", "/api/recipes/{recipe_id}.json", NOT_ALLOWED),
    ("GET", "/api/fruits", ALLOWED),
    ("GET", "/api/fruits/{name}", ALLOWED),
    ("GET", "/api/fruit-info", ALLOWED),
    ("GET", "/api/fruit-info", NOT_ALLOWED),
    ("POST", "/api/jamlab", ALLOWED),
    ("POST", "/api/jamlab", NOT_ALLOWED),
    ("POST", "/api/feedback", ALLOWED),
    ("POST", "/api/feedback", NOT_ALLOWED),
    ("GET", "/api/health", ALLOWED),
]


@pytest.mark.parametrize(("method", "path", "mode"), QUESTIONS)
def test_every_answer_is_as_described(
    described: schemathesis.BaseSchema, method: str, path: str, mode: GenerationMode
) -> None:
    # A schema cannot say "bytes that are a picture": real ones are sent by test_classify.
    excluded = [positive_data_acceptance] if path == "/api/classify" else []

    @given(case=described[path][method].as_strategy(generation_mode=mode))
    @settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    def ask(case: schemathesis.Case) -> None:
        if mode is ALLOWED and case.query:
            case.query.pop("cursor", None)  # nor "a word that we signed": test_catalog_routes sends real ones
        case.call_and_validate(excluded_checks=excluded)

    ask()


def test_questions_made_of_earlier_answers_are_answered_as_described(described: schemathesis.BaseSchema) -> None:
    seen = Seen()
    walk(described, 1, seen)
    assert seen.wrong == {}
    assert any("next_page" in link for link in seen.followed), seen.followed


@pytest.mark.parametrize(
    ("asked", "link", "leads_to"),
    [
        ("/api/recipes", "recipe", "/api/recipes/{recipe_id}"),
        ("/api/recipes", "recipe_for_others", "/api/recipes/{recipe_id}.json"),
        ("/api/recipes?fruits=plum&limit=3", "next_page", "/api/recipes"),
        ("/api/recipes/1", "recipe_for_others", "/api/recipes/{recipe_id}.json"),
        ("/api/recipes/1", "fruit", "/api/fruits/{name}"),
        ("/api/fruits", "fruit", "/api/fruits/{name}"),
        ("/api/fruits", "recipes", "/api/recipes"),
        ("/api/fruits/plum", "recipes", "/api/recipes"),
        ("/api/fruit-info?fruits=plum", "fruit", "/api/fruits/{name}"),
    ],
)
def test_a_link_leads_to_an_answer(service: httpx.Client, asked: str, link: str, leads_to: str) -> None:
    document = service.get("/openapi.json").json()
    answer = service.get(asked)
    route = "/api/recipes/{recipe_id}" if "/recipes/" in asked else asked.partition("?")[0].replace("plum", "{name}")
    described = document["paths"][route]["get"]["responses"]["200"]["links"][link]
    assert document["paths"][leads_to]["get"]["operationId"] == described["operationId"]
    values = {name: value_of(said, answer) for name, said in described["parameters"].items()}
    query = {name: value for name, value in values.items() if value is not None and f"{{{name}}}" not in leads_to}
    found = service.get(leads_to.format(**values), params=query)
    assert found.status_code == 200, found.text
    assert found.json() != answer.json()


def value_of(expression: str, answer: httpx.Response) -> str | None:
    """What an expression of a link stands for; None where there is nothing."""
    if expression.startswith("$request.query."):
        return answer.request.url.params.get(expression.removeprefix("$request.query."))
    found = answer.json()
    for step in expression.removeprefix("$response.body#/").split("/"):
        found = found[int(step)] if isinstance(found, list) else found[step]
    return str(found)


def test_every_route_under_api_is_described(service: httpx.Client) -> None:
    paths = service.get("/openapi.json").json()["paths"]
    assert set(paths) == {
        "/api/classify", "/api/recipes", "/api/recipes/{recipe_id}", "/api/recipes/{recipe_id}.json", "/api/fruits",
        "/api/fruits/{name}", "/api/fruit-info", "/api/jamlab", "/api/feedback", "/api/health",
    }  # fmt: skip
    assert set(paths["/api/classify"]["post"]["requestBody"]["content"]) >= {
        "image/jpeg", "image/png", "image/webp", "multipart/form-data", "application/json",
    }  # fmt: skip
