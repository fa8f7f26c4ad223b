"""Errors as pages: every error of the family has words of its own, and headers that belong to it stay."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace

import pytest
from starlette.requests import Request
from starlette.responses import Response

from jamhot import errors
from jamhot.web.errors import html_error

NO_FRUIT = SimpleNamespace(fruits={})


def shown(error: errors.JamHotError, *, fragment: bool = False) -> Response:
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/",
        "query_string": b"",
        "headers": [(b"x-fragment", b"answer")] if fragment else [],
        "server": ("testserver", 80),
        "scheme": "http",
        "state": {"services": SimpleNamespace(public_url=None, desk=SimpleNamespace(snapshot=NO_FRUIT))},
    }
    return asyncio.run(html_error(Request(scope), error))


@pytest.mark.parametrize("fragment", [True, False])
@pytest.mark.parametrize("kind", [errors.Busy, errors.RateLimited, errors.MemoryLimit])
def test_what_passes_says_when_to_come_back(kind: type[errors.Busy], fragment: bool) -> None:
    response = shown(kind("Not now.", 7), fragment=fragment)
    assert response.status_code == kind.status
    assert response.headers["retry-after"] == "7"
    assert b"Not now." in response.body


def test_an_error_without_words_of_its_own_is_our_fault() -> None:
    response = shown(errors.JamHotError("Something went wrong on our side."))
    assert response.status_code == 500
    assert b"Something boiled over" in response.body
    assert b"It is our fault" in response.body


def test_a_hostile_message_stays_text() -> None:
    response = shown(errors.NotFound("<script>alert(1)</script>", {"similar": ["<b>"]}))
    assert b"<script>alert" not in response.body
    assert b"<b>" not in response.body
