"""OpenAPI's links: which answer holds what another question asks for. Programs and schemathesis follow them."""

from __future__ import annotations

from typing import Any

from fastapi.routing import APIRoute

FILTERS = ("fruits", "kind", "tested", "q", "difficulty", "max_minutes", "source", "have", "limit")
"""Of GET /api/recipes, without where a page begins."""
FIRST_NAME, OWN_NAME = "$response.body#/fruits/0/name", "$response.body#/name"
Link = dict[str, Any]


def operation_id(route: APIRoute) -> str:
    """Its function's name: what links, and clients made from the document, call it."""
    return route.name


def links(status: int = 200, **named: Link) -> dict[int | str, dict[str, Any]]:
    """OpenAPI's `responses` with links from the answer with that status."""
    return {status: {"links": named}}


def to_recipe(place: str) -> Link:
    """The recipe whose id stands at that place of the answer."""
    return _link("one_recipe", "The recipe, by its id.", recipe_id=place)


def to_recipe_for_others(place: str) -> Link:
    """The same, as JSON-LD."""
    return _link("one_recipe_for_others", "The recipe as schema.org JSON-LD, by its id.", recipe_id=place)


def to_next_page() -> Link:
    """The page behind this one; there is none when `next_cursor` is null."""
    filters = {name: f"$request.query.{name}" for name in FILTERS}
    said = "The next page: the same filters, and where it begins. There is none when `next_cursor` is null."
    return _link("list_recipes", said, **filters, cursor="$response.body#/next_cursor")


def to_fruit(place: str) -> Link:
    """The fruit whose name stands at that place of the answer."""
    return _link("one_fruit", "The fruit, by its name.", name=place)


def to_recipes_of(place: str) -> Link:
    """Recipes of the fruit whose name stands at that place."""
    return _link("list_recipes", "Recipes for the fruit.", fruits=place)


def to_feedback() -> Link:
    """What the first photo showed, when a person agrees with what was said of it."""
    body = {
        "said": FIRST_NAME,
        "meant": FIRST_NAME,
        "candidates": "$response.body#/fruits/0/alternatives",
        "model": "$response.body#/model",
    }
    said = "Say what the first photo showed: `meant` is the person's word, here that the answer was right."
    return {**_link("feedback", said), "requestBody": body}


def _link(target: str, description: str, **parameters: str) -> Link:
    found: Link = {"operationId": target, "description": description}
    return {**found, "parameters": parameters} if parameters else found
