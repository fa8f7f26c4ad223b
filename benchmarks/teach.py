"""Teaching three kinds that a model was never shown: how well they are named, and what it costs the others.

A network is trained without the three kinds, as briefly as those of the sources left out: nothing in it knows them.
Then each is taught from 5 to 50 of its training photos, all three one after the other. Judged on the photos that no
model learns from; of the three kinds also on those that only ever fit a temperature. Needs the extra `train` and the
photos; `--work` is where training keeps its checkpoints: a run that was stopped goes on.

    python -m benchmarks.teach --photos DIR
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from jamhot.bundles import reference, school, teach
from jamhot.bundles.reference import Reference
from jamhot.training import dataset, pipeline
from jamhot.training.__main__ import WORK
from jamhot.training.dataset import Sample
from jamhot.training.labels import NO_FRUIT, LabelDecisions, read_decisions
from jamhot.training.plan import LEFT_OUT, Plan
from jamhot.vision.bundle import Bundle
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


def without_the_kinds() -> LabelDecisions:
    """The decisions of the shipped model, but that the kinds are no labels."""
    shipped = read_decisions()
    return replace(
        shipped,
        left_out=shipped.left_out | dict.fromkeys(KINDS, "kept from the network, to be taught to it"),
        merged={name: (into, why) for name, (into, why) in shipped.merged.items() if into not in KINDS},
        aliases={name: others for name, others in shipped.aliases.items() if name not in KINDS},
        families={name: family for name, family in shipped.families.items() if name not in KINDS},
    )


def untaught(photos: Path, work: Path, out: Path) -> Bundle:
    """A bundle that never met the kinds, trained as the sources left out are, in `out`."""
    plan = Plan(
        photos=photos,
        work=work,
        out=out / "bundle",
        images=out / "images",
        seed=0,
        workers=2,
        with_float=False,
        command="python -m benchmarks.teach",
        decisions=without_the_kinds(),
        recipe=LEFT_OUT,
        left_out_sources=(),
    )
    return pipeline.run(plan, lambda text: print(text, flush=True))


def photos_of(photos: Path, wanted: dict[str, str]) -> list[tuple[str, str, Photo]]:
    """(path, label, photo) of these paths."""
    return [(path, wanted[path], photo) for path, photo in dataset.read_photos(photos, wanted)]


def measure(photos: Path, work: Path) -> dict[str, object]:
    """How well the kinds are named after so many photos, and the others before and after."""
    samples = dataset.samples(dataset.read_index(photos), read_decisions())
    with tempfile.TemporaryDirectory() as folder:
        bundle = untaught(photos, work, Path(folder))
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
    rest, own = judged.seen, judged.kinds
    rows: list[teach.Row] = []
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
    parser.add_argument("--work", type=Path, default=WORK, help="folder of the checkpoints")
    parser.add_argument("--out", type=Path, default=RESULTS, help="where the figures go")
    asked = parser.parse_args()
    figures = measure(asked.photos, asked.work)
    print(json.dumps(figures, indent=2))
    asked.out.write_text(json.dumps(figures, indent=2) + "\n")


if __name__ == "__main__":
    main()
