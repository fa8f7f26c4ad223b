"""HTTP in JSON: routes and schemas. Nothing is decided here."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI

from jamhot.api import classify, errors, feedback, fruits, health, jamlab, metrics, recipes


def install(app: FastAPI, error_pages: errors.Renderer) -> None:
    """Adds the routes under /api and the handlers of errors; `error_pages` shows those of other addresses."""
    for module in (classify, recipes, fruits, jamlab, feedback, health, metrics):
        app.include_router(module.router)
    errors.install(app, error_pages)


def complete(document: dict[str, Any]) -> None:
    """Adds to the OpenAPI what only a hand-read body names."""
    schemas = document["components"]["schemas"]
    for model in (*classify.BODY_SCHEMAS, *feedback.BODY_SCHEMAS):
        described = model.model_json_schema(ref_template="#/components/schemas/{model}")
        described.pop("$defs", None)  # each is in the list itself
        schemas[model.__name__] = described
