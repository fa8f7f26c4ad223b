"""The stages in order. Each keeps what it made in the work folder, so a stopped run goes on where it was."""

import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import onnx

from jamhot.training import dataset, evaluate, features, network, write
from jamhot.training.calibrate import fit_temperature
from jamhot.training.dataset import Part, Sample
from jamhot.training.features import Features
from jamhot.training.fit import Head, HeadSettings, fit_head
from jamhot.training.labels import NO_FRUIT, LabelDecisions, read_decisions
from jamhot.training.metrics import Indices, Matrix
from jamhot.training.quantise import quantise
from jamhot.training.store import Arrays, Store
from jamhot.vision.bundle import Bundle
from jamhot.vision.card import SCHEMA_VERSION, Card, LeftOutScore, Source, Thresholds, Training
from jamhot.vision.contract import INPUT, LOGITS, softmax
from jamhot.vision.photo import Pixels, Preprocessing, prepare
from jamhot.vision.session import OnnxSession
from jamhot.vision.verdict import Rules

# Sources whose photos are nearest to what people send; each is left out of training once, to be honest.
LEFT_OUT_SOURCES = ("grocery_tr", "foodclf_tr", "hellonico")
# Photos that set the int8 ranges: four a label.
RANGE_PHOTOS_A_LABEL = 4
MINIMUM_APP_VERSION = "0.1.0"
NAME = "jamhot-lite2-frozen"


@dataclass(frozen=True)
class Plan:
    """What a run is asked for."""

    photos: Path
    work: Path
    out: Path
    seed: int
    workers: int
    with_float: bool
    command: str
    decisions: LabelDecisions
    how: Preprocessing = field(default_factory=Preprocessing)
    head: HeadSettings = field(default_factory=HeadSettings)


@dataclass(frozen=True)
class Material:
    """The samples, the labels in the order of the outputs, the features of every view, the checkpoints."""

    samples: dict[str, Sample]
    names: list[str]
    features: Features
    store: Store

    def rows(self, wanted: Callable[[Sample, int], bool]) -> Indices:
        """Rows of `features` whose sample and view number are wanted."""
        pairs = zip(self.features.paths, self.features.views, strict=True)
        return np.array([i for i, (path, view) in enumerate(pairs) if wanted(self.samples[path], int(view))], int)

    def truth(self, rows: Indices) -> Indices:
        """Output index of the label, one a row."""
        number = {name: index for index, name in enumerate(self.names)}
        return np.array([number[self.samples[self.features.paths[i]].label] for i in rows], int)


def run(plan: Plan, say: Callable[[str], None]) -> Bundle:
    """From the photos to a verified bundle in `plan.out`."""
    material = _material(plan, say)
    head = _head(plan, material, say)
    model, float_model = _networks(plan, material, head, say)
    left_out = {s: _left_out(plan, material, s, say) for s in LEFT_OUT_SOURCES if _has(material, s)}
    say("measuring the int8 network on the photos that it did not learn from")
    logits = _logits(plan, material, model, "int8")
    float_logits = _logits(plan, material, float_model, "float")
    card = _card(plan, material, logits, float_logits, model, left_out)
    labels = write.labels_card(material.names, NO_FRUIT, plan.decisions)
    bundle = write.write_bundle(plan.out, card, labels, model, float_model if plan.with_float else None)
    say(f"bundle {bundle.card.version} is in {plan.out}")
    return bundle


def held_out(photos: Path) -> list[Sample]:
    """The photos that no model learns or is calibrated from, in the index's order."""
    rows = dataset.samples(dataset.read_index(photos), read_decisions())
    return [sample for sample in rows if sample.part == "test"]


def _material(plan: Plan, say: Callable[[str], None]) -> Material:
    samples = dataset.samples(dataset.read_index(plan.photos), plan.decisions)
    parts = Counter(sample.part for sample in samples)
    names = plan.decisions.names(sample.label for sample in samples)
    say(f"photos: {len(samples)} used, {dict(parts)}, {len(names)} labels")
    views = features.plan_views(samples)
    store = Store(plan.work / features.fingerprint(plan.photos, views, plan.how, plan.seed))
    store.folder.mkdir(parents=True, exist_ok=True)
    backbone = store.file("backbone.onnx", lambda path: _export(plan, path, _empty_head()))
    made = features.extract(
        backbone, plan.photos, views, plan.how, plan.seed, store.folder / "features", plan.workers, say
    )
    return Material({sample.row.path: sample for sample in samples}, names, made, store)


def _empty_head() -> Head:
    width = network.feature_count()
    return Head(np.zeros((1, width), np.float32), np.zeros(1, np.float32))


def _export(plan: Plan, path: Path, head: Head) -> None:
    raw = path.with_suffix(".raw")
    network.export_normalised(raw, plan.how.size, head.weight, head.bias)
    onnx.save(network.with_pixel_input(onnx.load(raw), plan.how.size), path)
    raw.unlink()


def _key(plan: Plan, *more: object) -> str:
    """Short name of what a head depends on, beyond the features: settings, labels, seed."""
    code = Path(__file__).with_name("fit.py").read_bytes()
    text = repr((asdict(plan.head), plan.decisions, plan.seed, more)).encode()
    return hashlib.sha256(code + text).hexdigest()[:10]


def _head(plan: Plan, material: Material, say: Callable[[str], None]) -> Head:
    say("head: training")
    rows = material.rows(lambda sample, _: sample.part == "train")
    return _fit(plan, material, rows, f"head-{_key(plan)}")


def _fit(plan: Plan, material: Material, rows: Indices, name: str) -> Head:
    def make() -> Arrays:
        head = fit_head(
            material.features.features[rows], material.truth(rows), len(material.names), plan.head, plan.seed
        )
        return {"weight": head.weight, "bias": head.bias}

    kept = material.store.arrays(name, make)
    return Head(kept["weight"], kept["bias"])


def _has(material: Material, source: str) -> bool:
    return any(sample.row.source == source for sample in material.samples.values())


def _left_out(plan: Plan, material: Material, source: str, say: Callable[[str], None]) -> LeftOutScore:
    """Train, and fit the temperature, without a source; score its photos of the labels that are still known."""
    say(f"head without {source}: training")
    rows = material.rows(lambda sample, _: sample.part == "train" and sample.row.source != source)
    head = _fit(plan, material, rows, f"head-without-{source}-{_key(plan)}")
    calibrate = material.rows(lambda s, view: s.part == "calibrate" and s.row.source != source and view == 0)
    logits = head.logits(material.features.features[calibrate])
    temperature = fit_temperature(logits, material.truth(calibrate))
    known = set(material.truth(rows).tolist())
    own = material.rows(lambda s, view: s.row.source == source and view == 0 and s.label != NO_FRUIT)
    truth = material.truth(own)
    taught = np.isin(truth, sorted(known))
    probabilities = softmax(head.logits(material.features.features[own][taught]), temperature)
    no_fruit = material.names.index(NO_FRUIT)
    return evaluate.left_out_score(probabilities, truth[taught], no_fruit, int((~taught).sum()))


def _networks(plan: Plan, material: Material, head: Head, say: Callable[[str], None]) -> tuple[Path, Path]:
    """(int8, float) files with the uint8 input."""
    key = _key(plan)
    floating = material.store.file(f"model_float-{key}.onnx", lambda path: _export(plan, path, head))

    def make(path: Path) -> None:
        say("int8: measuring ranges")
        raw, quantised = path.with_suffix(".raw"), path.with_suffix(".int8")
        network.export_normalised(raw, plan.how.size, head.weight, head.bias)
        quantise(raw, quantised, _range_photos(plan, material))
        onnx.save(network.with_pixel_input(onnx.load(quantised), plan.how.size), path)
        raw.unlink()
        quantised.unlink()

    return material.store.file(f"model-{key}.onnx", make), floating


def _range_photos(plan: Plan, material: Material) -> Pixels:
    """A few training photos of every label, spread over its sources."""
    chosen: set[str] = set()
    for name in material.names:
        mine = [s for s in material.samples.values() if s.label == name and s.part == "train"]
        step = max(1, len(mine) // RANGE_PHOTOS_A_LABEL)
        chosen.update(sample.row.path for sample in mine[::step][:RANGE_PHOTOS_A_LABEL])
    return np.stack([pixels for _, pixels in _pictures(plan, chosen)])


def _pictures(plan: Plan, wanted: set[str]) -> list[tuple[str, Pixels]]:
    return [
        (path, prepare(pixels, plan.how))
        for shard in dataset.shards(plan.photos)
        for path, pixels in dataset.read_pictures(shard, wanted)
    ]


def _logits(plan: Plan, material: Material, model: Path, kind: str) -> dict[str, Matrix]:
    """path → logits [K] of every photo that was not trained on."""

    def make() -> Arrays:
        session = OnnxSession(model, threads=plan.workers)
        wanted = {s.row.path for s in material.samples.values() if s.part != "train"}
        pictures = _pictures(plan, wanted)
        logits = [session.run(INPUT, pixels[np.newaxis], [LOGITS])[0] for _, pixels in pictures]
        return {"logits": np.concatenate(logits), "paths": np.array([path for path, _ in pictures])}

    kept = material.store.arrays(f"logits-{kind}-{model.stem}", make)
    return dict(zip(kept["paths"].tolist(), kept["logits"], strict=True))


def _card(
    plan: Plan,
    material: Material,
    logits: dict[str, Matrix],
    float_logits: dict[str, Matrix],
    model: Path,
    left_out: dict[str, LeftOutScore],
) -> Card:
    calibrate, test = _part(material, "calibrate"), _part(material, "test")
    temperature = round(fit_temperature(_stack(logits, calibrate), _truth(material, calibrate)), 4)
    accuracy = evaluate.accuracy(
        test,
        softmax(_stack(logits, test), temperature),
        softmax(_stack(float_logits, test), temperature),
        material.names,
        left_out,
    )
    put_in, given = write.tensors(plan.how, len(material.names), network.feature_count())
    now, digest = datetime.now(UTC), hashlib.sha256(model.read_bytes()).hexdigest()
    rules = Rules()
    return Card(
        schema_version=SCHEMA_VERSION,
        name=NAME,
        version=f"{now:%Y.%m.%d}-{digest[:8]}",
        created=now.replace(microsecond=0),
        profile="free",
        minimum_app_version=MINIMUM_APP_VERSION,
        files={},
        preprocessing=write.preprocessing_card(plan.how),
        input=put_in,
        outputs=given,
        temperature=temperature,
        thresholds=Thresholds(
            confidence=rules.threshold,
            candidates_mass=rules.candidates_mass,
            candidates_most=rules.candidates_most,
        ),
        accuracy=accuracy,
        training=_training(plan, material),
        checks=write.checks(model, plan.how, temperature),
    )


def _training(plan: Plan, material: Material) -> Training:
    used = list(material.samples.values())
    sources = Counter(sample.row.source for sample in used)
    return Training(
        command=plan.command,
        seed=plan.seed,
        backbone=features.BACKBONE,
        photos=dict(sorted(Counter(sample.part for sample in used).items())),
        sources={
            name: Source(photos=count, licence=plan.decisions.licence(name)) for name, count in sorted(sources.items())
        },
        split="groups of near duplicates and of shop series; test when sha256(first path) mod 100 < "
        f"{dataset.TEST_PERCENT}, calibrate in the next {dataset.CALIBRATE_PERCENT}, else train",
    )


def _part(material: Material, part: Part) -> list[Sample]:
    return [sample for sample in material.samples.values() if sample.part == part]


def _stack(logits: dict[str, Matrix], samples: Sequence[Sample]) -> Matrix:
    return np.stack([logits[sample.row.path] for sample in samples])


def _truth(material: Material, samples: Sequence[Sample]) -> Indices:
    return np.array([material.names.index(sample.label) for sample in samples])
