"""GET /api/recipes, /api/recipes/{id} and /api/recipes/{id}.json."""

from __future__ import annotations

import re
from typing import Annotated, Self

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator
from starlette.requests import Request
from starlette.responses import Response

from jamhot.answers.cookbook import RecipeSearch
from jamhot.answers.json_ld import RecipeLd
from jamhot.answers.larder import EXAMPLE, HAVE_PATTERN
from jamhot.answers.types import RecipePage
from jamhot.api.caching import respond_json
from jamhot.api.links import links, to_fruit, to_next_page, to_recipe, to_recipe_for_others
from jamhot.api.schemas import LOOKUP_ERRORS, NO_NUL
from jamhot.api.services import ServicesDep
from jamhot.catalog.types import Difficulty, Kind, Recipe

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
    difficulty: Difficulty | None = None
    max_minutes: int | None = Field(None, ge=1, le=100_000, description="work, cooking and standing, all together")
    source: str | None = Field(None, min_length=1, max_length=100, pattern=NO_NUL, description="words of its title")
    have: str | None = Field(
        None,
        max_length=300,
        json_schema_extra={"pattern": HAVE_PATTERN, "examples": [EXAMPLE]},
        description="what there is of a fruit, in g, kg, ml, l, oz, lb or cups: quantities are scaled to it",
    )
    limit: int = Field(20, ge=1, le=100)
    offset: int = Field(0, ge=0, le=1_000_000)
    cursor: str | None = Field(
        None, min_length=1, max_length=1000, pattern=r"^[A-Za-z0-9_-]+$", description="`next_cursor` of the page before"
    )

    @field_validator("have")
    @classmethod
    def _amounts(cls, value: str | None) -> str | None:
        if value is not None and re.fullmatch(HAVE_PATTERN, value) is None:
            raise ValueError(f"write fruit:amount, with g, kg, ml, l, oz, lb or cups, for example {EXAMPLE}")
        return value

    @model_validator(mode="after")
    def _one_way_to_page(self) -> Self:
        if self.cursor is not None and self.offset:
            raise ValueError("send cursor or offset, not both")
        return self

    @field_validator("fruits")
    @classmethod
    def _few(cls, value: str | None) -> str | None:
        if value is not None and len(split_names(value)) > MOST_FRUITS:
            raise ValueError(f"at most {MOST_FRUITS} fruits")
        return value


FROM_A_PAGE = links(
    recipe=to_recipe("$response.body#/recipes/0/id"),
    recipe_for_others=to_recipe_for_others("$response.body#/recipes/0/id"),
    next_page=to_next_page(),
)
FROM_A_RECIPE = links(
    recipe_for_others=to_recipe_for_others("$response.body#/id"),
    fruit=to_fruit("$response.body#/fruits/0"),
)


@router.get("/recipes", response_model=RecipePage, responses={**LOOKUP_ERRORS, **FROM_A_PAGE})
async def list_recipes(request: Request, services: ServicesDep, asked: Annotated[RecipeFilters, Query()]) -> Response:
    """Recipes for these fruits: perfect matches first, then good and partial ones; tested ones first among them."""
    search = RecipeSearch(fruits=tuple(split_names(asked.fruits or "")), **asked.model_dump(exclude={"fruits"}))
    return respond_json(request, services.desk.recipes_json(search))


@router.get("/recipes/{recipe_id}.json", response_model=RecipeLd, responses=LOOKUP_ERRORS)
async def one_recipe_for_others(
    request: Request, services: ServicesDep, recipe_id: Annotated[int, Path(ge=1, le=2_147_483_647)]
) -> Response:
    """One recipe as schema.org JSON-LD, the same that stands in its page: for recipe managers."""
    return respond_json(request, services.desk.recipe_ld(recipe_id, services.public_url))


@router.get("/recipes/{recipe_id}", response_model=Recipe, responses={**LOOKUP_ERRORS, **FROM_A_RECIPE})
async def one_recipe(
    request: Request, services: ServicesDep, recipe_id: Annotated[int, Path(ge=1, le=2_147_483_647)]
) -> Response:
    """One recipe."""
    return respond_json(request, services.desk.recipe_json(recipe_id))
