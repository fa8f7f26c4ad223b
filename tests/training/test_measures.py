"""Metrics and calibration against figures worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from jamhot.training import report
from jamhot.training.calibrate import fit_temperature, reliable_temperature
from jamhot.training.dataset import Row, Sample
from jamhot.training.evaluate import accuracy, left_out_score, reading, score
from jamhot.training.metrics import answered, calibration_error, precision_and_coverage, top_k
from jamhot.training.thresholds import chosen
from jamhot.vision.contract import softmax
from jamhot.vision.verdict import Rules

# Labels 0, 1, 2 and "no fruit" 3; the truth is 0, 1, 2, 0.
PROBABILITIES = np.array(
    [[0.8, 0.1, 0.05, 0.05], [0.3, 0.25, 0.25, 0.2], [0.75, 0.1, 0.1, 0.05], [0.05, 0.1, 0.05, 0.8]], np.float32
)
TRUTH = np.array([0, 1, 2, 0])


def test_top_k() -> None:
    assert top_k(PROBABILITIES, TRUTH, 1) == 0.25
    assert top_k(PROBABILITIES, TRUTH, 2) == 0.5
    assert top_k(PROBABILITIES, TRUTH, 4) == 1.0


def test_no_fruit_is_no_answer() -> None:
    assert answered(PROBABILITIES, 3, 0.7).tolist() == [True, False, True, False]
    assert precision_and_coverage(PROBABILITIES, TRUTH, 3, 0.7) == (0.5, 0.5)
    assert precision_and_coverage(PROBABILITIES, TRUTH, 3, 0.99) == (None, 0.0)


def test_calibration_error() -> None:
    sure = np.full(10, 0.9)
    assert calibration_error(sure, np.arange(10) < 9) == pytest.approx(0)
    assert calibration_error(sure, np.arange(10) < 5) == pytest.approx(0.4)
    assert calibration_error(np.array([1.0, 0.5]), np.array([True, False])) == pytest.approx(0.25)


@pytest.mark.parametrize("true_temperature", [0.3, 1.0, 2.5])
def test_the_temperature_that_made_the_answers_is_found_again(true_temperature: float) -> None:
    rng = np.random.default_rng(3)
    logits = rng.normal(0, 3, (20_000, 6)).astype(np.float32)
    shares = softmax(logits, true_temperature)
    truth = (shares.cumsum(axis=1) > rng.random((len(shares), 1))).argmax(axis=1)
    assert fit_temperature(logits, truth) == pytest.approx(true_temperature, rel=0.05)


def test_a_temperature_is_raised_until_answers_can_be_relied_on() -> None:
    rng = np.random.default_rng(5)
    logits = np.zeros((20_000, 4), np.float32)
    logits[:, 0] = rng.uniform(1.5, 8.0, len(logits))
    truth = (softmax(logits, 1.0).cumsum(axis=1) > rng.random((len(logits), 1))).argmax(axis=1)
    fitted, raised = fit_temperature(logits, truth), reliable_temperature(logits, truth, 3)
    before, after = (precision_and_coverage(softmax(logits, t), truth, 3, 0.7) for t in (fitted, raised))
    assert raised > fitted
    assert before[0] is not None
    assert after[0] is not None
    assert before[0] < 0.945
    assert after[0] == pytest.approx(0.95, abs=0.003)
    assert after[1] < before[1]


def test_no_temperature_makes_a_guess_reliable() -> None:
    rng = np.random.default_rng(3)
    logits = rng.normal(0, 3, (2_000, 6)).astype(np.float32)
    truth = rng.integers(0, 5, 2_000)
    assert reliable_temperature(logits, truth, 5) == fit_temperature(logits, truth)


def test_a_score() -> None:
    found = score(PROBABILITIES, TRUTH, 3)
    assert (found.photos, found.top1, found.precision, found.coverage) == (4, 0.25, 0.5, 0.5)
    without = left_out_score(PROBABILITIES, TRUTH, 3, 7, 12_000)
    assert (without.photos_of_unknown_labels, without.samples) == (7, 12_000)


def test_the_accuracy_of_a_card() -> None:
    names = ["fig", "pear", "plum", "no_fruit"]
    labels = ["fig", "pear", "plum", "no_fruit"]
    held = [
        Sample(Row(f"{i}", "fruit" if label != "no_fruit" else "not_fruit", label, "shop", i), label, "test")
        for i, label in enumerate(labels)
    ]
    found = accuracy(held, PROBABILITIES, PROBABILITIES, names, {}, Rules(), {"fig": "soft", "plum": "soft"}, {"2"})
    assert found.together == {}
    assert found.verdicts is not None
    assert (found.verdicts.recognized, found.verdicts.ambiguous) == pytest.approx((2 / 3, 1 / 3), abs=1e-4)
    assert found.verdicts.candidates_right == 1
    assert found.held_out.photos == 3
    assert found.held_out.top1 == pytest.approx(1 / 3, abs=1e-4)
    assert found.no_fruit.answered == 0
    assert found.by_label["plum"].top1 == 0
    assert {(c.true, c.said) for c in found.confusions} == {("pear", "fig"), ("plum", "fig")}
    assert found.by_source == {}
    assert found.int8.same_top1 == 1
    assert found.second_reading is not None
    assert (found.second_reading.held_out.photos, found.second_reading.held_out.top1) == (2, 0.5)


def test_the_second_reading_leaves_mislabelled_photos_out_of_both_sides_of_the_fraction() -> None:
    names = ["fig", "pear", "plum", "no_fruit"]
    rows = np.vstack([PROBABILITIES[[0, 0, 0, 2]], [[0.9, 0.1, 0, 0], [0, 0, 0.1, 0.9]]]).astype(np.float32)
    labels = ["fig", "fig", "plum", "pear", "no_fruit", "no_fruit"]
    held = [Sample(Row(f"{i}", "", label, "shop", i), label, "test") for i, label in enumerate(labels)]
    first, second = reading(held, rows, names), reading(held, rows, names, {"1", "3", "4"})
    assert (first.held_out.photos, first.held_out.precision) == (4, 0.5)
    assert (second.held_out.photos, second.held_out.precision) == (2, 0.5)
    assert (first.no_fruit.answered, second.no_fruit.answered) == (0.5, 0)
    told = report.readings(first, second)
    assert "| all held-out photos | 4 |" in told
    assert "| … without the plainly mislabelled | 2 |" in told
    assert "No fruit: 50.0 % of 2" in told
    assert "… without the plainly mislabelled: 0.0 % of 1." in told


def test_two_photos_of_one_fruit_are_scored_as_one() -> None:
    rows = np.array([[0.6, 0.3, 0.1], [0.6, 0.3, 0.1], [0.3, 0.6, 0.1], [0.45, 0.5, 0.05]], np.float32)
    held = [
        Sample(Row(f"{i}", "fruit", label, "shop", i), label, "test")
        for i, label in enumerate(["fig", "fig", "plum", "plum"])
    ]
    held.append(Sample(Row("4", "not_fruit", "scene", "shop", 4), "no_fruit", "test"))
    rows = np.vstack([rows, [[0.1, 0.1, 0.8]]]).astype(np.float32)
    found = accuracy(held, rows, rows, ["fig", "plum", "no_fruit"], {}, Rules(), {}, ())
    assert set(found.together) == {"2"}
    assert found.together["2"].photos == 4
    assert found.together["2"].top1 == 1


def test_the_family_threshold_is_the_smallest_that_is_right_often_enough() -> None:
    names = ["lemon", "lime", "fig", "no_fruit"]
    families = {"lemon": "citrus", "lime": "citrus"}
    sure, unsure = [0.45, 0.45, 0.06, 0.04], [0.33, 0.3, 0.32, 0.05]
    rows = np.array([sure] * 20 + [unsure] * 10, np.float32)
    right, wrong = [0] * 20, [2] * 10
    assert chosen(rows, np.array(right + wrong), names, families).family_mass == pytest.approx(0.65)
    assert chosen(rows, np.array(right + [1] * 10), names, families).family_mass == pytest.approx(0.5)
