"""Reading a list on by cursor while the catalogue changes: what stayed is neither repeated nor skipped."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jamhot.answers import cookbook
from jamhot.answers.cookbook import RecipeSearch
from jamhot.catalog import cursor
from jamhot.catalog.content import Content
from jamhot.catalog.snapshot import Snapshot
from jamhot.catalog.types import Fruit, Recipe
from jamhot.errors import InvalidRequest
from tests.catalog.test_finding import FRUITS, made

NAMES = [("apple",), ("lemon",), ("apple", "lemon"), ("cherry", "apple"), ("plum", "apple", "lemon")]
MADE = st.builds(
    lambda fruits, tested, rating, reviews: {"fruits": fruits, "tested": tested, "rating": rating, "reviews": reviews},
    st.sampled_from(NAMES),
    st.booleans(),
    st.one_of(st.none(), st.floats(0, 5)),
    st.integers(0, 50),
)
CATALOGUE = st.dictionaries(st.integers(1, 60), MADE, min_size=1, max_size=25)
KNOWN: tuple[Fruit, ...] = tuple(FRUITS.values())


def recipes(catalogue: dict[int, dict[str, object]]) -> dict[int, Recipe]:
    return {
        number: made(
            number,
            one["fruits"],
            one["fruits"][:1],
            tested=one["tested"],
            rating=one["rating"],
            review_count=one["reviews"],
            title=f"Recipe {number % 3}",
        )
        for number, one in catalogue.items()
    }


def snapshot(of: dict[int, Recipe]) -> Snapshot:
    return Snapshot(Content(KNOWN, tuple(of.values())), 1)


@given(CATALOGUE, CATALOGUE, st.sampled_from([(), ("apple",), ("apple", "lemon")]), st.integers(1, 6))
def test_what_stayed_is_neither_repeated_nor_skipped(
    before: dict[int, dict[str, object]], added: dict[int, dict[str, object]], fruits: tuple[str, ...], limit: int
) -> None:
    """Every second recipe goes and others come after the first page; ratings, and so their mean, change with them."""
    old = recipes(before)
    stayed = {number: one for number, one in old.items() if number % 2}
    new = recipes({number + 60: one for number, one in added.items()}) | stayed
    first = cookbook.page(snapshot(old), RecipeSearch(fruits=fruits, limit=limit))
    seen = [recipe.id for recipe in first.recipes]
    later, word = snapshot(new), first.next_cursor
    while word is not None:
        page = cookbook.page(later, RecipeSearch(fruits=fruits, limit=limit, cursor=word))
        seen += [recipe.id for recipe in page.recipes]
        word = page.next_cursor
    assert len(seen) == len(set(seen))
    expected = {recipe.id for recipe in cookbook.page(snapshot(old), RecipeSearch(fruits=fruits, limit=100)).recipes}
    if first.next_cursor is not None:
        assert {number for number in stayed if number in expected} <= set(seen)


def test_a_walk_by_cursor_is_the_list(content: Content) -> None:
    shipped = Snapshot(content, 0)
    word, seen = None, list[int]()
    while word is not None or not seen:
        page = cookbook.page(shipped, RecipeSearch(fruits=("strawberry", "apple"), limit=7, cursor=word))
        seen += [recipe.id for recipe in page.recipes]
        word = page.next_cursor
    whole = cookbook.page(shipped, RecipeSearch(fruits=("strawberry", "apple"), limit=1000))
    assert seen == [recipe.id for recipe in whole.recipes]
    assert whole.next_cursor is None


PLACE = cursor.Place("abc", 3.9, (1, 0, True, -4.25, 2, "crème de pêche", 7))


def test_a_cursor_is_read_as_it_was_written() -> None:
    assert cursor.read(cursor.write(PLACE), "abc") == PLACE


@given(st.text(max_size=80))
def test_nonsense_is_refused(word: str) -> None:
    with pytest.raises(InvalidRequest):
        cursor.read(word, "abc")


@given(st.binary(max_size=200))
def test_well_formed_nonsense_is_refused(raw: bytes) -> None:
    with pytest.raises(InvalidRequest):
        cursor.read(base64.urlsafe_b64encode(raw).decode().rstrip("="), "abc")


def test_a_cursor_of_another_question_is_refused() -> None:
    with pytest.raises(InvalidRequest, match="another question"):
        cursor.read(cursor.write(PLACE), "abd")
