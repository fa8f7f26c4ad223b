"""A card's accuracy as the tables of docs/training.md."""

from jamhot.vision.card import Card, Int8Score, NoFruitScore, Reading, Score

HEAD = (
    "| photos | count | top-1 | top-5 | ECE | right at 0.7 | answered at 0.7 |",
    "|---|---:|---:|---:|---:|---:|---:|",
)
MISLABELLED_OUT = "… without the plainly mislabelled"


def table(card: Card) -> str:
    """Markdown: one row a set of photos, then the lines on no fruit and on int8."""
    accuracy = card.accuracy
    rows = [_row(f"held out of `{name}`", score) for name, score in accuracy.by_source.items()]
    rows += [_row(f"`{name}` left out of training", score) for name, score in accuracy.left_out.items()]
    rows += [_row(f"{count} held-out photos together", score) for count, score in accuracy.together.items()]
    return "\n".join(
        [
            *HEAD,
            *_held_out(accuracy.held_out, accuracy.second_reading),
            *rows,
            "",
            *_no_fruit(accuracy.no_fruit, accuracy.second_reading),
            _against_float(accuracy.int8),
            f"Temperature {card.temperature}, thresholds {card.thresholds.model_dump()}.",
            f"Verdicts: {accuracy.verdicts.model_dump() if accuracy.verdicts else '–'}.",
            "",
        ]
    )


def readings(first: Reading, second: Reading) -> str:
    """Markdown of both readings of the held-out photos: as labelled, and without the plainly mislabelled."""
    return "\n".join([*HEAD, *_held_out(first.held_out, second), "", *_no_fruit(first.no_fruit, second), ""])


def _row(name: str, score: Score) -> str:
    shares = [_percent(score.precision), _percent(score.coverage)]
    cells = [_percent(score.top1), _percent(score.top5), f"{score.ece:.3f}", *shares]
    return f"| {name} | {score.photos} | {' | '.join(cells)} |"


def _held_out(score: Score, second: Reading | None) -> list[str]:
    rows = [_row("all held-out photos", score)]
    return rows if second is None else [*rows, _row(MISLABELLED_OUT, second.held_out)]


def _no_fruit(score: NoFruitScore, second: Reading | None) -> list[str]:
    lines = [f"No fruit: {_percent(score.answered)} of {score.photos} pictures get a fruit at {score.threshold}."]
    if second is not None:
        none = second.no_fruit
        lines.append(f"{MISLABELLED_OUT}: {_percent(none.answered)} of {none.photos}.")
    return lines


def _against_float(int8: Int8Score) -> str:
    return (
        f"int8 against float on {int8.photos} photos: top-1 {_percent(int8.top1_int8)} against "
        f"{_percent(int8.top1_float)}, the same first label on {_percent(int8.same_top1)}."
    )


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.1f} %"
