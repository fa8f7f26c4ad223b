"""The OpenAPI is true: schemathesis asks whatever it allows and more, and compares every answer with it."""

from __future__ import annotations

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.generation import GenerationMode


@pytest.fixture(scope="session")
def described(service: httpx.Client) -> schemathesis.BaseSchema:
    return schemathesis.openapi.from_url(f"{service.base_url}/openapi.json")


OPERATIONS = [
    ("POST", "/api/classify"),
    ("GET", "/api/recipes"),
    ("GET", "/api/recipes/{recipe_id}"),
    ("GET", "/api/fruits"),
    ("GET", "/api/fruits/{name}"),
    ("GET", "/api/fruit-info"),
    ("GET", "/api/health"),
]


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["allowed", "not-allowed"])
def test_every_answer_is_as_described(
    described: schemathesis.BaseSchema, method: str, path: str, mode: GenerationMode
) -> None:
    operation = described[path][method]

    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    def ask(case: schemathesis.Case) -> None:
        case.call_and_validate()

    if mode is GenerationMode.NEGATIVE and not operation.query and not operation.path_parameters and not operation.body:
        pytest.skip("takes nothing that could be wrong")
    ask()


def test_every_route_under_api_is_described(service: httpx.Client) -> None:
    paths = service.get("/openapi.json").json()["paths"]
    assert set(paths) == {
        "/api/classify", "/api/recipes", "/api/recipes/{recipe_id}", "/api/fruits", "/api/fruits/{name}",
        "/api/fruit-info", "/api/health",
    }  # fmt: skip
    assert set(paths["/api/classify"]["post"]["requestBody"]["content"]) >= {
        "image/jpeg", "image/png", "image/webp", "multipart/form-data", "application/json",
    }  # fmt: skip
