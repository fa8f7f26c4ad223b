"""As much as was promised: the thresholds stand in `jamhot/catalog/rules/coverage.py`."""

from __future__ import annotations

import pytest

from jamhot.catalog.content import Content
from jamhot.catalog.rules.__main__ import main
from jamhot.catalog.rules.coverage import COMMONEST, NOT_PRESERVED, Promises, recipes_by_fruit, shortfalls, table


def test_there_is_as_much_as_was_promised(content: Content) -> None:
    assert list(shortfalls(content)) == []


def test_a_promise_that_is_not_kept_is_told(content: Content) -> None:
    few = Content(fruits=content.fruits, recipes=content.recipes[:1])
    told = list(shortfalls(few, Promises(recipes=2, fruits_named=1, profiles=1, fruits_in_recipes=1)))
    assert told[0] == "recipes: 1 of 2"
    assert "plum, which the camera names: 0 of 2 recipes" in told
    assert "plum, one of the twenty commonest: 0 of 5 recipes" in told
    assert not any("avocado" in text for text in told)


def test_the_lists_name_fruits_that_exist(content: Content) -> None:
    names = {fruit.name for fruit in content.fruits}
    assert len(set(COMMONEST)) == 20
    assert names >= {*COMMONEST, *NOT_PRESERVED}


def test_a_kind_counts_for_its_fruit(content: Content) -> None:
    counts = recipes_by_fruit(content)
    assert counts["cherry"] >= counts["sour_cherry"] > 0


def test_the_table_counts_every_recipe(content: Content) -> None:
    lines = list(table(content))
    assert lines[0].startswith("| fruit | jam | jelly |")
    assert lines[-1].endswith(f" {len(content.recipes)} |")
    assert len(lines) == 3 + len({name for recipe in content.recipes for name in recipe.primary_fruits})


def test_the_table_is_a_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main("table") == 0
    assert "| strawberry |" in capsys.readouterr().out
