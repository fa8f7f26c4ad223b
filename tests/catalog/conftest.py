"""The shipped content as a snapshot, built once."""

from __future__ import annotations

import pytest

from jamhot.catalog.content import Content
from jamhot.catalog.snapshot import Snapshot


@pytest.fixture(scope="session")
def snapshot(content: Content) -> Snapshot:
    return Snapshot(content, version=0)
