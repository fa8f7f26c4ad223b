"""Recipe managers read our pages: recipe-scrapers, which Mealie and others import with, in wild mode on all of them."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from recipe_scrapers import scrape_html
from recipe_scrapers._exceptions import SchemaOrgException

from jamhot.answers import amounts

HOST = "https://jam.example.org"
Pairs = list[tuple[dict[str, Any], Any]]


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
def imported(browser: httpx.Client, recipes: list[dict[str, Any]]) -> Pairs:
    """Each recipe with what was read from its page."""
    pairs = []
    for recipe in recipes:
        path = f"/jamdex/recipe/{recipe['id']}-{recipe['slug']}"
        html = browser.get(path).text
        pairs.append((recipe, scrape_html(html, org_url=HOST + path, supported_only=False)))
    return pairs


def test_all_are_there(imported: Pairs) -> None:
    assert len(imported) >= 300
    assert all(page.title() == recipe["title"] for recipe, page in imported)
    assert all(page.canonical_url() == f"{HOST}/jamdex/recipe/{r['id']}-{r['slug']}" for r, page in imported)


def test_ingredients_are_equal(imported: Pairs) -> None:
    """Letter for letter as in /api/recipes/{id}.json, and each names its item, preparation and grams or figures."""
    for recipe, page in imported:
        lines = page.ingredients()
        assert len(lines) == len(recipe["ingredients"]), recipe["slug"]
        for line, said in zip(recipe["ingredients"], lines, strict=True):
            assert line["item"] in said, recipe["slug"]
            assert (line["preparation"] or "") in said, recipe["slug"]
            assert line["quantity"] is None or said[0].isdigit() or said[0] in "⅛¼⅓⅜½⅝⅔¾⅞", said


def test_instructions_are_equal(imported: Pairs) -> None:
    for recipe, page in imported:
        *steps, keeping = page.instructions_list()
        assert steps == [step["text"] for step in recipe["instructions"]], recipe["slug"]
        assert recipe["keeping"]["note"] in keeping, recipe["slug"]
        assert all(f"{row['minutes']} from {row['above_m']:,} m" in keeping for row in recipe["keeping"]["processing"])


def test_yields_are_equal(imported: Pairs) -> None:
    for recipe, page in imported:
        jars = recipe["yield"]["jars"]
        if jars is None:
            with pytest.raises(SchemaOrgException):
                page.yields()
            continue
        assert page.yields() == f"{amounts.number(jars)} {'jar' if jars == 1 else 'jars'}", recipe["slug"]


def test_times_are_equal(imported: Pairs) -> None:
    for recipe, page in imported:
        times = recipe["times"]
        assert page.total_time() == times["total_minutes"], recipe["slug"]
        assert page.prep_time() == times["prep_minutes"], recipe["slug"]
        assert page.cook_time() == (times["cook_minutes"] or None), recipe["slug"]


def test_the_page_and_the_api_give_the_same(browser: httpx.Client, imported: Pairs) -> None:
    for recipe, page in imported:
        ld = browser.get(f"/api/recipes/{recipe['id']}.json").json()
        assert ld["recipeIngredient"] == page.ingredients(), recipe["slug"]
        assert [step["text"] for step in ld["recipeInstructions"]] == page.instructions_list(), recipe["slug"]
