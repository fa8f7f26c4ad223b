"""Teaching three kinds that a model was never shown: how well they are named, and what it costs the others.

The head is fitted anew without the three kinds (on the backbone's features, as training keeps them): nothing in the
network knows them. Then each is taught from 5 to 50 of its training photos, all three one after the other. Judged on
the photos that no model learns from; of the three kinds also on those that only ever fit a temperature. Needs the extra
`train`, the photos, and `--features`, the folder of a training run's feature shards.

    python -m benchmarks.teach --photos DIR --features DIR
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import numpy_helper

from jamhot.bundles import reference, school, teach
from jamhot.bundles.folder import write_folder
from jamhot.bundles.reference import Reference
from jamhot.settings import SHIPPED_BUNDLE
from jamhot.training import dataset
from jamhot.training.calibrate import fit_temperature
from jamhot.training.dataset import Sample
from jamhot.training.features import _load
from jamhot.training.fit import Head, HeadSettings, fit_head
from jamhot.training.labels import NO_FRUIT, read_decisions
from jamhot.training.reference import remember
from jamhot.vision.bundle import Bundle, verify
from jamhot.vision.bundle_files import LABELS, MODEL
from jamhot.vision.classifier import Classifier
from jamhot.vision.photo import Photo

RESULTS = Path(__file__).parent / "results" / "teach.json"
KINDS = ("pineapple", "fig", "apricot")
COUNTS = (5, 10, 20, 50)
ROUNDS = 3


@dataclass(frozen=True)
class Judged:
    """Photos to judge by: features and logits of the untaught model, and the labels."""

    seen: Reference
    kinds: Reference


def without(samples: Sequence[Sample], shards: Path, out: Path) -> Bundle:
    """The shipped bundle with a head that never met the kinds, in `out`."""
    shipped = verify(SHIPPED_BUNDLE)
    names = [name for name in shipped.labels.names if name not in KINDS]
    head, temperature = _head(samples, shards, names)
    network = out / "network.onnx"
    _put_head(SHIPPED_BUNDLE / MODEL, head, network)
    labels = shipped.labels.model_copy(
        update={
            "labels": [label for label in shipped.labels.labels if label.name in names],
            "no_fruit": names.index(NO_FRUIT),
            "merged": {k: v for k, v in shipped.labels.merged.items() if v.into in names},
        }
    )
    card = shipped.card.model_copy(update={"version": "without-three", "temperature": temperature, "checks": []})
    return write_folder(out / "bundle", card, {LABELS: labels}, {MODEL: network})


def _head(samples: Sequence[Sample], shards: Path, names: list[str]) -> tuple[Head, float]:
    by_path = {sample.row.path: sample for sample in samples}
    kept = _load(sorted(shards.glob("*.npz")))
    rows = [(i, by_path[path]) for i, path in enumerate(kept.paths) if path in by_path]
    train = [(i, s) for i, s in rows if s.part == "train" and s.label in names]
    fit = [(i, s) for i, s in rows if s.part == "calibrate" and s.label in names and kept.views[i] == 0]
    head = fit_head(kept.features[[i for i, _ in train]], _numbers(train, names), len(names), HeadSettings(), 0)
    return head, round(fit_temperature(head.logits(kept.features[[i for i, _ in fit]]), _numbers(fit, names)), 4)


def _numbers(rows: list[tuple[int, Sample]], names: list[str]) -> Any:
    return np.array([names.index(sample.label) for _, sample in rows])


def _put_head(source: Path, head: Head, target: Path) -> None:
    """The same network with another head: its last Gemm's weights."""
    model = onnx.load(source)
    gemm = next(node for node in model.graph.node if "logits" in node.output)
    new = {gemm.input[1]: head.weight, gemm.input[2]: head.bias}
    for initializer in model.graph.initializer:
        if initializer.name in new:
            old = numpy_helper.to_array(initializer)
            value = (
                new[initializer.name] if old.shape[-1] == new[initializer.name].shape[-1] else new[initializer.name].T
            )
            initializer.CopyFrom(numpy_helper.from_array(np.ascontiguousarray(value), initializer.name))
    logits = next(output for output in model.graph.output if output.name == "logits")
    logits.type.tensor_type.shape.dim[1].dim_value = len(head.bias)
    onnx.save(model, target)


def photos_of(photos: Path, wanted: dict[str, str]) -> list[tuple[str, str, Photo]]:
    """(path, label, photo) of these paths."""
    return [
        (path, wanted[path], Photo(np.ascontiguousarray(pixels), "JPEG", pixels.shape[1], pixels.shape[0]))
        for shard in dataset.shards(photos)
        for path, pixels in dataset.read_pictures(shard, set(wanted))
    ]


def measure(photos: Path, shards: Path) -> dict[str, object]:
    samples = dataset.samples(dataset.read_index(photos), read_decisions())
    with tempfile.TemporaryDirectory() as folder:
        bundle = remember(photos, without(samples, shards, Path(folder)))
        known = reference.read(bundle.folder)
        assert known is not None
        classifier = Classifier(bundle)
        names = set(bundle.labels.names)
        rest = {s.row.path: s.label for s in samples if s.part == "test" and s.label in names}
        own = {s.row.path: s.label for s in samples if s.part != "train" and s.label in KINDS}
        judged = Judged(
            reference.look_at(classifier, ((label, photo) for _, label, photo in photos_of(photos, rest))),
            reference.look_at(classifier, ((label, photo) for _, label, photo in photos_of(photos, own))),
        )
        lessons = _lessons(samples, photos, classifier)
        return {
            "date": datetime.now(UTC).isoformat(timespec="minutes"),
            "kinds": {kind: list(judged.kinds.labels).count(kind) for kind in KINDS},
            "others": len(judged.seen.labels),
            "by_photos": {n: _taught(bundle, known, judged, lessons, n) for n in COUNTS},
        }


def _lessons(samples: Sequence[Sample], photos: Path, classifier: Classifier) -> dict[str, teach.Lesson]:
    """Every view of fifty training photos of each kind."""
    found = {}
    for kind in KINDS:
        paths = sorted(s.row.path for s in samples if s.part == "train" and s.label == kind and s.row.kind == "fruit")
        some = np.random.default_rng(0).permutation(paths)[: max(COUNTS)]
        opened = photos_of(photos, dict.fromkeys(some.tolist(), kind))
        order = {path: number for number, path in enumerate(some.tolist())}
        opened.sort(key=lambda one: order[one[0]])
        parts = [school.views_of(classifier, kind, photo) for _, _, photo in opened]
        numbers = np.repeat(np.arange(len(parts)), [len(part.labels) for part in parts])
        found[kind] = teach.Lesson(school.joined(parts), numbers)
    return found


def _taught(
    bundle: Bundle, known: Reference, judged: Judged, lessons: dict[str, teach.Lesson], photos: int
) -> dict[str, object]:
    """Means over three draws of photos."""
    draws = [_one_draw(bundle, known, judged, lessons, photos, draw) for draw in range(ROUNDS)]
    return {name: round(float(np.mean([draw[name] for draw in draws])), 4) for name in draws[0]}


def _one_draw(
    bundle: Bundle, known: Reference, judged: Judged, lessons: dict[str, teach.Lesson], photos: int, draw: int
) -> dict[str, float]:
    rest, own, rows = judged.seen, judged.kinds, []
    for kind in KINDS:
        there = int(lessons[kind].photo.max()) + 1
        chosen = np.isin(lessons[kind].photo, np.random.default_rng(draw).permutation(there)[:photos])
        lesson = teach.Lesson(lessons[kind].views.rows(chosen), lessons[kind].photo[chosen])
        views = lesson.views
        for row in rows:
            views = school.with_row(views, row)
        rows.append(teach.learn(views, known, bundle.card.temperature))
        known = school.with_row(school.joined([known, views.rows(lesson.firsts)]), rows[-1])
        rest, own = school.with_row(rest, rows[-1]), school.with_row(own, rows[-1])
    return _figures([*bundle.labels.names, *KINDS], rest, own)


def _figures(names: list[str], rest: Reference, own: Reference) -> dict[str, float]:
    """Shares of 1; the first columns of the logits are the model's as it was."""
    before = len(names) - len(KINDS)
    truth, fruit = np.array(rest.labels), np.array(rest.labels) != NO_FRUIT
    called = np.array(names)
    now, then = called[rest.logits.argmax(axis=1)], called[rest.logits[:, :before].argmax(axis=1)]
    order = called[np.argsort(-own.logits, axis=1)]
    figures = {
        "others_top1_before": float((then == truth)[fruit].mean()),
        "others_top1_after": float((now == truth)[fruit].mean()),
        "no_fruit_taken": float(np.isin(now, KINDS)[~fruit].mean()),
    }
    for kind in KINDS:
        mine = order[np.array(own.labels) == kind]
        figures[f"{kind}_top1"] = float((mine[:, 0] == kind).mean())
        figures[f"{kind}_top5"] = float((mine[:, :5] == kind).any(axis=1).mean())
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photos", type=Path, required=True, help="folder of index.csv and the tars")
    parser.add_argument("--features", type=Path, required=True, help="folder of a training run's feature shards")
    parser.add_argument("--out", type=Path, default=RESULTS, help="where the figures go")
    asked = parser.parse_args()
    figures = measure(asked.photos, asked.features)
    print(json.dumps(figures, indent=2))
    asked.out.write_text(json.dumps(figures, indent=2) + "\n")


if __name__ == "__main__":
    main()
