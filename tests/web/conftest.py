"""The real app with the shipped content and model, spoken to as a browser without script would."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from jamhot.settings import Settings
from tests.serving import serving


@pytest.fixture(scope="session")
def browser() -> Iterator[httpx.Client]:
    with serving(Settings(rate_limit_per_minute=0, railway_public_domain="jam.example.org")) as client:
        yield client
