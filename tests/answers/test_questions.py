"""The questions that tell two fruits apart."""

from __future__ import annotations

from jamhot.answers.questions import everything, question_for
from jamhot.catalog.build import load_content
from jamhot.settings import SHIPPED_BUNDLE
from jamhot.vision.bundle import verify


def test_each_is_between_two_fruits_that_somebody_can_see() -> None:
    known = set(verify(SHIPPED_BUNDLE).labels.fruits) | {fruit.name for fruit in load_content().fruits}
    for one in everything():
        assert len(one.answers) == 2
        assert set(one.answers) <= known
        assert one.text.endswith("?")
        assert all(answer and not answer.endswith(".") for answer in one.answers.values())


def test_no_pair_is_asked_twice() -> None:
    assert len({frozenset(one.answers) for one in everything()}) == len(everything())


def test_the_order_of_the_two_does_not_matter() -> None:
    assert question_for(["peach", "nectarine"]) is question_for(["nectarine", "peach"]) is not None
    assert question_for(["peach"]) is None
    assert question_for(["peach", "durian"]) is None
