"""The reviewed decisions on labels."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
import yaml

from jamhot.settings import SHIPPED_BUNDLE
from jamhot.training.labels import DECISIONS, NO_FRUIT, read_decisions
from jamhot.vision.bundle import verify

PHOTOS = Path(__file__).resolve().parents[3] / "shared" / "data" / "fruit_photos"


def write(folder: Path, text: str) -> Path:
    path = folder / "labels.yaml"
    path.write_text(text, "utf-8")
    return path


def test_what_a_class_becomes() -> None:
    decisions = read_decisions()
    assert decisions.label("fruit", "apple") == "apple"
    assert decisions.label("fruit", "black_cherry") == "cherry"
    assert decisions.label("fruit", "monstera") is None
    assert decisions.label("not_fruit", "vegetable") == NO_FRUIT


def test_the_order_of_the_outputs() -> None:
    assert read_decisions().names(["pear", NO_FRUIT, "apple", "pear"]) == ["apple", "pear", NO_FRUIT]


def test_a_merged_name_is_an_alias() -> None:
    assert "marionberry" in read_decisions().other_names("blackberry")
    assert read_decisions().other_names("kiwi") == ("kiwifruit",)


def test_licences() -> None:
    assert read_decisions().licence("grocery_tr") == "MIT"
    assert "training only" in read_decisions().licence("f40")


@pytest.mark.parametrize(
    "text",
    [
        "merged: {a: {into: b, reason: r}}\nleft_out: {b: r}",
        "merged: {a: {into: b, reason: r}}\nleft_out: {a: r}",
        "merged: {a: {into: b, reason: r}, b: {into: c, reason: r}}",
    ],
)
def test_decisions_that_contradict_each_other(tmp_path: Path, text: str) -> None:
    with pytest.raises(ValueError, match="not a label of its own"):
        read_decisions(write(tmp_path, text))


@pytest.mark.skipif(not PHOTOS.is_dir(), reason="the labelled photos are not beside this checkout")
def test_every_decision_is_about_a_class_that_there_is() -> None:
    with (PHOTOS / "index.csv").open(newline="", encoding="utf-8") as file:
        rows = [(row["class"], row["source"]) for row in csv.DictReader(file)]
    classes, decisions = {name for name, _ in rows}, read_decisions()
    assert set(decisions.merged) <= classes
    assert set(decisions.left_out) <= classes
    assert {into for into, _ in decisions.merged.values()} <= classes
    assert set(decisions.aliases) <= classes
    assert decisions.train_only <= set(rows)
    assert set(decisions.licences) <= {source for _, source in rows}


def test_a_family_holds_labels_and_a_label_has_one_family() -> None:
    raw = yaml.safe_load(DECISIONS.read_text("utf-8"))["families"]
    named = [name for names in raw.values() for name in names]
    assert len(named) == len(set(named))
    labels = set(verify(SHIPPED_BUNDLE).labels.fruits)
    assert set(named) <= labels
