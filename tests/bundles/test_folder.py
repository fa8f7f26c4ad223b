"""A bundle's folder is there when all of it is, and not before."""

from __future__ import annotations

from pathlib import Path

import pytest

from jamhot.bundles.folder import write_folder
from jamhot.errors import BundleError
from jamhot.settings import SHIPPED_BUNDLE
from jamhot.vision.bundle import verify
from jamhot.vision.bundle_files import LABELS, MODEL, read_card


def test_a_bundle_that_would_be_refused_leaves_no_folder(tmp_path: Path) -> None:
    nonsense = tmp_path / MODEL
    nonsense.write_bytes(b"no network")
    target = tmp_path / "models" / "new"
    labels = verify(SHIPPED_BUNDLE).labels
    with pytest.raises(BundleError):
        write_folder(target, read_card(SHIPPED_BUNDLE), {LABELS: labels}, {MODEL: nonsense})
    assert list((tmp_path / "models").iterdir()) == []
