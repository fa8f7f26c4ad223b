"""The shipped content: as much as was promised, sound by every rule, and computed figures that a cook would believe."""

from __future__ import annotations

from jamhot.catalog.content import Content
from jamhot.catalog.rules import check_content


def test_the_content_keeps_all_its_rules() -> None:
    assert check_content() == []


def test_there_is_enough_of_it(content: Content) -> None:
    assert sum(fruit.profile is not None for fruit in content.fruits) >= 40
    assert len(content.recipes) >= 60
    assert sum(recipe.tested for recipe in content.recipes) >= 20


def test_every_figure_has_a_source_or_a_reason(content: Content) -> None:
    for fruit in content.fruits:
        if fruit.profile is None:
            continue
        chemistry = fruit.profile.chemistry
        for name in type(chemistry).model_fields:
            part = getattr(chemistry, name)
            if name in ("ph", "ph_missing_because"):
                continue
            assert (part.value is not None and part.source) or part.missing_because, (fruit.name, name)
        assert chemistry.ph is not None or chemistry.ph_missing_because, fruit.name


def test_yields_are_marked_and_believable(content: Content) -> None:
    for recipe in content.recipes:
        made = recipe.yield_
        assert made.basis in ("stated", "computed", "unknown")
        if made.basis == "unknown" or made.grams is None:
            continue
        put_in = sum(line.grams or 0 for line in recipe.ingredients if not line.optional)
        complete = all(line.grams for line in recipe.ingredients if line.role in ("fruit", "sugar", "liquid"))
        if complete and recipe.kind not in ("jelly",):
            assert 0.25 * put_in <= made.grams <= 1.45 * put_in, (recipe.slug, made.grams, put_in)


def test_only_tested_recipes_have_processing_times(content: Content) -> None:
    for recipe in content.recipes:
        assert bool(recipe.keeping.processing) == (recipe.keeping.method == "boiling_water")
        if recipe.keeping.processing:
            assert recipe.tested
            assert recipe.keeping.processing_source
            assert {row.above_m for row in recipe.keeping.processing} >= {0, 305, 1829}


def test_warnings_of_low_acid_and_foraged_fruits_are_there(content: Content) -> None:
    warnings = {fruit.name: {w.kind for w in fruit.warnings} for fruit in content.fruits}
    for name in ("fig", "papaya", "mango", "melon", "watermelon", "pumpkin", "elderberry"):
        assert "low_acid" in warnings[name], name
    for name in ("elderberry", "juniper_berry", "physalis"):
        assert "foraging" in warnings[name], name
    assert "harmful_part" in warnings["rhubarb"]


def test_ids_and_slugs_never_repeat_and_stay_below_the_scraped_ones(content: Content) -> None:
    assert len({recipe.id for recipe in content.recipes}) == len(content.recipes)
    assert len({recipe.slug for recipe in content.recipes}) == len(content.recipes)
    assert max(recipe.id for recipe in content.recipes) < 100_000
