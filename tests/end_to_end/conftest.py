"""A real browser and a real server: Debian's Chromium, and the process that the platform would start."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tarfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests import pictures

ROOT = Path(__file__).resolve().parents[2]
STARTS_WITHIN_S = 60
ANSWER_MS = 20_000
PHOTOS = ROOT.parent / "shared" / "data" / "fruit_photos"
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
DESKTOP: dict[str, Any] = {"viewport": {"width": 1280, "height": 800}}


@dataclass
class Server:
    """`python -m uvicorn main:app` as a process of its own, on a port that stays the same when it is started again."""

    settings: dict[str, str]
    port: int
    process: subprocess.Popen[bytes] | None = field(default=None)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Raises TimeoutError when it does not answer in time."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "DATABASE_"))}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "uvicorn", "main:app", "--host", "127.0.0.1", "--port", str(self.port)],
            cwd=ROOT,
            env={**kept, **self.settings},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + STARTS_WITHIN_S
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                httpx.get(f"{self.url}/api/health", timeout=2)
            except httpx.TransportError:
                time.sleep(0.05)
            else:
                return
        self.stop()
        raise TimeoutError("the server did not start")

    def stop(self) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait(timeout=10)
            self.process = None


def free_port() -> int:
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        return int(listener.getsockname()[1])


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """The service without a database: the content and the model that ship."""
    server = Server({"RATE_LIMIT_PER_MINUTE": "0"}, free_port())
    server.start()
    yield server
    server.stop()


@pytest.fixture
def own_server() -> Iterator[Callable[..., Server]]:
    """Makes a server of this test alone; its settings are the arguments."""
    made: list[Server] = []

    def make(**settings: str) -> Server:
        made.append(Server(settings, free_port()))
        made[-1].start()
        return made[-1]

    yield make
    for server in made:
        server.stop()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser a module, not a session: while it is open, Playwright's own event loop counts as running."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        pytest.skip("no Chromium here: apt-get install chromium")
    with sync_playwright() as playwright:
        # As root, in a container, Chromium's own sandbox cannot be had.
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(params=[PHONE, DESKTOP], ids=["phone", "desktop"])
def either(chromium: Browser, server: Server, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    """A phone, then a desktop."""
    context = chromium.new_context(base_url=server.url, **request.param)
    yield context
    context.close()


@pytest.fixture(params=[PHONE, DESKTOP], ids=["phone", "desktop"])
def scriptless(chromium: Browser, server: Server, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page where scripts do not run, on a phone, then on a desktop."""
    context = chromium.new_context(base_url=server.url, java_script_enabled=False, **request.param)
    yield context.new_page()
    context.close()


@pytest.fixture(scope="session")
def pineapple(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A photo that the model should know, from the project's shared data; it is never shipped."""
    for archive in sorted(PHOTOS.glob("photos-0*.tar")):
        with tarfile.open(archive) as photos:
            for member in photos:
                if "/pineapple/" in member.name and (data := photos.extractfile(member)):
                    path = tmp_path_factory.mktemp("photo") / "my pineapple.jpg"
                    path.write_bytes(data.read())
                    return path
    pytest.skip("no ../shared/data/fruit_photos beside the checkout")


@pytest.fixture(scope="session")
def puzzle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A large picture of nothing, so that it has to be made smaller on its way."""
    path = tmp_path_factory.mktemp("photo") / "puzzle.jpg"
    path.write_bytes(pictures.jpeg(3000, 2000, quality=92))
    return path


def heading(page: Page) -> str:
    """What the answer to a photo is headed with, once it is there."""
    page.wait_for_selector("#answer-title", timeout=ANSWER_MS)
    return page.inner_text("#answer-title")


def controlled(page: Page) -> None:
    """Returns once the service worker answers for the page."""
    page.wait_for_function("() => navigator.serviceWorker.controller !== null", timeout=15_000)


def kept(page: Page, path: str) -> None:
    """Returns once the service worker has kept `path`.

    Not with `wait_for_function`: what asks the cache is asynchronous, and the promise that it returns is true at once.
    """
    page.evaluate(
        """async (path) => {
            for (let tries = 0; tries < 300; tries += 1) {
                const found = await (await caches.open("recipes")).keys();
                if (found.some((one) => new URL(one.url).pathname === path)) return;
                await new Promise((next) => setTimeout(next, 50));
            }
            throw new Error(`${path} was not kept`);
        }""",
        path,
    )
