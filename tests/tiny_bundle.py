"""A tiny bundle to publish, to damage and to swap: four labels, 32 px, a network that likes red, green or blue."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

from jamhot.settings import SHIPPED_BUNDLE

NETWORKS = Path(__file__).parent / "vision" / "networks"

Json = dict[str, Any]


class TinyBundle:
    """A bundle of four labels and 32 px in a folder of its own; every part may be replaced."""

    def __init__(self, folder: Path, version: str = "tiny-1") -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(NETWORKS / "good.onnx", folder / "model.onnx")
        names = ["red_fruit", "green_fruit", "blue_fruit", "no_fruit"]
        self.labels: Json = {
            "schema_version": 1,
            "labels": [{"name": name, "aliases": []} for name in names],
            "no_fruit": 3,
            "merged": {"crimson_fruit": {"into": "red_fruit", "reason": "a shade of it"}},
            "left_out": {"gray_fruit": "no photo"},
        }
        self.card: Json = json.loads((SHIPPED_BUNDLE / "card.json").read_text("utf-8"))
        self.card["preprocessing"]["size"] = 32
        self.card["checks"] = self.card["photo_checks"] = []
        self.card["version"] = version
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
