"""Cooking by it: amounts, cook mode, labels, lists that answer as they change, what works without script or a line."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from benchmarks.paper import PAPERS, sheets
from jamhot.web.format import percent
from tests.end_to_end.conftest import DESKTOP, PHONE, Server, controlled, heading, kept
from tests.end_to_end.line import Failure, line_to

RECIPE = "/jamdex/recipe/1-strawberry-jam"
SCREENS = ("/", "/?fruits=strawberry,rhubarb", "/jamdex", RECIPE, f"{RECIPE}/cook", f"{RECIPE}/labels",
           "/jamdex/recipe/208", "/fruitdex", "/fruitdex/fruit/plum", "/about", "/no-such-page",
           "/jamlab?fruits=plum", "/about/model")  # fmt: skip
LABELS = """[...document.querySelectorAll(".nav a")].map((door) => {
    const label = document.createRange();
    label.selectNodeContents(door);
    const inner = label.getBoundingClientRect(), outer = door.getBoundingClientRect();
    const whole = inner.left >= outer.left && inner.right <= outer.right && inner.top >= outer.top
        && inner.bottom <= outer.bottom && outer.left >= 0 && outer.right <= innerWidth;
    return { name: door.textContent, size: parseFloat(getComputedStyle(door).fontSize), whole };
})"""
LONG_RECIPES = ("/jamdex/recipe/7", "/jamdex/recipe/140", "/jamdex/recipe/360")
"""The longest on paper; `benchmarks.paper` prints them all."""


@pytest.fixture
def phone(chromium: Browser, server: Server) -> Iterator[BrowserContext]:
    context = chromium.new_context(base_url=server.url, **PHONE)
    yield context
    context.close()


def amounts(page: Page) -> list[str]:
    return [text.strip() for text in page.locator("#amounts .amount").all_inner_texts()]


def test_amounts_follow_what_there_is(either: BrowserContext) -> None:
    page = either.new_page()
    page.add_init_script("delete URLSearchParams.prototype.size")  # Safari has it since 17
    page.goto(RECIPE)
    assert amounts(page) == ["4 cups", "4 cups"]
    page.click("summary")
    page.check("[name=units][value=metric]")
    expect(page.locator("#amounts .amount").first).to_have_text("930 g")
    page.fill("[name=have]", "465")
    expect(page.locator("#amounts .amount").first).to_have_text("465 g", timeout=8000)
    expect(page).to_have_url(re.compile(r"have=465"))
    expect(page.locator("#cook-link")).to_have_attribute("href", re.compile("have=465"))
    page.select_option("#batch", "2")
    expect(page.locator("#amounts .amount").first).to_have_text(re.compile("1.86 kg"))
    assert page.input_value("[name=have]") == ""
    expect(page.locator("#amounts .advice")).to_contain_text("two pans")
    page.reload()
    expect(page.locator("#amounts .amount").first).to_have_text(re.compile("1.86 kg"))


def test_amounts_follow_the_form_without_script(scriptless: Page) -> None:
    scriptless.goto(RECIPE)
    scriptless.click("summary")
    scriptless.fill("[name=have]", "1")
    scriptless.select_option("[name=unit]", "lb")
    scriptless.check("[name=units][value=us]")
    scriptless.click("#kitchen button")
    expect(scriptless).to_have_url(re.compile(r"have=1"))
    assert amounts(scriptless) == ["2 cups", "2 cups"]


@pytest.mark.parametrize(
    "query", ["have=x", "have=-3&of=strawberry", "batch=1e9", "altitude=99999", "units=%00", "of=zz&have=5"]
)
def test_nonsense_leaves_the_recipe_as_it_is(phone: BrowserContext, query: str) -> None:
    page = phone.new_page()
    answer = page.goto(f"{RECIPE}?{query}")
    assert answer is not None
    assert answer.status == 200
    assert len(amounts(page)) == 2


def test_the_height_is_remembered_here_and_nowhere_else(phone: BrowserContext) -> None:
    page = phone.new_page()
    page.goto(RECIPE)
    page.click("summary")
    page.fill("#altitude", "800")
    page.press("#altitude", "Tab")
    expect(page.locator("tr.yours")).to_contain_text("305")
    page.goto("/jamdex/recipe/27")
    expect(page.locator("#altitude")).to_have_value("800")
    expect(page.locator("#lab")).to_contain_text("800 m")
    assert phone.cookies() == []
    assert page.evaluate("localStorage.altitude") == "800"


def shows(page: Page, step: str) -> None:
    """The one step that is in sight, once it is."""
    expect(page.locator(".cook .step:visible h2")).to_have_text([step])


def test_cook_mode_shows_one_step_with_its_own_amounts(either: BrowserContext) -> None:
    page = either.new_page()
    page.add_init_script("navigator.wakeLock.request = async (kind) => { window.asked = kind; return {}; }")
    page.goto(f"{RECIPE}?have=465&unit=g&of=strawberry&units=metric")
    page.click("#cook-link")
    shows(page, "Lay it out")
    expect(page.locator("#awake")).to_have_text("The screen stays on.")
    assert page.evaluate("window.asked") == "screen"
    page.click(".step:visible >> text=Next")
    page.keyboard.press("ArrowRight")
    shows(page, "Step 2 of 6")
    expect(page.locator(".step:visible .amount")).to_have_text("465 g")
    expect(page.locator("#step-3")).to_be_focused()
    page.reload()
    shows(page, "Step 2 of 6")
    page.go_back()
    shows(page, "Step 1 of 6")


def test_in_cook_mode_the_browsers_own_keys_stay_its_own(either: BrowserContext) -> None:
    page = either.new_page()
    page.goto(f"{RECIPE}/cook#step-2")
    for keys in ("Alt+ArrowRight", "Control+ArrowRight", "Meta+ArrowRight", "Control+PageDown"):
        page.keyboard.press(keys)
    expect(page.locator("#step-2")).to_be_visible()
    expect(page).to_have_url(re.compile(r"#step-2$"))


def test_cook_mode_without_script(scriptless: Page) -> None:
    scriptless.goto(f"{RECIPE}/cook")
    shows(scriptless, "Lay it out")
    scriptless.click(".step:visible >> text=Next")
    shows(scriptless, "Step 1 of 6")
    assert scriptless.locator(".timer-button:visible").count() == 0


def test_a_timer_runs_and_rings(phone: BrowserContext) -> None:
    page = phone.new_page()
    page.clock.install()
    page.goto(f"{RECIPE}/cook#step-4")
    button = page.locator(".step:visible .timer-button")
    button.click()
    page.clock.run_for(61_000)
    expect(button).to_contain_text("3:59 left")
    page.clock.run_for(240_000)
    expect(page.locator("#timer-status")).to_contain_text("Have a look")
    assert button.get_attribute("data-state") == "ringing"
    page.clock.run_for(200_000)
    expect(button).to_have_text("Time is up")
    button.click()
    expect(button).to_contain_text("Start the timer")


def test_a_recipe_is_one_page_on_paper(chromium: Browser, server: Server) -> None:
    page = chromium.new_page(base_url=server.url)
    for address in LONG_RECIPES:
        page.goto(address)
        assert [sheets(page, paper) for paper in PAPERS] == [1, 1], address
    page.close()


def test_labels_are_as_many_as_asked_and_escaped(scriptless: Page) -> None:
    scriptless.goto(f"{RECIPE}/labels")
    assert scriptless.locator(".jar-label").count() == 4
    scriptless.fill("#count", "9")
    scriptless.fill("#date", "<b>June</b>")
    scriptless.click("text=Show")
    assert scriptless.locator(".jar-label").count() == 9
    assert "<b>June</b>" in scriptless.locator(".jar-label").first.inner_text()


def test_the_jamdex_answers_as_it_is_asked(either: BrowserContext) -> None:
    page = either.new_page()
    page.goto("/jamdex")
    page.fill("#q", "ginger")
    page.select_option("#kind", "chutney")
    expect(page.locator("#found [role=status]")).to_contain_text("for “ginger”", timeout=8000)
    expect(page).to_have_url(re.compile(r"kind=chutney"))
    kinds = page.locator("#found .meta span:first-child").all_text_contents()
    assert set(kinds) == {"chutney"}
    page.click("#found .card >> nth=0")
    page.go_back()
    expect(page.locator("#q")).to_have_value("ginger")


def test_every_filter_of_the_jamdex_works_without_script(scriptless: Page) -> None:
    scriptless.goto("/jamdex")
    scriptless.fill("#fruit", "Zucchinis")
    scriptless.click(".filters >> text=Show")
    assert "No fruit here is called" in scriptless.inner_text("#found")
    scriptless.fill("#fruit", "strawberries")
    scriptless.click("summary")
    scriptless.select_option("#tested", "yes")
    scriptless.select_option("#time", "120")
    scriptless.click(".filters >> text=Show")
    assert "with strawberries" in scriptless.inner_text("#found")
    assert scriptless.locator("#found .badge.traditional").count() == 0
    assert scriptless.locator("#found .badge.tested").count() >= 1
    scriptless.goto("/jamdex?page=2")
    scriptless.click("text=More")
    expect(scriptless).to_have_url(re.compile(r"page=3"))


def test_both_names_of_a_fruit_are_understood(scriptless: Page) -> None:
    for said, name in (("Cape gooseberry", "Physalis"), ("Chinese gooseberry", "Kiwi"), ("cantaloupe", "Melon")):
        scriptless.goto("/")
        scriptless.fill("#names", said)
        scriptless.press("#names", "Enter")
        expect(scriptless.locator("h1")).to_have_text(name)
    scriptless.goto("/fruitdex?q=cape")
    assert scriptless.locator(".fruit-tile", has_text="Physalis").count() == 1


def test_three_fruits_at_a_time(scriptless: Page) -> None:
    scriptless.goto("/?fruits=strawberry,rhubarb,gooseberry,grapefruit")
    assert scriptless.locator('.chips[aria-label="Your fruits"] .chip').count() == 3
    assert "grapefruit had to stay" in scriptless.inner_text("main")
    scriptless.click('.chips[aria-label="Your fruits"] .chip >> nth=0')
    expect(scriptless).to_have_url(re.compile(r"/\?fruits=rhubarb,gooseberry$"))
    scriptless.fill("#names", "quince")
    scriptless.press("#names", "Enter")
    expect(scriptless).to_have_url(re.compile(r"/\?fruits=rhubarb,gooseberry,quince$"))


@pytest.mark.parametrize(("zone", "first"), [("Europe/London", "North"), ("Pacific/Auckland", "South")])
def test_a_season_is_told_for_where_one_is(chromium: Browser, server: Server, zone: str, first: str) -> None:
    context = chromium.new_context(base_url=server.url, timezone_id=zone)
    page = context.new_page()
    page.goto("/fruitdex/fruit/strawberry")
    tops = {
        row.inner_text().split()[0]: box["y"] for row in page.locator(".months").all() if (box := row.bounding_box())
    }
    assert min(tops, key=lambda place: tops[place]) == first
    assert "May to July" in (page.get_attribute(".in-north svg", "aria-label") or "")
    context.close()


def test_a_fruits_plots_have_words(either: BrowserContext) -> None:
    page = either.new_page()
    page.goto("/fruitdex/fruit/strawberry")
    assert "sweet 5" in (page.get_attribute(".radar", "aria-label") or "")
    told = [strip.get_attribute("aria-label") or "" for strip in page.locator("svg.strip").all()]
    assert len(told) == 5
    assert all(re.search(r"than \d+ of the \d+ other fruits", text) for text in told)
    expect(page.locator("text=photos right that it had never seen")).to_be_visible()


def test_the_lab_answers_as_its_fields_change(either: BrowserContext) -> None:
    page = either.new_page()
    page.goto("/jamlab")
    page.fill("#fruits", "peaches 1300g")
    page.fill("#sugar", "400")
    expect(page.locator("#plan-title")).to_be_visible(timeout=8000)
    expect(page.locator("#plan")).to_contain_text("What mends it", timeout=8000)
    assert page.locator(".gauge").count() >= 3
    page.fill("#sugar", "much")
    expect(page.locator("#plan")).to_contain_text("is no number", timeout=8000)


def test_the_lab_works_without_script(scriptless: Page) -> None:
    scriptless.goto("/jamlab")
    scriptless.fill("#fruits", "peaches 1300g")
    scriptless.fill("#sugar", "400")
    scriptless.press("#sugar", "Enter")
    expect(scriptless.locator("#plan")).to_contain_text("What mends it")
    scriptless.fill("#sugar", "much")
    scriptless.press("#sugar", "Enter")
    expect(scriptless.locator("#plan")).to_contain_text("is no number")


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_what_was_opened_is_there_without_a_line(
    chromium: Browser, own_server: Callable[..., Server], size: dict[str, Any]
) -> None:
    server = own_server()
    context = chromium.new_context(base_url=server.url, bypass_csp=True, **size)
    page = context.new_page()
    page.goto("/")
    controlled(page)
    page.goto(RECIPE)
    kept(page, f"{RECIPE}/cook")
    server.stop()
    page.goto(RECIPE)
    expect(page.locator("h1")).to_have_text("Strawberry jam")
    page.click("#cook-link")
    shows(page, "Lay it out")
    page.goto("/jamdex/recipe/2")
    expect(page.locator("h1")).to_have_text("No connection")
    expect(page.locator("#kept-recipes a")).to_have_text("strawberry jam")
    context.close()


@pytest.mark.parametrize(
    ("path", "how"), [(RECIPE, "breaks off"), (RECIPE, "falls silent"), (f"{RECIPE}/cook", "breaks off")]
)
def test_a_line_that_fails_within_a_page_costs_nothing_that_was_kept(
    chromium: Browser, server: Server, path: str, how: Failure
) -> None:
    with line_to(server.port) as line:
        context = chromium.new_context(base_url=line.url, bypass_csp=True, **PHONE)
        page = context.new_page()
        page.goto("/")
        controlled(page)
        page.goto(RECIPE)
        kept(page, f"{RECIPE}/cook")
        context.new_cdp_session(page).send("Network.clearBrowserCache")  # as after some days
        line.fails(path, 1500, how)
        page.goto(RECIPE)
        expect(page.locator(".origin h2")).to_have_text("Where it is from")
        assert line.failed.wait(10)
        line.cut()
        page.goto(f"{RECIPE}/cook")
        shows(page, "Lay it out")
        page.goto(RECIPE)
        expect(page.locator(".origin h2")).to_have_text("Where it is from")
        context.close()


def test_without_a_line_a_form_says_that_it_was_not_answered(
    chromium: Browser, own_server: Callable[..., Server], puzzle: Path
) -> None:
    server = own_server()
    context = chromium.new_context(base_url=server.url, bypass_csp=True, **PHONE)
    page, answer, jamdex = context.new_page(), context.new_page(), context.new_page()
    page.goto("/")
    controlled(page)
    answer.goto("/")
    answer.set_input_files("#by-choice", puzzle)
    heading(answer)
    jamdex.goto("/jamdex")
    page.goto(RECIPE)
    kept(page, RECIPE)
    server.stop()
    page.click("summary")
    page.select_option("#batch", "2")
    expect(page.locator("#kitchen [role=alert]")).to_contain_text("as before")
    assert amounts(page) == ["4 cups", "4 cups"]
    jamdex.fill("#q", "ginger")
    expect(jamdex.locator("[role=alert]")).to_contain_text("as before")
    assert jamdex.locator("#found .card").count() > 1
    answer.click(".feedback summary")
    answer.fill("#meant", "quince")
    answer.click("text=Send this")
    expect(answer.locator(".feedback [role=status]")).to_have_text("No connection. It was not sent.")
    server.start()
    page.select_option("#batch", "3")
    expect(page.locator("#amounts .amount").first).to_have_text("12 cups")
    assert page.locator("#kitchen [role=alert]").count() == 0
    context.close()


def test_it_can_be_put_on_a_home_screen(phone: BrowserContext) -> None:
    page = phone.new_page()
    page.goto("/")
    session = phone.new_cdp_session(page)
    told = session.send("Page.getAppManifest")
    assert not told["errors"]
    assert json.loads(told["data"])["display"] == "standalone"
    assert session.send("Page.getInstallabilityErrors")["installabilityErrors"] in (
        [],
        [{"errorId": "in-incognito", "errorArguments": []}],
    )


def test_a_correction_is_kept_when_it_is_sent(
    chromium: Browser, own_server: Callable[..., Server], populated_url: str, puzzle: Path
) -> None:
    server = own_server(DATABASE_URL=populated_url)
    page = chromium.new_page(base_url=server.url)
    page.goto("/")
    page.set_input_files("#by-choice", puzzle)
    page.wait_for_selector("#answer-title", timeout=20_000)
    with psycopg.connect(populated_url) as database:
        assert database.execute("SELECT count(*) FROM feedback").fetchone() == (0,)
        page.click(".feedback summary")
        page.fill("#meant", "Quinces")
        page.click("text=Send this")
        expect(page.locator(".feedback [role=status]")).to_have_text(re.compile("Thank you. It helps"))
        (meant, offered), *_ = database.execute("SELECT meant, candidates FROM feedback").fetchall()
        assert meant == "quince"
        shown = page.locator(".answer .chips").first.locator(".soft").all_inner_texts()
        assert [percent(one["confidence"]) for one in offered] == shown
        page.fill("#meant", "<b>gravel</b>")
        page.click("text=Send this")
        expect(page.locator(".feedback [role=status]")).to_contain_text("No fruit here is called")
    page.close()


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_without_a_database_all_is_served_and_a_correction_is_lost_kindly(
    chromium: Browser, own_server: Callable[..., Server], puzzle: Path, script: bool
) -> None:
    server = own_server(DATABASE_URL="postgresql://nobody@127.0.0.1:1/none")
    context = chromium.new_context(base_url=server.url, java_script_enabled=script, **PHONE)
    page = context.new_page()
    for address in ("/jamdex", RECIPE, "/fruitdex/fruit/strawberry", "/about"):
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == 200
    page.goto("/")
    page.set_input_files("#by-choice", puzzle)
    if not script:
        page.click(".by-choice .send")
    heading(page)
    page.click(".feedback summary")
    page.fill("#meant", "quince")
    page.click("text=Send this")
    expect(page.locator("main")).to_contain_text("It could not be kept this time.")
    context.close()


def test_without_a_model_the_papers_are_missing_and_told(
    chromium: Browser, own_server: Callable[..., Server], tmp_path: Path
) -> None:
    server = own_server(MODEL_PATH=str(tmp_path), IMAGE_SIZE="32")
    page = chromium.new_page(base_url=server.url)
    page.goto("/about/model")
    expect(page.locator("main")).to_contain_text("No model is loaded now")
    page.goto("/fruitdex/fruit/strawberry")
    expect(page.locator("main")).to_contain_text("it has never learnt it")
    page.close()


@pytest.mark.parametrize(
    "look",
    [
        {"viewport": {"width": 390, "height": 844}, "contrast": "more", "color_scheme": "dark"},
        {"viewport": {"width": 390, "height": 844}, "forced_colors": "active", "reduced_motion": "reduce"},
    ],
)
def test_other_eyes(chromium: Browser, server: Server, look: dict[str, Any]) -> None:
    """High contrast, forced colours without motion: nothing is wider than the screen."""
    context = chromium.new_context(base_url=server.url, **look)
    page = context.new_page()
    for address in SCREENS:
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= look["viewport"]["width"], address
    context.close()


@pytest.mark.parametrize("width", [320, 390])
def test_text_at_200_percent(chromium: Browser, server: Server, width: int) -> None:
    """Nothing is wider than the screen, and the bar below grows with the rest, each label within its door."""
    context = chromium.new_context(base_url=server.url, bypass_csp=True, viewport={"width": width, "height": 844})
    page = context.new_page()
    for address in SCREENS:
        page.goto(address)
        before = page.evaluate(LABELS)
        page.add_style_tag(content="html { font-size: 200% }")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address
        after = page.evaluate(LABELS)
        assert [one["size"] for one in after] == [2 * one["size"] for one in before], address
        assert [one["name"] for one in after if not one["whole"]] == [], address
    context.close()
