"""What the card says, as pictures for docs/images: small files, the same colours throughout."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from PIL import Image

from jamhot.training.metrics import ECE_BINS, Indices, Matrix
from jamhot.vision.card import Card

JAM, LEAF, INK = "#a3263f", "#6b7f3a", "#333333"
# No date, no random ids: the same figures give the same file.
STYLE = {
    "svg.hashsalt": "jam",
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": INK,
}
WORST_PAIRS = 20


def write_all(
    folder: Path, card: Card, probabilities: Matrix, truth: Indices, curves: Sequence[Sequence[Mapping[str, float]]]
) -> None:
    """Four files in `folder`: of the held-out fruit photos' probabilities [N, K], of the card, and of what trainings
    that followed one another measured on the way."""
    folder.mkdir(parents=True, exist_ok=True)
    with mpl.rc_context(STYLE):
        _save(folder / "model-reliability.svg", _reliability(probabilities, truth))
        _save(folder / "model-confusions.svg", _confusions(card))
        _save_dots(folder / "model-accuracy.png", _accuracy(card))
        _save(folder / "model-training.svg", _training(curves))


def _save(path: Path, figure: Figure) -> None:
    FigureCanvasSVG(figure).print_svg(str(path), metadata={"Date": None})


def _save_dots(path: Path, figure: Figure) -> None:
    """A hundred bars are smaller as dots of sixteen colours than as drawing instructions."""
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB").quantize(16).save(path, optimize=True)


def _axes(width: float, height: float) -> tuple[Figure, Axes]:
    figure = Figure(figsize=(width, height), layout="constrained")
    return figure, figure.subplots()


def _reliability(probabilities: Matrix, truth: Indices) -> Figure:
    """Accuracy over confidence, and how many answers there are at each."""
    confidence, right = probabilities.max(axis=1), probabilities.argmax(axis=1) == truth
    bins = np.minimum((confidence * ECE_BINS).astype(int), ECE_BINS - 1)
    figure = Figure(figsize=(4.5, 4.5), layout="constrained")
    above, below = figure.subplots(2, 1, sharex=True, height_ratios=[3, 1])
    above.plot([0, 1], [0, 1], color=INK, linewidth=0.8, linestyle="--")
    for b in range(ECE_BINS):
        mine = bins == b
        if mine.sum() >= 5:
            share, count = float(right[mine].mean()), int(mine.sum())
            error = 1.96 * float(np.sqrt(max(share * (1 - share), 1e-9) / count))
            above.errorbar(float(confidence[mine].mean()), share, error, fmt="o", color=JAM, markersize=4, linewidth=1)
    above.set(ylabel="share that is right", ylim=(0, 1.02), title=f"{len(truth)} held-out photos of fruit, int8")
    below.hist(confidence, np.linspace(0, 1, ECE_BINS + 1).tolist(), color=LEAF)
    below.set(xlabel="confidence", ylabel="photos")
    return figure


def _confusions(card: Card) -> Figure:
    pairs = card.accuracy.confusions[:WORST_PAIRS][::-1]
    figure, axes = _axes(6, 0.2 * len(pairs) + 0.9)
    names = [f"{pair.true} is called {pair.said}".replace("_", " ") for pair in pairs]
    axes.barh(names, [pair.photos for pair in pairs], color=JAM)
    axes.set(xlabel="held-out photos", title="Who is taken for whom")
    return figure


def _accuracy(card: Card) -> Figure:
    """Top-1 by source and by label, the worst labels below."""
    figure = Figure(figsize=(9, 11), dpi=80, layout="constrained")
    left, right = figure.subplots(1, 2)
    by_label = sorted(card.accuracy.by_label.items(), key=lambda item: (item[1].top1, item[0]))
    _bars(right, [(f"{name} ({one.photos})", one.top1) for name, one in by_label])
    right.set(title="By label (held-out photos)")
    sources = [(f"{name} ({one.photos})", one.top1) for name, one in card.accuracy.by_source.items()]
    sources += [(f"{name}, left out ({one.photos})", one.top1) for name, one in card.accuracy.left_out.items()]
    _bars(left, sorted(sources, key=lambda item: item[1]))
    left.set(title="By source")
    return figure


def _bars(axes: Axes, rows: Sequence[tuple[str, float]]) -> None:
    places = np.arange(len(rows))
    axes.barh(places, [value for _, value in rows], color=LEAF)
    axes.set_yticks(places, [name.replace("_", " ") for name, _ in rows], fontsize=7)
    axes.set(xlabel="top-1", xlim=(0, 1), ylim=(-1, len(rows)))


def _training(curves: Sequence[Sequence[Mapping[str, float]]]) -> Figure:
    """Top-1, top-5 and loss over the pictures shown; a gap where a further course begins."""
    figure, axes = _axes(7, 3.4)
    losses, begin, size = axes.twinx(), 0.0, 0.0
    for measures in curves:
        seen = [begin + one["samples"] / 1000 for one in measures]
        axes.plot(seen, [one["top1"] for one in measures], "o-", color=JAM, markersize=2, linewidth=1)
        axes.plot(seen, [one["top5"] for one in measures], "o-", color=LEAF, markersize=2, linewidth=1)
        losses.plot(seen, [one["loss"] for one in measures], color=INK, linewidth=0.8, linestyle=":")
        for x, one in zip(seen, measures, strict=True):
            if one["size"] != size:
                size = one["size"]
                axes.annotate(f"{size:.0f}", (x, one["top1"]), xytext=(0, -12), textcoords="offset points", fontsize=7)
        begin = seen[-1] if seen else begin
    axes.set(xlabel="thousand pictures shown (their side, px, where it changes)", ylabel="share", ylim=(0.4, 1))
    losses.set(ylabel="training loss")
    lines = [*axes.lines[:2], *losses.lines[:1]]
    axes.legend(lines, ["top-1", "top-5", "loss"], loc="lower right", frameon=False)
    return figure
