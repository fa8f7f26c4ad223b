"""A kind from a few photos. The tiny network sees mean colours: red, green and blue fruit; quinces here are yellow."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from jamhot.bundles import reference, school
from jamhot.bundles.folder import write_folder
from jamhot.bundles.teach import learn
from jamhot.errors import BundleError, InvalidRequest
from jamhot.settings import ROOT, SHIPPED_BUNDLE
from jamhot.vision.bundle import verify
from jamhot.vision.bundle_files import read_card
from jamhot.vision.classifier import Classifier
from tests.tiny_bundle import TinyBundle

COLOURS = {
    "red_fruit": (200, 20, 20),
    "green_fruit": (20, 200, 20),
    "blue_fruit": (20, 20, 200),
    "not_fruit": (5, 5, 5),
}
YELLOW = (190, 190, 20)


def paint(folder: Path, colour: tuple[int, int, int], count: int, seed: int = 0) -> list[Path]:
    """Photos of about this colour."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(seed)
    paths = []
    for number in range(count):
        pixels = np.clip(np.array(colour) + rng.normal(0, 12, (40, 60, 3)) + rng.normal(0, 6, 3), 0, 255)
        paths.append(folder / f"{number}.png")
        Image.fromarray(pixels.astype(np.uint8)).save(paths[-1])
    return paths


@pytest.fixture
def others(tmp_path: Path) -> Path:
    for kind, colour in COLOURS.items():
        paint(tmp_path / "others" / kind, colour, 8, seed=len(kind))
    return tmp_path / "others"


@pytest.fixture
def school_of(tmp_path: Path, others: Path) -> tuple[Path, list[Path]]:
    """A bundle that remembers, and photos of quinces."""
    tiny = TinyBundle(tmp_path / "bundle")
    bundle = verify(tiny.folder)
    reference.write(tiny.folder / reference.REFERENCE, school.remembered(bundle, others, lambda _: None))
    tiny.write()
    return tiny.folder, paint(tmp_path / "quinces", YELLOW, 6)


def jamhot(*words: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "jamhot", "model", "teach", *map(str, words)],
        env={**os.environ, "DATABASE_URL": "postgresql://u@127.0.0.1:1/nowhere"}, cwd=ROOT,
        capture_output=True, text=True, timeout=120,
    )  # fmt: skip


def named(folder: Path, colour: tuple[int, int, int], where: Path) -> str:
    classifier = Classifier(verify(folder, thorough=True))
    (photo,) = paint(where, colour, 1, seed=9)
    answer = classifier.predict(classifier.pixels(school.opened(photo, classifier))).probabilities[0]
    return classifier.labels.names[int(answer.argmax())]


def test_a_taught_kind_is_named_and_the_others_still_are(school_of: tuple[Path, list[Path]], tmp_path: Path) -> None:
    folder, photos = school_of
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    done = jamhot("Quince", *photos, "--model", folder, "--out", tmp_path / "new")
    assert done.returncode == 0, done.stderr
    assert done.stderr == "", "the catalogue has quinces, and the bundle remembers all kinds"
    assert "quince: 100% of its 6 photos" in done.stdout
    assert "others: 100.0% of 16 remembered photos were named rightly, 100.0% are now; 0.0% are taken" in done.stdout
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before, "what learns stays as it was"
    assert named(tmp_path / "new", YELLOW, tmp_path / "a") == "quince"
    for kind in ("red_fruit", "green_fruit", "blue_fruit"):
        assert named(tmp_path / "new", COLOURS[kind], tmp_path / kind) == kind
    card = read_card(tmp_path / "new")
    assert card.taught["quince"].photos == 6
    assert card.version != read_card(folder).version
    assert "jamhot model teach quince (6 photos)" in card.training.command


def test_one_after_the_other(school_of: tuple[Path, list[Path]], tmp_path: Path) -> None:
    folder, photos = school_of
    purple = paint(tmp_path / "purple", (180, 20, 180), 6)
    for name, shown, source, out in (("quince", photos, folder, "one"), ("medlar", purple, tmp_path / "one", "two")):
        bundle = verify(source)
        lesson = school.lesson_of(Classifier(bundle), name, shown, lambda _: None)
        school.teach(bundle, name, lesson, school.remembered(bundle, None, lambda _: None), tmp_path / out)
    two = tmp_path / "two"
    assert verify(two).labels.names[-2:] == ("quince", "medlar")
    assert verify(two).labels.names[verify(two).labels.no_fruit] == "no_fruit"
    assert named(two, YELLOW, tmp_path / "y") == "quince"
    assert named(two, (180, 20, 180), tmp_path / "p") == "medlar"
    assert named(two, COLOURS["red_fruit"], tmp_path / "r") == "red_fruit"


def test_what_cannot_be_taught_is_told(school_of: tuple[Path, list[Path]], tmp_path: Path, others: Path) -> None:
    folder, photos = school_of
    few = jamhot("quince", *photos[:4], "--model", folder, "--out", tmp_path / "new")
    assert (few.returncode, "5 to 50 are needed" in few.stderr) == (1, True)
    assert not (tmp_path / "new").exists()
    labels = verify(folder).labels
    for known in ("red fruit", "Crimson-Fruit"):
        with pytest.raises(InvalidRequest, match="already"):
            school.kind_of(known, labels)
    with pytest.raises(InvalidRequest, match="no name"):
        school.kind_of("../quince", labels)
    assert school.kind_of("Tangerine", labels) == "mandarin", "the catalogue's own name"
    tiny = TinyBundle(tmp_path / "forgetful")
    with pytest.raises(BundleError, match="has no reference"):
        school.remembered(verify(tiny.folder), None, lambda _: None)
    photos[0].write_text("no photo")
    with pytest.raises(BundleError, match=r"0\.png"):
        school.lesson_of(Classifier(verify(folder)), "quince", photos, lambda _: None)


def test_too_few_others_are_told(school_of: tuple[Path, list[Path]], tmp_path: Path) -> None:
    folder, photos = school_of
    paint(tmp_path / "few" / "red_fruit", COLOURS["red_fruit"], 9)
    paint(tmp_path / "few" / "not_fruit", COLOURS["not_fruit"], 9)
    words = ("moonfruit", *photos, "--model", folder, "--out", tmp_path / "new", "--others", tmp_path / "few")
    done = jamhot(*words)
    assert (done.returncode, "has 9 photos of fruit" in done.stderr) == (1, True), done.stderr
    assert not (tmp_path / "new").exists()
    paint(tmp_path / "few" / "red_fruit", COLOURS["red_fruit"], 10)
    done = jamhot(*words)
    assert done.returncode == 0, done.stderr
    no_recipe, unseen = done.stderr.splitlines()
    assert no_recipe.startswith("warning: the catalogue knows no moonfruit")
    assert unseen.startswith("warning: no photo of 2 of the 4 kinds that the model knows, blue_fruit first")


def test_a_bundle_that_is_refused_leaves_no_folder_behind(school_of: tuple[Path, list[Path]], tmp_path: Path) -> None:
    with pytest.raises(BundleError):
        write_folder(tmp_path / "new", verify(school_of[0]).card, {}, {})
    assert not (tmp_path / "new").exists()


def test_the_logit_of_a_row_means_what_the_others_mean(school_of: tuple[Path, list[Path]]) -> None:
    """Doubling the temperature and all logits is the same model; so must be the row."""
    folder, photos = school_of
    bundle = verify(folder)
    known = school.remembered(bundle, None, lambda _: None)
    lesson = school.lesson_of(Classifier(bundle), "quince", photos, lambda _: None)
    once = learn(lesson.views, known, 2.0)
    twice = learn(
        reference.Reference(lesson.views.features, lesson.views.logits * 2, lesson.views.labels),
        reference.Reference(known.features, known.logits * 2, known.labels), 4.0,
    )  # fmt: skip
    assert twice.weight == pytest.approx(once.weight * 2, rel=1e-3)
    assert twice.bias == pytest.approx(once.bias * 2, rel=1e-3)


@pytest.mark.parametrize("change", ["name", "length", "text", "order"])
def test_a_damaged_taught_file_has_a_reason_of_its_own(
    school_of: tuple[Path, list[Path]], tmp_path: Path, change: str
) -> None:
    import json

    folder, photos = school_of
    bundle = verify(folder)
    lesson = school.lesson_of(Classifier(bundle), "quince", photos, lambda _: None)
    new = tmp_path / "new"
    school.teach(bundle, "quince", lesson, school.remembered(bundle, None, lambda _: None), new)
    taught = json.loads((new / "taught.json").read_text())
    if change == "name":
        taught["kinds"][0]["name"] = "medlar"
    elif change == "length":
        taught["kinds"][0]["weight"] = [1.0]
    elif change == "order":
        taught["kinds"] = []
    (new / "taught.json").write_text("{" if change == "text" else json.dumps(taught))
    card = json.loads((new / "card.json").read_text())
    card["files"]["taught.json"] = TinyBundle.entry(new / "taught.json")
    (new / "card.json").write_text(json.dumps(card))
    with pytest.raises(BundleError) as caught:
        verify(new)
    assert caught.value.details["reason"] == "unreadable_taught"


def test_the_shipped_bundle_remembers() -> None:
    found = reference.read(SHIPPED_BUNDLE)
    assert found is not None
    card = read_card(SHIPPED_BUNDLE)
    assert reference.REFERENCE in card.files
    assert found.features.shape[0] == found.logits.shape[0] == len(found.labels) > 800
