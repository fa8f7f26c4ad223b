"""The stages in order. Each keeps what it made in the work folder, so a stopped run goes on where it was."""

import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import onnx
import torch

from jamhot.errors import BundleError
from jamhot.training import dataset, evaluate, features, network, plots, suspects, write
from jamhot.training.calibrate import reliable_temperature
from jamhot.training.card import PROFILES, Measured, ProfilePlan, make_card
from jamhot.training.dataset import Part, Sample
from jamhot.training.finetune import GENERATION, Recipe, Task, averaged, curve, finetune, predict
from jamhot.training.fit import HeadSettings, fit_head
from jamhot.training.labels import NO_FRUIT, LabelDecisions, read_decisions
from jamhot.training.metrics import Indices, Matrix
from jamhot.training.network import Network
from jamhot.training.pictures import Pictures, decoded
from jamhot.training.quantise import quantise
from jamhot.training.recover import recovered
from jamhot.training.reference import remember
from jamhot.training.store import Arrays, Store
from jamhot.vision.bundle import Bundle, verify
from jamhot.vision.bundle_files import MODEL
from jamhot.vision.card import LeftOutScore
from jamhot.vision.contract import INPUT, LOGITS, softmax
from jamhot.vision.photo import Pixels, Preprocessing, prepare, prepare_views
from jamhot.vision.session import OnnxSession

# Sources whose photos are nearest to what people send; each is left out of training once, to be honest.
LEFT_OUT_SOURCES = ("grocery_tr", "foodclf_tr", "hellonico")
# A further course, from a finished network: larger pictures from the beginning, less fast.
FURTHER = Recipe(
    samples=84_000, cool_down=60_000, size=160, finish=((40_800, 192), (16_800, 224)), body_rate=3e-4, head_rate=1e-3
)
# Of the weights after a further course so much are still those it started from: the mean of both is surer than either.
KEPT = 0.3
# What is left out is learned with less: three more runs of the full length are not worth two nights.
LEFT_OUT = Recipe(samples=36_000, warm_up=1_920, cool_down=21_600, finish=((10_800, 160),), measure_every=12_000)
LEFT_OUT_FURTHER = replace(
    FURTHER, samples=24_000, warm_up=1_920, cool_down=18_000, finish=((14_400, 192), (6_000, 224)), measure_every=12_000
)
# Photos that set the int8 ranges: four a label.
RANGE_PHOTOS_A_LABEL = 4
MOST_SUSPECTS = 700
# The head starts on features of pictures of this size.
START = Preprocessing()


@dataclass(frozen=True)
class Plan:
    """What a run is asked for. onto: the finished bundle that the network goes on from, instead of ImageNet's."""

    photos: Path
    work: Path
    out: Path
    images: Path
    seed: int
    workers: int
    with_float: bool
    command: str
    decisions: LabelDecisions
    onto: Bundle | None = None
    profile: ProfilePlan = PROFILES["free"]
    head: HeadSettings = field(default_factory=HeadSettings)
    recipe: Recipe = field(default_factory=Recipe)
    left_out: Recipe = LEFT_OUT
    left_out_further: Recipe = LEFT_OUT_FURTHER
    left_out_sources: tuple[str, ...] = LEFT_OUT_SOURCES


@dataclass(frozen=True)
class Material:
    """The samples by path, the labels in the order of the outputs, the decoded photos, the checkpoints."""

    samples: dict[str, Sample]
    names: list[str]
    pictures: Pictures
    store: Store

    def of(self, *parts: Part, without: str | None = None) -> list[Sample]:
        """The samples of these parts, those of one source left out."""
        return [s for s in self.samples.values() if s.part in parts and s.row.source != without]

    def truth(self, samples: Sequence[Sample]) -> Indices:
        """Output index of each label."""
        number = {name: index for index, name in enumerate(self.names)}
        return np.array([number[sample.label] for sample in samples], np.int64)


def run(plan: Plan, say: Callable[[str], None]) -> Bundle:
    """From the photos to a verified bundle in `plan.out`, and its plots in `plan.images`.

    The bundle is written once the network is measured; the sources left out are measured after that, one by one, and
    added to its card: an impatient person may stop there.

    Raises:
        BundleError: `plan.onto` names other fruits than the photos do, or lies where the new bundle is written.
    """
    material = _material(plan, say)
    if plan.onto is not None:
        _check_start(plan.onto, plan.out, material.names)
    checkpoint = _fine_tuned(_task(plan, material, None, say), None, say)
    model, float_model = _networks(plan, material, checkpoint, say)
    say("measuring the int8 network on the photos that it did not learn from")
    measured = _measured(plan, material, model, float_model)
    # A further course says nothing new of a source left out: its network has met them all.
    left_out = dict(plan.onto.card.accuracy.left_out) if plan.onto else {}
    left_out |= {s: score for s in plan.left_out_sources if (score := _left_out_if_there(plan, material, s))}
    files = (model, float_model)
    bundle = _bundle(plan, material, measured, left_out, files, checkpoint)
    say(f"bundle {bundle.card.version} is in {plan.out}")
    for source in plan.left_out_sources:
        if source not in left_out and any(s.row.source == source for s in material.samples.values()):
            left_out[source] = _left_out(plan, material, source, say)
            bundle = _bundle(plan, material, measured, left_out, files, checkpoint)
    return bundle


def run_courses(plan: Plan, courses: int, say: Callable[[str], None]) -> Bundle:
    """`run`, and then so many further courses, each from the bundle of the one before, which stays in the work folder.

    Each course has a seed of its own, the plan's and its number. Raises BundleError as `run` does.
    """
    for number in range(courses):
        say(f"training {number + 1} of {courses + 1}")
        finished = run(replace(plan, out=plan.work / f"bundle-{number}"), say)
        plan = replace(plan, onto=finished, recipe=FURTHER, seed=plan.seed + 1)
    return run(plan, say)


def held_out(photos: Path) -> list[Sample]:
    """The photos that no model learns or is calibrated from, in the index's order."""
    rows = dataset.samples(dataset.read_index(photos), read_decisions())
    return [sample for sample in rows if sample.part == "test"]


def _material(plan: Plan, say: Callable[[str], None]) -> Material:
    samples = dataset.samples(dataset.read_index(plan.photos), plan.decisions)
    parts = Counter(sample.part for sample in samples)
    names = plan.decisions.names(sample.label for sample in samples)
    say(f"photos: {len(samples)} used, {dict(parts)}, {len(names)} labels")
    paths = [sample.row.path for sample in samples]
    digest = hashlib.sha256((plan.photos / "index.csv").read_bytes() + repr(paths).encode())
    store = Store(plan.work / digest.hexdigest()[:12])
    store.folder.mkdir(parents=True, exist_ok=True)
    pictures = decoded(plan.photos, paths, plan.work / "pictures", say)
    return Material({sample.row.path: sample for sample in samples}, names, pictures, store)


def _key(plan: Plan, *more: object) -> str:
    """Short name of what weights depend on beyond the photos."""
    text = repr((plan.head, plan.seed, GENERATION, features.BACKBONE, more))
    return hashlib.sha256(text.encode()).hexdigest()[:10]


def list_suspects(plan: Plan, say: Callable[[str], None]) -> Path:
    """Photos to look at, worst first: the path of the list, in the work folder; its contact sheets lie beside it."""
    material = _material(plan, say)
    samples = list(material.samples.values())
    known = _features(plan, material, say)
    rows = np.stack([known[s.row.path] for s in samples])
    found = suspects.doubts(samples, rows, material.truth(samples), len(material.names), plan.head, plan.seed, say)
    return suspects.write_list(plan.work / "suspects", samples, found, material.names, material.pictures, MOST_SUSPECTS)


def _features(plan: Plan, material: Material, say: Callable[[str], None]) -> dict[str, Matrix]:
    backbone = material.store.file("backbone.onnx", lambda path: _export(path, _untrained(START.size), START.size))
    paths = list(material.samples)
    folder = material.store.folder / "features"
    return features.extract(backbone, material.pictures, paths, START, folder, plan.workers, say)


def _check_start(onto: Bundle, out: Path, names: list[str]) -> None:
    if list(onto.labels.names) != names:
        other = sorted(set(onto.labels.names) ^ set(names))
        said = ", ".join(other) or "in another order"
        raise BundleError(f"Bundle {onto.card.version} names other fruits than the photos: {said}.")
    if onto.folder.resolve() == out.resolve():
        raise BundleError(
            "The new bundle would replace the one that training starts from.",
            hint="copy that one to another folder, so that a run that is stopped can go on",
        )


def _start(plan: Plan, material: Material, without: str | None, say: Callable[[str], None]) -> Arrays:
    """The weights that training starts from: those of `plan.onto`, else ImageNet's with a head fitted on them."""
    if plan.onto is not None and without is None:
        state = recovered(plan.onto.folder / MODEL, plan.recipe.size)
    else:
        state = Network(START.size, *_first_head(plan, material, without, say)).state_dict()
    return {name: values.numpy() for name, values in state.items()}


def _first_head(
    plan: Plan, material: Material, without: str | None, say: Callable[[str], None]
) -> tuple[Matrix, Matrix]:
    """The head, (weight, bias), that a linear fit on the untrained backbone's features gives."""

    def make() -> Arrays:
        known = _features(plan, material, say)
        mine = material.of("train", without=without)
        rows = np.stack([known[s.row.path] for s in mine])
        head = fit_head(rows, material.truth(mine), len(material.names), plan.head, plan.seed)
        return {"weight": head.weight, "bias": head.bias}

    kept = material.store.arrays(f"start-{without or 'all'}-{_key(plan)}", make)
    return kept["weight"], kept["bias"]


def _untrained(size: int) -> Network:
    width = network.feature_count()
    return Network(size, np.zeros((1, width), np.float32), np.zeros(1, np.float32))


def _export(path: Path, model: Network, size: int) -> None:
    raw = path.with_suffix(".raw")
    network.export_normalised(raw, model)
    onnx.save(network.with_pixel_input(onnx.load(raw), size), path)
    raw.unlink()


def _fine_tuned(task: Task, without: str | None, say: Callable[[str], None]) -> Path:
    """The checkpoint of the finished training."""
    if not _finished(task):
        say(f"fine-tune: {task.recipe.samples} samples" + (f" without {without}" if without else ""))
        finetune(task, say)
    return task.checkpoint


def _task(plan: Plan, material: Material, without: str | None, say: Callable[[str], None]) -> Task:
    recipe = plan.left_out if without else plan.recipe
    name = f"network-{without or 'all'}"
    if plan.onto is not None and without is None:
        name += f"-onto-{plan.onto.card.files[MODEL].sha256[:10]}"
    level = replace(recipe, samples=0, cool_down=0, finish=())
    return Task(
        recipe=recipe,
        train=material.of("train", without=without),
        watch=_watched(material, without),
        names=material.names,
        pictures=material.pictures,
        start=_start(plan, material, without, say),
        seed=plan.seed,
        checkpoint=material.store.folder / f"{name}-{_key(plan, recipe)}.pt",
        level=material.store.folder / f"{name}-level-{_key(plan, level)}.pt",
        replicas=plan.workers,
    )


def _further_task(plan: Plan, material: Material, without: str, before: Path, say: Callable[[str], None]) -> Task:
    """A further course of what is left out, from a finished checkpoint's weights."""
    recipe, name = plan.left_out_further, f"{before.stem}-further"
    return replace(
        _task(plan, material, without, say),
        recipe=recipe,
        start={name: values.numpy() for name, values in averaged(before).items()},
        checkpoint=material.store.folder / f"{name}-{_key(plan, recipe)}.pt",
        level=material.store.folder / f"{name}-level-{_key(plan, recipe)}.pt",
    )


def _watched(material: Material, without: str | None) -> list[Sample]:
    """Fruit photos of the calibration part in an order without meaning."""
    fruit = [s for s in material.of("calibrate", without=without) if s.label != NO_FRUIT]
    return sorted(fruit, key=lambda s: hashlib.sha256(s.row.path.encode()).hexdigest())


def _finished(task: Task) -> bool:
    if not task.checkpoint.exists():
        return False
    step: int = torch.load(task.checkpoint, weights_only=True)["step"]
    return step >= task.recipe.steps


def _networks(plan: Plan, material: Material, checkpoint: Path, say: Callable[[str], None]) -> tuple[Path, Path]:
    """(int8, float) files with the uint8 input."""
    size = plan.profile.how.size
    key = f"{checkpoint.stem}-{size}" + (f"-{KEPT}" if plan.onto else "")
    floating = material.store.file(
        f"float-{key}.onnx", lambda path: _export(path, network.trained(size, _weights(plan, checkpoint)), size)
    )

    def make(path: Path) -> None:
        say("int8: measuring ranges")
        raw, quantised = path.with_suffix(".raw"), path.with_suffix(".int8")
        network.export_normalised(raw, network.trained(size, _weights(plan, checkpoint)))
        quantise(raw, quantised, _range_photos(plan, material))
        onnx.save(network.with_pixel_input(onnx.load(quantised), size), path)
        raw.unlink()
        quantised.unlink()

    return material.store.file(f"int8-{key}.onnx", make), floating


def _weights(plan: Plan, checkpoint: Path) -> dict[str, torch.Tensor]:
    """The averaged weights, and after a further course some of what it started from."""
    weights = averaged(checkpoint)
    return weights if plan.onto is None else _mixed(weights, recovered(plan.onto.folder / MODEL, plan.recipe.size))


def _mixed(weights: dict[str, torch.Tensor], start: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """KEPT of the start's weights in those of a further course."""
    return {
        name: torch.lerp(values, start[name], KEPT) if values.is_floating_point() else values
        for name, values in weights.items()
    }


def _range_photos(plan: Plan, material: Material) -> Pixels:
    """A few training photos of every label, spread over its sources."""
    chosen: list[Pixels] = []
    for name in material.names:
        mine = [s for s in material.of("train") if s.label == name]
        step = max(1, len(mine) // RANGE_PHOTOS_A_LABEL)
        chosen += [material.pictures[s.row.path] for s in mine[::step][:RANGE_PHOTOS_A_LABEL]]
    return np.stack([prepare(pixels, plan.profile.how) for pixels in chosen])


def _measured(plan: Plan, material: Material, model: Path, float_model: Path) -> Measured:
    """Logits of the photos that were not trained on, and the temperature that fits those of the calibration part."""
    calibrate, test = material.of("calibrate"), material.of("test")
    views = len(plan.profile.views)
    calibrating = _logits(plan, material, model, calibrate, f"calibrate-{views}")
    temperature = round(_temperature(material, calibrating, calibrate), 4)
    return Measured(
        temperature=temperature,
        calibrate=calibrating,
        test=_logits(plan, material, model, test, f"test-{views}"),
        test_float=_logits(plan, material, float_model, test, f"test-{views}"),
    )


def _temperature(material: Material, logits: Matrix, samples: Sequence[Sample]) -> float:
    fruit = np.array([s.label != NO_FRUIT for s in samples])
    no_fruit = material.names.index(NO_FRUIT)
    return reliable_temperature(logits[fruit], material.truth(samples)[fruit], no_fruit)


def _logits(plan: Plan, material: Material, model: Path, samples: Sequence[Sample], name: str) -> Matrix:
    def make() -> Arrays:
        session = OnnxSession(model, threads=plan.workers)
        rows = []
        for sample in samples:
            views = prepare_views(material.pictures[sample.row.path], plan.profile.how, plan.profile.views)
            rows.append(session.run(INPUT, views, [LOGITS])[0].mean(axis=0))
        return {"logits": np.stack(rows)}

    return material.store.arrays(f"logits-{name}-{model.stem}", make)["logits"]


def _left_out_if_there(plan: Plan, material: Material, source: str) -> LeftOutScore | None:
    """The score of a source left out, when its training is finished already."""
    if not (material.store.folder / f"start-{source}-{_key(plan)}.npz").exists():
        return None
    task = _task(plan, material, source, lambda _: None)
    if not _finished(task) or not _finished(_further_task(plan, material, source, task.checkpoint, lambda _: None)):
        return None
    return _left_out(plan, material, source, lambda _: None)


def _left_out(plan: Plan, material: Material, source: str, say: Callable[[str], None]) -> LeftOutScore:
    """Train, and fit the temperature, without a source; score its photos of the labels that are still known."""
    first = _fine_tuned(_task(plan, material, source, say), source, say)
    task = _further_task(plan, material, source, first, say)
    further = _fine_tuned(task, source, say)
    calibrate = material.of("calibrate", without=source)
    own = [s for s in material.samples.values() if s.row.source == source and s.label != NO_FRUIT]
    known = {s.label for s in material.of("train", without=source)}
    taught = [s for s in own if s.label in known]
    size = task.recipe.size_at(task.recipe.steps - 1)

    def make() -> Arrays:
        model = network.trained(size, _mixed(averaged(further), averaged(first)))
        return {
            name: predict(model, [material.pictures[s.row.path] for s in samples], size)
            for name, samples in (("calibrate", calibrate), ("own", taught))
        }

    logits = material.store.arrays(f"logits-{further.stem}-{size}-{KEPT}", make)
    temperature = _temperature(material, logits["calibrate"], calibrate)
    return evaluate.left_out_score(
        softmax(logits["own"], temperature),
        material.truth(taught),
        material.names.index(NO_FRUIT),
        len(own) - len(taught),
        plan.left_out.samples + task.recipe.samples,
    )


def _bundle(
    plan: Plan,
    material: Material,
    measured: Measured,
    left_out: dict[str, LeftOutScore],
    files: tuple[Path, Path],
    checkpoint: Path,
) -> Bundle:
    """The bundle and, for the free profile, its plots. files: the int8 network and the float one."""
    model, float_model = files
    samples = list(material.samples.values())
    command, shown = plan.command, plan.recipe.samples
    if plan.onto is not None:
        before = plan.onto.card.training
        shown += before.samples or 0
        if before.command != command:
            command = f"{before.command}; then, --onto its bundle: {command}"
    card = make_card(
        plan.profile, samples, material.names, measured, left_out, model, command, plan.seed, plan.decisions, shown,
    )  # fmt: skip
    labels = write.labels_card(material.names, NO_FRUIT, plan.decisions)
    write.write_bundle(plan.out, card, labels, model, float_model if plan.with_float else None)
    bundle = remember(plan.photos, verify(plan.out))
    if plan.profile.name == "free":
        plots.write_all(plan.images, bundle.card, *_confidences(material, measured), curve(checkpoint))
    return bundle


def _confidences(material: Material, measured: Measured) -> tuple[Matrix, Indices]:
    """(probabilities, truth) of the held-out fruit photos."""
    test = material.of("test")
    fruit = np.array([s.label != NO_FRUIT for s in test])
    return softmax(measured.test, measured.temperature)[fruit], material.truth(test)[fruit]
