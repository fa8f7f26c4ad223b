"""From verdicts to sentences, warnings and recipes, on the shipped content."""

from __future__ import annotations

import pytest

from jamhot.answers import identify, wording
from jamhot.answers.identify import Options, answer, contenders
from jamhot.catalog.build import load_content
from jamhot.catalog.snapshot import Snapshot
from jamhot.settings import SHIPPED_BUNDLE
from jamhot.vision.bundle import verify
from jamhot.vision.verdict import Candidate, Verdict

OPTIONS = Options(threshold=0.7)


@pytest.fixture(scope="module")
def snapshot() -> Snapshot:
    return Snapshot(load_content(), 0)


def verdict(status: str, *candidates: tuple[str, float]) -> Verdict:
    alternatives = tuple(Candidate(*one) for one in candidates)
    name = None if status == "unrecognized" else alternatives[0].name
    return Verdict(status, name, alternatives[0].confidence, alternatives)


def test_recognized_with_profile_warnings_and_recipes(snapshot: Snapshot) -> None:
    found = answer([verdict("recognized", ("fig", 0.91), ("date", 0.03))], snapshot, "m1", OPTIONS, 0.0)
    fruit = found.fruits[0]
    assert fruit.status == "recognized_with_data"
    assert fruit.message == "Very likely a fig."
    assert fruit.profile is not None
    assert fruit.flavor == fruit.profile.flavor
    assert {"low_acid"} <= {w.kind for w in fruit.warnings}
    assert found.recipes[0].match == "perfect"
    assert len(found.recipes) <= identify.MOST_RECIPES
    assert found.recipes_total >= len(found.recipes)


def test_recognized_without_data(snapshot: Snapshot) -> None:
    found = answer([verdict("recognized", ("miracle_fruit", 0.8))], snapshot, "m1", OPTIONS, 0.0)
    assert found.fruits[0].status == "recognized_no_data"
    assert "no profile" in found.fruits[0].message


def test_a_label_that_the_catalogue_does_not_hold_is_still_named(snapshot: Snapshot) -> None:
    found = answer([verdict("recognized", ("moon_berry", 0.8))], snapshot, "m1", OPTIONS, 0.0)
    assert (found.fruits[0].name, found.fruits[0].display_name) == ("moon_berry", "Moon berry")
    assert found.fruits[0].status == "recognized_no_data"
    assert found.recipes == []


def test_ambiguous_names_the_contenders_and_warns_of_each(snapshot: Snapshot) -> None:
    between = verdict("ambiguous", ("elderberry", 0.41), ("blackcurrant", 0.35), ("apple", 0.02))
    fruit = answer([between], snapshot, "m1", OPTIONS, 0.0).fruits[0]
    assert fruit.status == "ambiguous"
    assert "an elderberry" in fruit.message
    assert "a blackcurrant" in fruit.message
    assert "apple" not in fruit.message
    assert "foraging" in {w.kind for w in fruit.warnings}
    assert fruit.profile is None


def test_contenders_are_few_and_near() -> None:
    assert contenders(verdict("ambiguous", ("a", 0.4), ("b", 0.3), ("c", 0.2), ("d", 0.19))) == ["a", "b", "c"]
    assert contenders(verdict("ambiguous", ("a", 0.5), ("b", 0.1))) == ["a"]


def test_unrecognized_names_nothing_and_advises(snapshot: Snapshot) -> None:
    fruit = answer([verdict("unrecognized", ("plum", 0.2))], snapshot, "m1", OPTIONS, 0.0).fruits[0]
    assert (fruit.name, fruit.display_name, fruit.warnings) == (None, None, [])
    assert "good light" in fruit.message
    assert fruit.alternatives[0].name == "plum"


def test_recipes_are_for_all_fruits_found_together(snapshot: Snapshot) -> None:
    both = [
        verdict("recognized", ("strawberry", 0.9)),
        verdict("recognized", ("apple", 0.9)),
        verdict("unrecognized", ("plum", 0.1)),
    ]
    found = answer(both, snapshot, "m1", OPTIONS, 0.0)
    assert [fruit.photo for fruit in found.fruits] == [0, 1, 2]
    best = found.recipes[0]
    assert set(best.fruits) & {"strawberry", "apple"}


def test_what_is_not_asked_for_is_left_out(snapshot: Snapshot) -> None:
    options = Options(threshold=0.7, recipes=False, flavor=False)
    found = answer([verdict("recognized", ("fig", 0.9))], snapshot, "m1", options, 0.0)
    assert (found.recipes, found.fruits[0].profile, found.fruits[0].flavor) == ([], None, None)
    assert found.fruits[0].warnings, "warnings are never left out"


def test_proper_names_keep_their_capital(snapshot: Snapshot) -> None:
    assert wording.spoken(snapshot.fruits["buddhas_hand"], "buddhas_hand") == "Buddha's hand"
    assert wording.spoken(snapshot.fruits["apple"], "apple") == "apple"
    assert wording.with_article("apple") == "an apple"


def test_every_label_of_the_shipped_model_is_a_fruit_of_the_catalogue(snapshot: Snapshot) -> None:

    labels = verify(SHIPPED_BUNDLE).labels.fruits
    assert len(labels) >= 60
    assert [label for label in labels if identify.by_label(snapshot, label) is None] == []


def test_what_the_catalogue_says_of_the_camera_is_true_of_the_shipped_model(snapshot: Snapshot) -> None:

    labels = set(verify(SHIPPED_BUNDLE).labels.fruits)
    claimed = {fruit.ai_identifier for fruit in snapshot.fruits.values() if fruit.ai_identifier}
    assert labels <= claimed
