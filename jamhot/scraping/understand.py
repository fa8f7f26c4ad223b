"""A page → recipes with everything that was understood and decided of them. No network, no database, never raises."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from jamhot.scraping.adapters import Site, site_of
from jamhot.scraping.extract import Page, extract
from jamhot.scraping.judge import judge
from jamhot.scraping.lines import structure_line
from jamhot.scraping.ratings import structure_rating
from jamhot.scraping.times import structure_times
from jamhot.scraping.types import ExtractedRecipe, JudgedRecipe
from jamhot.scraping.yields import structure_yield

FEWEST_LINES: Final = 2
"""A preserve has fruit and something else."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One recipe of a page, and whether it may be loaded; `reason` is one of few, for summaries: "no method"."""

    recipe: JudgedRecipe
    accepted: bool
    reason: str


def outcomes(page: Page, site: Site | None = None) -> list[Outcome]:
    """Every recipe of the page, in its order; none where it has none."""
    site = site or site_of(page.address)
    return [_outcome(understood(recipe)) for recipe in extract(page, site.name, site.layouts)]


def understood(recipe: ExtractedRecipe) -> JudgedRecipe:
    lines = tuple(structure_line(line) for line in recipe.ingredients)
    judgement = judge(recipe.title, [line.text for line in recipe.ingredients], recipe.instructions)
    return JudgedRecipe(
        extracted=recipe,
        lines=lines,
        judgement=judgement,
        yield_=structure_yield(recipe.yields) if recipe.yields else None,
        times=structure_times(recipe.times),
        rating=structure_rating(recipe.rating),
    )


def _outcome(recipe: JudgedRecipe) -> Outcome:
    reason = refusal(recipe)
    return Outcome(recipe, reason is None, reason or "accepted")


def refusal(recipe: JudgedRecipe) -> str | None:
    """Why it cannot be in the catalogue; None when it can. Rating, picture and yield are never a reason."""
    extracted, judgement = recipe.extracted, recipe.judgement
    language = (extracted.language or "en").lower()
    checks = (
        (not extracted.title.strip(), "no title"),
        (not language.startswith(("en", "x-default")), "not in English"),
        (not judgement.preserve, "a dish" if judgement.verdict == "dish" else "not a preserve"),
        (judgement.kind is None, "of no known kind"),
        (not judgement.primary_fruits, "no fruit of the catalogue"),
        (sum(line.role != "equipment" for line in recipe.lines) < FEWEST_LINES, "too few ingredients"),
        (not extracted.instructions, "no method"),
        (not extracted.url.startswith(("http://", "https://")), "no address"),
    )
    return next((reason for wrong, reason in checks if wrong), None)
