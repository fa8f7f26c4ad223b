"""A correction by its form: what it carries, what is refused in words, and never as a page of errors."""

from __future__ import annotations

import html
import json
import re

import httpx
import pytest

from jamhot.settings import Settings
from tests import pictures
from tests.serving import serving

SAID = {"said": "apple", "meant": "quince", "candidates": "[]", "model": "1.0.0"}
BY_SCRIPT = {"X-Fragment": "text"}


def test_the_form_carries_the_candidates_that_were_shown(browser: httpx.Client) -> None:
    photo = {"image": ("photo.jpg", pictures.jpeg())}
    page = browser.post("/", files=photo).text
    offered = re.search(r'name="candidates" value="([^"]*)"', page)
    assert offered is not None
    told = browser.post("/api/classify", files=photo).json()["fruits"][0]["alternatives"]
    assert json.loads(html.unescape(offered[1])) == [
        {"name": one["name"], "confidence": pytest.approx(one["confidence"])} for one in told
    ]


@pytest.mark.parametrize("headers", [{}, BY_SCRIPT])
@pytest.mark.parametrize(
    ("wrong", "status", "words"),
    [
        ({"meant": ""}, 422, "Say which fruit it was"),
        ({"candidates": "no JSON"}, 422, "Say which fruit it was"),
        ({"candidates": "[" * 5000}, 422, "Say which fruit it was"),
        ({"candidates": '[{"name": "apple", "confidence": 7}]'}, 422, "Say which fruit it was"),
        ({"model": "<script>"}, 422, "Say which fruit it was"),
        ({"meant": "gravel"}, 404, "Try another name for it."),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(
    browser: httpx.Client, headers: dict[str, str], wrong: dict[str, str], status: int, words: str
) -> None:
    answer = browser.post("/feedback", data={**SAID, **wrong}, headers=headers)
    assert answer.status_code == status
    assert words in answer.text
    assert ("<html" in answer.text) is not bool(headers)
    assert "What you told us" in answer.text or headers


@pytest.mark.parametrize("headers", [{}, BY_SCRIPT])
def test_too_many_are_told_to_wait(headers: dict[str, str]) -> None:
    with serving(Settings(rate_limit_per_minute=1)) as client:
        first = client.post("/feedback", data=SAID, headers=headers)
        assert (first.status_code, "It could not be kept this time." in first.text) == (200, True)
        second = client.post("/feedback", data=SAID, headers=headers)
    assert second.status_code == 429
    assert int(second.headers["retry-after"]) > 0
    assert "More than 1 corrections in a minute. Wait a little, then go on." in second.text
    assert ("<html" in second.text) is not bool(headers)
