"""Names, matching, search and order, on the shipped content."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jamhot.catalog.columns import Columns
from jamhot.catalog.content import Content
from jamhot.catalog.matching import Match
from jamhot.catalog.shelf import RecipeShelf
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


@pytest.mark.parametrize(
    ("query", "fruit", "never"),
    [
        ("plum and ginger", "plum", "tomato"),
        ("plums", "plum", "tomato"),
        ("plum tomatoes", "tomato", "plum"),
        ("plum tom", "tomato", "plum"),
        ("cherry", "cherry", "tomato"),
        ("pineapple", "pineapple", "feijoa"),
        ("pineapple guava", "feijoa", "pineapple"),
    ],
)
def test_a_plum_tomato_is_no_plum(snapshot: Snapshot, query: str, fruit: str, never: str) -> None:
    found = [one.recipe.fruits for one in snapshot.find(RecipeQuery(q=query))]
    assert not [fruits for fruits in found if never in fruits and fruit not in fruits]
    assert found or query == "plum and ginger"


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
    snapshot = Snapshot(Content(tuple(FRUITS.values()), (made(1, fruits, primary),)), 1)
    assert [one.match for one in snapshot.find(RecipeQuery(wanted))] == ([expected] if expected else [])


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
    of_few, of_many = Columns([few, many]).shrunk(4.0)
    assert of_many > of_few


@pytest.mark.parametrize(
    "query", ["strawberry jam", "strawberries", "strawbery", "Strawberry  JAM recipe", "jam with strawberries"]
)
def test_search_finds_strawberry_jam(snapshot: Snapshot, query: str) -> None:
    titles = [one.recipe.title for one in snapshot.find(RecipeQuery(q=query))]
    assert "Strawberry jam" in titles
    assert all("trawberr" in title or "erry" in title or "erri" in title for title in titles[:3])


@pytest.mark.parametrize("query", ["zucchini", "xqzzt", "%' OR 1=1 --"])
def test_search_finds_nothing_where_there_is_nothing(snapshot: Snapshot, query: str) -> None:
    assert list(snapshot.find(RecipeQuery(q=query))) == []


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


NAMES = st.lists(
    st.sampled_from(["cherry", "sour_cherry", "apple", "lemon", "plum"]), min_size=1, max_size=4, unique=True
)


def plain_match(recipe: Recipe, wanted: list[str]) -> Match | None:
    """The rule of `matching` written out for one recipe."""
    kin = {"cherry": {"cherry", "sour_cherry"}, "sour_cherry": {"cherry", "sour_cherry"}}
    groups = [kin.get(name, {name}) for name in wanted]
    taken = [group for group in groups if group & set(recipe.fruits)]
    if len(taken) < len(groups):
        return "partial" if taken else None
    all_primary = all(group & set(recipe.primary_fruits) for group in groups)
    return "perfect" if all_primary and set(recipe.primary_fruits) <= set().union(*groups) else "good"


@given(st.lists(st.tuples(NAMES, NAMES), min_size=1, max_size=8), NAMES)
def test_all_recipes_at_once_are_matched_as_one_by_one(
    lists: list[tuple[list[str], list[str]]], wanted: list[str]
) -> None:
    recipes = tuple(
        made(number, tuple(dict.fromkeys(primary + others)), tuple(primary))
        for number, (primary, others) in enumerate(lists, 1)
    )
    found = Snapshot(Content(tuple(FRUITS.values()), recipes), 1).find(RecipeQuery(tuple(wanted)))
    expected = {recipe.id: plain_match(recipe, wanted) for recipe in recipes}
    assert {one.recipe.id: one.match for one in found} == {i: match for i, match in expected.items() if match}


def test_of_partial_matches_those_come_first_that_need_fewer_fruits_besides() -> None:
    recipes = (
        made(1, ("apple", "plum", "cherry"), ("apple",), tested=True),
        made(2, ("apple", "plum"), ("apple",), tested=True, rating=5, review_count=90),
        made(3, ("apple",), ("apple",)),
    )
    snapshot = Snapshot(Content(tuple(FRUITS.values()), recipes), 1)
    assert [one.recipe.id for one in snapshot.find(RecipeQuery(("apple", "lemon")))] == [3, 2, 1]


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("blueberries", "Blueberry jam"),
        ("red currants", "Redcurrant jelly"),
        ("tangerine", "Mandarin"),
        ("chili", "chilli"),
        ("fig preserves", "Fig"),
        ("rhubarb and ginger", "Rhubarb"),
        ("marmelade seville", "Seville"),
    ],
)
def test_other_names_and_spellings(snapshot: Snapshot, query: str, title: str) -> None:
    titles = [one.recipe.title for one in snapshot.find(RecipeQuery(q=query))]
    assert any(title.lower() in found.lower() for found in titles), titles


@pytest.mark.parametrize(
    ("query", "first"),
    [("strawbery jam", "Strawberry jam"), ("quince paste", "Quince paste"), ("jam of raspberries", "Raspberry jam")],
)
def test_the_title_that_says_it_comes_first(snapshot: Snapshot, query: str, first: str) -> None:
    assert snapshot.find(RecipeQuery(q=query))[0].recipe.title.startswith(first)


def test_accents_are_no_hurdle(snapshot: Snapshot) -> None:
    plain, accented = (snapshot.find(RecipeQuery(q=query)).rows.tolist() for query in ("puree", "purée"))
    assert plain == accented != []


def test_difficulty_time_and_source(snapshot: Snapshot) -> None:
    quick = snapshot.find(RecipeQuery(max_minutes=45, difficulty="easy", source="beeton"))
    assert quick
    for one in quick:
        assert one.recipe.difficulty == "easy"
        assert one.recipe.times.total_minutes is not None
        assert one.recipe.times.total_minutes <= 45
        assert "Beeton" in one.recipe.source
    assert not snapshot.find(RecipeQuery(source="nobody at all"))


def test_from_a_to_z(snapshot: Snapshot) -> None:
    titles = [one.recipe.title.casefold() for one in snapshot.find(RecipeQuery(order="title"))]
    assert titles == sorted(titles)
    assert len(titles) == len(snapshot.recipes)


def test_a_recipe_comes_off_the_shelf_as_it_was_put_there(content: Content) -> None:
    shelf = RecipeShelf(content.recipes)
    assert list(shelf.values()) == sorted(content.recipes, key=lambda recipe: recipe.id)
    assert all(shelf.json(one.id) == one.model_dump_json().encode() for one in content.recipes)
    assert 0 not in shelf
