"""A tiny bundle to damage, and the shipped one."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from jamhot.vision.bundle import Bundle, verify

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = ROOT / "data" / "trained_model"
NETWORKS = Path(__file__).with_name("networks")

Json = dict[str, Any]


class TinyBundle:
    """A bundle of four labels and 32 px in a folder of its own; every part may be replaced."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        shutil.copyfile(NETWORKS / "good.onnx", folder / "model.onnx")
        names = ["red_fruit", "green_fruit", "blue_fruit", "no_fruit"]
        self.labels: Json = {
            "schema_version": 1,
            "labels": [{"name": name, "aliases": []} for name in names],
            "no_fruit": 3,
            "merged": {"crimson_fruit": {"into": "red_fruit", "reason": "a shade of it"}},
            "left_out": {"gray_fruit": "no photo"},
        }
        self.card: Json = json.loads((SHIPPED / "card.json").read_text("utf-8"))
        self.card["preprocessing"]["size"] = 32
        self.card["checks"] = []
        self.card["temperature"] = 2.0
        self.write()

    def write(self, hashes: bool = True) -> None:
        """Write labels and card, with the hashes of the files as they are now."""
        (self.folder / "labels.json").write_text(json.dumps(self.labels), "utf-8")
        if hashes:
            found = sorted(p for p in self.folder.iterdir() if p.name != "card.json")
            self.card["files"] = {path.name: self.entry(path) for path in found}
        (self.folder / "card.json").write_text(json.dumps(self.card), "utf-8")

    def network(self, name: str) -> None:
        """Put another network in, with its right hash."""
        shutil.copyfile(NETWORKS / f"{name}.onnx", self.folder / "model.onnx")
        self.write()

    @staticmethod
    def entry(path: Path) -> Json:
        data = path.read_bytes()
        return {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}


@pytest.fixture
def tiny(tmp_path: Path) -> TinyBundle:
    folder = tmp_path / "bundle"
    folder.mkdir()
    return TinyBundle(folder)


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
