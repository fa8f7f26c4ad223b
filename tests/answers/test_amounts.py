"""Figures as people type them."""

from __future__ import annotations

import pytest

from jamhot.answers import amounts
from jamhot.answers.lab import parse_fruits


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("1300", 1300),
        ("1,300", 1300),
        ("12,300", 12_300),
        ("1,300.5", 1300.5),
        ("1,5", 1.5),
        ("1,25", 1.25),
        ("1.300", 1.3),
        ("0,500", 0.5),
        ("1300,250", 1300.25),
        (" 2,5 ", 2.5),
    ],
)
def test_a_comma_before_three_digits_parts_thousands(text: str, meant: float) -> None:
    assert amounts.typed(text) == meant


@pytest.mark.parametrize("text", ["", "much", "1,300,5", "1,2,3"])
def test_what_is_no_figure_is_told(text: str) -> None:
    with pytest.raises(ValueError, match="could not convert"):
        amounts.typed(text)


@pytest.mark.parametrize("text", ["plum 1,300g", "plum 1,300 g", "plum 1,3 kg", "plum 1300,0 g", "plum 1,300.0g"])
def test_the_lab_reads_what_we_write(text: str) -> None:
    first, second = parse_fruits(f"{text}, apple 1,5 kg")
    assert (first.name, first.weight_g) == ("plum", 1300)
    assert (second.name, second.weight_g) == ("apple", 1500)
