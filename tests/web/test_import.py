"""Recipe managers read our pages: recipe-scrapers, which Mealie and others import with, in wild mode on all of them."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from jamhot.answers import amounts

HOST = "https://jam.example.org"


@dataclass(frozen=True)
class Imported:
    """What recipe-scrapers read from a page; `yields` None where it said that there is none."""

    title: str
    address: str
    ingredients: list[str]
    instructions: list[str]
    yields: str | None
    total: int | None
    prep: int | None
    cook: int | None


Pairs = list[tuple[dict[str, Any], Imported]]


@pytest.fixture(scope="module")
def recipes(browser: httpx.Client) -> list[dict[str, Any]]:
    """Every recipe as the API gives it."""
    found: list[dict[str, Any]] = []
    asked: dict[str, Any] = {"limit": 100}
    while True:
        page = browser.get("/api/recipes", params=asked).json()
        found += page["recipes"]
        if page["next_cursor"] is None:
            return found
        asked["cursor"] = page["next_cursor"]


@pytest.fixture(scope="module")
def imported(browser: httpx.Client, recipes: list[dict[str, Any]], tmp_path_factory: pytest.TempPathFactory) -> Pairs:
    """Each recipe with what was read from its page."""
    folder = tmp_path_factory.mktemp("pages")
    for recipe in recipes:
        (folder / path_of(recipe).replace("/", "+")).write_text(browser.get(path_of(recipe)).text, "utf-8")
    file = tmp_path_factory.mktemp("found") / "found.json"
    subprocess.run([sys.executable, Path(__file__).with_name("scrape_pages.py"), folder, HOST, file], check=True)
    found = json.loads(file.read_text("utf-8"))
    return [(recipe, Imported(**found[path_of(recipe)])) for recipe in recipes]


def path_of(recipe: dict[str, Any]) -> str:
    return f"/jamdex/recipe/{recipe['id']}-{recipe['slug']}"


def test_all_are_there(imported: Pairs) -> None:
    assert len(imported) >= 300
    assert all(page.title == recipe["title"] for recipe, page in imported)
    assert all(page.address == HOST + path_of(recipe) for recipe, page in imported)


def test_ingredients_are_equal(imported: Pairs) -> None:
    """Letter for letter as in /api/recipes/{id}.json, and each names its item, preparation and grams or figures."""
    for recipe, page in imported:
        lines = page.ingredients
        assert len(lines) == len(recipe["ingredients"]), recipe["slug"]
        for line, said in zip(recipe["ingredients"], lines, strict=True):
            assert line["item"] in said, recipe["slug"]
            assert (line["preparation"] or "") in said, recipe["slug"]
            assert line["quantity"] is None or said[0].isdigit() or said[0] in "⅛¼⅓⅜½⅝⅔¾⅞", said


def test_instructions_are_equal(imported: Pairs) -> None:
    for recipe, page in imported:
        *steps, keeping = page.instructions
        assert steps == [step["text"] for step in recipe["instructions"]], recipe["slug"]
        assert recipe["keeping"]["note"] in keeping, recipe["slug"]
        assert all(f"{row['minutes']} from {row['above_m']:,} m" in keeping for row in recipe["keeping"]["processing"])


def test_yields_are_equal(imported: Pairs) -> None:
    for recipe, page in imported:
        jars = recipe["yield"]["jars"]
        said = None if jars is None else f"{amounts.number(jars)} {'jar' if jars == 1 else 'jars'}"
        assert page.yields == said, recipe["slug"]


def test_times_are_equal(imported: Pairs) -> None:
    for recipe, page in imported:
        times = recipe["times"]
        assert page.total == times["total_minutes"], recipe["slug"]
        assert page.prep == times["prep_minutes"], recipe["slug"]
        assert page.cook == (times["cook_minutes"] or None), recipe["slug"]


def test_the_page_and_the_api_give_the_same(browser: httpx.Client, imported: Pairs) -> None:
    for recipe, page in imported:
        ld = browser.get(f"/api/recipes/{recipe['id']}.json").json()
        assert ld["recipeIngredient"] == page.ingredients, recipe["slug"]
        assert [step["text"] for step in ld["recipeInstructions"]] == page.instructions, recipe["slug"]
