"""Photo → fruit → recipe → scaled → cook mode on a phone with a slow line: `python -m benchmarks.kitchen_flow`.

The line is throttled by Chromium itself to WebPageTest's "3G": 1.6 Mbit/s down, 768 kbit/s up, 300 ms a round trip. The
browser begins with nothing kept. Beside the times: the bytes and largest paint of the first load of every screen.
"""

from __future__ import annotations

import argparse
import tarfile
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.photos import phone_jpeg
from benchmarks.screens import SCREENS, chromium, served, skipped_where_missing, told
from benchmarks.service import ROOT

RESULTS = Path(__file__).parent / "results" / "kitchen_flow.json"
LINE: Final = {"offline": False, "latency": 300, "downloadThroughput": 1_600_000 / 8, "uploadThroughput": 768_000 / 8}
PHONE: Final[dict[str, Any]] = {
    "viewport": {"width": 390, "height": 844},
    "is_mobile": True,
    "has_touch": True,
    "device_scale_factor": 2,
}
PAINTS: Final = """() => new Promise((done) => {
    let last = 0;
    new PerformanceObserver((list) => { for (const one of list.getEntries()) last = one.startTime; })
        .observe({ type: "largest-contentful-paint", buffered: true });
    setTimeout(() => done(Math.round(last)), 300);
})"""


@contextmanager
def slow_page(browser: Browser) -> Iterator[tuple[Page, list[int]]]:
    """A phone's page on the slow line with nothing kept, and the bytes of each answer so far."""
    context = browser.new_context(**PHONE)
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", LINE)
    received: list[int] = []
    session.on("Network.loadingFinished", lambda event: received.append(int(event["encodedDataLength"])))
    yield page, received
    context.close()


def first_loads(browser: Browser, url: str) -> dict[str, dict[str, int]]:
    figures = {}
    for name, path in SCREENS.items():
        with slow_page(browser) as (page, received):
            page.goto(url + path, wait_until="load")
            paint = page.evaluate(PAINTS)
            figures[name] = {"bytes": sum(received), "requests": len(received), "largest_paint_ms": paint}
    return figures


def a_photo(folder: Path) -> Path:
    """A pineapple of the shared photos as large as a phone's; a made-up picture where there are none."""
    path = folder / "photo.jpg"
    for archive in sorted((ROOT.parent / "shared" / "data" / "fruit_photos").glob("photos-0*.tar")):
        with tarfile.open(archive) as photos:
            for member in photos:
                if "/pineapple/" in member.name and (data := photos.extractfile(member)):
                    with Image.open(data) as small:
                        small.convert("RGB").resize((4000, 3000), Image.Resampling.BICUBIC).save(path, quality=90)
                    return path
    path.write_bytes(phone_jpeg())
    return path


def flow(browser: Browser, url: str, photo: Path) -> dict[str, Any]:
    """Seconds from the first tap of each step until the person sees what was asked for."""
    with slow_page(browser) as (page, received):
        laps: dict[str, float] = {}
        started = time.monotonic()

        def lap(name: str) -> None:
            nonlocal started
            laps[name] = round(time.monotonic() - started, 2)
            started = time.monotonic()

        page.goto(url, wait_until="load")
        lap("home, ready")
        page.set_input_files("#by-choice", photo)
        page.wait_for_selector("#answer-title", timeout=60_000)
        said = page.inner_text("#answer-title")
        lap("photo chosen → fruit")
        if page.locator("main .card").count():
            page.click("main .card >> nth=0")
        else:
            page.goto(f"{url}/jamdex/recipe/1")
        page.wait_for_selector("#ingredients-title")
        lap("→ recipe")
        page.click("summary >> nth=0")
        if page.locator("[name=have]").count():
            page.fill("[name=have]", "730")
        else:
            page.select_option("#batch", "2")
        page.wait_for_selector("#cook-link[href*='have='], #cook-link[href*='batch=']")
        lap("→ scaled to 730 g")
        page.click("#cook-link")
        page.wait_for_selector(".cook .step")
        page.click(".step:first-of-type .steps-nav .button:not(.quiet)")
        page.wait_for_selector("#step-2:target")
        lap("→ cook mode, first step")
        return {
            "said": said,
            "photo_bytes": photo.stat().st_size,
            "seconds": laps,
            "seconds_in_all": round(sum(laps.values()), 2),
            "bytes_received": sum(received),
        }


def measure() -> dict[str, Any]:
    """Raises Missing without a browser."""
    path = chromium()
    with tempfile.TemporaryDirectory() as folder, served() as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        photo = a_photo(Path(folder))
        figures = {
            "line": "1.6 Mbit/s down, 768 kbit/s up, 300 ms",
            "flow": flow(browser, url, photo),
            "first_loads": first_loads(browser, url),
        }
        browser.close()
    return figures


def main() -> None:
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args()
    with skipped_where_missing():
        RESULTS.write_text(told(measure()))


if __name__ == "__main__":
    main()
