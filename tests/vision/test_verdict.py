"""What may be said of probabilities."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from jamhot.vision.verdict import Rules, Verdict, decide, together

NAMES = ["apple", "lemon", "no_fruit", "peach", "pear", "plum", "quince", "fig"]
NO_FRUIT = 2


def say(rules: Rules | None = None, **shares: float) -> Verdict:
    """The verdict when these labels have these probabilities and the others share the rest."""
    rest = (1 - sum(shares.values())) / (len(NAMES) - len(shares))
    probabilities = np.array([shares.get(name, rest) for name in NAMES], np.float32)
    return decide(probabilities, NAMES, NO_FRUIT, rules or Rules())


@pytest.mark.parametrize(
    ("shares", "status", "name"),
    [
        ({"plum": 0.95}, "recognized", "plum"),
        ({"plum": 0.71}, "recognized", "plum"),
        ({"plum": 0.69}, "ambiguous", "plum"),
        ({"plum": 0.4, "peach": 0.35}, "ambiguous", "plum"),
        ({"plum": 0.25, "peach": 0.2, "fig": 0.15}, "ambiguous", "plum"),
        ({"no_fruit": 0.9}, "unrecognized", None),
        ({"no_fruit": 0.45, "plum": 0.4}, "unrecognized", None),
        ({"no_fruit": 0.4, "plum": 0.45}, "unrecognized", None),
        ({}, "unrecognized", None),
    ],
)
def test_the_rule(shares: dict[str, float], status: str, name: str | None) -> None:
    verdict = say(**shares)
    assert (verdict.status, verdict.name) == (status, name)


def test_a_tie_with_no_fruit_is_not_a_fruit() -> None:
    assert say(Rules(threshold=0.3), plum=0.5, no_fruit=0.5).status == "unrecognized"


def test_a_threshold_of_zero_still_does_not_name_what_is_no_fruit() -> None:
    assert say(Rules(threshold=0), no_fruit=0.9).status == "unrecognized"
    assert say(Rules(threshold=0), plum=0.2).status == "recognized"


def test_the_confidence_is_the_likeliest_fruits_also_when_it_is_not_named() -> None:
    verdict = say(no_fruit=0.9, plum=0.06)
    assert verdict.confidence == pytest.approx(0.06)
    assert verdict.alternatives[0].name == "plum"


def test_fewer_fruits_than_alternatives() -> None:
    verdict = decide(np.array([0.8, 0.2], np.float32), ["fig", "no_fruit"], 1, Rules())
    assert [candidate.name for candidate in verdict.alternatives] == ["fig"]


FAMILIES = {"apple": "pome", "pear": "pome", "quince": "pome", "plum": "stone_fruit", "peach": "stone_fruit"}


def say_of_kin(**shares: float) -> Verdict:
    rest = (1 - sum(shares.values())) / (len(NAMES) - len(shares))
    probabilities = np.array([shares.get(name, rest) for name in NAMES], np.float32)
    return decide(probabilities, NAMES, NO_FRUIT, Rules(candidates_most=1), FAMILIES)


def test_a_family_can_be_sure_where_no_fruit_is() -> None:
    verdict = say_of_kin(apple=0.3, pear=0.28, quince=0.2, plum=0.1)
    assert (verdict.status, verdict.name, verdict.family) == ("ambiguous", "apple", "pome")


def test_a_family_that_is_not_the_first_ones_says_nothing() -> None:
    verdict = say_of_kin(lemon=0.34, plum=0.33, peach=0.31)
    assert (verdict.status, verdict.family) == ("unrecognized", None)


def test_a_family_is_said_beside_few_candidates_too() -> None:
    assert say_of_kin(plum=0.6, peach=0.3).family == "stone_fruit"
    assert say_of_kin(plum=0.55, lemon=0.4).family is None


def test_no_fruit_is_told_from_nothing_that_stands_out() -> None:
    assert say(no_fruit=0.9).no_fruit
    assert not say(no_fruit=0.05).no_fruit


@pytest.mark.parametrize("photos", [1, 2, 5])
def test_photos_that_agree_make_surer_and_one_photo_stays_itself(photos: int) -> None:
    row = np.array([0.6, 0.3, 0.1], np.float32)
    shared = together(np.stack([row] * photos))
    assert shared.sum() == pytest.approx(1)
    assert shared.argmax() == 0
    assert shared[0] == pytest.approx(0.6) if photos == 1 else shared[0] > 0.6


def test_a_sure_photo_outweighs_an_unsure_one() -> None:
    shared = together(np.array([[0.4, 0.6], [0.99, 0.01]], np.float32))
    assert shared[0] > 0.9


def test_a_photo_that_rules_a_fruit_out_does_not_break_the_others() -> None:
    assert np.isfinite(together(np.array([[1.0, 0.0], [0.0, 1.0]], np.float32))).all()


@st.composite
def distributions(draw: st.DrawFn) -> np.ndarray:
    weights = np.array(draw(st.lists(st.floats(0, 100), min_size=8, max_size=8)))
    assume(weights.sum() > 1e-3)
    return (weights / weights.sum()).astype(np.float32)


@given(probabilities=distributions(), threshold=st.floats(0, 1))
def test_what_always_holds(probabilities: np.ndarray, threshold: float) -> None:
    verdict = decide(probabilities, NAMES, NO_FRUIT, Rules(threshold=threshold))
    said = [candidate.confidence for candidate in verdict.alternatives]
    assert len(said) == 5
    assert said == sorted(said, reverse=True)
    assert "no_fruit" not in [candidate.name for candidate in verdict.alternatives]
    assert len({candidate.name for candidate in verdict.alternatives}) == 5
    assert verdict.confidence == said[0] == float(np.delete(probabilities, NO_FRUIT).max())
    assert verdict.name == (None if verdict.status == "unrecognized" else verdict.alternatives[0].name)
    if verdict.status == "recognized":
        assert verdict.confidence >= threshold
    if verdict.status != "unrecognized":
        assert verdict.confidence > float(probabilities[NO_FRUIT])


@given(probabilities=distributions(), low=st.floats(0, 1), high=st.floats(0, 1))
def test_a_higher_threshold_never_recognizes_more(probabilities: np.ndarray, low: float, high: float) -> None:
    assume(low <= high)
    strict = decide(probabilities, NAMES, NO_FRUIT, Rules(threshold=high))
    if strict.status == "recognized":
        assert decide(probabilities, NAMES, NO_FRUIT, Rules(threshold=low)).status == "recognized"
