"""Checkpoints: arrays that are slow to make, kept by name, written whole or not at all."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

Arrays = dict[str, npt.NDArray[np.float32]]


@dataclass(frozen=True)
class Store:
    """A folder of checkpoints. A name must tell everything that the arrays depend on."""

    folder: Path

    def arrays(self, name: str, make: Callable[[], Arrays]) -> Arrays:
        """The arrays kept under this name, made now if they are not there."""
        path = self.folder / f"{name}.npz"
        if not path.exists():
            made = make()
            with _partial(path).open("wb") as file:
                np.savez(file, **made)  # type: ignore[arg-type]  # numpy's stub takes `allow_pickle` for one
            _partial(path).replace(path)
        with np.load(path) as kept:
            return {key: kept[key] for key in kept.files}

    def file(self, name: str, make: Callable[[Path], object]) -> Path:
        """The file kept under this name; `make` is given the path to write."""
        path = self.folder / name
        if not path.exists():
            make(_partial(path))
            _partial(path).replace(path)
        return path


def _partial(path: Path) -> Path:
    return path.with_name(f"{path.stem}.{os.getpid()}.part{path.suffix}")
