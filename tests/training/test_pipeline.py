"""From photos to a bundle, for real, on a tiny data set made here; needs the extra `train`."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import tarfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

pytest.importorskip("torch", reason="the extra `train` is not installed")
pytest.importorskip("efficientnet_lite_pytorch", reason="the extra `train` is not installed")

from jamhot.errors import BundleError
from jamhot.settings import SHIPPED_BUNDLE
from jamhot.training import pipeline
from jamhot.training.__main__ import main
from jamhot.training.finetune import Recipe
from jamhot.training.labels import read_decisions
from jamhot.training.pipeline import run
from jamhot.training.plan import Plan
from jamhot.training.readings import read_twice
from jamhot.vision.bundle import verify
from jamhot.vision.checks import check_pictures
from jamhot.vision.classifier import Classifier
from jamhot.vision.photo import read_photo

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


# So slow that it stays what the head on the untrained backbone makes of it: six steps teach nothing yet.
RECIPE = Recipe(
    samples=96, warm_up=16, cool_down=48, batch=16, size=64, finish=((32, 224),), measure_every=48,
    body_rate=1e-5, head_rate=1e-5,
)  # fmt: skip


def plan(photos: Path, place: Path, *, with_float: bool = True) -> Plan:
    return Plan(
        photos=photos,
        work=place / "work",
        out=place / "bundle",
        images=place / "images",
        seed=0,
        workers=2,
        with_float=with_float,
        command="python -m jamhot.training --seed 0",
        decisions=read_decisions(),
        recipe=RECIPE,
        left_out=replace(RECIPE, samples=48, cool_down=16, finish=()),
        left_out_further=replace(RECIPE, samples=32, cool_down=16, finish=((16, 224),)),
    )


@pytest.fixture(scope="module")
def made(photos: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a first run, with the float network."""
    place = tmp_path_factory.mktemp("made")
    run(plan(photos, place), lambda _: None)
    return place


def test_the_bundle_is_whole_and_knows_its_fruits(made: Path) -> None:
    bundle = verify(made / "bundle")
    assert bundle.labels.names == ("apple", "lemon", "no_fruit")
    assert "reference.npz" in bundle.card.files
    assert bundle.labels.families == {"apple": "pome", "lemon": "citrus"}
    classifier = Classifier(bundle)
    photos = [read_photo(io.BytesIO(photo(KINDS["fruit", name], 7))) for name in ("apple", "lemon")]
    pixels = np.concatenate([classifier.pixels(one) for one in photos])
    assert classifier.predict(pixels).logits.argmax(axis=1).tolist() == [0, 1]


def test_int8_and_float_say_the_same(made: Path) -> None:
    small, exact = Classifier(verify(made / "bundle")), Classifier(verify(made / "bundle", quantized=False))
    pictures = check_pictures(224)[:4]
    a, b = small.predict(pictures).features, exact.predict(pictures).features
    cosine = (a * b).sum(axis=1) / np.linalg.norm(a, axis=1) / np.linalg.norm(b, axis=1)
    assert cosine.min() > 0.9
    sizes = [(made / "bundle" / name).stat().st_size for name in ("model.onnx", "model_float.onnx")]
    assert sizes[0] < sizes[1] / 2


def test_the_card_tells_where_it_comes_from(made: Path) -> None:
    card = json.loads((made / "bundle" / "card.json").read_text("utf-8"))
    assert card["training"]["command"] == "python -m jamhot.training --seed 0"
    assert card["training"]["samples"] == 96
    assert card["training"]["sources"]["grocery_tr"] == {"photos": 18, "licence": "MIT"}
    assert {name: one["samples"] for name, one in card["accuracy"]["left_out"].items()} == {
        "grocery_tr": 48 + 32,
        "hellonico": 48 + 32,
    }
    assert set(card["accuracy"]["together"]) <= {"2", "3"}
    verdicts = card["accuracy"]["verdicts"]
    assert verdicts["recognized"] + verdicts["ambiguous"] + verdicts["unrecognized"] == pytest.approx(1, abs=1e-3)


def test_a_bundle_is_read_again_as_its_card_says(made: Path, photos: Path) -> None:
    bundle = verify(made / "bundle")
    told = bundle.card.accuracy
    first, second = read_twice(photos, bundle)
    assert (first.held_out, first.no_fruit) == (told.held_out, told.no_fruit)
    assert second == told.second_reading


def test_the_plots_are_small(made: Path) -> None:
    drawn = {path.name: path.stat().st_size for path in (made / "images").iterdir()}
    assert set(drawn) == {
        "model-reliability.svg",
        "model-confusions.svg",
        "model-accuracy.png",
        "model-training.svg",
    }
    assert all(size < 60_000 for size in drawn.values())


def test_a_second_run_goes_on_from_what_is_there(made: Path, photos: Path) -> None:
    before = (made / "bundle" / "model.onnx").read_bytes()
    said: list[str] = []
    run(plan(photos, made, with_float=False), said.append)
    assert not [line for line in said if line.startswith("fine-tune")]
    assert (made / "bundle" / "model.onnx").read_bytes() == before
    assert not (made / "bundle" / "model_float.onnx").exists()


def test_a_longer_run_starts_where_the_shorter_one_began_to_cool_down(made: Path, photos: Path) -> None:
    longer = replace(plan(photos, made), recipe=replace(RECIPE, samples=112), images=made / "more")
    said: list[str] = []
    run(longer, said.append)
    assert "fine-tune: goes on at step 3 of 7" in said


def test_no_photos_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--photos", str(tmp_path)]) == 2
    assert "--photos" in capsys.readouterr().err


def test_the_list_of_held_out_photos(photos: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["held-out", "--photos", str(photos)]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert rows
    assert set(rows[0]) == {"path", "label", "source"}


def test_a_further_course_starts_from_a_finished_bundle(made: Path, photos: Path) -> None:
    onto = verify(made / "bundle")
    said: list[str] = []
    course = replace(plan(photos, made), onto=onto, command="python -m jamhot.training --seed 1")
    bundle = run(replace(course, out=made / "further", images=made / "more"), said.append)
    assert "fine-tune: 96 samples" in said
    assert bundle.card.training.samples == onto.card.training.samples + 96
    assert bundle.card.training.command == f"{onto.card.training.command}; then, --onto its bundle: {course.command}"
    assert bundle.card.accuracy.left_out == onto.card.accuracy.left_out
    assert (bundle.folder / "model.onnx").read_bytes() != (onto.folder / "model.onnx").read_bytes()


def test_one_run_makes_the_network_and_trains_it_further(
    made: Path, photos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline, "FURTHER", replace(RECIPE, samples=48, cool_down=16, finish=()))
    wanted = replace(plan(photos, made), out=tmp_path / "bundle", images=tmp_path / "images")
    said: list[str] = []
    bundle = run(wanted, said.append, courses=2)
    assert [line for line in said if line.startswith("training")] == [f"training {n} of 3" for n in (1, 2, 3)]
    told = bundle.card.training
    assert (told.samples, told.command, told.seed) == (96 + 48 + 48, wanted.command, 2)
    assert verify(made / "work" / "bundle-1").card.training.samples == 96 + 48


def test_a_further_course_of_no_course_is_refused(photos: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--photos", str(photos), "--onto", str(SHIPPED_BUNDLE), "--further", "0"]) == 2
    assert "--further 1" in capsys.readouterr().err


def test_a_further_course_does_not_replace_what_it_starts_from(made: Path, photos: Path) -> None:
    with pytest.raises(BundleError, match="would replace") as caught:
        run(replace(plan(photos, made), onto=verify(made / "bundle")), lambda _: None)
    assert caught.value.hint


def test_a_further_course_wants_the_same_fruits(made: Path, photos: Path) -> None:
    other = replace(plan(photos, made), onto=verify(SHIPPED_BUNDLE), out=made / "other")
    with pytest.raises(BundleError, match=r"names other fruits than the photos: .*apricot"):
        run(other, lambda _: None)
