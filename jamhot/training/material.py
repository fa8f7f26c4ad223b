"""What a network is made of: the photos with their labels, decoded, and the checkpoints."""

import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from jamhot.training import dataset, features
from jamhot.training.dataset import Part, Sample
from jamhot.training.finetune import GENERATION
from jamhot.training.metrics import Indices, Matrix
from jamhot.training.network import export, untrained
from jamhot.training.pictures import Pictures, decoded
from jamhot.training.plan import Plan
from jamhot.training.store import Store
from jamhot.vision.photo import Preprocessing

# The head starts on features of pictures of this size.
START = Preprocessing()


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


def gather(plan: Plan, say: Callable[[str], None]) -> Material:
    """Reads the index and the decisions on labels, and decodes the photos unless that was done before."""
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


def key(plan: Plan, *more: object) -> str:
    """Short name of what weights depend on beyond the photos."""
    text = repr((plan.head, plan.seed, GENERATION, features.BACKBONE, more))
    return hashlib.sha256(text.encode()).hexdigest()[:10]


def features_of(plan: Plan, material: Material, say: Callable[[str], None]) -> dict[str, Matrix]:
    """path → the untrained backbone's features, float32 [D]."""
    backbone = material.store.file("backbone.onnx", lambda path: export(path, untrained(START.size), START.size))
    paths = list(material.samples)
    folder = material.store.folder / "features"
    return features.extract(backbone, material.pictures, paths, START, folder, plan.workers, say)
