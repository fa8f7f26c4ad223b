"""One line an event: text for people, JSON for machines, the request's id in both."""

from __future__ import annotations

import json
import logging
import re

import pytest

from jamhot.operations import logs


@pytest.fixture
def record() -> logging.LogRecord:
    return logging.LogRecord("jamhot.test", logging.WARNING, __file__, 1, "a jar of %s", ("plum",), None)


def test_text_is_time_name_level_message(record: logging.LogRecord) -> None:
    line = logs.TextFormatter().format(record)
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} - jamhot\.test - WARNING - a jar of plum", line)


def test_json_has_the_same_in_fields(record: logging.LogRecord) -> None:
    line = json.loads(logs.JsonFormatter().format(record))
    assert (line["name"], line["level"], line["message"]) == ("jamhot.test", "warning", "a jar of plum")
    assert line["time"].endswith("+00:00")


def test_both_carry_the_requests_id(record: logging.LogRecord) -> None:
    token = logs.request_id.set("abc")
    try:
        assert logs.TextFormatter().format(record).endswith("[abc]")
        assert json.loads(logs.JsonFormatter().format(record))["request_id"] == "abc"
    finally:
        logs.request_id.reset(token)


def test_a_traceback_stays_in_one_line_of_json() -> None:
    try:
        raise ValueError("too hot")
    except ValueError as error:
        record = logging.LogRecord(
            "x", logging.ERROR, __file__, 1, "failed", (), (ValueError, error, error.__traceback__)
        )
    line = logs.JsonFormatter().format(record)
    assert "\n" not in line
    assert "too hot" in json.loads(line)["traceback"]
