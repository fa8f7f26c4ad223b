"""A judged recipe, with all its sources → what the catalogue stores: facts, the link, and our own words."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Final, cast, get_args

from jamhot.catalog.measures import CUP_ML, JAM_G_PER_ML, VOLUME_ML, WEIGHT_G
from jamhot.catalog.types import (
    Difficulty,
    FoodWarning,
    Ingredient,
    Keeping,
    Kind,
    Recipe,
    Role,
    Step,
    Times,
    Unit,
    Yield,
)
from jamhot.database.scraped_store import ScrapedRecipe, Source
from jamhot.scraping.adapters import SITES, site_of
from jamhot.scraping.dedupe import canonical_address
from jamhot.scraping.hosts import host_of
from jamhot.scraping.steps import Summary, summarise
from jamhot.scraping.types import IngredientLine, JudgedRecipe, Span
from jamhot.scraping.types import Yield as PageYield

UNITS: Final[frozenset[str]] = frozenset(get_args(Unit))
FREE_LICENCES: Final = re.compile(r"creativecommons\.org/(?:licenses/by(?:-sa)?/|publicdomain/)", re.I)
"""Under which a text may be kept as it is, if it is named."""
TESTERS: Final = re.compile(
    r"(?:^|\.)(?:nchfp\.uga\.edu|extension\.[a-z]+\.edu|[a-z]+\.extension\.org|usda\.gov)$|^extension\."
)
FACTS_ONLY: Final = "all rights reserved; facts only"
_HALF_PINT_ML: Final = 240
_KEEPING_TESTED: Final = (
    "The source's method is tested. For how long jars of each size are to be processed at your altitude, read the "
    "source; without processing, keep it in the fridge and eat it within three weeks."
)
_KEEPING: Final = (
    "Not from a tested source: keep it in the fridge and eat it within three weeks, or freeze it. "
    "Processing times are for tested recipes only."
)
_CONVERTED: Final[Mapping[str, tuple[Unit, float]]] = {
    "milligram": ("gram", 0.001), "centilitre": ("millilitre", 10), "decilitre": ("millilitre", 100),
    "dessertspoon": ("millilitre", 10), "gallon": ("quart", 4), "gill": ("millilitre", 142),
    "stone": ("kilogram", 6.35),
    "sachet": ("packet", 1), "envelope": ("packet", 1), "package": ("packet", 1), "box": ("packet", 1),
    "dozen": ("piece", 12),
}  # fmt: skip


def recipe_of(
    group: Sequence[tuple[JudgedRecipe, float]], warnings: Mapping[str, tuple[FoodWarning, ...]]
) -> ScrapedRecipe:
    """One recipe from all pages that tell it.

    Args:
        group: the pages' recipes, each with when it was fetched (seconds since 1970).
        warnings: of every fruit in the catalogue, by name; fruits that are not there are left out.

    Raises:
        ValueError: none of its fruits is in the catalogue, or a field is not what the catalogue takes.
    """
    best, fetched = max(group, key=lambda one: _worth(*one))
    extracted, judgement = best.extracted, best.judgement
    fruits = tuple(name for name in judgement.fruits if name in warnings)
    primary = tuple(name for name in judgement.primary_fruits if name in warnings)
    if not primary:
        raise ValueError("none of its fruits is in the catalogue")
    summary = summarise(extracted.instructions)
    lines = tuple(_ingredient(line, warnings) for line in best.lines if line.role != "equipment")
    tested = _is_tested(extracted.url)
    ratings = [one.rating for one, _ in group if one.rating.value is not None]
    rating = max(ratings, key=lambda one: one.count, default=None)
    times = _times(best)
    steps = _steps(best, summary)
    recipe = Recipe(
        id=1,
        slug="new",
        title=_title(extracted.title),
        kind=cast("Kind", judgement.kind),
        tested=tested,
        fruits=tuple(dict.fromkeys((*primary, *fruits))),
        primary_fruits=primary,
        summary=_summary(best, lines, summary, _source_name(extracted.url, extracted.site)),
        ingredients=lines,
        instructions=steps,
        end_point=summary.end_point,
        yield_=_yield(best.yield_),
        times=times,
        difficulty=_difficulty(best, times, len(lines), len(steps)),
        keeping=Keeping(method="refrigerate", note=_KEEPING_TESTED if tested else _KEEPING),
        rating=rating.value if rating else None,
        review_count=rating.count if rating else 0,
        source=_source_name(extracted.url, extracted.site),
        source_url=extracted.url,
        licence=extracted.licence or FACTS_ONLY,
        warnings=_warnings((*primary, *fruits), warnings),
        created=_day(fetched),
        scraped=_day(fetched),
    )
    return ScrapedRecipe(recipe, tuple({address_of(one): _source(one, at) for one, at in group}.values()))


def _worth(recipe: JudgedRecipe, fetched: float) -> tuple[object, ...]:
    """Which page is told from: a tested one, whose lines say most, the best known, the first."""
    said = sum(line.quantity is not None for line in recipe.lines)
    return (_is_tested(recipe.extracted.url), said, recipe.rating.count, -fetched)


def _is_tested(url: str) -> bool:
    return site_of(url).tested or TESTERS.search(_bare_host(url)) is not None


def _source_name(url: str, site: str) -> str:
    """The site's own name; of a blog or a stranger, its host."""
    known = SITES.get(site)
    return known.title if known is not None and len(known.starts) == 1 else _bare_host(url)


def _bare_host(url: str) -> str:
    return host_of(url).removeprefix("www.")


def _source(recipe: JudgedRecipe, fetched: float) -> Source:
    extracted = recipe.extracted
    return Source(
        address=address_of(recipe),
        url=extracted.url,
        source=_source_name(extracted.url, extracted.site),
        title=_title(extracted.title),
        rating=recipe.rating.value,
        review_count=recipe.rating.count,
        scraped=_day(fetched),
    )


def address_of(recipe: JudgedRecipe) -> str:
    """What makes a source itself: the page's address, and the title, because a page may tell several recipes."""
    extracted = recipe.extracted
    title = "-".join(re.findall(r"[a-z0-9]+", extracted.title.lower()))
    return f"{canonical_address(extracted.canonical_url or extracted.url)}#{title}"


def _day(seconds: float) -> date:
    return datetime.fromtimestamp(seconds, UTC).date()


def _title(title: str) -> str:
    short = title if len(title) <= 120 else title[:117].rsplit(" ", 1)[0] + "…"
    return short if len(short) >= 3 else f"{short} recipe"


def _ingredient(line: IngredientLine, fruits: Mapping[str, object]) -> Ingredient:
    """The catalogue's line; a unit that it does not know ("knob") stays with the item."""
    unit, quantity, quantity_max, item = _unit(line)
    fruit = next((name for name in line.fruits if name in fruits), None) if line.role == "fruit" else None
    item = item.strip() if len(item.strip()) >= 2 else line.raw.strip()
    preparation = ", ".join(part for part in (line.preparation, line.note) if part)
    return Ingredient(
        quantity=quantity,
        quantity_max=quantity_max if quantity_max and quantity and quantity_max > quantity else None,
        unit=unit,
        item=_cut(item, 80) if len(item) >= 2 else "unnamed",
        preparation=_cut(preparation, 160) or None,
        role=cast("Role", line.role),
        fruit=fruit,
        optional=line.optional,
        grams=_grams(quantity, unit, item),
    )


def _unit(line: IngredientLine) -> tuple[Unit | None, float | None, float | None, str]:
    """Unit, least and most in it, item."""
    low = line.quantity if line.quantity is not None and 0 < line.quantity <= 20_000 else None
    high = (
        line.quantity_max if low is not None and line.quantity_max is not None and line.quantity_max <= 20_000 else None
    )
    if line.unit is None or line.unit in UNITS:
        return cast("Unit | None", line.unit), low, high, line.item
    if line.unit in _CONVERTED:
        unit, factor = _CONVERTED[line.unit]
        return unit, low and round(low * factor, 4), high and round(high * factor, 4), line.item
    return None, low, high, f"{line.unit} {line.item}"


def _grams(quantity: float | None, unit: Unit | None, item: str) -> float | None:
    """Known weights alone: scales, and cups of plain sugar (200 g) and water."""
    if quantity is None or unit is None:
        return None
    if unit in WEIGHT_G:
        return round(quantity * WEIGHT_G[unit], 1)
    if unit in VOLUME_ML and re.fullmatch(r"(?:white |granulated |caster )*sugar|water", item.lower()):
        per_ml = 1.0 if item.lower() == "water" else 200 / CUP_ML  # USDA SR28 NDB 19335: 1 cup granulated = 200 g
        return round(quantity * VOLUME_ML[unit] * per_ml, 1)
    return None


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rsplit(" ", 1)[0] + "…"


def _yield(made: PageYield | None) -> Yield:
    """Jars × size and grams, where the page says enough: jars of a size, a volume, a weight."""
    if made is None or made.least is None or made.least <= 0:
        return Yield(basis="unknown")
    middle = (made.least + (made.most or made.least)) / 2
    most = made.most if made.most and made.most > made.least else None
    if made.jar_ml:
        grams = round(middle * made.jar_ml * JAM_G_PER_ML, -1)
        jar = _HALF_PINT_ML if abs(made.jar_ml - CUP_ML) < 1 else round(made.jar_ml)
        return Yield(basis="stated", jars=made.least, jars_max=most, jar_ml=jar, grams=grams)
    ml = VOLUME_ML.get(cast("Unit", made.unit))
    if ml is not None:
        return _as_jars(made.least * ml * JAM_G_PER_ML, middle * ml * JAM_G_PER_ML)
    if made.grams:
        return _as_jars(made.least * made.grams, middle * made.grams)
    return Yield(basis="unknown")


def _as_jars(least_g: float, middle_g: float) -> Yield:
    """Half-pint jars that a weight fills, in halves."""
    jars = max(0.5, round(least_g / (_HALF_PINT_ML * JAM_G_PER_ML) * 2) / 2)
    return Yield(basis="computed", jars=jars, jar_ml=_HALF_PINT_ML, grams=max(10.0, round(middle_g, -1)))


def _times(recipe: JudgedRecipe) -> Times:
    times = recipe.times
    return Times(prep_minutes=_least(times.prep), cook_minutes=_least(times.cook), rest_minutes=_least(times.rest) or 0,
                 total_minutes=_least(times.total))  # fmt: skip


def _least(span: Span | None) -> int | None:
    return span.least if span is not None else None


def _steps(recipe: JudgedRecipe, summary: Summary) -> tuple[Step, ...]:
    """The page's own words where its licence lets us, else ours."""
    free = FREE_LICENCES.search(recipe.extracted.licence or "") is not None
    told = recipe.extracted.instructions if free else summary.steps
    return tuple(Step(text=_cut(text, 1200)) for text in told)


def _summary(recipe: JudgedRecipe, lines: Sequence[Ingredient], summary: Summary, source: str) -> str:
    names = list(dict.fromkeys(line.item.lower() for line in lines))[:4]
    listed = ", ".join(names[:-1]) + (f" and {names[-1]}" if len(names) > 1 else names[0])
    more = f", and {len(lines) - len(names)} more" if len(lines) > len(names) else ""
    processed = " The source processes its jars." if summary.processed else ""
    return _cut(f"{_title(recipe.extracted.title)}, as {source} makes it: {listed}{more}.{processed}", 1200)


def _difficulty(recipe: JudgedRecipe, times: Times, lines: int, steps: int) -> Difficulty:
    """The points of `catalog.build.difficulty`, from what a page says."""
    kind = recipe.judgement.kind
    points = 2 if kind in ("jelly", "curd") else 1 if kind in ("marmalade", "butter") else 0
    points += (times.rest_minutes >= 240) + (lines > 6) + (steps > 9) + ((times.cook_minutes or 0) > 90)
    return "easy" if points <= 1 else "medium" if points <= 3 else "hard"


def _warnings(fruits: Sequence[str], warnings: Mapping[str, tuple[FoodWarning, ...]]) -> tuple[FoodWarning, ...]:
    """Those of every fruit that goes in, each once."""
    return tuple({one.text: one for name in fruits for one in warnings[name]}.values())
