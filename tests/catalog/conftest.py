"""The shipped content, read once."""

from __future__ import annotations

import pytest

from jamhot.catalog.build import Content, load_content
from jamhot.catalog.snapshot import Snapshot


@pytest.fixture(scope="session")
def content() -> Content:
    return load_content()


@pytest.fixture(scope="session")
def snapshot(content: Content) -> Snapshot:
    return Snapshot(content, version=0)
