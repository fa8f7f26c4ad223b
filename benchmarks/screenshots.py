"""Every screen at both sizes, light and dark, for docs/images: `python -m benchmarks.screenshots`.

The photo of the answer is a drawing of ours: no photo of anybody's is shown.
"""

from __future__ import annotations

import io
import tempfile
from pathlib import Path
from typing import Final

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.screens import SCREENS, chromium, served

IMAGES: Final = Path(__file__).parent.parent / "docs" / "images" / "screens"
SIZES: Final = {"phone": (390, 844), "desktop": (1280, 800)}
QUALITY: Final = 34
MOST_BYTES: Final = 1_400_000
DRAWN: Final = "pear"
"""The fruit whose drawing is sent as a photo."""


def drawn_photo(browser: Browser, url: str, folder: Path) -> Path:
    """Our drawing of a fruit on a plain ground, as a picture file."""
    page = browser.new_page(viewport={"width": 900, "height": 900}, bypass_csp=True)
    page.goto(f"{url}/fruitdex/fruit/{DRAWN}")
    art = page.locator(".portrait .art").first.evaluate("one => one.outerHTML")
    page.set_content(
        f"<style>body{{margin:0;background:#efe6d6}}svg{{width:700px;height:700px;margin:100px}}</style>{art}"
    )
    path = folder / "drawing.png"
    page.screenshot(path=path)
    page.close()
    return path


def keep(page: Page, name: str) -> int:
    """Takes the picture as WebP; its bytes."""
    with Image.open(io.BytesIO(page.screenshot())) as picture:
        path = IMAGES / f"{name}.webp"
        picture.convert("RGB").save(path, quality=QUALITY, method=6)
        return path.stat().st_size


def take_all(browser: Browser, url: str, photo: Path) -> int:
    total = 0
    for size, (width, height) in SIZES.items():
        for scheme in ("light", "dark"):
            phone = size == "phone"
            context = browser.new_context(
                viewport={"width": width, "height": height},
                color_scheme=scheme,
                is_mobile=phone,
                has_touch=phone,
            )
            page = context.new_page()
            for name, path in SCREENS.items():
                page.goto(url + path + ("#step-4" if name == "cook mode" else ""))
                page.wait_for_timeout(150)
                total += keep(page, f"{name.replace(',', '').replace(' ', '-').lower()}-{size}-{scheme}")
            page.goto(url)
            page.set_input_files("#by-choice", photo)
            page.wait_for_selector("#answer-title", timeout=60_000)
            page.wait_for_timeout(900)
            total += keep(page, f"answer-{size}-{scheme}")
            page.goto(f"{url}/nowhere")
            total += keep(page, f"not-found-{size}-{scheme}")
            context.close()
    return total


def main() -> None:
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, served() as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        total = take_all(browser, url, drawn_photo(browser, url, Path(folder)))
        browser.close()
    print(f"{len(list(IMAGES.iterdir()))} pictures, {total / 1e6:.2f} MB")
    if total > MOST_BYTES:
        raise SystemExit(f"more than {MOST_BYTES / 1e6} MB")


if __name__ == "__main__":
    main()
