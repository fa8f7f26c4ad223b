"""The stages in order. Each keeps what it made in the work folder, so a stopped run goes on where it was."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx

from jamhot.errors import BundleError
from jamhot.training import dataset, network, plots, suspects, write
from jamhot.training.card import Measured, make_card
from jamhot.training.courses import KEPT, fine_tuned, task_of, weights
from jamhot.training.dataset import Sample
from jamhot.training.finetune import Curve, curve
from jamhot.training.labels import NO_FRUIT, read_decisions
from jamhot.training.left_out import score_left_out, score_left_out_if_there
from jamhot.training.material import Material, features_of, gather
from jamhot.training.measure import confidences, measure
from jamhot.training.plan import FURTHER, Plan
from jamhot.training.quantise import quantise
from jamhot.training.reference import remember
from jamhot.vision.bundle import Bundle, verify
from jamhot.vision.card import LeftOutScore
from jamhot.vision.photo import Pixels, prepare

# Photos that set the int8 ranges: four a label.
RANGE_PHOTOS_A_LABEL = 4
MOST_SUSPECTS = 700


def run(plan: Plan, say: Callable[[str], None], courses: int = 0) -> Bundle:
    """From the photos to a verified bundle in `plan.out`, and its plots in `plan.images`.

    The bundle is written once the network is measured; the sources left out are measured after that, one by one, and
    added to its card: an impatient person may stop there. `courses` further courses follow, each from the bundle of
    the one before, which stays in the work folder, and with a seed of its own: the plan's and its number.

    Raises:
        BundleError: `plan.onto` names other fruits than the photos do, or lies where the new bundle is written.
    """
    curves: list[Curve] = []
    for number in range(courses + 1):
        say(f"training {number + 1} of {courses + 1}")
        last = number == courses
        bundle = _run(plan if last else replace(plan, out=plan.work / f"bundle-{number}"), curves, say)
        plan = replace(plan, onto=bundle, recipe=FURTHER, seed=plan.seed + 1)
    return bundle


def held_out(photos: Path) -> list[Sample]:
    """The photos that no model learns or is calibrated from, in the index's order."""
    rows = dataset.samples(dataset.read_index(photos), read_decisions())
    return [sample for sample in rows if sample.part == "test"]


def list_suspects(plan: Plan, say: Callable[[str], None]) -> Path:
    """Photos to look at, worst first: the path of the list, in the work folder; its contact sheets lie beside it."""
    material = gather(plan, say)
    samples = list(material.samples.values())
    known = features_of(plan, material, say)
    rows = np.stack([known[s.row.path] for s in samples])
    found = suspects.doubts(samples, rows, material.truth(samples), len(material.names), plan.head, plan.seed, say)
    return suspects.write_list(plan.work / "suspects", samples, found, material.names, material.pictures, MOST_SUSPECTS)


def _run(plan: Plan, curves: list[Curve], say: Callable[[str], None]) -> Bundle:
    """One training. Its curve is put behind those of the trainings before it."""
    material = gather(plan, say)
    if plan.onto is not None:
        _check_start(plan.onto, plan.out, material.names)
    checkpoint = fine_tuned(task_of(plan, material, None, say), None, say)
    curves.append(curve(checkpoint))
    files = _networks(plan, material, checkpoint, say)
    say("measuring the int8 network on the photos that it did not learn from")
    measured = measure(plan, material, *files)
    # A further course says nothing new of a source left out: its network has met them all.
    left_out = dict(plan.onto.card.accuracy.left_out) if plan.onto else {}
    left_out |= {s: score for s in plan.left_out_sources if (score := score_left_out_if_there(plan, material, s))}
    bundle = _bundle(plan, material, measured, left_out, files, curves)
    say(f"bundle {bundle.card.version} is in {plan.out}")
    for source in plan.left_out_sources:
        if source not in left_out and any(s.row.source == source for s in material.samples.values()):
            left_out[source] = score_left_out(plan, material, source, say)
            bundle = _bundle(plan, material, measured, left_out, files, curves)
    return bundle


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


def _networks(plan: Plan, material: Material, checkpoint: Path, say: Callable[[str], None]) -> tuple[Path, Path]:
    """(int8, float) files with the uint8 input."""
    size = plan.profile.how.size
    key = f"{checkpoint.stem}-{size}" + (f"-{KEPT}" if plan.onto else "")
    floating = material.store.file(
        f"float-{key}.onnx", lambda path: network.export(path, network.trained(size, weights(plan, checkpoint)), size)
    )

    def make(path: Path) -> None:
        say("int8: measuring ranges")
        raw, quantised = path.with_suffix(".raw"), path.with_suffix(".int8")
        network.export_normalised(raw, network.trained(size, weights(plan, checkpoint)))
        quantise(raw, quantised, _range_photos(plan, material))
        onnx.save(network.with_pixel_input(onnx.load(quantised), size), path)
        raw.unlink()
        quantised.unlink()

    return material.store.file(f"int8-{key}.onnx", make), floating


def _range_photos(plan: Plan, material: Material) -> Pixels:
    """A few training photos of every label, spread over its sources."""
    chosen: list[Pixels] = []
    for name in material.names:
        mine = [s for s in material.of("train") if s.label == name]
        step = max(1, len(mine) // RANGE_PHOTOS_A_LABEL)
        chosen += [material.pictures[s.row.path] for s in mine[::step][:RANGE_PHOTOS_A_LABEL]]
    return np.stack([prepare(pixels, plan.profile.how) for pixels in chosen])


def _bundle(
    plan: Plan,
    material: Material,
    measured: Measured,
    left_out: dict[str, LeftOutScore],
    files: tuple[Path, Path],
    curves: list[Curve],
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
        plots.write_all(plan.images, bundle.card, *confidences(material, measured), curves)
    return bundle
