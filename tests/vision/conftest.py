"""A tiny bundle to damage, and the shipped one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from jamhot.vision.bundle import Bundle, verify
from tests.tiny_bundle import TinyBundle

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = ROOT / "data" / "trained_model"


@pytest.fixture
def tiny(tmp_path: Path) -> TinyBundle:
    return TinyBundle(tmp_path / "bundle")


@pytest.fixture(scope="session")
def shipped() -> Bundle:
    return verify(SHIPPED)


@pytest.fixture
def reason() -> Callable[..., str]:
    """Why `verify` refuses a folder."""
    from jamhot.errors import BundleError

    def why(folder: Path, **options: Any) -> str:
        with pytest.raises(BundleError) as caught:
            verify(folder, **options)
        assert len(caught.value.message) > 20
        return str(caught.value.details["reason"])

    return why
