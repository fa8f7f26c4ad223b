"""The judging stages as filters: text or JSON lines in, JSON lines out in the same order; no database, no network."""

from __future__ import annotations

import argparse
import io
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TextIO

Answer = Callable[[str], dict[str, Any]]


def utf8_lines(stream: TextIO) -> Iterator[str]:
    """Lines without their ends, as UTF-8 whatever the locale says; a byte that is none becomes a replacement sign."""
    lines: Iterable[str] = stream
    if isinstance(stream, io.TextIOWrapper):
        lines = io.TextIOWrapper(stream.buffer, encoding="utf-8", errors="replace", newline="\n")
    for line in lines:
        yield line.rstrip("\r\n")


def run_filter(description: str, answer: Answer, argv: list[str] | None = None) -> int:
    """Answers standard input line by line; the exit status is 0 also where a line made no sense."""
    parse_arguments(description, argv)
    try:
        for line in utf8_lines(sys.stdin):
            emit(answer(line))
        sys.stdout.flush()
    except BrokenPipeError:  # the reader has seen enough, as `| head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except KeyboardInterrupt:
        return 130
    return 0


def parse_arguments(description: str, argv: list[str] | None) -> None:
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.parse_args(argv)


def emit(value: Any) -> None:
    sys.stdout.buffer.write(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace") + b"\n")
    sys.stdout.buffer.flush()


def read_recipe(line: str) -> dict[str, Any]:
    """A recipe of a filter's input. Raises ValueError that says what is wrong with the line."""
    try:
        found = json.loads(line)
    except (json.JSONDecodeError, RecursionError) as error:
        raise ValueError(f"not JSON: {error}") from error
    if not isinstance(found, dict):
        raise ValueError("not a JSON object")  # noqa: TRY004 (one family for whatever is wrong with a line)
    return {
        "title": _text(found.get("title")),
        "url": _text(found.get("url")),
        "ingredients": _texts(found.get("ingredients")),
        "instructions": _texts(found.get("instructions")),
    }


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [part for part in value.splitlines() if part.strip()]
    if not isinstance(value, list):
        return []
    return [text for text in map(_line, value) if text.strip()]


def _line(value: Any) -> str:
    """A line, or the text of one that a page marked up (HowToStep)."""
    if isinstance(value, dict):
        return _text(value.get("text")) or _text(value.get("raw")) or _text(value.get("name"))
    return _text(value)
