"""Names, matching, search and order, on the shipped content."""

from __future__ import annotations

from datetime import date

import pytest

from jamhot.catalog.build import Content
from jamhot.catalog.matching import Kinship, match, shrunk_rating
from jamhot.catalog.snapshot import RecipeQuery, Snapshot
from jamhot.catalog.types import EndPoint, Fruit, Keeping, Recipe, Times, Yield


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("strawberry", "strawberry"),
        ("Strawberries", "strawberry"),
        ("strawbery", "strawberry"),
        ("red currants", "redcurrant"),
        ("CAPE GOOSEBERRY", "physalis"),
        ("tangerine", "mandarin"),
        ("kiwi fruit", "kiwi"),
        ("sour-cherry", "sour_cherry"),
        ("Buddha’s hand", "buddhas_hand"),
    ],
)
def test_people_call_fruits_many_things(snapshot: Snapshot, said: str, meant: str) -> None:
    assert snapshot.names.resolve(said) == meant


@pytest.mark.parametrize("said", ["zucchini", "pear pear", "", "🍓", "'; drop table fruits"])
def test_what_is_no_fruit_is_not_guessed(snapshot: Snapshot, said: str) -> None:
    assert snapshot.names.resolve(said) is None


def test_a_pineapple_is_no_apple(snapshot: Snapshot) -> None:
    assert snapshot.names.resolve("pineapples") == "pineapple"
    found = {one.recipe.primary_fruits for one in snapshot.find(RecipeQuery(("apple",))) if one.match == "perfect"}
    assert found == {("apple",)}


def made(number: int, fruits: tuple[str, ...], primary: tuple[str, ...], **more: object) -> Recipe:
    return Recipe.model_validate(
        {
            "id": number,
            "slug": f"r-{number}",
            "title": f"Recipe {number}",
            "kind": "jam",
            "tested": False,
            "fruits": fruits,
            "primary_fruits": primary,
            "summary": "Made for a test.",
            "ingredients": [],
            "instructions": [],
            "end_point": EndPoint(tests=("wrinkle",)),
            "yield": Yield(basis="unknown"),
            "times": Times(),
            "difficulty": "easy",
            "keeping": Keeping(method="freeze", note="A year."),
            "source": "test",
            "licence": "test",
            "created": date(2026, 11, 23),
            **more,
        }
    )


def named(name: str, kind_of: str | None = None) -> Fruit:
    return Fruit(name=name, display_name=name.replace("_", " ").capitalize(), plural=f"{name}s", kind_of=kind_of)


FRUITS = {f.name: f for f in (named("cherry"), named("sour_cherry", "cherry"), named("apple"), named("lemon"))}
KIN = Kinship(FRUITS)


@pytest.mark.parametrize(
    ("fruits", "primary", "wanted", "expected"),
    [
        (("apple",), ("apple",), ("apple",), "perfect"),
        (("apple", "lemon"), ("apple",), ("apple",), "perfect"),
        (("apple", "lemon"), ("apple", "lemon"), ("apple",), "good"),
        (("apple", "lemon"), ("apple",), ("lemon",), "good"),
        (("apple",), ("apple",), ("apple", "lemon"), "partial"),
        (("apple", "lemon"), ("apple", "lemon"), ("lemon", "apple"), "perfect"),
        (("sour_cherry",), ("sour_cherry",), ("cherry",), "perfect"),
        (("cherry",), ("cherry",), ("sour_cherry",), "perfect"),
        (("lemon",), ("lemon",), ("apple",), None),
    ],
)
def test_matching(
    fruits: tuple[str, ...], primary: tuple[str, ...], wanted: tuple[str, ...], expected: str | None
) -> None:
    assert match(made(1, fruits, primary), wanted, KIN) == expected


def test_order_is_match_then_tested_then_rating_and_never_changes() -> None:
    recipes = (
        made(1, ("apple", "lemon"), ("apple", "lemon"), tested=True, rating=5, review_count=900),
        made(2, ("apple",), ("apple",), rating=5, review_count=1),
        made(3, ("apple",), ("apple",), rating=4.6, review_count=300),
        made(4, ("apple",), ("apple",), tested=True),
        made(5, ("apple",), ("apple",), rating=2, review_count=50),
    )
    snapshot = Snapshot(Content(tuple(FRUITS.values()), recipes), 1)
    ids = [one.recipe.id for one in snapshot.find(RecipeQuery(("apple",)))]
    assert ids == [4, 3, 2, 5, 1]
    assert all([one.recipe.id for one in snapshot.find(RecipeQuery(("apple",)))] == ids for _ in range(3))


def test_one_perfect_review_does_not_beat_three_hundred_good_ones() -> None:
    few, many = (
        made(1, ("apple",), ("apple",), rating=5, review_count=1),
        made(2, ("apple",), ("apple",), rating=4.6, review_count=300),
    )
    assert shrunk_rating(many, 4.0) > shrunk_rating(few, 4.0)


@pytest.mark.parametrize(
    "query", ["strawberry jam", "strawberries", "strawbery", "Strawberry  JAM recipe", "jam with strawberries"]
)
def test_search_finds_strawberry_jam(snapshot: Snapshot, query: str) -> None:
    titles = [one.recipe.title for one in snapshot.find(RecipeQuery(q=query))]
    assert "Strawberry jam" in titles
    assert all("trawberr" in title or "erry" in title or "erri" in title for title in titles[:3])


@pytest.mark.parametrize("query", ["zucchini", "xqzzt", "%' OR 1=1 --"])
def test_search_finds_nothing_where_there_is_nothing(snapshot: Snapshot, query: str) -> None:
    assert snapshot.find(RecipeQuery(q=query)) == []


def test_filters_combine(snapshot: Snapshot) -> None:
    found = snapshot.find(RecipeQuery(fruits=("strawberry",), kind="jam", tested=True))
    assert found
    for one in found:
        assert one.recipe.kind == "jam"
        assert one.recipe.tested
        assert "strawberry" in one.recipe.fruits


def test_recipes_carry_the_warnings_of_their_fruits(snapshot: Snapshot) -> None:
    rhubarb = [r for r in snapshot.recipes.values() if "rhubarb" in r.fruits]
    assert rhubarb
    assert all(any("lea" in w.text for w in recipe.warnings) for recipe in rhubarb)
