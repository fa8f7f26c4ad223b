"""One family of errors: documented with status and mend, translated where the foreign ones come from."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from jamhot import errors
from jamhot.settings import ROOT

SERVICE = [path for path in (ROOT / "jamhot").rglob("*.py") if not {"training", "scraping"} & set(path.parts)]
ONLY_AT_THE_START = {"SETTINGS_ERROR", "CATALOG_ERROR"}
ROOMS = {"psycopg": "jamhot/database/", "PIL": "jamhot/vision/", "ort_errors": "jamhot/vision/session.py"}
"""Whose errors may be caught where."""


def family() -> dict[str, set[int]]:
    """Each code with the statuses of its errors."""
    found: dict[str, set[int]] = {}
    for kind in vars(errors).values():
        if isinstance(kind, type) and issubclass(kind, errors.JamHotError):
            found.setdefault(kind.code, set()).add(kind.status)
    return found


def test_the_documented_codes_are_those_that_there_are_with_their_status_and_a_mend() -> None:
    text = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| ([A-Z_]+) \| ([\d, ]+) \| (.+) \|$", text, re.MULTILINE)
    documented = {code: {int(one) for one in statuses.split(",")} for code, statuses, _ in rows}
    assert documented == {code: statuses for code, statuses in family().items() if code not in ONLY_AT_THE_START}
    assert all(len(mend) > 10 for _, _, mend in rows)


@cache
def caught(path: Path) -> list[str]:
    """Names in the except clauses (and suppressions) of a file; empty for a bare one."""
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    clauses = [node.type for node in nodes if isinstance(node, ast.ExceptHandler)]
    calls = [node for node in nodes if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)]
    suppressed = [argument for call in calls if call.func.id == "suppress" for argument in call.args]
    return [ast.unparse(one) if one is not None else "" for one in (*clauses, *suppressed)]


@pytest.mark.parametrize("foreign", ROOMS)
def test_foreign_errors_are_caught_in_one_room(foreign: str) -> None:
    places = {
        str(path.relative_to(ROOT)) for path in SERVICE if any(name.startswith(f"{foreign}.") for name in caught(path))
    }
    assert {place for place in places if not place.startswith(ROOMS[foreign])} == set()


def test_nothing_is_caught_without_saying_what() -> None:
    assert [path for path in SERVICE if "" in caught(path)] == []


def test_what_everything_is_caught_for_is_told() -> None:
    """`except Exception` stands in one place of the service: where a broken check is itself the finding."""
    broad = {str(path.relative_to(ROOT)) for path in SERVICE if "Exception" in caught(path)}
    assert broad == {"jamhot/doctor/__init__.py"}
