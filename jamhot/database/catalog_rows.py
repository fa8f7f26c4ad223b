"""The catalogue as rows: how fruits and recipes become JSON for PostgreSQL, and the SQL that turns them back.

Both directions go through JSON made or read in one piece, so that a figure keeps every digit and nothing is listed in
a third place.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any, NamedTuple

from jamhot.catalog.content import Content
from jamhot.catalog.types import Fruit, Profile, Recipe
from jamhot.errors import CatalogError

Row = dict[str, Any]

FRUIT_COLUMNS = ("fruit_name", "display_name", "plural", "other_names", "ai_identifier", "kind_of", "warnings")
PROFILE_COLUMNS = (
    "fruit_name", "scientific_name", "family", "description", "season", "season_source", "choosing", "storing",
    "preparing", "goes_well_with", "jam_uses", "flavor", "chemistry", "colours",
)  # fmt: skip
TIMES = ("prep_minutes", "cook_minutes", "rest_minutes", "total_minutes")
RECIPE_COLUMNS = (
    "id", "origin", "title", "slug", "kind", "tested", "summary", "ingredients", "instructions", "end_point", "yield",
    "servings", *TIMES, "difficulty", "keeping", "rating", "review_count", "source", "source_url", "licence",
    "warnings", "created", "scraped",
)  # fmt: skip
RECIPE_FRUIT_COLUMNS = ("recipe_id", "fruit_name", "position", "is_primary")


class Rows(NamedTuple):
    """The content, table by table, ready for `jsonb_populate_recordset`."""

    fruits: list[Row]
    profiles: list[Row]
    recipes: list[Row]
    recipe_fruits: list[Row]

    @property
    def digest(self) -> str:
        """SHA-256 over every value, in a fixed order."""
        return hashlib.sha256(json.dumps(self, sort_keys=True).encode()).hexdigest()


def rows_of(content: Content) -> Rows:
    """Raises CatalogError when a recipe's primary fruits do not lead its fruits: the table could not say it."""
    return Rows(
        fruits=[_fruit_row(fruit) for fruit in content.fruits],
        profiles=[_profile_row(fruit.name, fruit.profile) for fruit in content.fruits if fruit.profile],
        recipes=[recipe_row(recipe) for recipe in content.recipes],
        recipe_fruits=[row for recipe in content.recipes for row in recipe_fruit_rows(recipe)],
    )


def _fruit_row(fruit: Fruit) -> Row:
    row = fruit.model_dump(mode="json", exclude={"profile"})
    return {"fruit_name": row.pop("name"), **row}


def _profile_row(name: str, profile: Profile) -> Row:
    return {"fruit_name": name, **profile.model_dump(mode="json")}


def recipe_row(recipe: Recipe, origin: str = "content") -> Row:
    """A row of `recipes`; `origin` is "content" or "scraped"."""
    row = recipe.model_dump(mode="json", exclude={"fruits", "primary_fruits", "times"})
    return {**row, **recipe.times.model_dump(mode="json"), "origin": origin}


def recipe_fruit_rows(recipe: Recipe) -> list[Row]:
    primary = len(recipe.primary_fruits)
    if recipe.fruits[:primary] != recipe.primary_fruits:
        raise CatalogError(f"recipe {recipe.slug}: its primary fruits do not stand first among its fruits")
    return [
        {"recipe_id": recipe.id, "fruit_name": name, "position": position, "is_primary": position <= primary}
        for position, name in enumerate(recipe.fruits, start=1)
    ]


def upsert(table: str, key: tuple[str, ...], columns: tuple[str, ...]) -> str:
    """Inserts or updates every row of a JSON list; returns the key's first column and whether it is new.

    A row that is as it was is left alone and not returned.
    """
    rest = [column for column in columns if column not in key]
    names, changing = ", ".join(columns), ", ".join(rest)
    old = ", ".join(f"old.{column}" for column in rest)
    new = ", ".join(f"excluded.{column}" for column in rest)
    return f"""
        INSERT INTO public.{table} AS old ({names})
        SELECT {names} FROM jsonb_populate_recordset(NULL::public.{table}, %s)
        ON CONFLICT ({", ".join(key)}) DO UPDATE SET ({changing}) = ROW({new})
        WHERE ({old}) IS DISTINCT FROM ({new})
        RETURNING old.{key[0]}, old.xmax = 0
    """  # noqa: S608 (names from this module alone)


UPSERT_FRUITS = upsert("fruits", ("fruit_name",), FRUIT_COLUMNS)
UPSERT_PROFILES = upsert("profiles", ("fruit_name",), PROFILE_COLUMNS)
UPSERT_RECIPES = upsert("recipes", ("id",), RECIPE_COLUMNS)
UPSERT_RECIPE_FRUITS = upsert("recipe_fruits", ("recipe_id", "fruit_name"), RECIPE_FRUIT_COLUMNS)

GONE_PROFILES = "DELETE FROM public.profiles WHERE fruit_name <> ALL (%s) RETURNING fruit_name"
GONE_RECIPES = "DELETE FROM public.recipes WHERE origin = 'content' AND id <> ALL (%s) RETURNING id"
GONE_RECIPE_FRUITS = """
    DELETE FROM public.recipe_fruits old USING public.recipes
    WHERE recipes.id = old.recipe_id AND recipes.origin = 'content' AND NOT EXISTS (
        SELECT FROM jsonb_populate_recordset(NULL::public.recipe_fruits, %s) new
        WHERE new.recipe_id = old.recipe_id AND new.fruit_name = old.fruit_name)
    RETURNING old.recipe_id
"""
GONE_FRUITS = """
    DELETE FROM public.fruits WHERE fruit_name <> ALL (%s)
    AND NOT EXISTS (SELECT FROM public.recipe_fruits r WHERE r.fruit_name = fruits.fruit_name)
    RETURNING fruit_name
"""
RELEASED_FRUITS = """
    UPDATE public.fruits SET ai_identifier = NULL, kind_of = NULL, recognizable = NULL
    WHERE fruit_name <> ALL (%s) AND (ai_identifier, kind_of, recognizable) IS DISTINCT FROM (NULL, NULL, NULL)
    RETURNING fruit_name
"""
"""A fruit that left the content while a scraped recipe still needs it: stays, without label and kin."""
BUMP = """
    INSERT INTO public.catalog_version AS old (version, changed_at, content_digest) VALUES (1, now(), %s)
    ON CONFLICT (only_row) DO UPDATE
    SET version = old.version + 1, changed_at = now(), content_digest = excluded.content_digest
    RETURNING version
"""
VERSION = "SELECT version, content_digest FROM public.catalog_version"


def _json_object(table: str, columns: tuple[str, ...], **expressions: str) -> str:
    """`json_build_object` of a table's columns, and of SQL expressions under names of their own."""
    pairs = [f"'{column}', {table}.{column}" for column in columns]
    pairs += [f"'{name}', {expression}" for name, expression in expressions.items()]
    return f"json_build_object({', '.join(pairs)})"


READ_FRUITS = f"""
    SELECT {_json_object(
        "f", FRUIT_COLUMNS[1:], name="f.fruit_name",
        profile=f"CASE WHEN p.fruit_name IS NOT NULL THEN {_json_object('p', PROFILE_COLUMNS[1:])} END",
    )}::text
    FROM public.fruits f LEFT JOIN public.profiles p USING (fruit_name)
    ORDER BY f.fruit_name COLLATE "C"
"""  # noqa: S608 (names from this module alone)  # fmt: skip
READ_RECIPES = f"""
    SELECT {_json_object(
        "r", tuple(c for c in RECIPE_COLUMNS if c not in (*TIMES, "origin")),
        times=_json_object("r", TIMES), fruits="n.fruits", primary_fruits="n.primary_fruits",
    )}::text
    FROM public.recipes r JOIN (
        SELECT recipe_id, array_agg(fruit_name ORDER BY position) AS fruits,
               array_agg(fruit_name ORDER BY position) FILTER (WHERE is_primary) AS primary_fruits
        FROM public.recipe_fruits GROUP BY recipe_id
    ) n ON n.recipe_id = r.id
    ORDER BY r.id
"""  # noqa: S608 (names from this module alone)  # fmt: skip
