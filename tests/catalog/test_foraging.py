"""Warnings of several wild fruits become one, and lose no look-alike."""

from __future__ import annotations

from jamhot.catalog.build import load_content
from jamhot.catalog.foraging import together
from jamhot.catalog.snapshot import Snapshot

CONTENT = load_content()
FRUITS = {fruit.name: fruit for fruit in CONTENT.fruits}
SNAPSHOT = Snapshot(CONTENT, 1)


def test_one_fruit_keeps_its_own_warnings() -> None:
    assert together([FRUITS["blueberry"]]) == FRUITS["blueberry"].warnings


def test_one_wild_fruit_among_others_keeps_its_own_warnings() -> None:
    both = (*FRUITS["blueberry"].warnings, *FRUITS["apple"].warnings)
    assert together([FRUITS["blueberry"], FRUITS["apple"]]) == both


def test_several_wild_fruits_have_one_warning_that_names_them_and_all_their_look_alikes() -> None:
    names = ["blackberry", "blueberry", "raspberry"]
    found = [one for one in together([FRUITS[name] for name in names]) if one.kind == "foraging"]
    assert len(found) == 1
    for name in names:
        assert FRUITS[name].plural in found[0].text
        for warning in FRUITS[name].warnings:
            if warning.kind == "foraging":
                assert all(one in found[0].text for one in warning.look_alikes)
                assert warning.source in found[0].source
    others = [one for name in names for one in FRUITS[name].warnings if one.kind != "foraging"]
    assert set(others) < set(together([FRUITS[name] for name in names]))


def test_no_recipe_buries_its_cook_in_warnings() -> None:
    for recipe in SNAPSHOT.recipes.values():
        kinds = [warning.kind for warning in recipe.warnings]
        assert len(kinds) <= 6, recipe.slug
        if kinds.count("foraging") > 1:
            assert len([name for name in recipe.fruits if _wild(name)]) == 1, recipe.slug


def _wild(name: str) -> bool:
    return any(warning.kind == "foraging" for warning in FRUITS[name].warnings)
