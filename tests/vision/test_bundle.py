"""Every way a bundle is wrong has a reason of its own."""

from __future__ import annotations

import json
import os
import pickle
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from jamhot.errors import BundleError, ModelError
from jamhot.vision.bundle import Bundle, verify

Why = Callable[..., str]
Tiny = Any


def test_a_bundle_with_nothing_wrong(tiny: Tiny) -> None:
    bundle = verify(tiny.folder, image_size=32, app_version="0.1.0")
    assert bundle.labels.names == ("red_fruit", "green_fruit", "blue_fruit", "no_fruit")
    assert bundle.labels.fruits == ("red_fruit", "green_fruit", "blue_fruit")
    assert bundle.card.how.size == 32


def test_the_shipped_bundle(shipped: Bundle) -> None:
    assert len(shipped.labels.fruits) >= 60
    assert shipped.labels.names[shipped.labels.no_fruit] == "no_fruit"
    assert shipped.card.profile == "free"
    size = sum(path.stat().st_size for path in shipped.folder.iterdir())
    assert size <= 12_000_000
    assert set(shipped.card.files) == {path.name for path in shipped.folder.iterdir()} - {"card.json"}


def test_no_label_is_both_named_and_merged_or_left_out(shipped: Bundle) -> None:
    names = set(shipped.labels.names)
    assert not names & (set(shipped.labels.merged) | set(shipped.labels.left_out))
    assert all(merge.into in names for merge in shipped.labels.merged.values())


@pytest.mark.parametrize("name", ["card.json", "labels.json", "model.onnx"])
def test_a_missing_file(tiny: Tiny, reason: Why, name: str) -> None:
    (tiny.folder / name).unlink()
    assert reason(tiny.folder) == "missing_file"


def test_a_missing_folder(tmp_path: Path, reason: Why) -> None:
    assert reason(tmp_path / "nowhere") == "missing_file"


def test_a_file_that_the_card_forgets(tiny: Tiny, reason: Why) -> None:
    del tiny.card["files"]["model.onnx"]
    tiny.write(hashes=False)
    assert reason(tiny.folder) == "missing_file"


def test_truncated(tiny: Tiny, reason: Why) -> None:
    model = tiny.folder / "model.onnx"
    model.write_bytes(model.read_bytes()[:-1])
    assert reason(tiny.folder) == "truncated"


def test_a_flipped_bit(tiny: Tiny, reason: Why) -> None:
    model = tiny.folder / "model.onnx"
    data = bytearray(model.read_bytes())
    data[len(data) // 2] ^= 1
    model.write_bytes(data)
    assert reason(tiny.folder) == "hash_mismatch"


@pytest.mark.parametrize("name", ["card.json", "labels.json"])
def test_a_newer_schema(tiny: Tiny, reason: Why, name: str) -> None:
    (tiny.card if name == "card.json" else tiny.labels)["schema_version"] = 2
    tiny.write()
    assert reason(tiny.folder) == "newer_schema"


def test_a_newer_schema_is_told_before_its_unknown_fields(tiny: Tiny, reason: Why) -> None:
    (tiny.folder / "card.json").write_text('{"schema_version": 9}', "utf-8")
    assert reason(tiny.folder) == "newer_schema"


@pytest.mark.parametrize(("app", "fine"), [("0.0.9", False), ("0.1.0", True), ("0.10.0", True), ("1.0", True)])
def test_the_version_that_it_needs(tiny: Tiny, reason: Why, app: str, fine: bool) -> None:
    if fine:
        assert verify(tiny.folder, app_version=app)
    else:
        assert reason(tiny.folder, app_version=app) == "newer_app_needed"


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "null", '"card"', "{}", "[" * 100_000, "\0", '{"schema_version": "1"}']
)
def test_a_card_that_is_none(tiny: Tiny, reason: Why, text: str) -> None:
    (tiny.folder / "card.json").write_text(text, "utf-8")
    assert reason(tiny.folder) == "unreadable_card"


def test_a_card_that_is_no_text(tiny: Tiny, reason: Why) -> None:
    (tiny.folder / "card.json").write_bytes(b"\xff\xfe\x80" * 9)
    assert reason(tiny.folder) == "unreadable_card"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("temperature", 0),
        ("temperature", -1),
        ("version", "../../etc"),
        ("version", ""),
        ("created", "yesterday"),
        ("minimum_app_version", "new"),
        ("preprocessing", {"size": 5_000, "fit": "stretch", "crop": 1, "resample": "bilinear"}),
        ("preprocessing", {"size": 32, "fit": "sideways", "crop": 1, "resample": "bilinear"}),
        ("thresholds", {"confidence": 1.2, "candidates_mass": 0.5, "candidates_most": 3}),
        ("files", {"model.onnx": {"sha256": "short", "bytes": 1}}),
    ],
)
def test_a_card_with_a_value_that_makes_no_sense(tiny: Tiny, reason: Why, field: str, value: object) -> None:
    tiny.card[field] = value
    tiny.write(hashes=False)
    assert reason(tiny.folder) == "unreadable_card"


def test_a_temperature_of_nan(tiny: Tiny, reason: Why) -> None:
    tiny.card["temperature"] = float("nan")
    tiny.write()
    assert reason(tiny.folder) == "unreadable_card"


@pytest.mark.parametrize("name", ["../model.onnx", "/etc/passwd", "a/b", "..", "", ".hidden", "card.json", "a\0b"])
def test_a_file_name_that_leaves_the_folder(tiny: Tiny, reason: Why, name: str) -> None:
    tiny.card["files"] = {name: {"sha256": "0" * 64, "bytes": 1}, **tiny.card["files"]}
    tiny.write(hashes=False)
    assert reason(tiny.folder) == "unsafe_name"


def test_a_link_that_leaves_the_folder(tiny: Tiny, reason: Why, tmp_path: Path) -> None:
    shutil.move(tiny.folder / "model.onnx", tmp_path / "elsewhere.onnx")
    (tiny.folder / "model.onnx").symlink_to(tmp_path / "elsewhere.onnx")
    assert reason(tiny.folder) == "unsafe_name"


def test_labels_that_are_none(tiny: Tiny, reason: Why) -> None:
    for labels in ([], [{"name": "only"}], [{"name": "Crab Apple"}, {"name": "no_fruit"}]):
        tiny.labels["labels"] = labels
        tiny.write()
        assert reason(tiny.folder) == "unreadable_labels"
    (tiny.folder / "labels.json").write_text("{", "utf-8")
    tiny.card["files"]["labels.json"] = tiny.entry(tiny.folder / "labels.json")
    (tiny.folder / "card.json").write_text(json.dumps(tiny.card), "utf-8")
    assert reason(tiny.folder) == "unreadable_labels"


def test_a_label_twice(tiny: Tiny, reason: Why) -> None:
    tiny.labels["labels"][1]["name"] = "red_fruit"
    tiny.write()
    assert reason(tiny.folder) == "duplicate_labels"


def test_a_name_that_could_mean_two(tiny: Tiny, reason: Why) -> None:
    tiny.labels["labels"][1]["aliases"] = ["red_fruit"]
    tiny.write()
    assert reason(tiny.folder) == "ambiguous_labels"


def test_a_name_that_is_not_the_catalogues(tiny: Tiny, reason: Why) -> None:
    canonical = {"crimson": "red_fruit", "green_fruit": "lime", "lime": "lime"}
    assert reason(tiny.folder, canonical=canonical) == "not_canonical"
    assert verify(tiny.folder, canonical={"crimson": "red_fruit", "red_fruit": "red_fruit"})


def test_another_profile(tiny: Tiny, reason: Why) -> None:
    assert reason(tiny.folder, profile="paid") == "wrong_profile"
    tiny.card["profile"] = "huge"
    tiny.write()
    assert reason(tiny.folder) == "unreadable_card"


def test_too_much_memory_and_too_slow(tiny: Tiny, reason: Why, monkeypatch: pytest.MonkeyPatch) -> None:
    assert reason(tiny.folder, memory_mb=-1000) == "too_much_memory"
    assert verify(tiny.folder, memory_mb=1000).measured.seconds < 1
    monkeypatch.setattr("jamhot.vision.bundle.MOST_SECONDS", 0.0)
    assert reason(tiny.folder) == "too_slow"


def test_other_answers_than_when_it_was_made(tiny: Tiny, reason: Why) -> None:
    for checks in ("checks", "photo_checks"):
        tiny.card[checks] = [{"probabilities": [0.0, 0.0, 0.0, 1.0]}] * 12
        tiny.write()
        assert verify(tiny.folder), "what takes a quarter of a second is left to the thorough look"
        assert reason(tiny.folder, thorough=True) == "wrong_answers"
        tiny.card[checks] = []


@pytest.mark.parametrize("checks", ["checks", "photo_checks"])
def test_checks_of_another_number_of_pictures(tiny: Tiny, reason: Why, checks: str) -> None:
    tiny.card[checks] = [{"probabilities": [0.25] * 4}]
    tiny.write()
    assert reason(tiny.folder) == "unreadable_card"


@pytest.mark.parametrize("change", [{"no_fruit": 4}, {"merged": {"a": {"into": "b", "reason": "c"}}}])
def test_labels_that_point_nowhere(tiny: Tiny, reason: Why, change: dict[str, Any]) -> None:
    tiny.labels.update(change)
    tiny.write()
    assert reason(tiny.folder) == "wrong_labels"


def test_too_few_labels_for_the_network(tiny: Tiny, reason: Why) -> None:
    tiny.network("labels")
    assert reason(tiny.folder) == "label_count"


def test_checks_for_another_number_of_labels(tiny: Tiny, reason: Why) -> None:
    tiny.card["checks"] = [{"probabilities": [0.5, 0.5]}] * 12
    tiny.write()
    assert reason(tiny.folder) == "label_count"


@pytest.mark.parametrize(
    ("network", "why"),
    [
        ("input_name", "input_shape"),
        ("input_float", "input_shape"),
        ("input_size", "input_shape"),
        ("input_batch", "input_shape"),
        ("features_name", "output_shape"),
        ("nan", "not_finite"),
        ("opset", "wrong_opset"),
    ],
)
def test_a_network_that_does_not_keep_the_contract(tiny: Tiny, reason: Why, network: str, why: str) -> None:
    tiny.network(network)
    assert reason(tiny.folder) == why


class Mine:
    """Unpickled, it runs a program."""

    def __reduce__(self) -> tuple[Any, ...]:
        return os.mkdir, ("unpickled",)


@pytest.mark.parametrize("data", [pickle.dumps(Mine()), pickle.dumps(Mine(), 2), b"PK\x03\x04" + bytes(99)])
def test_a_pickle_in_disguise_is_not_opened(
    tiny: Tiny, reason: Why, data: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tiny.folder / "model.onnx").write_bytes(data)
    tiny.write()
    assert reason(tiny.folder) == "pickle"
    assert not (tmp_path / "unpickled").exists()


@pytest.mark.parametrize("data", [b"\0" * 99, b"text"])
def test_something_else_called_model_onnx(tiny: Tiny, reason: Why, data: bytes) -> None:
    (tiny.folder / "model.onnx").write_bytes(data)
    tiny.write()
    assert reason(tiny.folder) == "not_loadable"


def test_an_image_size_that_the_bundle_cannot_serve(tiny: Tiny, reason: Why) -> None:
    assert reason(tiny.folder, image_size=224) == "image_size"


def test_the_float_network_only_when_there_is_one(tiny: Tiny, reason: Why) -> None:
    assert reason(tiny.folder, quantized=False) == "no_float_model"
    shutil.copyfile(tiny.folder / "model.onnx", tiny.folder / "model_float.onnx")
    tiny.write()
    assert verify(tiny.folder, quantized=False).model == "model_float.onnx"
    assert verify(tiny.folder).model == "model.onnx"


def test_what_is_refused_is_an_error_of_the_model(tiny: Tiny) -> None:
    (tiny.folder / "model.onnx").unlink()
    with pytest.raises(ModelError, match=r"model\.onnx") as caught:
        verify(tiny.folder)
    assert isinstance(caught.value, BundleError)
    assert caught.value.code == "MODEL_ERROR"
