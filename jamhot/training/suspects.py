"""Photos whose label the model does not believe: to be looked at by a person, and written into wrong_photos.csv.

Every photo is judged by a head that saw no photo of its group: linear heads on the untrained backbone's features, fold
by fold. Contact sheets show the worst; the number under a picture is its line in the list.
"""

import csv
import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

from jamhot.training.dataset import Sample, groups
from jamhot.training.fit import HeadSettings, fit_head
from jamhot.training.metrics import Indices, Matrix
from jamhot.training.pictures import Pictures
from jamhot.vision.contract import softmax

FOLDS = 5
COLUMNS, ROWS, CELL = 10, 7, (130, 150)


def doubts(
    samples: Sequence[Sample],
    features: Matrix,
    truth: Indices,
    labels: int,
    head: HeadSettings,
    seed: int,
    say: Callable[[str], None],
) -> Matrix:
    """Out-of-fold probabilities, float32 [N, labels]."""
    named = groups([sample.row for sample in samples])
    folds: npt.NDArray[np.int64] = np.array(
        [int(hashlib.sha256(n.encode()).hexdigest()[:8], 16) % FOLDS for n in named]
    )
    found = np.zeros((len(samples), labels), np.float32)
    for fold in range(FOLDS):
        inside = folds != fold
        fitted = fit_head(features[inside], truth[inside], labels, head, seed)
        found[~inside] = softmax(fitted.logits(features[~inside]))
        say(f"suspects: fold {fold + 1} of {FOLDS}")
    return found


def write_list(
    folder: Path, samples: Sequence[Sample], probabilities: Matrix, names: Sequence[str], pictures: Pictures, most: int
) -> Path:
    """`suspects.csv` and contact sheets in `folder`: the training photos most surely called something else."""
    own = probabilities[np.arange(len(samples)), [names.index(s.label) for s in samples]]
    margin = own - probabilities.max(axis=1)
    order = [i for i in np.argsort(margin, kind="stable") if samples[i].part == "train" and margin[i] < 0][:most]
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "suspects.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["line", "path", "label", "model_said", "confidence"])
        for line, i in enumerate(order):
            said = int(probabilities[i].argmax())
            row = [line, samples[i].row.path, samples[i].label, names[said], f"{probabilities[i, said]:.2f}"]
            writer.writerow(row)
    for start in range(0, len(order), COLUMNS * ROWS):
        some = [(start + k, samples[i], names[int(probabilities[i].argmax())]) for k, i in
                enumerate(order[start : start + COLUMNS * ROWS])]  # fmt: skip
        _sheet(some, pictures).save(folder / f"sheet-{start // (COLUMNS * ROWS):02}.png")
    return folder / "suspects.csv"


def _sheet(some: Sequence[tuple[int, Sample, str]], pictures: Pictures) -> Image.Image:
    sheet = Image.new("RGB", (COLUMNS * CELL[0], ROWS * CELL[1]), "white")
    draw = ImageDraw.Draw(sheet)
    for place, (line, sample, said) in enumerate(some):
        x, y = place % COLUMNS * CELL[0], place // COLUMNS * CELL[1]
        picture = Image.fromarray(pictures[sample.row.path])
        picture.thumbnail((CELL[0] - 2, CELL[1] - 38))
        sheet.paste(picture, (x, y + 36))
        draw.text((x, y), f"{line} {sample.row.source}"[:21], fill="black")
        draw.text((x, y + 11), sample.label[:21], fill="darkred")
        draw.text((x, y + 22), f"? {said}"[:21], fill="darkblue")
    return sheet
