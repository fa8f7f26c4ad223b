"""A bundle's files: what they are called, that they are what the card says, and what stands in them."""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Literal, TypeVar

from pydantic import BaseModel, ValidationError

from jamhot.errors import BundleError
from jamhot.vision.card import SCHEMA_VERSION, Card, FileEntry, Labels, Taught, TaughtKind

CARD, LABELS, MODEL, FLOAT_MODEL, TAUGHT = "card.json", "labels.json", "model.onnx", "model_float.onnx", "taught.json"
Paper = TypeVar("Paper", bound=BaseModel)
SAFE_NAME = r"[A-Za-z0-9_][A-Za-z0-9._-]*"
"""Of a bundle's files: none of them leaves the folder."""

Reason = Literal[
    "missing_file",
    "unreadable_card",
    "unreadable_labels",
    "newer_schema",
    "newer_app_needed",
    "unsafe_name",
    "truncated",
    "hash_mismatch",
    "wrong_profile",
    "pickle",
    "duplicate_labels",
    "ambiguous_labels",
    "not_canonical",
    "wrong_labels",
    "unreadable_taught",
    "label_count",
    "input_shape",
    "output_shape",
    "image_size",
    "no_float_model",
    "not_loadable",
    "wrong_opset",
    "not_finite",
    "too_much_memory",
    "too_slow",
    "wrong_answers",
    "crashed",
]


def read_card(folder: Path) -> Card:
    """card.json, checked by itself. Raises BundleError."""
    card = _read(folder, CARD, Card, "unreadable_card")
    for name in (MODEL, LABELS):
        if name not in card.files:
            raise bundle_error("missing_file", f"{CARD} does not name {name}.", file=name)
    return card


def read_labels(folder: Path, card: Card) -> Labels:
    """labels.json, checked against the card. Raises BundleError."""
    labels = _read(folder, LABELS, Labels, "unreadable_labels")
    twice = _repeated(labels.names)
    if twice:
        raise bundle_error("duplicate_labels", f"{LABELS} names {', '.join(twice)} more than once.")
    unclear = _repeated([*labels.names, *(alias for label in labels.labels for alias in label.aliases)])
    if unclear:
        raise bundle_error("ambiguous_labels", f"{LABELS}: {', '.join(unclear)} could mean more than one label.")
    if labels.no_fruit >= len(labels.labels):
        raise bundle_error("wrong_labels", f"{LABELS}: no_fruit is {labels.no_fruit}, past the last label.")
    astray = [name for name, merge in labels.merged.items() if merge.into not in labels.names]
    if astray:
        raise bundle_error("wrong_labels", f"{LABELS}: {', '.join(astray)} merged into a label that is not there.")
    if any(len(check.probabilities) != len(labels.labels) for check in card.checks):
        raise bundle_error("label_count", f"{CARD} has checks for another number of labels than {LABELS}.")
    return labels


def read_taught(folder: Path, card: Card) -> list[TaughtKind]:
    """taught.json, when the card names it. Raises BundleError."""
    if TAUGHT not in card.files:
        return []
    return _read(folder, TAUGHT, Taught, "unreadable_taught").kinds


def file_entry(path: Path) -> FileEntry:
    """The entry that a card holds for this file."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return FileEntry(sha256=digest, bytes=path.stat().st_size)


def check_file(folder: Path, name: str, entry: FileEntry) -> None:
    """That the file is there, inside the folder, and what the card says. Raises BundleError."""
    if not re.fullmatch(SAFE_NAME, name) or name == CARD:
        raise bundle_error("unsafe_name", f"{CARD} names a file that may not be part of a bundle: {name!r}.")
    path = folder / name
    if not path.is_file():
        raise bundle_error("missing_file", f"The bundle at {folder} has no {name}.", file=name)
    if not path.resolve().is_relative_to(folder.resolve()):
        raise bundle_error("unsafe_name", f"{name} is a link that leaves the bundle's folder.", file=name)
    found = file_entry(path)
    if found.bytes != entry.bytes:
        raise bundle_error("truncated", f"{name} has {found.bytes} bytes instead of {entry.bytes}.", file=name)
    if found.sha256 != entry.sha256:
        raise bundle_error("hash_mismatch", f"{name} is not the file that {CARD} describes (sha256).", file=name)


def _repeated(names: Iterable[str]) -> list[str]:
    return [name for name, count in Counter(names).items() if count > 1]


def _read(folder: Path, name: str, kind: type[Paper], unreadable: Reason) -> Paper:
    """A JSON file of the bundle as what it should hold. Raises BundleError."""
    try:
        raw = json.loads((folder / name).read_text("utf-8"))
    except FileNotFoundError as error:
        raise bundle_error("missing_file", f"The bundle at {folder} has no {name}.", file=name) from error
    except (ValueError, OSError, RecursionError) as error:
        raise bundle_error(unreadable, f"{name} cannot be read: {error}", file=name) from error
    _check_schema(raw, name)
    try:
        return kind.model_validate(raw)
    except ValidationError as error:
        raise bundle_error(unreadable, f"{name} is wrong: {_where(error)}") from error


def _check_schema(raw: object, name: str) -> None:
    version = raw.get("schema_version") if isinstance(raw, dict) else None
    if isinstance(version, int) and version > SCHEMA_VERSION:
        raise bundle_error(
            "newer_schema",
            f"{name} is of schema {version}; this version of Jam Hot reads up to {SCHEMA_VERSION}.",
            hint="Update the service, or publish a bundle made for this version.",
        )


def _where(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False)[0]
    return f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}"


def bundle_error(reason: Reason, message: str, hint: str | None = None, **details: str) -> BundleError:
    """Why a bundle may not be used."""
    return BundleError(message, details={"reason": reason, **details}, hint=hint)
