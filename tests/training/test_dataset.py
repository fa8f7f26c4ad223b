"""The split: nothing that looks alike is on both sides, and it never changes."""

from __future__ import annotations

import csv
import hashlib
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from jamhot.training.dataset import Row, Sample, read_index, samples, shards
from jamhot.training.labels import JUDGED, MISLABELLED, WRONG, LabelDecisions, read_decisions

ROOT = Path(__file__).resolve().parents[2]
PHOTOS = ROOT.parent / "shared" / "data" / "fruit_photos"
HELD_OUT = ROOT / "benchmarks" / "accuracy" / "held_out.csv"
with_photos = pytest.mark.skipif(not PHOTOS.is_dir(), reason="the labelled photos are not beside this checkout")

NOTHING_DECIDED = LabelDecisions({}, {}, frozenset())


def rows(count: int, source: str = "web", name: str = "fig", kind: str = "fruit") -> list[Row]:
    """Rows whose hashes are far from each other."""
    return [
        Row(
            path := f"{kind}/{name}/{source}__{i:04}.jpg",
            kind,
            name,
            source,
            int.from_bytes(hashlib.sha256(path.encode()).digest()[:8], "big"),
        )
        for i in range(count)
    ]


def parts(found: list[Sample]) -> dict[str, str]:
    return {sample.row.path: sample.part for sample in found}


def listed(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_about_an_eighth_is_held_out_and_an_eighth_calibrates() -> None:
    counts = Counter(parts(samples(rows(2_000), NOTHING_DECIDED)).values())
    assert 190 < counts["test"] < 290
    assert 190 < counts["calibrate"] < 290
    assert counts.total() == 2_000


def test_the_part_of_a_photo_hangs_on_no_other_class_and_no_order() -> None:
    figs = rows(300)
    alone = parts(samples(figs, NOTHING_DECIDED))
    among = parts(samples([*rows(300, name="pear"), *figs], NOTHING_DECIDED))
    assert {path: among[path] for path in alone} == alone


def test_near_duplicates_stay_together() -> None:
    figs = rows(400)
    twins = [Row(f"{r.path}.twin", r.kind, r.name, "other", r.dhash ^ 0b1011 << 20) for r in figs]
    found = parts(samples([*figs, *twins], NOTHING_DECIDED))
    assert all(found[r.path] == found[f"{r.path}.twin"] for r in figs)
    assert set(found.values()) == {"train", "calibrate", "test"}


def test_a_chain_of_near_duplicates_is_one_group() -> None:
    chain = [Row(f"fruit/fig/web__{i}.jpg", "fruit", "fig", "web", (1 << 8 * i) - 1) for i in range(8)]
    assert len(set(parts(samples(chain, NOTHING_DECIDED)).values())) == 1


def test_a_series_of_shop_photos_stays_together() -> None:
    found = parts(samples(rows(100, "grocery_tr"), NOTHING_DECIDED))
    for start in range(0, 100, 10):
        assert len({found[f"fruit/fig/grocery_tr__{i:04}.jpg"] for i in range(start, start + 10)}) == 1
    assert len(set(found.values())) > 1


def test_studio_pictures_and_copies_only_train() -> None:
    decisions = LabelDecisions({}, {}, frozenset({("fig", "copies")}))
    used = [*rows(200, "copies"), *rows(200, "white", kind="studio")]
    assert set(parts(samples(used, decisions)).values()) == {"train"}


def test_labels_are_decided() -> None:
    decisions = LabelDecisions({"pear": ("fig", "why")}, {"plum": "why"}, frozenset())
    mixed = [*rows(5), *rows(5, name="pear"), *rows(5, name="plum"), *rows(5, name="sofa", kind="not_fruit")]
    assert Counter(sample.label for sample in samples(mixed, decisions)) == {"fig": 10, "no_fruit": 5}


def test_no_tar_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="no photos"):
        shards(tmp_path)


@with_photos
def test_the_committed_list_of_held_out_photos_is_what_the_split_says() -> None:
    found = [s for s in samples(read_index(PHOTOS), read_decisions()) if s.part == "test"]
    committed = [(row["path"], row["label"], row["source"]) for row in listed(HELD_OUT)]
    assert [(s.row.path, s.label, s.row.source) for s in found] == committed


def test_a_judged_photo_is_held_out_under_the_label_that_was_judged() -> None:
    labels = {row["path"]: row["label"] for row in listed(HELD_OUT)}
    rows = listed(JUDGED)
    assert [row["path"] for row in rows] == sorted({row["path"] for row in rows})
    assert [row["label"] for row in rows] == [labels.get(row["path"]) for row in rows]
    assert {row["judgement"] for row in rows} == {MISLABELLED, "both", "cannot tell", "model wrong"}
    assert all(row["shows"] for row in rows)
    assert all(row["answer"] != row["label"] for row in rows if row["judgement"] != MISLABELLED)


@with_photos
def test_a_photo_that_is_kept_from_training_would_be_trained_on() -> None:
    with_wrong = replace(read_decisions(), wrong={})
    would_train = {s.row.path: s.label for s in samples(read_index(PHOTOS), with_wrong) if s.part == "train"}
    rows = listed(WRONG)
    assert [row["path"] for row in rows] == sorted({row["path"] for row in rows})
    assert [row["label"] for row in rows] == [would_train.get(row["path"]) for row in rows]


@with_photos
def test_no_near_duplicate_of_a_held_out_photo_was_learned_from() -> None:
    decisions = read_decisions()
    by_class: dict[tuple[str, str], list[Sample]] = {}
    for sample in samples(read_index(PHOTOS), decisions):
        row = sample.row
        if (row.name, row.source) not in decisions.train_only and row.kind != "studio":
            by_class.setdefault((row.kind, row.name), []).append(sample)
    for members in by_class.values():
        learned = np.array([s.row.dhash for s in members if s.part == "train"], np.uint64)
        held = np.array([s.row.dhash for s in members if s.part == "test"], np.uint64)
        if len(learned) and len(held):
            assert np.bitwise_count(learned[:, None] ^ held[None, :]).min() > 10
