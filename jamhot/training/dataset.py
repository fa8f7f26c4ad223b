"""The photos and their split: index.csv and tar shards in, rows with a label and a part out."""

import csv
import hashlib
import re
import tarfile
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt

from jamhot.training.labels import LabelDecisions
from jamhot.vision.photo import Photo, read_photo

Part = Literal["train", "calibrate", "test"]

# Hamming distance of two 64-bit difference hashes up to which two photos of one class count as one scene.
NEAR_DUPLICATE_BITS = 10
# Shop photos were taken in series: neighbours in number show the same crate.
SERIES = {"grocery_tr": 10}
# Percent of the groups that fit the temperature, and that are only ever reported on.
CALIBRATE_PERCENT = 12
TEST_PERCENT = 12


@dataclass(frozen=True)
class Row:
    """One line of index.csv: the path inside the tars, and what the photo shows. dhash: 64 bits."""

    path: str
    kind: str
    name: str
    source: str
    dhash: int


@dataclass(frozen=True)
class Sample:
    """A row that is used: its label and the part of the split that it belongs to."""

    row: Row
    label: str
    part: Part


def read_index(folder: Path) -> list[Row]:
    """Rows of `folder`/index.csv, in the file's order."""
    with (folder / "index.csv").open(newline="", encoding="utf-8") as file:
        return [
            Row(line["path"], line["kind"], line["class"], line["source"], int(line["dhash64"], 16))
            for line in csv.DictReader(file)
        ]


def shards(folder: Path) -> list[Path]:
    """The tar files, by name. Raises FileNotFoundError when there is none."""
    found = sorted(folder.glob("*.tar"))
    if not found:
        raise FileNotFoundError(f"no photos-*.tar in {folder}")
    return found


def read_photos(folder: Path, wanted: Collection[str]) -> Iterator[tuple[str, Photo]]:
    """(path, photo) of the wanted paths in the order of the tars, decoded as the service decodes."""
    for shard in shards(folder):
        with tarfile.open(shard) as archive:
            for member in archive:
                if member.name in wanted and (file := archive.extractfile(member)) is not None:
                    yield member.name, read_photo(file.read())


def samples(rows: Sequence[Row], decisions: LabelDecisions) -> list[Sample]:
    """The rows that are used, each with its label and part. The same rows give the same split, always.

    Photos that are known not to show their class are left out of the training part, and of no other: what is held
    out was not looked through, so a score is not flattered. The part hangs on the path that stands for a photo's
    group (near duplicates, series), not on a seed: what was once held out stays held out for every later model.
    """
    used = [(row, label) for row in rows if (label := decisions.label(row.kind, row.name)) is not None]
    named = groups([row for row, _ in used])
    found = [Sample(row, label, _part(row, group, decisions)) for (row, label), group in zip(used, named, strict=True)]
    return [s for s in found if s.part != "train" or s.row.path not in decisions.wrong]


def _part(row: Row, group: str, decisions: LabelDecisions) -> Part:
    if row.kind == "studio" or (row.name, row.source) in decisions.train_only:
        return "train"
    draw = int.from_bytes(hashlib.sha256(group.encode()).digest()[:4], "big") % 100
    if draw < TEST_PERCENT:
        return "test"
    return "calibrate" if draw < TEST_PERCENT + CALIBRATE_PERCENT else "train"


def groups(rows: Sequence[Row]) -> list[str]:
    """For each row the smallest path among the photos it must not be parted from."""
    by_class: dict[tuple[str, str], list[int]] = defaultdict(list)
    for index, row in enumerate(rows):
        by_class[(row.kind, row.name)].append(index)
    names = [""] * len(rows)
    for members in by_class.values():
        roots = _connected([rows[i] for i in members])
        for index, root in zip(members, roots, strict=True):
            names[index] = rows[members[root]].path
    return names


def _connected(rows: Sequence[Row]) -> list[int]:
    """For each row the index of the first row of its component, by near-equal hash or same series."""
    hashes = np.array([row.dhash for row in rows], np.uint64)
    near = _distances(hashes) <= NEAR_DUPLICATE_BITS
    series = [_series(row) for row in rows]
    first: dict[str, int] = {}
    for index, name in enumerate(series):
        if name:
            near[index, first.setdefault(name, index)] = True
    near |= near.T
    roots = [-1] * len(rows)
    for start in range(len(rows)):
        if roots[start] < 0:
            _flood(near, start, roots)
    return roots


def _flood(near: npt.NDArray[np.bool_], start: int, roots: list[int]) -> None:
    queue = [start]
    roots[start] = start
    while queue:
        for neighbour in np.flatnonzero(near[queue.pop()]):
            if roots[neighbour] < 0:
                roots[neighbour] = start
                queue.append(int(neighbour))


def _distances(hashes: npt.NDArray[np.uint64]) -> npt.NDArray[np.int64]:
    """Pairwise Hamming distances, [N, N]."""
    counts: npt.NDArray[np.int64] = np.bitwise_count(hashes[:, None] ^ hashes[None, :]).astype(np.int64)
    return counts


def _series(row: Row) -> str:
    length = SERIES.get(row.source)
    number = re.search(r"__(\d+)\.", row.path)
    return f"{row.source}/{int(number[1]) // length}" if length and number else ""
