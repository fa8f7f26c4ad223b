"""The whole network trained on the photos: two processes, one core each, that add up their gradients.

Everything that is seen, and when, hangs on the seed and the planned number of samples, not on the clock or on
how often the run was stopped. A run that is killed goes on from its last checkpoint.
"""

import io
import json
import math
import multiprocessing
import os
import signal
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import distributed
from torch.nn import functional

from jamhot.training.augment import augment
from jamhot.training.compose import heap, on_white, paste
from jamhot.training.dataset import Sample
from jamhot.training.network import PIXEL_ZERO, Network, trained
from jamhot.training.pictures import Pictures
from jamhot.training.sampling import Sequenced, sequence
from jamhot.training.store import Arrays
from jamhot.training.trainable import Trainable
from jamhot.vision.photo import Pixels, Preprocessing, prepare

Matrix = npt.NDArray[np.float32]
Indices = npt.NDArray[np.int64]
# One entry a measure on the way: samples, size, loss, top1, top5, seconds.
Curve = list[dict[str, float]]

CHECKPOINT_SECONDS = 180.0
# Raised when augment, sampling or trainable change what is learned from the same recipe.
GENERATION = 2
# A stopped machine may stand still for hours before the next gradient comes.
PATIENCE = timedelta(days=7)


@dataclass(frozen=True)
class Recipe:
    """How the network is trained; what was tried is told in docs/training.md.

    samples: pictures shown in all; warm_up and cool_down of them lead to the full learning rate and away from it,
    between them it stays. So a run can be made longer from any checkpoint before its cool-down.
    batch: pictures a step, over all replicas. size: side, px, of the pictures; finish: (samples before the end,
    side from there on), in order.
    """

    samples: int = 264_000
    warm_up: int = 3_840
    cool_down: int = 72_000
    batch: int = 48
    size: int = 128
    finish: tuple[tuple[int, int], ...] = ((72_000, 160), (36_000, 192), (14_400, 224))
    body_rate: float = 4e-4
    head_rate: float = 1.5e-3
    weight_decay: float = 0.02
    label_smoothing: float = 0.05
    share_mixed: float = 0.4
    mixing: float = 0.4
    average: float = 0.998
    frozen: int = 4
    # Of the pictures on white: how many become a heap, and of the other studio ones how many are put elsewhere.
    share_heaped: float = 0.4
    studio_pasted: float = 0.7
    # Pictures that are measured on the way, for the curves, and after how many samples.
    watched: int = 800
    measure_every: int = 8_000

    @property
    def steps(self) -> int:
        return self.samples // self.batch

    @property
    def level_steps(self) -> int:
        """Steps before the cool-down."""
        return (self.samples - self.cool_down) // self.batch

    def size_at(self, step: int) -> int:
        """Side of the pictures of a step, px."""
        left = self.samples - step * self.batch
        return next((side for before, side in reversed(self.finish) if left <= before), self.size)

    def rate(self, step: int) -> float:
        """Factor of the learning rates: a straight line up, level, and down as 1 − √progress."""
        seen = (step + 1) * self.batch
        left = self.samples - seen
        if seen < self.warm_up:
            return seen / self.warm_up
        return 1.0 if left >= self.cool_down else 1.0 - math.sqrt(1 - max(0, left) / self.cool_down)


@dataclass(frozen=True)
class Task:
    """What is learned from. start: the weights to start from, a state of `Network`.

    checkpoint: of this recipe. level: the last one before the cool-down, from which a longer run starts.
    """

    recipe: Recipe
    train: list[Sample]
    watch: list[Sample]
    names: list[str]
    pictures: Pictures
    start: Arrays
    seed: int
    checkpoint: Path
    level: Path
    replicas: int


@dataclass
class _Run:
    task: Task
    rank: int
    model: Trainable
    average: Network
    optimiser: torch.optim.AdamW
    order: Sequenced
    backgrounds: list[str]
    log: Curve = field(default_factory=list)
    step: int = 0


def finetune(task: Task, say: Callable[[str], None]) -> dict[str, torch.Tensor]:
    """The averaged weights, a state of `Network`; resumes from task.checkpoint, and leaves the last one there."""
    with tempfile.TemporaryDirectory(prefix="jamhot-training-") as folder:
        meeting = Path(folder) / "meeting"
        others = [
            multiprocessing.get_context("spawn").Process(target=_replica, args=(task, rank, meeting), daemon=True)
            for rank in range(1, task.replicas)
        ]
        for process in others:
            process.start()
        try:
            run = _train(task, 0, meeting, say)
        finally:
            for process in others:
                process.join(10)
                process.kill()
    weights: dict[str, torch.Tensor] = run.average.state_dict()
    return weights


def curve(checkpoint: Path) -> Curve:
    """What was measured on the way."""
    kept: Curve = torch.load(checkpoint, weights_only=True)["log"]
    return kept


def averaged(checkpoint: Path) -> dict[str, torch.Tensor]:
    """The averaged weights of a checkpoint, finished or not."""
    state: dict[str, torch.Tensor] = torch.load(checkpoint, weights_only=True)["average"]
    return state


def _replica(task: Task, rank: int, meeting: Path) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _train(task, rank, meeting, lambda _: None)


def _train(task: Task, rank: int, meeting: Path, say: Callable[[str], None]) -> _Run:
    torch.set_num_threads(1)
    torch.manual_seed(task.seed)
    distributed.init_process_group(
        "gloo", init_method=f"file://{meeting}", rank=rank, world_size=task.replicas, timeout=PATIENCE
    )
    try:
        run = _begin(task, rank)
        known = next((path for path in (task.checkpoint, task.level) if path.exists()), None)
        if known is not None:
            _restore(run, known)
            say(f"fine-tune: goes on at step {run.step} of {task.recipe.steps}")
        _loop(run, say)
        return run
    finally:
        distributed.destroy_process_group()


def _begin(task: Task, rank: int) -> _Run:
    start = {name: torch.from_numpy(values) for name, values in task.start.items()}
    network, average = (trained(task.recipe.size, start).eval() for _ in range(2))
    model = Trainable(network, task.recipe.frozen)
    model.to(memory_format=torch.channels_last)
    order = sequence(task.train, task.seed)
    backgrounds = [s.row.path for s in task.train if s.row.kind == "not_fruit"]
    return _Run(task, rank, model, average, _optimiser(model, task.recipe), order, backgrounds)


def _optimiser(model: Trainable, recipe: Recipe) -> torch.optim.AdamW:
    body = list(model.network.backbone.named_parameters())
    groups: list[dict[str, Any]] = [
        {"params": [p for n, p in body if p.ndim > 1], "lr": recipe.body_rate, "weight_decay": recipe.weight_decay},
        {"params": [p for n, p in body if p.ndim == 1], "lr": recipe.body_rate, "weight_decay": 0.0},
        {"params": list(model.network.head.parameters()), "lr": recipe.head_rate, "weight_decay": recipe.weight_decay},
    ]
    for group in groups:
        group["base"] = group["lr"]
    return torch.optim.AdamW(groups, fused=True)


def _loop(run: _Run, say: Callable[[str], None]) -> None:
    recipe, saved, begin = run.task.recipe, time.monotonic(), time.monotonic()
    first, losses = run.step, []
    every = max(1, recipe.measure_every // recipe.batch)
    while run.step < recipe.steps:
        if run.step == recipe.level_steps:
            _save(run, run.task.level)
        losses.append(_step(run))
        run.step += 1
        if run.step % every == 0 or run.step == recipe.steps:
            _measure(run, float(np.mean(losses)), time.monotonic() - begin, say)
            losses.clear()
            _save(run, run.task.checkpoint)
        elif run.rank == 0 and time.monotonic() - saved > CHECKPOINT_SECONDS:
            _save(run, run.task.checkpoint)
            saved = time.monotonic()
            rate = (run.step - first) * recipe.batch / (saved - begin)
            say(
                f"fine-tune: step {run.step} of {recipe.steps}, {recipe.size_at(run.step)} px, "
                f"loss {np.mean(losses[-50:]):.3f}, {rate:.1f} pictures/s since the start"
            )


def _step(run: _Run) -> float:
    recipe = run.task.recipe
    factor = recipe.rate(run.step)
    for group in run.optimiser.param_groups:
        group["lr"] = group["base"] * factor
    loss = _loss(run)
    run.optimiser.zero_grad(set_to_none=True)
    torch.autograd.backward(loss)
    _add_up(run)
    run.optimiser.step()
    _take_average(run)
    return float(loss.detach())


def _loss(run: _Run) -> torch.Tensor:
    task, recipe = run.task, run.task.recipe
    share = recipe.batch // task.replicas
    begin = run.step * recipe.batch + run.rank * share
    size = recipe.size_at(run.step)
    views, labels = zip(*(_view(run, position, size) for position in range(begin, begin + share)), strict=True)
    pixels = _normalised(np.stack(views))
    truth = torch.tensor([task.names.index(label) for label in labels])
    targets = functional.one_hot(truth, len(task.names)).float()
    targets = targets * (1 - recipe.label_smoothing) + recipe.label_smoothing / len(task.names)
    rng = run.order.generator(2**40 + begin)
    if rng.random() < recipe.share_mixed:
        pixels, targets = _mixed(pixels, targets, recipe.mixing, rng)
    return -(functional.log_softmax(run.model(pixels), 1) * targets).sum(1).mean()


def _view(run: _Run, position: int, size: int) -> tuple[Pixels, str]:
    rng = run.order.generator(position)
    sample = run.task.train[run.order.draw(rng)]
    pixels = run.task.pictures[sample.row.path]
    if run.backgrounds and on_white(pixels):
        behind = run.task.pictures[run.backgrounds[int(rng.integers(len(run.backgrounds)))]]
        if rng.random() < run.task.recipe.share_heaped:
            pixels = heap(pixels, behind, rng)
        elif sample.row.kind == "studio" and rng.random() < run.task.recipe.studio_pasted:
            pixels = paste(pixels, behind, rng)
    return augment(pixels, size, rng), sample.label


def _normalised(pixels: Pixels) -> torch.Tensor:
    return (torch.from_numpy(pixels).permute(0, 3, 1, 2).float() - PIXEL_ZERO) / 128


def _mixed(
    pixels: torch.Tensor, targets: torch.Tensor, mixing: float, rng: np.random.Generator
) -> tuple[torch.Tensor, torch.Tensor]:
    """Each picture with its neighbour in the batch: blended, or a rectangle of it put in."""
    other, other_targets = pixels.roll(1, 0), targets.roll(1, 0)
    share = rng.beta(mixing, mixing)
    if rng.random() < 0.5:
        return pixels * share + other * (1 - share), targets * share + other_targets * (1 - share)
    size = pixels.shape[2]
    side = int(size * math.sqrt(1 - share))
    top, left = int(rng.integers(0, size - side + 1)), int(rng.integers(0, size - side + 1))
    pixels = pixels.clone()
    pixels[:, :, top : top + side, left : left + side] = other[:, :, top : top + side, left : left + side]
    kept = 1 - side * side / size / size
    return pixels, targets * kept + other_targets * (1 - kept)


def _add_up(run: _Run) -> None:
    """The mean of the replicas' gradients, in every replica."""
    if run.task.replicas == 1:
        return
    gradients = [p.grad for p in run.model.parameters() if p.grad is not None]
    flat = torch.cat([gradient.reshape(-1) for gradient in gradients])
    distributed.all_reduce(flat)
    flat /= run.task.replicas
    begin = 0
    for gradient in gradients:
        gradient.copy_(flat[begin : begin + gradient.numel()].view(gradient.shape))
        begin += gradient.numel()


def _take_average(run: _Run) -> None:
    decay = min(run.task.recipe.average, (1 + run.step) / (10 + run.step))
    with torch.no_grad():
        averages, now = list(run.average.parameters()), list(run.model.network.parameters())
        torch._foreach_lerp_(averages, now, 1 - decay)


def _measure(run: _Run, loss: float, seconds: float, say: Callable[[str], None]) -> None:
    """Top-1 and top-5 of the averaged weights on the watched photos, each replica a part of them."""
    recipe, task = run.task.recipe, run.task
    mine = task.watch[: recipe.watched][run.rank :: task.replicas]
    logits = predict(run.average, [task.pictures[s.row.path] for s in mine], recipe.size_at(run.step - 1))
    truth = np.array([task.names.index(s.label) for s in mine], np.int64)
    ranks = (logits > logits[np.arange(len(truth)), truth][:, None]).sum(1)
    counts = torch.tensor([(ranks < 1).sum(), (ranks < 5).sum(), len(truth), loss], dtype=torch.float64)
    if task.replicas > 1:
        distributed.all_reduce(counts)
    first, five, count, losses = counts.tolist()
    entry = {
        "samples": float(run.step * recipe.batch),
        "size": float(recipe.size_at(run.step - 1)),
        "loss": losses / task.replicas,
        "top1": first / max(count, 1),
        "top5": five / max(count, 1),
        "seconds": seconds,
    }
    run.log.append(entry)
    say(f"fine-tune: {json.dumps({key: round(value, 4) for key, value in entry.items()})}")


def predict(network: Network, pictures: Sequence[Pixels], size: int, batch: int = 24) -> Matrix:
    """Logits [N, K] of whole pictures, in bfloat16."""
    model, how = Trainable(network), Preprocessing(size=size)
    parts: list[Matrix] = [np.zeros((0, network.head.out_features), np.float32)]
    with torch.no_grad():
        for start in range(0, len(pictures), batch):
            views = np.stack([prepare(p, how) for p in pictures[start : start + batch]])
            parts.append(model(_normalised(views)).numpy())
    return np.concatenate(parts)


def _save(run: _Run, path: Path) -> None:
    if run.rank:
        return
    state = {
        "network": run.model.network.state_dict(),
        "average": run.average.state_dict(),
        "optimiser": run.optimiser.state_dict(),
        "step": run.step,
        "log": run.log,
    }
    partial = path.with_name(f"{path.name}.{os.getpid()}.part")
    buffer = io.BytesIO()
    torch.save(state, buffer)
    partial.write_bytes(buffer.getvalue())
    partial.replace(path)


def _restore(run: _Run, path: Path) -> None:
    state = torch.load(path, weights_only=True)
    run.model.network.load_state_dict(state["network"])
    run.average.load_state_dict(state["average"])
    run.optimiser.load_state_dict(state["optimiser"])
    run.step, run.log = state["step"], state["log"]
