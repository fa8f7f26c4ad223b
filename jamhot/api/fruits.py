"""GET /api/fruits, /api/fruits/{name} and /api/fruit-info."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import AfterValidator
from starlette.requests import Request
from starlette.responses import Response

from jamhot.answers.types import FruitAnswer, FruitList
from jamhot.api.caching import respond_json
from jamhot.api.links import FIRST_NAME, OWN_NAME, links, to_fruit, to_recipes_of
from jamhot.api.recipes import MOST_FRUITS, split_names
from jamhot.api.schemas import LOOKUP_ERRORS, NO_NUL, FruitText
from jamhot.api.services import ServicesDep

router = APIRouter(prefix="/api", tags=["fruits"])

A_NAME = r"^[^\x00]*[^\x00-\x20\x7f-\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000,][^\x00]*$"
"""Something that is neither blank nor a comma, as the OpenAPI says it; `_one_to_ten` says it to people."""
FROM_A_LIST = links(fruit=to_fruit(FIRST_NAME), recipes=to_recipes_of(FIRST_NAME))
FROM_A_FRUIT = links(recipes=to_recipes_of(OWN_NAME))


@router.get("/fruits", response_model=FruitList, responses=FROM_A_LIST)
async def list_fruits(request: Request, services: ServicesDep) -> Response:
    """Every fruit that the catalogue or the model names."""
    return respond_json(request, services.desk.fruits())


@router.get("/fruits/{name}", response_model=FruitAnswer, responses={**LOOKUP_ERRORS, **FROM_A_FRUIT})
async def one_fruit(request: Request, services: ServicesDep, name: Annotated[FruitText, Path()]) -> Response:
    """One fruit, by any name that people call it."""
    return respond_json(request, services.desk.fruit(name))


def _one_to_ten(text: str) -> str:
    if not 1 <= len(split_names(text)) <= MOST_FRUITS:
        raise ValueError(f"expected 1 to {MOST_FRUITS} fruits, separated by commas")
    return text


@router.get("/fruit-info", response_model=FruitList, responses={**LOOKUP_ERRORS, **FROM_A_LIST})
async def fruit_info(
    request: Request,
    services: ServicesDep,
    fruits: Annotated[
        str,
        Query(
            min_length=1,
            max_length=300,
            pattern=NO_NUL,
            json_schema_extra={"pattern": A_NAME},
            description="names separated by commas, ten at most",
        ),
        AfterValidator(_one_to_ten),
    ],
) -> Response:
    """Several fruits at once."""
    return respond_json(request, services.desk.fruits(split_names(fruits)))
