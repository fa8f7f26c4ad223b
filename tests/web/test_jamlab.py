"""The jam lab's page, as a browser without script gets it, and its line on recipes."""

from __future__ import annotations

import re
from typing import Any

import httpx
import pytest

from jamhot.catalog.content import Content
from jamhot.settings import Settings
from tests.serving import serving

HOSTILE = "\"'><script>alert(1)</script>"


def page(browser: httpx.Client, **query: Any) -> str:
    response = browser.get("/jamlab", params=query)
    assert response.status_code == 200, response.text
    return response.text


def test_the_form_comes_first_and_is_linked_from_everywhere(browser: httpx.Client) -> None:
    html = page(browser)
    assert '<form class="panel screen" action="/jamlab" method="get" data-live>' in html
    assert "Gel point" not in html
    for address in ("/", "/jamdex", "/fruitdex/fruit/plum", "/jamdex/recipe/1-strawberry-jam"):
        assert 'href="/jamlab"' in browser.get(address).text


def test_it_is_filled_from_the_fruit_and_answers_at_once(browser: httpx.Client) -> None:
    html = page(browser, fruits="plum")
    assert 'value="plum"' in html
    assert "A set is likely" in html
    assert "104.4 °C" in html


def test_height_lowers_the_gel_point(browser: httpx.Client) -> None:
    html = page(browser, fruits="plum 1300g", altitude="800")
    assert "101.7 °C" in html
    assert 'value="800"' in html


def test_it_is_filled_from_a_recipe(browser: httpx.Client) -> None:
    html = page(browser, recipe="1")
    assert 'value="strawberry 928g"' in html
    assert 'id="sugar" name="sugar" inputmode="decimal" value="800"' in html
    assert "5 minutes in boiling water" in html


def test_what_is_missing_is_mended(browser: httpx.Client) -> None:
    html = page(browser, fruits="peaches 1300g", sugar="400")
    assert "What mends it" in html
    assert "ml of lemon juice" in html


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"fruits": "xyzzy 1kg"}, 404),
        ({"fruits": "plum 0g"}, 422),
        ({"fruits": "plum 500kg"}, 422),
        ({"fruits": "plum -5g"}, 422),
        ({"fruits": "plum 1kg", "altitude": "120000"}, 422),
        ({"fruits": "plum 1kg", "sugar": "much"}, 422),
        ({"fruits": "plum 1kg", "sugar": "nan"}, 422),
        ({"fruits": "plum 1kg", "jar": "1e400"}, 422),
        ({"fruits": ",".join(["plum 1kg"] * 11)}, 422),
        ({"recipe": "999999"}, 404),
        ({"recipe": "x"}, 404),
        ({"fruits": "plum 1kg", "recipe": HOSTILE}, 404),
    ],
)
def test_nonsense_is_told_on_the_page(browser: httpx.Client, query: dict[str, str], status: int) -> None:
    response = browser.get("/jamlab", params=query)
    assert response.status_code == status
    assert '<form class="panel screen" action="/jamlab"' in response.text
    assert re.search(r'<div class="advice"><p><strong>[^<]+', response.text)


def test_what_is_typed_is_escaped(browser: httpx.Client) -> None:
    for field in ("fruits", "sugar", "altitude", "kind", "recipe"):
        assert "<script>alert" not in browser.get("/jamlab", params={"fruits": "plum", field: HOSTILE}).text


def test_a_recipe_tells_its_set_and_gel_point_where_you_are(browser: httpx.Client) -> None:
    address = "/jamdex/recipe/1-strawberry-jam"
    html = browser.get(address).text
    assert "Predicted set: likely" in html
    assert "Gel point at sea level: 104.4 °C" in html
    assert "Gel point at 1600 m: 99." in browser.get(address, params={"altitude": "1600"}).text
    assert "Gel point at sea level: 104.4 °C" in browser.get(address, params={"altitude": "120000"}).text
    assert "/jamlab?recipe=1" in html


@pytest.mark.parametrize(("height", "cooks"), [("-430", True), ("5500", True), ("5501", False), ("6000", False)])
def test_the_table_and_the_gel_point_know_the_same_heights(browser: httpx.Client, height: str, cooks: bool) -> None:
    html = browser.get("/jamdex/recipe/1-strawberry-jam", params={"altitude": height}).text
    assert (f"Gel point at {height} m" in html) is cooks
    assert ('<tr class="yours">' in html) is cooks


@pytest.mark.parametrize("changed", [{"jar_ml": 3785}, {"jar_ml": 20}, {"grams": 5.0}, {"grams": 30_000.0}])
def test_a_recipe_that_no_kitchen_can_cook_at_once_has_its_page(
    content: Content, monkeypatch: pytest.MonkeyPatch, changed: dict[str, Any]
) -> None:
    jam = next(recipe for recipe in content.recipes if recipe.id == 1)
    made = jam.yield_.model_copy(update={key: changed[key] for key in changed if key == "jar_ml"})
    fruit = jam.ingredients[0].model_copy(update={key: changed[key] for key in changed if key == "grams"})
    odd = jam.model_copy(update={"yield_": made, "ingredients": (fruit, *jam.ingredients[1:])})
    monkeypatch.setattr("jamhot.app._shipped", lambda: Content(content.fruits, (odd,)))
    with serving(Settings()) as client:
        response = client.get("/jamdex/recipe/1-strawberry-jam")
        assert response.status_code == 200
        assert "/jamlab?recipe" not in response.text
        why = re.search(r'<p id="lab" data-part><strong>([^<]+)', response.text)
        assert why is not None
        asked = client.get("/jamlab", params={"recipe": "1"})
        assert (asked.status_code, why[1] in asked.text) == (422, True)


@pytest.mark.parametrize(
    ("kind", "why"),
    [("curd", "A curd is set by its eggs"), ("chutney", "boiled until thick"), ("compote", "not meant to set")],
)
def test_a_recipe_of_another_kind_says_why_it_has_no_gel_point(browser: httpx.Client, kind: str, why: str) -> None:
    listed = browser.get("/jamdex", params={"kind": kind}).text
    html = browser.get(re.findall(r'href="(/jamdex/recipe/[^"]+)"', listed)[0]).text
    assert why in html
    assert "Predicted set" not in html
    assert "/jamlab?recipe" not in html


def test_the_page_takes_jam_sugar_and_frozen_fruit(browser: httpx.Client) -> None:
    html = browser.get("/jamlab", params={"fruits": "frozen raspberries 1kg", "pectin": "jam_sugar"}).text
    assert "this much jam sugar sets 100 % of the fruit" in html


def test_every_recipe_page_stands(browser: httpx.Client) -> None:
    for number in range(1, 6):
        for address in re.findall(r'href="(/jamdex/recipe/[^"]+)"', browser.get(f"/jamdex?page={number}").text)[::6]:
            assert browser.get(address).status_code == 200


def test_thousands_may_be_parted_by_a_comma(browser: httpx.Client) -> None:
    plain = page(browser, fruits="plum 1300g", sugar="1100", altitude="1600")
    parted = page(browser, fruits="plum 1,300 g", sugar="1,100", altitude="1,600")
    plan = re.compile(r"<section.*</section>", re.DOTALL)
    assert plan.findall(parted) == plan.findall(plain) != []


def test_thousands_may_be_parted_by_a_comma_on_a_recipe(browser: httpx.Client) -> None:
    address = "/jamdex/recipe/1-strawberry-jam"
    plain = browser.get(address, params={"have": "1300", "altitude": "1600"})
    parted = browser.get(address, params={"have": "1,300", "altitude": "1,600"})
    assert parted.text == plain.text
