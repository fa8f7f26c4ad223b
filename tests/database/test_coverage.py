"""Coverage says what is known, what is seen, and what to write next."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from jamhot.catalog.content import Content
from jamhot.database.catalog_store import populate
from jamhot.database.coverage import update_coverage


@pytest.fixture
def connection(populated_url: str) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(populated_url, autocommit=True) as connection:
        yield connection


def test_what_the_model_names_is_stored_once(connection: psycopg.Connection[Any], content: Content) -> None:
    labels = [fruit.ai_identifier for fruit in content.fruits if fruit.ai_identifier][:5]
    first = update_coverage(connection, [*labels, "moonfruit"])
    assert first.changed == len(content.fruits)
    assert first.unknown_labels == ("moonfruit",)
    seen = {fruit.name for fruit in first.fruits if fruit.recognizable}
    assert seen == {fruit.name for fruit in content.fruits if fruit.ai_identifier in labels}
    assert len(first.unseen) == len(content.fruits) - 5
    second = update_coverage(connection, [*labels, "moonfruit"])
    assert second.changed == 0
    assert second.fruits == first.fruits
    assert update_coverage(connection, labels[:4]).changed == 1


def test_it_follows_the_content_by_itself(connection: psycopg.Connection[Any], content: Content) -> None:
    before = update_coverage(connection, None)
    assert {fruit.name for fruit in before.covered} == {fruit.name for fruit in content.fruits if fruit.profile}
    assert all(fruit.recognizable is None for fruit in before.fruits), "nobody said yet what the model names"
    counted = {fruit.name: fruit.recipes for fruit in before.fruits}
    for fruit in content.fruits:
        assert counted[fruit.name] == sum(fruit.name in recipe.primary_fruits for recipe in content.recipes)
    bare = tuple(fruit.model_copy(update={"profile": None}) for fruit in content.fruits)
    populate(connection, Content(bare, content.recipes))
    assert update_coverage(connection, None).covered == []


def test_labels_that_are_not_known_leave_what_is_stored(connection: psycopg.Connection[Any], content: Content) -> None:
    labels = [fruit.ai_identifier for fruit in content.fruits if fruit.ai_identifier]
    stored = update_coverage(connection, labels)
    assert update_coverage(connection, None).fruits == stored.fruits


def test_what_to_write_next(connection: psycopg.Connection[Any], content: Content) -> None:
    covered = next(fruit for fruit in content.fruits if fruit.profile and fruit.ai_identifier)
    bare = covered.model_copy(update={"profile": None})
    fruits = tuple(bare if fruit is covered else fruit for fruit in content.fruits)
    populate(connection, Content(fruits, content.recipes))
    labels = [fruit.ai_identifier for fruit in content.fruits if fruit.profile and fruit.ai_identifier]
    coverage = update_coverage(connection, labels)
    wanted = coverage.next_to_write
    assert wanted[0].name == covered.name, "the camera names it and we know nothing of it"
    assert [f for f in wanted if f.covered] == sorted(coverage.few_recipes, key=lambda f: (f.recipes, f.name))
    assert all(fruit.recognizable is False for fruit in wanted[1 + len(coverage.few_recipes) :])
    assert all(fruit.covered and fruit.recipes >= 2 for fruit in set(coverage.fruits) - set(wanted))
