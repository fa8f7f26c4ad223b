"""What a run of the training is asked for, and the recipes that it follows unless told otherwise."""

from dataclasses import dataclass, field, replace
from pathlib import Path

from jamhot.training.card import PROFILES, ProfilePlan
from jamhot.training.finetune import Recipe
from jamhot.training.fit import HeadSettings
from jamhot.training.labels import LabelDecisions
from jamhot.vision.bundle import Bundle

# Sources whose photos are nearest to what people send; each is left out of training once, to be honest.
LEFT_OUT_SOURCES = ("grocery_tr", "foodclf_tr", "hellonico")
# A further course, from a finished network: larger pictures from the beginning, less fast.
FURTHER = Recipe(
    samples=84_000, cool_down=60_000, size=160, finish=((40_800, 192), (16_800, 224)), body_rate=3e-4, head_rate=1e-3
)
# What is left out is learned with less: three more runs of the full length are not worth two nights.
LEFT_OUT = Recipe(samples=36_000, warm_up=1_920, cool_down=21_600, finish=((10_800, 160),), measure_every=12_000)
LEFT_OUT_FURTHER = replace(
    FURTHER, samples=24_000, warm_up=1_920, cool_down=18_000, finish=((14_400, 192), (6_000, 224)), measure_every=12_000
)


@dataclass(frozen=True)
class Plan:
    """What a run is asked for. onto: the finished bundle that the network goes on from, instead of ImageNet's."""

    photos: Path
    work: Path
    out: Path
    images: Path
    seed: int
    workers: int
    with_float: bool
    command: str
    decisions: LabelDecisions
    onto: Bundle | None = None
    profile: ProfilePlan = PROFILES["free"]
    head: HeadSettings = field(default_factory=HeadSettings)
    recipe: Recipe = field(default_factory=Recipe)
    left_out: Recipe = LEFT_OUT
    left_out_further: Recipe = LEFT_OUT_FURTHER
    left_out_sources: tuple[str, ...] = LEFT_OUT_SOURCES
