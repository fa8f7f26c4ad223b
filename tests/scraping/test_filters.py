"""The stages as programs: text in, JSON lines out in the order of the input, whatever the input."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from jamhot.settings import ROOT


def run(module: str, given: bytes, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    # No database is set, and the locale knows no umlauts: neither may matter.
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "LC_ALL": "C"}
    command = [sys.executable, "-m", f"jamhot.scraping.{module}", *arguments]
    return subprocess.run(command, input=given, env=environment, capture_output=True, cwd=ROOT, timeout=120)


def answers(module: str, given: bytes) -> list[Any]:
    done = run(module, given)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


BAD = b'{"title": "Plum jam"}\nno json\n[1]\n\n{"title": 7, "ingredients": "1 kg plums\\n1 lemon"}\n'


def test_lines_in_order_blank_and_broken_ones_too() -> None:
    found = answers("lines", "1½ kg Pflaumen\n\n\xff\x00\n2 cups sugar".encode() + b"\n\xff\xfe\n")
    assert [one["raw"] for one in found[:2]] == ["1½ kg Pflaumen", ""]
    assert len(found) == 5
    assert (found[3]["quantity"], found[3]["unit"], found[3]["item"]) == (2, "cup", "sugar")
    assert set(found[1]) == {"raw", "quantity", "quantity_max", "unit", "item", "preparation", "note", "role"}


def test_yields() -> None:
    found = answers("yields", b"6 half-pint jars\n?\n")
    assert found[0] == {"raw": "6 half-pint jars", "min": 6, "max": 6, "unit": "half-pint jar"}
    assert found[1] == {"raw": "?", "min": None, "max": None, "unit": None}


def test_a_line_that_is_no_recipe_is_answered_with_nulls() -> None:
    found = answers("judge", BAD)
    assert [one["preserve"] for one in found] == [True, None, None, None, False]
    assert all(one["reasons"] for one in found)
    assert "not JSON" in found[1]["reasons"][0]
    assert found[0]["primary_fruits"] == ["plum"]
    assert set(found[0]) == {"preserve", "kind", "score", "reasons", "primary_fruits", "fruits"}


def test_groups_count_every_line_broken_ones_too() -> None:
    twice = json.dumps({"title": "Plum jam", "url": "https://a.example/p", "ingredients": ["1 kg plums"]}).encode()
    (found,) = answers("dedupe", twice + b"\nno json\n" + twice + b"\n")
    assert found == [[0, 2], [1]]


@pytest.mark.parametrize("module", ["lines", "yields", "judge", "dedupe"])
def test_help_says_what_goes_in_and_what_comes_out(module: str) -> None:
    done = run(module, b"", "--help")
    assert done.returncode == 0
    assert b"python -m jamhot.scraping." + module.encode() in done.stdout
    assert run(module, b"", "--frobnicate").returncode == 2


@pytest.mark.parametrize("module", ["lines", "yields", "judge", "dedupe"])
def test_nothing_in_is_no_error(module: str) -> None:
    assert answers(module, b"") == ([[]] if module == "dedupe" else [])


@pytest.mark.parametrize("module", ["lines", "yields", "judge", "dedupe"])
def test_a_page_pasted_into_one_line_is_answered(module: str) -> None:
    long = "9" * 50_000 + " " * 50_000 + "chopped (" * 5_000
    if module in ("judge", "dedupe"):
        long = json.dumps({"title": long, "ingredients": [long, long], "instructions": [long]})
    assert len(answers(module, f"{long}\n".encode())) == 1
