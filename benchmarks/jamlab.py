"""How far the jam lab can be believed: against the tested recipes, `python -m benchmarks.jamlab`.

The recipes are split by the parity of their id. The factors marked *fitted* in `jamhot/jamlab/constants.py` were set
on the even half; the odd half is reported apart. Writes `benchmarks/results/jamlab.md` and the plot
`docs/images/jamlab-yield.svg`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from jamhot.catalog.build import load_content
from jamhot.catalog.types import Recipe
from jamhot.jamlab.balance import jars, weigh
from jamhot.jamlab.gel import forecast
from jamhot.jamlab.recipes import batch_of
from jamhot.jamlab.types import Batch, SetForecast

ROOT = Path(__file__).parent.parent
PLOT = ROOT / "docs" / "images" / "jamlab-yield.svg"
REPORT = ROOT / "benchmarks" / "results" / "jamlab.md"
NEAR = 0.15


@dataclass(frozen=True, slots=True)
class Case:
    """A tested recipe, the batch it is, and what was predicted for it."""

    recipe: Recipe
    batch: Batch
    jars: float
    set: SetForecast

    @property
    def low(self) -> float:
        """Jars stated, the lower end."""
        return self.recipe.yield_.jars or 0.0

    @property
    def high(self) -> float:
        return self.recipe.yield_.jars_max or self.low

    @property
    def middle(self) -> float:
        return (self.low + self.high) / 2

    @property
    def off(self) -> float:
        """How far the prediction lies outside what the source states, as a share of the nearer end."""
        if self.low <= self.jars <= self.high:
            return 0.0
        end = self.low if self.jars < self.low else self.high
        return self.jars / end - 1

    @property
    def near(self) -> bool:
        return abs(self.off) <= NEAR

    @property
    def near_middle(self) -> bool:
        return abs(self.jars / self.middle - 1) <= NEAR

    @property
    def stated(self) -> bool:
        return self.recipe.yield_.basis == "stated"


def cases() -> list[Case]:
    """Every tested recipe that the lab knows: jam, jelly, marmalade, conserve, preserve, butter with all weights."""
    content = load_content()
    fruits = {fruit.name: fruit for fruit in content.fruits}
    found = []
    for recipe in content.recipes:
        batch = batch_of(recipe, fruits) if recipe.tested else None
        if batch is not None:
            found.append(Case(recipe, batch, jars(weigh(batch), batch.jar_ml).mid, forecast(batch)))
    return found


def _share(good: int, total: int) -> str:
    return f"{good} of {total} ({good / total:.0%})"


def _line(name: str, group: Sequence[Case]) -> str:
    stated = [one for one in group if one.stated]
    gels = [one for one in group if one.batch.ending != "thick"]
    return (
        f"| {name} | {_share(sum(one.near for one in stated), len(stated))} "
        f"| {_share(sum(one.near_middle for one in stated), len(stated))} "
        f"| {_share(sum(one.set.verdict == 'likely' for one in group), len(group))} "
        f"| {_share(sum(one.set.verdict == 'likely' for one in gels), len(gels))} |"
    )


def report(found: Sequence[Case]) -> str:
    """The table of docs/jamlab.md and the outliers."""
    even = [one for one in found if one.recipe.id % 2 == 0]
    odd = [one for one in found if one.recipe.id % 2]
    lines = [
        "| recipes | yield within 15 % of what is stated | of its middle | set likely, all | likely, gels |",
        "|---|---|---|---|---|",
        _line("even ids (fitted on)", even),
        _line("odd ids (held out)", odd),
        _line("all", found),
        "",
        "Median of predicted to stated (middle), even half: "
        + ", ".join(
            f"{ending} {median(rest):.2f}"
            for ending in ("gel", "timed", "thick")
            if (rest := [one.jars / one.middle for one in even if one.stated and one.batch.ending == ending])
        ),
        "",
        "| outlier | stated jars | predicted | off | set |",
        "|---|---|---|---|---|",
    ]
    for one in found:
        if (one.stated and not one.near) or one.set.verdict != "likely":
            stated = f"{one.low:g}–{one.high:g}" if one.stated else "–"
            off = f"{one.off:+.0%}" if one.stated else ""
            said = f"{one.set.verdict} ({one.set.index.value:.0f})"
            lines.append(f"| {one.recipe.slug} | {stated} | {one.jars:.1f} | {off} | {said} |")
    return "\n".join(lines) + "\n"


def plot(found: Sequence[Case]) -> str:
    """Predicted against stated jars as SVG: a point a recipe, a bar for a range, the 15 % band."""
    most, size, edge = 12.0, 480, 48

    def at(x: float, y: float) -> tuple[float, float]:
        scale = (size - 2 * edge) / most
        return round(edge + x * scale, 1), round(size - edge - y * scale, 1)

    def line(a: tuple[float, float], b: tuple[float, float], style: str) -> str:
        return f'<line x1="{a[0]}" y1="{a[1]}" x2="{b[0]}" y2="{b[1]}" {style}/>'

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" font-family="sans-serif" font-size="12">',
        "<title>Jars that the jam lab predicts against jars that tested recipes state</title>",
        f'<rect width="{size}" height="{size}" fill="#fff"/>',
        line(at(0, 0), at(most, 0), 'stroke="#333"') + line(at(0, 0), at(0, most), 'stroke="#333"'),
        line(at(0, 0), at(most, most), 'stroke="#333"'),
    ]
    dashed = 'stroke="#999" stroke-dasharray="4 4"'
    ends = [at(min(most, most / share), min(most, most * share)) for share in (1 - NEAR, 1 + NEAR)]
    parts += [line(at(0, 0), end, dashed) for end in ends]
    for tick in range(0, 13, 2):
        x, y = at(tick, 0)
        parts.append(f'<text x="{x}" y="{y + 18}" text-anchor="middle">{tick}</text>')
        x, y = at(0, tick)
        parts.append(f'<text x="{x - 8}" y="{y + 4}" text-anchor="end">{tick}</text>')
    for one in found:
        if one.stated:
            parts.append(
                line(
                    at(one.low, one.jars),
                    at(one.high, one.jars),
                    'stroke="#9c1524" stroke-opacity=".5" stroke-width="2"',
                )
            )
            x, y = at(one.middle, one.jars)
            fill = "#9c1524" if one.recipe.id % 2 else "#fff"
            parts.append(
                f'<circle cx="{x}" cy="{y}" r="4" fill="{fill}" stroke="#9c1524">'
                f"<title>{one.recipe.slug}</title></circle>"
            )
    parts += [
        f'<text x="{size / 2}" y="{size - 8}" text-anchor="middle">jars stated (filled: held out)</text>',
        f'<text transform="translate(14 {size / 2}) rotate(-90)" text-anchor="middle">jars predicted</text>',
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def main() -> None:
    found = cases()
    PLOT.write_text(plot(found), encoding="utf-8")
    REPORT.write_text(report(found), encoding="utf-8")
    print(report(found))


if __name__ == "__main__":
    main()
