"""Which class of the photos becomes which label: reads the reviewed decisions in labels.yaml."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import yaml

DECISIONS = Path(__file__).with_name("labels.yaml")
WRONG = Path(__file__).with_name("wrong_photos.csv")
JUDGED = Path(__file__).with_name("judged_photos.csv")
NO_FRUIT = "no_fruit"
# The judgement, of those in judged_photos.csv, that takes a photo out of the second reading.
MISLABELLED = "label wrong"


@dataclass(frozen=True)
class LabelDecisions:
    """merged: class → (label, reason). left_out: class → reason. train_only: (class, source) pairs. families: label →
    family of look-alikes. wrong: path of a photo that does not show its class → what it shows. mislabelled: paths of
    held-out photos that were looked at and plainly do not show their class; they measure all the same."""

    merged: dict[str, tuple[str, str]]
    left_out: dict[str, str]
    train_only: frozenset[tuple[str, str]]
    aliases: dict[str, tuple[str, ...]] = field(default_factory=dict)
    licences: dict[str, str] = field(default_factory=dict)
    families: dict[str, str] = field(default_factory=dict)
    wrong: dict[str, str] = field(default_factory=dict)
    mislabelled: frozenset[str] = frozenset()

    def label(self, kind: str, name: str) -> str | None:
        """The label a photo of this kind and class teaches; None when the class is left out."""
        if kind == "not_fruit":
            return NO_FRUIT
        if name in self.left_out:
            return None
        return self.merged[name][0] if name in self.merged else name

    def names(self, labels: Iterable[str]) -> list[str]:
        """Output order of the network: fruits by name, then "no fruit"."""
        return [*sorted(set(labels) - {NO_FRUIT}), NO_FRUIT]

    def other_names(self, label: str) -> tuple[str, ...]:
        """Aliases of a label, the classes merged into it included."""
        merged = tuple(name for name, (into, _) in self.merged.items() if into == label)
        return (*self.aliases.get(label, ()), *merged)

    def licence(self, source: str) -> str:
        """Licence of a source's photos."""
        return self.licences.get(source, "web pictures, no licence stated: training only")


def read_decisions(path: Path = DECISIONS, wrong: Path = WRONG) -> LabelDecisions:
    """Raises ValueError when a class is both merged and left out, or merged into one that is no label."""
    raw = yaml.safe_load(path.read_text("utf-8"))
    merged = {name: (entry["into"], entry["reason"]) for name, entry in raw.get("merged", {}).items()}
    left_out = dict(raw.get("left_out", {}))
    for name, (into, _) in merged.items():
        if name in left_out or into in left_out or into in merged:
            raise ValueError(f"labels.yaml: {name} is merged into {into}, which is not a label of its own")
    train_only = frozenset((entry["class"], entry["source"]) for entry in raw.get("train_only", []))
    aliases = {name: tuple(names) for name, names in raw.get("aliases", {}).items()}
    families = {name: family for family, names in raw.get("families", {}).items() for name in names}
    return LabelDecisions(
        merged,
        left_out,
        train_only,
        aliases,
        dict(raw.get("licences", {})),
        families,
        {line["path"]: line["reason"] for line in _lines(wrong)},
        frozenset(line["path"] for line in _lines(JUDGED) if line["judgement"] == MISLABELLED),
    )


def _lines(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))
