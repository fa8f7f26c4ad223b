"""The service as it ships: its own content, its own model, no database."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from jamhot.settings import Settings
from tests.serving import serving


@pytest.fixture(scope="session")
def service() -> Iterator[httpx.Client]:
    with serving(Settings(rate_limit_per_minute=0)) as client:
        yield client
