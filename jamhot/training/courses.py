"""The weights: what a training starts from, what it leaves behind, and how much of its start is kept."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

from jamhot.training.dataset import Sample
from jamhot.training.finetune import Task, averaged, finetune
from jamhot.training.fit import fit_head
from jamhot.training.labels import NO_FRUIT
from jamhot.training.material import START, Material, features_of, key
from jamhot.training.metrics import Matrix
from jamhot.training.network import Network
from jamhot.training.plan import Plan
from jamhot.training.recover import recovered
from jamhot.training.store import Arrays
from jamhot.vision.bundle_files import MODEL

# Of the weights after a further course so much are still those it started from: the mean of both is surer than either.
KEPT = 0.3


def task_of(plan: Plan, material: Material, without: str | None, say: Callable[[str], None]) -> Task:
    """The plan's training, or the shorter one without a source."""
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
        checkpoint=material.store.folder / f"{name}-{key(plan, recipe)}.pt",
        level=material.store.folder / f"{name}-level-{key(plan, level)}.pt",
        replicas=plan.workers,
    )


def further_task_of(plan: Plan, material: Material, without: str, before: Path, say: Callable[[str], None]) -> Task:
    """A further course of what is left out, from a finished checkpoint's weights."""
    recipe, name = plan.left_out_further, f"{before.stem}-further"
    return replace(
        task_of(plan, material, without, say),
        recipe=recipe,
        start={name: values.numpy() for name, values in averaged(before).items()},
        checkpoint=material.store.folder / f"{name}-{key(plan, recipe)}.pt",
        level=material.store.folder / f"{name}-level-{key(plan, recipe)}.pt",
    )


def fine_tuned(task: Task, without: str | None, say: Callable[[str], None]) -> Path:
    """The checkpoint of the finished training."""
    if not finished(task):
        say(f"fine-tune: {task.recipe.samples} samples" + (f" without {without}" if without else ""))
        finetune(task, say)
    return task.checkpoint


def finished(task: Task) -> bool:
    """Whether its checkpoint is there and is the last one."""
    if not task.checkpoint.exists():
        return False
    step: int = torch.load(task.checkpoint, weights_only=True)["step"]
    return step >= task.recipe.steps


def weights(plan: Plan, checkpoint: Path) -> dict[str, torch.Tensor]:
    """The averaged weights, and after a further course some of what it started from."""
    found = averaged(checkpoint)
    return found if plan.onto is None else mixed(found, recovered(plan.onto.folder / MODEL, plan.recipe.size))


def mixed(weights: dict[str, torch.Tensor], start: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """KEPT of the start's weights in those of a further course."""
    return {
        name: torch.lerp(values, start[name], KEPT) if values.is_floating_point() else values
        for name, values in weights.items()
    }


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
        known = features_of(plan, material, say)
        mine = material.of("train", without=without)
        rows = np.stack([known[s.row.path] for s in mine])
        head = fit_head(rows, material.truth(mine), len(material.names), plan.head, plan.seed)
        return {"weight": head.weight, "bias": head.bias}

    kept = material.store.arrays(f"start-{without or 'all'}-{key(plan)}", make)
    return kept["weight"], kept["bias"]


def _watched(material: Material, without: str | None) -> list[Sample]:
    """Fruit photos of the calibration part in an order without meaning."""
    fruit = [s for s in material.of("calibrate", without=without) if s.label != NO_FRUIT]
    return sorted(fruit, key=lambda s: hashlib.sha256(s.row.path.encode()).hexdigest())
