"""A source left out of training, to be honest: what to expect where the kind of photo is new."""

from collections.abc import Callable

from jamhot.training import evaluate, network
from jamhot.training.courses import KEPT, fine_tuned, finished, further_task_of, mixed, task_of
from jamhot.training.finetune import averaged, predict
from jamhot.training.labels import NO_FRUIT
from jamhot.training.material import Material, key
from jamhot.training.measure import temperature_of
from jamhot.training.plan import Plan
from jamhot.training.store import Arrays
from jamhot.vision.card import LeftOutScore
from jamhot.vision.contract import softmax


def score_left_out_if_there(plan: Plan, material: Material, source: str) -> LeftOutScore | None:
    """The score of a source left out, when its training is finished already."""
    if not (material.store.folder / f"start-{source}-{key(plan)}.npz").exists():
        return None
    task = task_of(plan, material, source, lambda _: None)
    if not finished(task) or not finished(further_task_of(plan, material, source, task.checkpoint, lambda _: None)):
        return None
    return score_left_out(plan, material, source, lambda _: None)


def score_left_out(plan: Plan, material: Material, source: str, say: Callable[[str], None]) -> LeftOutScore:
    """Train, and fit the temperature, without a source; score its photos of the labels that are still known."""
    first = fine_tuned(task_of(plan, material, source, say), source, say)
    task = further_task_of(plan, material, source, first, say)
    further = fine_tuned(task, source, say)
    calibrate = material.of("calibrate", without=source)
    own = [s for s in material.samples.values() if s.row.source == source and s.label != NO_FRUIT]
    known = {s.label for s in material.of("train", without=source)}
    taught = [s for s in own if s.label in known]
    size = task.recipe.size_at(task.recipe.steps - 1)

    def make() -> Arrays:
        model = network.trained(size, mixed(averaged(further), averaged(first)))
        return {
            name: predict(model, [material.pictures[s.row.path] for s in samples], size)
            for name, samples in (("calibrate", calibrate), ("own", taught))
        }

    logits = material.store.arrays(f"logits-{further.stem}-{size}-{KEPT}", make)
    temperature = temperature_of(material, logits["calibrate"], calibrate)
    return evaluate.left_out_score(
        softmax(logits["own"], temperature),
        material.truth(taught),
        material.names.index(NO_FRUIT),
        len(own) - len(taught),
        plan.left_out.samples + task.recipe.samples,
    )
