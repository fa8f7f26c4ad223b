#!/usr/bin/env python3
"""Store which fruits the model names, and say which are covered and which to write next."""

import json
import sys
from pathlib import Path
from typing import Annotated

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import typer

from jamhot.database.commands import connected, database_url, one_line_errors, run
from jamhot.database.coverage import Coverage, FruitCoverage, update_coverage
from jamhot.errors import BundleError
from jamhot.settings import SHIPPED_BUNDLE

LABELS = SHIPPED_BUNDLE / "labels.json"


def main(
    labels: Annotated[Path, typer.Option(help="labels.json of the bundle to compare with.")] = LABELS,
) -> None:
    """Compare the catalogue in DATABASE_URL with the model's labels; store and print the coverage.

    Safe to run twice and by two at once. Run it after populate_database, and when another model ships.
    """
    with one_line_errors():
        names = read_labels(labels)
        with connected(database_url()) as connection:
            coverage = update_coverage(connection, names)
    if names is None:
        typer.echo(f"there is no {labels}: what the model names stays as it was stored")
    _tell(coverage)


def read_labels(path: Path) -> list[str] | None:
    """Names of the fruits; None when no bundle ships. Raises BundleError: `path` is missing or no list of labels."""
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        names = [str(label["name"]) for label in told["labels"]]
        nothing = told.get("no_fruit")  # the label that stands for no fruit is none that a fruit could carry
        return [name for place, name in enumerate(names) if place != nothing]
    except FileNotFoundError:
        if path == LABELS:
            return None
        raise BundleError(f"{path} is not there") from None
    except OSError as error:
        raise BundleError(f"{path} cannot be read: {error.strerror}") from error
    except (AttributeError, ValueError, KeyError, TypeError) as error:
        raise BundleError(f"{path} cannot be read as labels: {type(error).__name__}: {error}") from error


def _tell(coverage: Coverage) -> None:
    unknown = sum(fruit.recognizable is None for fruit in coverage.fruits)
    _list("covered", coverage.covered)
    _list("uncovered", coverage.uncovered)
    _list("unseen by the model", coverage.unseen)
    if unknown:
        typer.echo(f"not compared with a model: {unknown}")
    _list("covered, fewer than 2 recipes", coverage.few_recipes)
    if coverage.unknown_labels:
        typer.echo(
            f"labels that no fruit carries: {len(coverage.unknown_labels)}: {', '.join(coverage.unknown_labels)}"
        )
    wanted = ", ".join(fruit.name for fruit in coverage.next_to_write[:5])
    typer.echo(f"write next: {wanted or 'nothing is missing'}")
    typer.echo(f"stored: {coverage.changed} fruits changed")


def _list(what: str, fruits: list[FruitCoverage]) -> None:
    typer.echo(f"{what}: {len(fruits)}" + (f": {', '.join(fruit.name for fruit in fruits)}" if fruits else ""))


if __name__ == "__main__":
    run(main)
