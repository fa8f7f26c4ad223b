"""Everything the pipeline decided about a page, as JSON: for `jamhot scrape ingest --json`, people and graders."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from jamhot.scraping.extract import Page
from jamhot.scraping.judge import as_json as judgement_as_json
from jamhot.scraping.lines import as_json as line_as_json
from jamhot.scraping.steps import summarise
from jamhot.scraping.types import Span, Yield
from jamhot.scraping.understand import Outcome


def page_report(name: str, page: Page, found: list[Outcome], site: str) -> dict[str, Any]:
    """One page: where it is from, its recipes, and at the top the fields of the first, mostly the only one."""
    recipes = [_recipe(one) for one in found]
    first = recipes[0] if recipes else _nothing(page)
    return {
        "file": name,
        "url": page.address or None,
        "canonical_url": page.canonical or None,
        "site": site,
        "bytes": len(page.body),
        **first,
        "recipes": recipes,
    }


def _nothing(page: Page) -> dict[str, Any]:
    return {
        "title": page.heading or None, "ingredients": [], "instructions": [], "rating": None, "accepted": False,
        "decision": "no recipe" if page.text.strip() else "an empty page", "preserve": False,
        "reasons": ["no reader found ingredients on this page"],
    }  # fmt: skip


def _recipe(one: Outcome) -> dict[str, Any]:
    recipe = one.recipe
    extracted = recipe.extracted
    return {
        "title": extracted.title,
        "accepted": one.accepted,
        "decision": one.reason,
        "read_by": extracted.method,
        "ingredients": [line.text for line in extracted.ingredients],
        "instructions": list(extracted.instructions),
        "rating": recipe.rating.value,
        "review_count": recipe.rating.count,
        "yield": _yield(recipe.yield_),
        "times": {name: _span(getattr(recipe.times, name)) for name in ("prep", "cook", "rest", "total")},
        "lines": [
            {**line_as_json(line), "fruits": list(line.fruits), "optional": line.optional, "group": line.group}
            for line in recipe.lines
        ],
        "summary_of_steps": list(summarise(extracted.instructions).steps),
        **judgement_as_json(recipe.judgement),
        "image": extracted.image,
        "author": extracted.author,
        "licence": extracted.licence,
        "language": extracted.language,
        "as_the_page_says": {
            "yield": extracted.yields, "times": asdict(extracted.times), "rating": asdict(extracted.rating)
        },
    }  # fmt: skip


def _yield(made: Yield | None) -> dict[str, Any] | None:
    if made is None:
        return None
    return {"raw": made.raw, "min": made.least, "max": made.most, "unit": made.unit, "jar_ml": made.jar_ml,
            "grams": made.grams}  # fmt: skip


def _span(span: Span | None) -> dict[str, int] | None:
    return {"min": span.least, "max": span.most} if span is not None else None
