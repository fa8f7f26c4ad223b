"""Times and ratings on whatever scale a page has them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jamhot.scraping.ratings import structure_rating
from jamhot.scraping.times import OVERNIGHT, read_span, structure_times
from jamhot.scraping.types import Rating, RawRating, RawTimes, Span


@pytest.mark.parametrize(
    ("raw", "span"),
    [
        ("PT1H30M", Span(90, 90)),
        ("P0DT0H35M", Span(35, 35)),
        ("PT90M", Span(90, 90)),
        ("P1D", Span(1440, 1440)),
        ("PT0M", None),
        ("45", Span(45, 45)),
        ("30-40 mins", Span(30, 40)),
        ("1 hr 15 mins", Span(75, 75)),
        ("2 hrs 10", Span(130, 130)),
        ("1½ hours", Span(90, 90)),
        ("45 minutes to 1 hour", Span(45, 60)),
        ("1 to 2 hours", Span(60, 120)),
        ("overnight", OVERNIGHT),
        ("20 mins plus overnight soaking", Span(20 + OVERNIGHT.least, 20 + OVERNIGHT.most)),
        ("until it sets", None),
        ("", None),
        (None, None),
        ("9000 hours", None),
    ],
)
def test_a_time_in_minutes(raw: str | None, span: Span | None) -> None:
    assert read_span(raw) == span


def test_what_the_total_leaves_over_is_rest() -> None:
    times = structure_times(RawTimes(prep="PT20M", cook="PT40M", total="PT13H"))
    assert (times.prep, times.cook, times.rest) == (Span(20, 20), Span(40, 40), Span(720, 720))
    assert structure_times(RawTimes(prep="20 mins", cook="10-15 mins")).total == Span(30, 35)
    assert structure_times(RawTimes(prep="PT20M", cook="PT40M", total="PT1H")).rest is None


@pytest.mark.parametrize(
    ("raw", "rating"),
    [
        (RawRating("4.6", "1,234 ratings", "5"), Rating(4.6, 1234)),
        (RawRating("4,5", "1.2k"), Rating(4.5, 1200)),
        (RawRating("92%", "40"), Rating(4.6, 40)),
        (RawRating("9.2/10", "12"), Rating(4.6, 12)),
        (RawRating("88", "3", "100"), Rating(4.4, 3)),
        (RawRating("5 stars"), Rating(5.0, 0)),
        (RawRating("0", "0", "5"), Rating(None, 0)),
        (RawRating("0", "7", "5"), Rating(0.0, 7)),
        (RawRating("7", "2", "5"), Rating(None, 2)),
        (RawRating(None, "18"), Rating(None, 18)),
        (RawRating(), Rating(None, 0)),
        (RawRating("not rated", "no ratings"), Rating(None, 0)),
        (RawRating("-3", "5"), Rating(None, 5)),
    ],
)
def test_stars_from_0_to_5_and_a_missing_rating_is_none(raw: RawRating, rating: Rating) -> None:
    assert structure_rating(raw) == rating


@given(st.text(max_size=40), st.text(max_size=20), st.text(max_size=10))
def test_nothing_a_page_says_breaks_them(one: str, other: str, third: str) -> None:
    span = read_span(one)
    assert span is None or 0 <= span.least <= span.most
    rating = structure_rating(RawRating(one, other, third))
    assert rating.value is None or 0 <= rating.value <= 5
    assert rating.count >= 0
