"""Accuracy as the card reports it: on held-out photos, by source, by label, and with a source left out."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from jamhot.training.dataset import Sample
from jamhot.training.labels import NO_FRUIT
from jamhot.training.metrics import (
    Indices,
    Matrix,
    answered,
    calibration_bins,
    calibration_error,
    precision_and_coverage,
    top_k,
)
from jamhot.vision.card import (
    Accuracy,
    CalibrationBin,
    ClassScore,
    Confusion,
    Int8Score,
    LeftOutScore,
    NoFruitScore,
    Reading,
    Score,
    VerdictScore,
)
from jamhot.vision.verdict import Rules, decide, together

# The threshold that the service uses unless told otherwise.
THRESHOLD = 0.7
# Fewer photos than this say nothing about a source.
FEWEST_PHOTOS = 20
CONFUSIONS = 25
# Photos of one fruit that are answered together.
TOGETHER = (2, 3)
STATUSES = ("recognized", "ambiguous", "unrecognized")


def score(probabilities: Matrix, truth: Indices, no_fruit: int) -> Score:
    """Score of fruit photos."""
    precision, coverage = precision_and_coverage(probabilities, truth, no_fruit, THRESHOLD)
    best = probabilities.argmax(axis=1)
    return Score(
        photos=len(truth),
        top1=_share(top_k(probabilities, truth, 1)),
        top5=_share(top_k(probabilities, truth, 5)),
        ece=_share(calibration_error(probabilities.max(axis=1), best == truth)),
        threshold=THRESHOLD,
        precision=None if precision is None else _share(precision),
        coverage=_share(coverage),
    )


def reading(
    samples: Sequence[Sample], probabilities: Matrix, names: Sequence[str], without: Collection[str] = ()
) -> Reading:
    """Scores of held-out samples, probabilities [N, K], but for those whose path is in `without`."""
    no_fruit = names.index(NO_FRUIT)
    kept = np.array([sample.row.path not in without for sample in samples])
    truth = np.array([names.index(sample.label) for sample in samples])[kept]
    rows, fruit = probabilities[kept], truth != no_fruit
    return Reading(
        held_out=score(rows[fruit], truth[fruit], no_fruit),
        no_fruit=_no_fruit(rows[~fruit], no_fruit),
    )


def left_out_score(probabilities: Matrix, truth: Indices, no_fruit: int, unknown: int, samples: int) -> LeftOutScore:
    """Score of a source left out; `unknown` of its photos show labels that no other source teaches, and `samples`
    pictures were shown in training."""
    known = score(probabilities, truth, no_fruit)
    return LeftOutScore(**known.model_dump(), photos_of_unknown_labels=unknown, samples=samples)


def accuracy(
    samples: Sequence[Sample],
    int8: Matrix,
    floating: Matrix,
    names: Sequence[str],
    left_out: dict[str, LeftOutScore],
    rules: Rules,
    families: Mapping[str, str],
    mislabelled: Collection[str],
) -> Accuracy:
    """Everything the card says. int8, floating: probabilities [N, K] of the held-out samples. mislabelled: paths that
    the second reading leaves out."""
    truth = np.array([names.index(sample.label) for sample in samples])
    no_fruit = names.index(NO_FRUIT)
    fruit = truth != no_fruit
    fruits = [sample for sample in samples if sample.label != NO_FRUIT]
    as_labelled = reading(samples, int8, names)
    return Accuracy(
        held_out=as_labelled.held_out,
        by_source=_by_source(samples, int8, truth, fruit, no_fruit),
        no_fruit=as_labelled.no_fruit,
        by_label=_by_label(int8, truth, names),
        confusions=_confusions(int8, truth, names),
        left_out=left_out,
        int8=Int8Score(
            photos=len(truth),
            top1_int8=_share(top_k(int8, truth, 1)),
            top1_float=_share(top_k(floating, truth, 1)),
            same_top1=_share(float((int8.argmax(axis=1) == floating.argmax(axis=1)).mean())),
        ),
        calibration=_calibration(int8[fruit], truth[fruit]),
        together={
            str(count): _together(fruits, int8[fruit], truth[fruit], count, no_fruit)
            for count in TOGETHER
            if _enough(fruits, count)
        },
        verdicts=_verdicts(int8[fruit], truth[fruit], names, rules, families),
        second_reading=reading(samples, int8, names, mislabelled),
    )


def _enough(samples: Sequence[Sample], count: int) -> bool:
    return max(Counter((s.label, s.row.source) for s in samples).values(), default=0) >= count


def _together(samples: Sequence[Sample], probabilities: Matrix, truth: Indices, count: int, no_fruit: int) -> Score:
    """Score of sets of `count` photos of one label and source: as many sets as photos, drawn by a fixed seed."""
    rng = np.random.default_rng(0)
    kin: dict[tuple[str, str], list[int]] = defaultdict(list)
    for index, sample in enumerate(samples):
        kin[sample.label, sample.row.source].append(index)
    sets = [rng.choice(mine, count, replace=False) for mine in kin.values() if len(mine) >= count for _ in mine]
    shared = np.stack([together(probabilities[mine]) for mine in sets])
    first = np.array([mine[0] for mine in sets], int)
    return score(shared, truth[first], no_fruit)


def _verdicts(
    probabilities: Matrix, truth: Indices, names: Sequence[str], rules: Rules, families: Mapping[str, str]
) -> VerdictScore:
    verdicts = [decide(row, names, names.index(NO_FRUIT), rules, families) for row in probabilities]
    shares = {status: sum(v.status == status for v in verdicts) / len(verdicts) for status in STATUSES}
    asked = [(v, names[true]) for v, true in zip(verdicts, truth, strict=True) if v.status == "ambiguous"]
    few = [name in [c.name for c in v.alternatives[: rules.candidates_most]] for v, name in asked]
    kin = [families.get(name) == v.family for v, name in asked if v.family]
    return VerdictScore(
        **{status: _share(share) for status, share in shares.items()},
        candidates_right=_share(sum(few) / len(few)) if few else None,
        family_right=_share(sum(kin) / len(kin)) if kin else None,
        families=len(kin),
    )


def _calibration(probabilities: Matrix, truth: Indices) -> list[CalibrationBin]:
    """What the page's calibration plot is drawn from."""
    right = probabilities.argmax(axis=1) == truth
    return [
        CalibrationBin(low=low, high=high, photos=photos, confidence=_share(confidence), right=_share(share))
        for low, high, photos, confidence, share in calibration_bins(probabilities.max(axis=1), right)
    ]


def _no_fruit(probabilities: Matrix, no_fruit: int) -> NoFruitScore:
    given = answered(probabilities, no_fruit, THRESHOLD)
    share = _share(float(given.mean())) if len(given) else None
    return NoFruitScore(photos=len(given), threshold=THRESHOLD, answered=share)


def _by_source(
    samples: Sequence[Sample],
    probabilities: Matrix,
    truth: Indices,
    fruit: npt.NDArray[np.bool_],
    no_fruit: int,
) -> dict[str, Score]:
    sources = np.array([sample.row.source for sample in samples])
    masks = {source: (sources == source) & fruit for source in sorted(set(sources))}
    return {
        str(source): score(probabilities[mask], truth[mask], no_fruit)
        for source, mask in masks.items()
        if mask.sum() >= FEWEST_PHOTOS
    }


def _by_label(probabilities: Matrix, truth: Indices, names: Sequence[str]) -> dict[str, ClassScore]:
    right = probabilities.argmax(axis=1) == truth
    return {
        name: ClassScore(photos=int((truth == i).sum()), top1=_share(float(right[truth == i].mean())))
        for i, name in enumerate(names)
        if (truth == i).any()
    }


def _confusions(probabilities: Matrix, truth: Indices, names: Sequence[str]) -> list[Confusion]:
    said = probabilities.argmax(axis=1)
    pairs = Counter((int(t), int(s)) for t, s in zip(truth, said, strict=True) if t != s)
    worst = sorted(pairs.items(), key=lambda pair: (-pair[1], pair[0]))[:CONFUSIONS]
    return [Confusion(true=names[t], said=names[s], photos=count) for (t, s), count in worst]


def _share(value: float) -> float:
    return round(value, 4)
