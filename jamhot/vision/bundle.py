"""A model is a bundle: a folder with `model.onnx`, `labels.json`, `card.json`, maybe `model_float.onnx`.

`verify` is the one function that says whether a bundle may be used: for training, scripts and service.
"""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from pydantic import ValidationError

from jamhot.errors import BundleError, ModelError
from jamhot.vision.card import SCHEMA_VERSION, Card, FileEntry, Labels
from jamhot.vision.checks import COUNT, check_pictures
from jamhot.vision.session import OnnxSession, Session, Tensor

CARD, LABELS, MODEL, FLOAT_MODEL = "card.json", "labels.json", "model.onnx", "model_float.onnx"
INPUT, LOGITS, FEATURES = "pixels", "logits", "features"

Reason = Literal[
    "missing_file",
    "unreadable_card",
    "unreadable_labels",
    "newer_schema",
    "newer_app_needed",
    "unsafe_name",
    "truncated",
    "hash_mismatch",
    "duplicate_labels",
    "wrong_labels",
    "label_count",
    "input_shape",
    "output_shape",
    "image_size",
    "no_float_model",
    "not_loadable",
    "not_finite",
]


@dataclass(frozen=True)
class Bundle:
    """A verified bundle and the session of the file that was asked for, loaded once."""

    folder: Path
    card: Card
    labels: Labels
    model: str
    session: Session


def verify(
    folder: Path,
    *,
    quantized: bool = True,
    image_size: int | None = None,
    app_version: str | None = None,
    open_session: Callable[[Path], Session] = OnnxSession,
) -> Bundle:
    """Check everything that can be wrong with a bundle, cheapest first, and load its network.

    quantized: the int8 file, else the float one. image_size: px that must be served, any if None.
    Raises BundleError; its `details["reason"]` is one of `Reason`.
    """
    card = read_card(folder)
    _check_app(card, app_version)
    for name, entry in card.files.items():
        _check_file(folder, name, entry)
    labels = read_labels(folder, card)
    if image_size is not None and image_size != card.preprocessing.size:
        raise _error(
            "image_size",
            f"The bundle takes pictures of {card.preprocessing.size} px, not {image_size}.",
            hint=f"Set IMAGE_SIZE={card.preprocessing.size}, or use another bundle.",
        )
    model = _model_file(card, quantized)
    session = _load(folder / model, open_session)
    _check_contract(session, card, labels)
    _check_answers(session, card)
    return Bundle(folder, card, labels, model, session)


def read_card(folder: Path) -> Card:
    """card.json, checked by itself. Raises BundleError."""
    raw = _json(folder, CARD, "unreadable_card")
    _check_schema(raw, CARD)
    try:
        card = Card.model_validate(raw)
    except ValidationError as error:
        raise _error("unreadable_card", f"{CARD} is wrong: {_where(error)}") from error
    for name in (MODEL, LABELS):
        if name not in card.files:
            raise _error("missing_file", f"{CARD} does not name {name}.", file=name)
    return card


def read_labels(folder: Path, card: Card) -> Labels:
    """labels.json, checked against the card. Raises BundleError."""
    raw = _json(folder, LABELS, "unreadable_labels")
    _check_schema(raw, LABELS)
    try:
        labels = Labels.model_validate(raw)
    except ValidationError as error:
        raise _error("unreadable_labels", f"{LABELS} is wrong: {_where(error)}") from error
    twice = [name for name, count in Counter(labels.names).items() if count > 1]
    if twice:
        raise _error("duplicate_labels", f"{LABELS} names {', '.join(twice)} more than once.")
    if labels.no_fruit >= len(labels.labels):
        raise _error("wrong_labels", f"{LABELS}: no_fruit is {labels.no_fruit}, past the last label.")
    astray = [name for name, merge in labels.merged.items() if merge.into not in labels.names]
    if astray:
        raise _error("wrong_labels", f"{LABELS}: {', '.join(astray)} merged into a label that is not there.")
    if any(len(check.probabilities) != len(labels.labels) for check in card.checks):
        raise _error("label_count", f"{CARD} has checks for another number of labels than {LABELS}.")
    return labels


def file_entry(path: Path) -> FileEntry:
    """The entry that a card holds for this file."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return FileEntry(sha256=digest, bytes=path.stat().st_size)


def _json(folder: Path, name: str, reason: Reason) -> object:
    try:
        return json.loads((folder / name).read_text("utf-8"))
    except FileNotFoundError as error:
        raise _error("missing_file", f"The bundle at {folder} has no {name}.", file=name) from error
    except (ValueError, OSError, RecursionError) as error:
        raise _error(reason, f"{name} cannot be read: {error}", file=name) from error


def _check_schema(raw: object, name: str) -> None:
    version = raw.get("schema_version") if isinstance(raw, dict) else None
    if isinstance(version, int) and version > SCHEMA_VERSION:
        raise _error(
            "newer_schema",
            f"{name} is of schema {version}; this version of Jam Hot reads up to {SCHEMA_VERSION}.",
            hint="Update the service, or publish a bundle made for this version.",
        )


def _check_app(card: Card, app_version: str | None) -> None:
    if app_version is None:
        return
    if _numbers(app_version) < _numbers(card.minimum_app_version):
        raise _error(
            "newer_app_needed",
            f"The bundle needs Jam Hot {card.minimum_app_version}; this is {app_version}.",
            hint="Update the service, or publish a bundle made for this version.",
        )


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", version)[:3])


def _check_file(folder: Path, name: str, entry: FileEntry) -> None:
    if not re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9._-]*", name) or name == CARD:
        raise _error("unsafe_name", f"{CARD} names a file that may not be part of a bundle: {name!r}.")
    path = folder / name
    if not path.is_file():
        raise _error("missing_file", f"The bundle at {folder} has no {name}.", file=name)
    if not path.resolve().is_relative_to(folder.resolve()):
        raise _error("unsafe_name", f"{name} is a link that leaves the bundle's folder.", file=name)
    found = file_entry(path)
    if found.bytes != entry.bytes:
        raise _error("truncated", f"{name} has {found.bytes} bytes instead of {entry.bytes}.", file=name)
    if found.sha256 != entry.sha256:
        raise _error("hash_mismatch", f"{name} is not the file that {CARD} describes (sha256).", file=name)


def _model_file(card: Card, quantized: bool) -> str:
    if quantized:
        return MODEL
    if FLOAT_MODEL not in card.files:
        raise _error(
            "no_float_model",
            f"The bundle {card.version} has no float model ({FLOAT_MODEL}).",
            hint="Set MODEL_QUANTIZATION=true, or make a bundle with --float.",
        )
    return FLOAT_MODEL


def _load(path: Path, open_session: Callable[[Path], Session]) -> Session:
    try:
        return open_session(path)
    except ModelError as error:
        raise _error("not_loadable", error.message, file=path.name) from error


def _check_contract(session: Session, card: Card, labels: Labels) -> None:
    size = card.preprocessing.size
    inputs, outputs = session.inputs(), {tensor.name: tensor for tensor in session.outputs()}
    if len(inputs) != 1 or not _is(inputs[0], INPUT, "uint8", (size, size, 3)):
        raise _error("input_shape", f"The network takes {inputs}; wanted: uint8 {INPUT} [N,{size},{size},3].")
    logits, features = outputs.get(LOGITS), outputs.get(FEATURES)
    if logits is None or features is None or len(logits.shape) != 2 or len(features.shape) != 2:
        raise _error("output_shape", f"The network gives {list(outputs)}; wanted: {LOGITS}, {FEATURES}.")
    known = logits.shape[1]
    if isinstance(known, int) and known != len(labels.labels):
        raise _error("label_count", f"The network gives {known} logits for {len(labels.labels)} labels.")


def _is(tensor: Tensor, name: str, dtype: str, shape: tuple[int, ...]) -> bool:
    fits = len(tensor.shape) == 4 and tensor.shape[1:] == shape and not isinstance(tensor.shape[0], int)
    return tensor.name == name and tensor.dtype == dtype and fits


def _check_answers(session: Session, card: Card) -> None:
    picture = check_pictures(card.preprocessing.size)[:1]
    try:
        answers = session.run(INPUT, picture, [LOGITS, FEATURES])
    except ModelError as error:
        raise _error("not_loadable", error.message) from error
    if not all(np.isfinite(answer).all() for answer in answers):
        raise _error("not_finite", "The network answers a generated picture with NaN or infinity.")
    if card.checks and len(card.checks) != COUNT:
        raise _error("unreadable_card", f"{CARD} has {len(card.checks)} checks; there are {COUNT} pictures.")


def _where(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False)[0]
    return f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}"


def _error(reason: Reason, message: str, hint: str | None = None, **details: str) -> BundleError:
    return BundleError(message, details={"reason": reason, **details}, hint=hint)
