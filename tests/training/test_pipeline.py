"""From photos to a bundle, for real, on a tiny data set made here; needs the extra `train`."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import tarfile
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

pytest.importorskip("torch", reason="the extra `train` is not installed")
pytest.importorskip("efficientnet_lite_pytorch", reason="the extra `train` is not installed")

from jamhot.training.__main__ import main
from jamhot.vision.bundle import verify
from jamhot.vision.checks import check_pictures
from jamhot.vision.classifier import Classifier

KINDS = {
    ("fruit", "apple"): (210, 30, 40),
    ("fruit", "lemon"): (240, 220, 40),
    ("not_fruit", "scene"): (90, 110, 160),
}
SOURCES = ("grocery_tr", "hellonico", "web")
PHOTOS_A_SOURCE = 6
# With these numbers the split gives every label photos to learn, to calibrate and to report on.
FIRST_NUMBER = 200


def photo(colour: tuple[int, int, int], number: int) -> bytes:
    rng = np.random.default_rng(number)
    pixels = np.clip(rng.normal(colour, 25, (60, 80, 3)), 0, 255).astype(np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "JPEG")
    return buffer.getvalue()


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("photos")
    lines = []
    with tarfile.open(folder / "photos-00.tar", "w") as archive:
        for (kind, name), colour in KINDS.items():
            for number, source in enumerate(np.repeat(SOURCES, PHOTOS_A_SOURCE), FIRST_NUMBER):
                path = f"{kind}/{name}/{source}__{number:04}.jpg"
                data = photo(colour, number)
                entry = tarfile.TarInfo(path)
                entry.size = len(data)
                archive.addfile(entry, io.BytesIO(data))
                lines.append([path, kind, name, source, 80, 60, hashlib.sha256(path.encode()).hexdigest()[:16]])
    with (folder / "index.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["path", "kind", "class", "source", "width", "height", "dhash64"])
        writer.writerows(lines)
    return folder


@pytest.fixture(scope="module")
def made(photos: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """The bundle of a first run with the float network, and the command that made it."""
    place = tmp_path_factory.mktemp("made")
    command = ["--photos", str(photos), "--work", str(place / "work"), "--out", str(place / "bundle"), "--float"]
    assert main(command) == 0
    return place / "bundle", command


def test_the_bundle_is_whole_and_knows_its_fruits(made: tuple[Path, list[str]]) -> None:
    bundle = verify(made[0])
    assert bundle.labels.names == ("apple", "lemon", "no_fruit")
    classifier = Classifier(bundle)
    pixels = np.stack([np.full((224, 224, 3), KINDS["fruit", name], np.uint8) for name in ("apple", "lemon")])
    assert classifier.predict(pixels).logits.argmax(axis=1).tolist() == [0, 1]


def test_int8_and_float_say_the_same(made: tuple[Path, list[str]]) -> None:
    small, exact = Classifier(verify(made[0])), Classifier(verify(made[0], quantized=False))
    pictures = check_pictures(224)[:4]
    a, b = small.predict(pictures).features, exact.predict(pictures).features
    cosine = (a * b).sum(axis=1) / np.linalg.norm(a, axis=1) / np.linalg.norm(b, axis=1)
    assert cosine.min() > 0.9
    assert (made[0] / "model.onnx").stat().st_size < (made[0] / "model_float.onnx").stat().st_size / 2


def test_the_card_tells_where_it_comes_from(made: tuple[Path, list[str]]) -> None:
    card = json.loads((made[0] / "card.json").read_text("utf-8"))
    assert card["training"]["command"] == "python -m jamhot.training --seed 0 --float"
    assert card["training"]["sources"]["grocery_tr"] == {"photos": 18, "licence": "MIT"}
    assert set(card["accuracy"]["left_out"]) == {"grocery_tr", "hellonico"}
    assert "/" not in card["training"]["command"]


def test_a_second_run_goes_on_from_what_is_there(made: tuple[Path, list[str]]) -> None:
    bundle, command = made
    before = (bundle / "model.onnx").read_bytes()
    begin = time.monotonic()
    assert main([option for option in command if option != "--float"]) == 0
    assert time.monotonic() - begin < 15
    assert (bundle / "model.onnx").read_bytes() == before
    assert not (bundle / "model_float.onnx").exists()


def test_no_photos_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--photos", str(tmp_path)]) == 2
    assert "--photos" in capsys.readouterr().err


def test_the_list_of_held_out_photos(photos: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["held-out", "--photos", str(photos)]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert rows
    assert set(rows[0]) == {"path", "label", "source"}
