"""GET /api/recipes and /api/recipes/{id}."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, ConfigDict, Field, field_validator
from starlette.requests import Request
from starlette.responses import Response

from jamhot.answers.types import RecipePage
from jamhot.api.schemas import LOOKUP_ERRORS, NO_NUL
from jamhot.api.services import ServicesDep
from jamhot.catalog.types import Kind, Recipe

router = APIRouter(prefix="/api", tags=["recipes"])

MOST_FRUITS = 10


def split_names(text: str) -> list[str]:
    """`a,b` as names, blanks and empty ones out."""
    return [part.strip() for part in text.split(",") if part.strip()]


class RecipeFilters(BaseModel):
    """Filters and paging; every filter that is given must hold."""

    model_config = ConfigDict(extra="forbid")

    fruits: str | None = Field(
        None, max_length=300, pattern=NO_NUL, description="names separated by commas: strawberry,rhubarb"
    )
    kind: Kind | None = None
    tested: bool | None = None
    q: str | None = Field(None, max_length=100, pattern=NO_NUL, description="words of titles, fruits, ingredients")
    limit: int = Field(20, ge=1, le=100)
    offset: int = Field(0, ge=0, le=1_000_000)

    @field_validator("fruits")
    @classmethod
    def _few(cls, value: str | None) -> str | None:
        if value is not None and len(split_names(value)) > MOST_FRUITS:
            raise ValueError(f"at most {MOST_FRUITS} fruits")
        return value


@router.get("/recipes", response_model=RecipePage, responses=LOOKUP_ERRORS)
async def list_recipes(request: Request, services: ServicesDep, asked: Annotated[RecipeFilters, Query()]) -> Response:
    """Recipes for these fruits: perfect matches first, then good and partial ones; tested ones first among them."""
    desk = services.desk
    return services.answers.json(
        request,
        (desk.edition, "recipes", *asked.model_dump().values()),
        lambda: desk.recipes(
            fruits=split_names(asked.fruits or ""),
            kind=asked.kind,
            tested=asked.tested,
            q=asked.q,
            limit=asked.limit,
            offset=asked.offset,
        ),
    )


@router.get("/recipes/{recipe_id}", response_model=Recipe, responses=LOOKUP_ERRORS)
async def one_recipe(
    request: Request, services: ServicesDep, recipe_id: Annotated[int, Path(ge=1, le=2_147_483_647)]
) -> Response:
    """One recipe."""
    desk = services.desk
    return services.answers.json(request, (desk.edition, "recipe", recipe_id), lambda: desk.recipe(recipe_id))
