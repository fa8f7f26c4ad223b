"""A mistake of ours, as a person meets it: the real service, in which one question to the desk really fails."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from jamhot.answers.desk import Desk
from jamhot.settings import Settings
from tests.end_to_end.conftest import DESKTOP, PHONE, controlled, kept
from tests.serving import serving

MISTAKEN = "/fruitdex/fruit/plum"
RECIPE = "/jamdex/recipe/1-strawberry-jam"
STYLED = """({ wallpaper: getComputedStyle(document.body).backgroundColor,
    face: getComputedStyle(document.querySelector("h1")).fontFamily,
    jar: Math.round(document.querySelector(".verdict .jar").getBoundingClientRect().width) })"""


def mistake(*_: object) -> None:
    raise ZeroDivisionError("jars by nought")


@pytest.fixture(scope="module")
def kitchen() -> Iterator[str]:
    """Where the service stands."""
    with serving(Settings(rate_limit_per_minute=0)) as client:
        yield str(client.base_url).rstrip("/")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_a_mistake_of_ours_is_told_kindly_and_leaves_a_way_on(
    chromium: Browser, kitchen: str, monkeypatch: pytest.MonkeyPatch, size: dict[str, Any], scheme: Any
) -> None:
    monkeypatch.setattr(Desk, "fruit", mistake)
    context = chromium.new_context(base_url=kitchen, color_scheme=scheme, **size)
    page = context.new_page()
    refused: list[str] = []
    page.on("console", lambda said: refused.append(said.text) if "Content Security Policy" in said.text else None)
    page.goto("/")
    clothes = page.evaluate("getComputedStyle(document.body).backgroundColor")
    answer = page.goto(MISTAKEN)
    assert answer is not None
    assert (answer.status, answer.headers["cache-control"]) == (500, "no-store")
    assert answer.headers["x-request-id"]
    expect(page.locator("h1")).to_have_text("Something boiled over")
    expect(page.locator(".trouble")).to_contain_text("It is our fault, not yours. Try again in a moment.")
    assert "ZeroDivisionError" not in page.content()
    assert "jars by nought" not in page.content()
    styled = page.evaluate(STYLED)
    assert styled["wallpaper"] == clothes
    assert styled["face"].startswith("Fraunces")
    assert styled["jar"] > 90
    assert page.evaluate("document.documentElement.scrollWidth") <= size["viewport"]["width"]
    assert refused == []
    page.click(".trouble >> text=All recipes")
    expect(page.locator("h1")).to_have_text("Jamdex")
    context.close()


def test_what_was_opened_is_there_though_the_kitchen_fails(
    chromium: Browser, kitchen: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = chromium.new_context(base_url=kitchen, bypass_csp=True, **PHONE)
    page = context.new_page()
    page.goto("/")
    controlled(page)
    page.goto(RECIPE)
    kept(page, f"{RECIPE}/cook")
    context.new_cdp_session(page).send("Network.clearBrowserCache")  # as after some days
    monkeypatch.setattr(Desk, "recipe", mistake)
    page.goto(RECIPE)
    expect(page.locator("h1")).to_have_text("Strawberry jam")
    page.click("#cook-link")
    expect(page.locator(".cook .step:visible h2")).to_have_text("Lay it out")
    page.goto("/jamdex/recipe/2")
    expect(page.locator("h1")).to_have_text("Something boiled over")
    context.close()
