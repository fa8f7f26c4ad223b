"""A card's accuracy as the tables of docs/training.md."""

from jamhot.vision.card import Card, Int8Score, Score


def table(card: Card) -> str:
    """Markdown: one row a set of photos, then the lines on no fruit and on int8."""
    accuracy = card.accuracy
    rows = [_row("all held-out photos", accuracy.held_out)]
    rows += [_row(f"held out of `{name}`", score) for name, score in accuracy.by_source.items()]
    rows += [_row(f"`{name}` left out of training", score) for name, score in accuracy.left_out.items()]
    rows += [_row(f"{count} held-out photos together", score) for count, score in accuracy.together.items()]
    none, int8 = accuracy.no_fruit, accuracy.int8
    return "\n".join(
        [
            "| photos | count | top-1 | top-5 | ECE | right at 0.7 | answered at 0.7 |",
            "|---|---:|---:|---:|---:|---:|---:|",
            *rows,
            "",
            f"No fruit: {_percent(none.answered)} of {none.photos} pictures get a fruit at {none.threshold}.",
            _against_float(int8),
            f"Temperature {card.temperature}, thresholds {card.thresholds.model_dump()}.",
            f"Verdicts: {accuracy.verdicts.model_dump() if accuracy.verdicts else '–'}.",
            "",
        ]
    )


def _row(name: str, score: Score) -> str:
    shares = [_percent(score.precision), _percent(score.coverage)]
    cells = [_percent(score.top1), _percent(score.top5), f"{score.ece:.3f}", *shares]
    return f"| {name} | {score.photos} | {' | '.join(cells)} |"


def _against_float(int8: Int8Score) -> str:
    return (
        f"int8 against float on {int8.photos} photos: top-1 {_percent(int8.top1_int8)} against "
        f"{_percent(int8.top1_float)}, the same first label on {_percent(int8.same_top1)}."
    )


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.1f} %"
