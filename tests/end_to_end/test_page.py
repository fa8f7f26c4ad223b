"""The pages in a real browser against the real server: with script and without, on a phone, by keyboard, in trouble."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import ExifTags, Image
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests import pictures
from tests.end_to_end.conftest import ANSWER_MS, PHONE, ROOT, Server, heading

EVERY_PAGE = [
    "/",
    "/?fruits=strawberry",
    "/?fruits=strawberry,rhubarb,gooseberry,grapefruit",
    "/?fruits=" + "nosuchfruitofwhichanybodyhasheard" * 2,
    "/jamdex",
    "/jamdex?q=nothingofthiskind",
    "/jamdex/recipe/1-strawberry-jam",
    "/jamdex/recipe/100",
    "/jamdex/recipe/208",
    "/jamdex/recipe/1-strawberry-jam?have=730&unit=g&units=metric",
    "/jamdex/recipe/1-strawberry-jam/cook#step-3",
    "/jamdex/recipe/1-strawberry-jam/labels",
    "/jamlab?fruits=plum%201300g",
    "/about",
    "/about/model",
    "/offline",
    "/fruitdex",
    "/fruitdex/fruit/strawberry",
    "/fruitdex/fruit/rhubarb",
    "/no-such-page",
]
PICTURES = ROOT / "benchmarks" / "out" / "screens"
"""Where the screens of the last run can be looked at."""


def slug(address: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", address.lower()).strip("-")[:60] or "home"


class Watch:
    """What the page complains of: script errors, refusals by the content policy, console errors."""

    def __init__(self, page: Page) -> None:
        self.complaints: list[str] = []
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda message: self._hear(message.type, message.text))

    def _hear(self, kind: str, text: str) -> None:
        # Chromium logs every 4xx and 5xx by itself; tests that provoke one look at the page instead.
        if kind == "error" and not text.startswith("Failed to load resource"):
            self.complaints.append(text)


@pytest.fixture
def phone(chromium: Browser, server: Server) -> Iterator[BrowserContext]:
    context = chromium.new_context(
        base_url=server.url, viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True
    )
    yield context
    context.close()


@pytest.fixture
def desktop(chromium: Browser, server: Server) -> Iterator[BrowserContext]:
    context = chromium.new_context(base_url=server.url, viewport={"width": 1280, "height": 800})
    yield context
    context.close()


def test_photo_answer_recipe(either: BrowserContext, pineapple: Path) -> None:
    page = either.new_page()
    watch = Watch(page)
    page.goto("/")
    page.set_input_files("#by-choice", pineapple)
    assert heading(page) == "Pineapple"
    assert page.is_visible("#preview")
    assert page.evaluate("document.activeElement.id") == "answer-title"
    expect(page).to_have_url(re.compile(r"/\?fruits=pineapple$"))
    assert "Pineapple" in page.title()
    expect(page.locator(".sure")).to_contain_text("sure")
    expect(page.locator("#status")).to_have_text("")
    page.click(".recipes .card >> nth=0")
    expect(page.locator("h2#ingredients-title")).to_be_visible()
    assert page.locator(".steps li").count() >= 2
    assert not watch.complaints


def test_back_and_reload_keep_the_fruit(either: BrowserContext, pineapple: Path) -> None:
    page = either.new_page()
    page.goto("/")
    page.set_input_files("#by-choice", pineapple)
    heading(page)
    page.click(".recipes .card >> nth=0")
    page.wait_for_url("**/jamdex/recipe/*")
    page.go_back()
    expect(page.locator("#answer-title")).to_have_text("Pineapple")
    page.reload()
    expect(page.locator("#answer-title")).to_have_text("Pineapple")
    page.go_back()
    page.wait_for_url(re.compile(r"/$"))
    expect(page.locator("h1.ask")).to_be_visible()
    assert page.locator("#answer-title").count() == 0


def test_a_second_photo_is_laid_beside_the_first_fruit(either: BrowserContext, pineapple: Path, puzzle: Path) -> None:
    page = either.new_page()
    page.goto("/?fruits=strawberry")
    page.set_input_files("#by-choice", puzzle)
    page.wait_for_selector("#answer-title:not(h1)", timeout=ANSWER_MS)
    expect(page).to_have_url(re.compile(r"/\?fruits=strawberry$"))
    page.set_input_files("#by-choice", pineapple)
    expect(page.locator("#answer-title")).to_have_text("Pineapple", timeout=ANSWER_MS)
    expect(page).to_have_url(re.compile(r"/\?fruits=strawberry,pineapple$"))
    assert page.locator('.chips[aria-label="Your fruits"] .chip').count() == 2
    page.fill("#names", "rhubarb")
    page.press("#names", "Enter")
    expect(page.locator("h1#answer-title")).to_have_text("Strawberry, pineapple and rhubarb")
    assert page.locator("h3", has_text="Made of exactly this").count() <= 1
    page.go_back()
    page.go_back()
    expect(page.locator("h1#answer-title")).to_have_text("Strawberry")


def test_the_watch_hears_what_the_content_policy_refuses(phone: BrowserContext) -> None:
    page = phone.new_page()
    watch = Watch(page)
    page.goto("/")
    page.evaluate("document.getElementById('answer').innerHTML = '<p style=color:red>x</p>'")
    page.wait_for_timeout(200)
    assert any("Content Security Policy" in one for one in watch.complaints)


def test_the_data_in_a_recipe_page_is_data(phone: BrowserContext) -> None:
    """Chromium neither runs the JSON-LD nor takes it for a script that its policy forbids."""
    page = phone.new_page()
    watch = Watch(page)
    page.add_init_script("addEventListener('securitypolicyviolation', e => console.error('Refused: ' + e.blockedURI))")
    page.goto("/jamdex/recipe/1-strawberry-jam")
    data = json.loads(page.locator('script[type="application/ld+json"]').text_content() or "")
    assert data["name"] == "Strawberry jam"
    page.wait_for_timeout(200)
    assert watch.complaints == []


def test_photo_answer_recipe_without_script(scriptless: Page, pineapple: Path) -> None:
    page = scriptless
    page.goto("/")
    assert not page.is_visible(".by-choice .send")
    page.set_input_files("#by-choice", pineapple)
    page.click(".by-choice .send")
    assert heading(page) == "Pineapple"
    page.click(".recipes .card >> nth=0")
    expect(page.locator("h2#ingredients-title")).to_be_visible()


def test_names_without_script(scriptless: Page) -> None:
    scriptless.goto("/")
    scriptless.fill("#names", "Strawberries, rhubarb")
    scriptless.press("#names", "Enter")
    expect(scriptless.locator("h1")).to_have_text("Strawberry and rhubarb")


def test_every_page_without_script_is_whole_and_offers_nothing_that_needs_one(scriptless: Page) -> None:
    width = (scriptless.viewport_size or {})["width"]
    for address in EVERY_PAGE:
        scriptless.goto(address)
        expect(scriptless.locator("h1")).to_have_count(1)
        needs_script = "[data-print], .timer-button, #again, #progress, .by-script"
        assert scriptless.locator(f":is({needs_script}):visible").count() == 0, address
        assert scriptless.evaluate("document.documentElement.scrollWidth") <= width, address


def test_a_picture_of_nothing_gets_advice_and_a_way_on(either: BrowserContext, puzzle: Path) -> None:
    page = either.new_page()
    watch = Watch(page)
    page.goto("/")
    page.set_input_files("#by-choice", puzzle)
    heading(page)
    assert page.locator('[data-status="unrecognized"], [data-status="ambiguous"]').count() == 1
    assert page.locator(".answer .chip").count() == 5
    page.click(".answer a.chip >> nth=0")
    page.wait_for_url("**/?fruits=*")
    assert heading(page)
    assert not watch.complaints


def sent_picture(page: Page, photo: Path) -> dict[str, object]:
    """What leaves the browser for `photo`: type, bytes, and size as seen upright."""
    page.add_init_script(
        """const send = XMLHttpRequest.prototype.send;
        XMLHttpRequest.prototype.send = function (form) {
            window.sent = form.get("image");
            return send.call(this, form);
        };"""
    )
    page.goto("/")
    page.set_input_files("#by-choice", photo)
    heading(page)
    seen: dict[str, object] = page.evaluate(
        """async () => {
            const picture = await createImageBitmap(window.sent, { imageOrientation: "none" });
            return { type: sent.type, bytes: sent.size, width: picture.width, height: picture.height };
        }"""
    )
    return seen


def test_a_photo_is_shrunk_before_it_is_sent(phone: BrowserContext, puzzle: Path) -> None:
    sent = sent_picture(phone.new_page(), puzzle)
    assert (sent["type"], sent["width"], sent["height"]) == ("image/jpeg", 640, 427)
    assert int(str(sent["bytes"])) < 100_000 < puzzle.stat().st_size


def test_a_photo_taken_sideways_is_turned_before_it_is_sent(phone: BrowserContext, tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    photo = tmp_path / "sideways.jpg"
    photo.write_bytes(pictures.encoded(pictures.blobs(1600, 1200), "JPEG", exif=exif))
    sent = sent_picture(phone.new_page(), photo)
    assert (sent["width"], sent["height"]) == (480, 640)


def test_a_small_photo_is_sent_as_it_is(phone: BrowserContext, tmp_path: Path) -> None:
    photo = tmp_path / "small.png"
    photo.write_bytes(pictures.encoded(pictures.blobs(300, 200), "PNG"))
    sent = sent_picture(phone.new_page(), photo)
    assert (sent["type"], sent["bytes"], sent["width"]) == ("image/png", photo.stat().st_size, 300)


def test_a_text_file_is_refused_in_words(phone: BrowserContext, tmp_path: Path) -> None:
    page = phone.new_page()
    watch = Watch(page)
    text = tmp_path / '"><img src=x onerror=alert(1)>.jpg'
    text.write_bytes(b"This is no picture.")
    page.goto("/")
    page.set_input_files("#by-choice", text)
    assert heading(page) == "That is not a picture we can open"
    assert not page.is_visible("#preview")
    expect(page).to_have_url(re.compile(r"/$"))
    assert not watch.complaints


def test_a_photo_may_be_pasted_or_dropped(desktop: BrowserContext) -> None:
    page = desktop.new_page()
    page.goto("/")
    for event in ("drop", "paste"):
        page.evaluate(
            """async (event) => {
                const canvas = document.createElement("canvas");
                canvas.width = canvas.height = 64;
                canvas.getContext("2d").fillRect(8, 8, 40, 40);
                const blob = await new Promise((done) => canvas.toBlob(done, "image/png"));
                const data = new DataTransfer();
                data.items.add(new File([blob], "pot.png", { type: "image/png" }));
                const options = { bubbles: true, cancelable: true };
                document.body.dispatchEvent(event === "drop"
                    ? new DragEvent("drop", { ...options, dataTransfer: data })
                    : new ClipboardEvent("paste", { ...options, clipboardData: data }));
            }""",
            event,
        )
        assert heading(page)
        page.evaluate("document.getElementById('answer').replaceChildren()")


def test_by_keyboard_alone(desktop: BrowserContext, puzzle: Path) -> None:
    page = desktop.new_page()
    page.on("filechooser", lambda _: None)  # from here on Chromium hands its chooser over instead of opening it
    page.goto("/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    for _ in range(10):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "by-choice":
            break
    assert page.evaluate("document.activeElement.id") == "by-choice"
    outline = page.evaluate("getComputedStyle(document.querySelector('label[for=by-choice]')).outlineStyle")
    assert outline == "solid"
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Enter")
    chooser.value.set_files(puzzle)
    heading(page)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.matches('.answer a.chip')")
    page.keyboard.press("Enter")
    page.wait_for_url("**/?fruits=*")


def test_a_leap_within_the_page_costs_no_answer(desktop: BrowserContext, puzzle: Path) -> None:
    page = desktop.new_page()
    page.goto("/")
    page.set_input_files("#by-choice", puzzle)
    said = heading(page)
    page.evaluate("window.stayed = true")
    page.locator("a.skip").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**#main")
    page.wait_for_timeout(300)
    assert page.evaluate("window.stayed") is True
    assert heading(page) == said


@pytest.mark.parametrize("width", [320, 360, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_is_wider_than_the_screen(chromium: Browser, server: Server, width: int, scheme: str) -> None:
    context = chromium.new_context(base_url=server.url, viewport={"width": width, "height": 740}, color_scheme=scheme)
    page = context.new_page()
    watch = Watch(page)
    for address in EVERY_PAGE:
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address
        page.screenshot(path=PICTURES / f"{slug(address)}-{width}-{scheme}.png")
    assert not watch.complaints
    context.close()


def test_what_a_finger_must_hit_is_44_pixels_high(phone: BrowserContext) -> None:
    page = phone.new_page()
    for address in EVERY_PAGE:
        page.goto(address)
        small = page.evaluate(
            """() => [...document.querySelectorAll(
                    "a.button, button, label.button, .chip, .card, .top a, .shelf a, .nav a, .foot a, " +
                    "summary, .segments label, input:not(.file, [type=radio]), select")]
                .filter((one) => one.offsetParent && one.getBoundingClientRect().height < 44)
                .map((one) => one.outerHTML)"""
        )
        assert not small, address


def test_a_phone_is_offered_its_camera_a_desktop_is_not(phone: BrowserContext, desktop: BrowserContext) -> None:
    page = phone.new_page()
    page.goto("/")
    assert page.is_visible("label[for=by-camera]")
    assert page.get_attribute("#by-camera", "capture") == "environment"
    page = desktop.new_page()
    page.goto("/")
    assert not page.is_visible("label[for=by-camera]")
    assert page.is_visible("label[for=by-choice]")


def test_a_broken_line_is_waited_for(chromium: Browser, own_server: Callable[..., Server], puzzle: Path) -> None:
    server = own_server()
    page = chromium.new_page()
    page.clock.install()
    page.goto(server.url)
    server.stop()
    page.set_input_files("#by-choice", puzzle)
    expect(page.locator("#status")).to_contain_text("The line broke. Trying again in 2 seconds (1 of 4)")
    assert page.is_visible("#preview")
    server.start()
    page.clock.run_for(3_000)
    assert heading(page) != "No connection"
    expect(page.locator("#status")).to_have_text("")
    page.close()


def test_a_line_that_stays_broken_leaves_a_way_to_try_again(
    chromium: Browser, own_server: Callable[..., Server], puzzle: Path
) -> None:
    server = own_server()
    page = chromium.new_page()
    page.clock.install()
    page.goto(server.url)
    server.stop()
    page.set_input_files("#by-choice", puzzle)
    for attempt in range(1, 5):
        expect(page.locator("#status")).to_contain_text(f"({attempt} of 4)", timeout=ANSWER_MS)
        # Just past this wait, which is two seconds longer each time: the next one must be seen, too.
        page.clock.run_for(2_000 * attempt + 100)
    assert heading(page) == "No connection"
    assert page.is_visible("#preview")
    server.start()
    page.click("#again")
    expect(page.locator("#answer-title")).not_to_have_text("No connection", timeout=ANSWER_MS)
    assert not page.is_visible("#again")
    page.close()


def test_too_many_photos_are_told_and_waited_for(
    chromium: Browser, own_server: Callable[..., Server], puzzle: Path
) -> None:
    server = own_server(RATE_LIMIT_PER_MINUTE="1")
    page = chromium.new_page()
    page.goto(server.url)
    page.set_input_files("#by-choice", puzzle)
    heading(page)
    page.set_input_files("#by-choice", puzzle)
    expect(page.locator("#status")).to_contain_text("A lot of photos in one minute. Trying again in")
    assert page.locator("#answer-title").count() == 0
    page.close()


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_without_a_model_the_page_says_so_and_goes_on(
    chromium: Browser, own_server: Callable[..., Server], puzzle: Path, tmp_path: Path, script: bool
) -> None:
    server = own_server(MODEL_PATH=str(tmp_path), IMAGE_SIZE="32")
    context = chromium.new_context(java_script_enabled=script, **PHONE)
    page = context.new_page()
    page.goto(server.url)
    page.set_input_files("#by-choice", puzzle)
    if not script:
        page.click(".by-choice .send")
    expect(page.locator(".trouble .name")).to_have_text("The camera is away", timeout=ANSWER_MS)
    page.fill("#names", "strawberry")
    page.press("#names", "Enter")
    expect(page.locator("h1")).to_have_text("Strawberry")
    context.close()
