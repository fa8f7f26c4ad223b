"""A photo that is too large, in a real browser: the answer is seen, and not a broken connection."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.end_to_end.conftest import Server

SEND = """async (megabytes) => {
  const body = new Blob([new Uint8Array([255, 216, 255]), new Uint8Array(megabytes * 1000000)], {type: "image/jpeg"});
  const answer = await fetch("/api/classify", {method: "POST", body});
  return [answer.status, (await answer.json()).error];
}"""


@pytest.mark.parametrize("megabytes", [6, 60])
def test_chromium_shows_that_a_body_is_too_large(server: Server, chromium: Browser, megabytes: int) -> None:
    page = chromium.new_page()
    page.goto(server.url)
    assert page.evaluate(SEND, megabytes) == [413, "IMAGE_TOO_LARGE"]
    page.close()
