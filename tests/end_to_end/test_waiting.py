"""What a person sees who has to wait: the service is full, or stands still, or the line is slow."""

from __future__ import annotations

import signal
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests import pictures
from tests.end_to_end.conftest import DESKTOP, PHONE, Server, controlled, free_port, heading, kept

SLOW_LINE = {"offline": False, "latency": 200, "downloadThroughput": 50_000, "uploadThroughput": 100_000}
"""Milliseconds a round trip, and bytes a second: one bar of signal."""
LARGEST = 32_000_000
HEAD = b'--x\r\nContent-Disposition: form-data; name="image"; filename="a.jpg"\r\n\r\n'
PATIENT = 160_000
"""Bytes that a crowd's photo sends before it falls silent: it is waited for half a minute then."""
DIARY = """
    window.progressSeen = []; window.said = [];
    addEventListener("DOMContentLoaded", () => {
        const bar = document.getElementById("progress"), status = document.getElementById("status");
        new MutationObserver(() => { if (bar.hasAttribute("value") && !bar.hidden) progressSeen.push(bar.value); })
            .observe(bar, { attributes: true });
        new MutationObserver(() => { if (status.textContent) said.push(status.textContent); })
            .observe(status, { childList: true });
    });
"""


def announced(server: Server, size: int, held: ExitStack) -> bool:
    """Somebody whose photo of `size` bytes is let in and then stays on its way; false when there is no room for it."""
    line = held.enter_context(socket.create_connection(("127.0.0.1", server.port), timeout=20))
    line.sendall(
        b"POST /api/classify HTTP/1.1\r\nHost: kitchen\r\nContent-Type: multipart/form-data; boundary=x\r\n"
        b"Expect: 100-continue\r\nContent-Length: %d\r\n\r\n" % size
    )
    if not line.recv(64).startswith(b"HTTP/1.1 100 "):
        return False
    line.sendall((HEAD + bytes(PATIENT))[: size - 1])
    return True


@contextmanager
def crowd(server: Server) -> Iterator[None]:
    """As many photos on their way as the service has room for, to the last kilobyte."""
    size = LARGEST
    with ExitStack() as held:
        while size >= 1000:
            if not announced(server, size, held):
                size //= 2
        yield


def has_room_again(server: Server, photo: Path) -> None:
    """Returns once the service has noticed that the crowd is gone, and takes a photo like this one."""
    for _ in range(400):
        headers = {"Content-Type": "image/jpeg"}
        if httpx.post(f"{server.url}/api/classify", content=photo.read_bytes(), headers=headers).status_code == 200:
            return
        time.sleep(0.05)
    raise AssertionError("the service stays full")


@pytest.fixture(scope="module")
def full() -> Iterator[Server]:
    """A service of this module's own, to be crowded; when the crowd has left it is as before."""
    server = Server({"RATE_LIMIT_PER_MINUTE": "0"}, free_port())
    server.start()
    yield server
    server.stop()


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_a_full_service_is_waited_for(chromium: Browser, full: Server, puzzle: Path, size: dict[str, Any]) -> None:
    context = chromium.new_context(base_url=full.url, **size)
    page = context.new_page()
    page.clock.install()
    page.goto("/")
    with crowd(full):
        page.set_input_files("#by-choice", puzzle)
        status = page.locator("#status")
        expect(status).to_have_text("Many pots on the stove. Trying again in 5 seconds (1 of 4).")
        assert page.is_visible("#preview")
        assert not page.is_visible("#progress")
        page.clock.run_for(5_100)
        expect(status).to_have_text("Many pots on the stove. Trying again in 5 seconds (2 of 4).")
        assert page.locator("#answer-title").count() == 0
    has_room_again(full, puzzle)
    page.clock.run_for(5_100)
    assert heading(page)
    assert page.locator(".answer.trouble").count() == 0
    expect(status).to_have_text("")
    assert page.is_visible("#preview")
    context.close()


def test_a_service_that_stays_full_leaves_a_way_to_try_again(chromium: Browser, full: Server, puzzle: Path) -> None:
    context = chromium.new_context(base_url=full.url, **PHONE)
    page = context.new_page()
    page.clock.install()
    page.goto("/")
    with crowd(full):
        page.set_input_files("#by-choice", puzzle)
        for attempt in range(1, 5):
            expect(page.locator("#status")).to_contain_text(f"({attempt} of 4)")
            page.clock.run_for(5_100)
        assert heading(page) == "Many pots on the stove"
        assert page.is_visible("#preview")
    has_room_again(full, puzzle)
    page.click("#again")
    expect(page.locator("#answer-title")).not_to_have_text("Many pots on the stove", timeout=20_000)
    context.close()


def test_a_full_service_says_so_without_script(chromium: Browser, full: Server, puzzle: Path) -> None:
    context = chromium.new_context(base_url=full.url, java_script_enabled=False, **PHONE)
    page = context.new_page()
    page.goto("/")
    page.set_input_files("#by-choice", puzzle)
    with crowd(full), page.expect_response(full.url + "/") as answer:
        page.click(".by-choice .send")
        expect(page.locator("h1")).to_have_text("Many pots on the stove")
    assert (answer.value.status, answer.value.headers["retry-after"]) == (503, "5")
    has_room_again(full, puzzle)
    page.set_input_files("#by-choice", puzzle)
    page.click(".by-choice .send")
    assert heading(page) != "Many pots on the stove"
    context.close()


@pytest.fixture
def gravel(tmp_path: Path) -> Path:
    """A photo of so much detail that it stays large, even when it has been made smaller."""
    path = tmp_path / "gravel.jpg"
    path.write_bytes(pictures.encoded(Image.effect_noise((1280, 960), 120), "JPEG", quality=92))
    return path


def throttle(page: Page) -> None:
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", SLOW_LINE)


def test_a_slow_line_shows_how_far_it_is(chromium: Browser, server: Server, gravel: Path) -> None:
    context = chromium.new_context(base_url=server.url, **PHONE)
    page = context.new_page()
    page.add_init_script(DIARY)
    throttle(page)
    page.goto("/")
    page.set_input_files("#by-choice", gravel)
    expect(page.locator("#status")).to_have_text("Sending…")
    assert page.is_visible("#preview")
    assert page.is_visible("#progress")
    page.fill("#names", "rhubarb")
    expect(page.locator("#status")).to_have_text("Sending…")
    assert heading(page)
    seen = page.evaluate("progressSeen")
    assert seen == sorted(seen)
    assert len({round(one) for one in seen if 0 < one < 100}) >= 3, seen
    assert page.evaluate("said") == ["Making it smaller…", "Sending…", "Waiting to hear what it is…"]
    expect(page.locator("#status")).to_have_text("")
    assert page.input_value("#names") == "rhubarb"
    page.press("#names", "Enter")
    expect(page.locator("h1#answer-title")).to_have_text("Rhubarb")
    context.close()


def test_a_photo_on_its_slow_way_holds_nobody_up(chromium: Browser, server: Server, gravel: Path) -> None:
    context = chromium.new_context(base_url=server.url, **PHONE)
    page = context.new_page()
    throttle(page)
    page.goto("/")
    page.set_input_files("#by-choice", gravel)
    expect(page.locator("#status")).to_have_text("Sending…")
    page.set_input_files("#by-choice", gravel)
    expect(page.locator("#status")).to_have_text("Sending…")
    page.click(".nav >> text=Jamdex")
    expect(page.locator("h1")).to_have_text("Jamdex")
    context.close()


def test_a_recipe_that_was_opened_comes_though_the_service_stands_still(
    chromium: Browser, own_server: Callable[..., Server]
) -> None:
    server = own_server()
    context = chromium.new_context(base_url=server.url, bypass_csp=True, **PHONE)
    page = context.new_page()
    page.goto("/")
    controlled(page)
    page.goto("/jamdex/recipe/1-strawberry-jam")
    kept(page, "/jamdex/recipe/1-strawberry-jam")
    page.goto("/offline")
    assert server.process is not None
    server.process.send_signal(signal.SIGSTOP)
    page.goto("/jamdex/recipe/1-strawberry-jam")
    expect(page.locator("h1")).to_have_text("Strawberry jam")
    context.close()
