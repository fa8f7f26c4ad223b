"""Fruits: by any name people call them, with what we know and whether the camera knows them."""

from __future__ import annotations

from jamhot.answers.types import FruitAnswer, FruitList
from jamhot.catalog.snapshot import Snapshot
from jamhot.catalog.types import Fruit
from jamhot.errors import NotFound


def canonical(snapshot: Snapshot, text: str) -> str:
    """The catalogue's name for what a person calls a fruit. Raises NotFound, with names that look like it."""
    name = snapshot.names.resolve(text)
    if name is None:
        similar = snapshot.names.suggestions(text)
        hint = f"Did you mean {' or '.join(similar)}?" if similar else "GET /api/fruits lists them all."
        raise NotFound(f"No fruit here is called {text!r}.", {"fruit": text, "similar": similar}, hint)
    return name


def describe(fruit: Fruit, recognizable: frozenset[str]) -> FruitAnswer:
    return FruitAnswer(
        **{name: getattr(fruit, name) for name in type(fruit).model_fields},
        covered=fruit.profile is not None,
        recognizable=fruit.ai_identifier in recognizable,
    )


def one(snapshot: Snapshot, text: str, recognizable: frozenset[str]) -> FruitAnswer:
    """Raises NotFound."""
    return describe(snapshot.fruits[canonical(snapshot, text)], recognizable)


def several(snapshot: Snapshot, texts: list[str], recognizable: frozenset[str]) -> FruitList:
    """Raises NotFound when one of them is not known."""
    names = dict.fromkeys(canonical(snapshot, text) for text in texts)
    fruits = [describe(snapshot.fruits[name], recognizable) for name in names]
    return FruitList(fruits=fruits, total_count=len(fruits))


def everything(snapshot: Snapshot, recognizable: frozenset[str]) -> FruitList:
    fruits = [describe(fruit, recognizable) for fruit in snapshot.fruits.values()]
    return FruitList(fruits=fruits, total_count=len(fruits))
