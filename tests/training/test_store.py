"""Checkpoints are there whole or not at all."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from jamhot.training.store import Store


def test_what_is_made_is_made_once(tmp_path: Path) -> None:
    store, calls = Store(tmp_path), []

    def make() -> dict[str, np.ndarray]:
        calls.append(1)
        return {"weight": np.ones((2, 2), np.float32)}

    for _ in range(2):
        assert store.arrays("head", make)["weight"].sum() == 4
    assert len(calls) == 1


def test_an_interruption_leaves_nothing_under_the_name(tmp_path: Path) -> None:
    store = Store(tmp_path)

    def stopped(path: Path) -> None:
        path.write_bytes(b"half")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        store.file("model.onnx", stopped)
    assert not (tmp_path / "model.onnx").exists()
    assert store.file("model.onnx", lambda path: path.write_bytes(b"whole")).read_bytes() == b"whole"
