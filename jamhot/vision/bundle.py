"""A model is a bundle: a folder with `model.onnx`, `labels.json`, `card.json`; maybe `model_float.onnx`, `taught.json`.

`verify` is the one function that says whether a bundle may be used: for training, scripts and service.
"""

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import psutil

from jamhot.errors import ModelError
from jamhot.vision.agreement import TOLERANCE, agreement
from jamhot.vision.bundle_files import (
    CARD,
    FLOAT_MODEL,
    LABELS,
    MODEL,
    TAUGHT,
    bundle_error,
    check_file,
    read_card,
    read_labels,
    read_taught,
)
from jamhot.vision.card import Card, Labels
from jamhot.vision.checks import COUNT, check_pictures
from jamhot.vision.contract import FEATURES, INPUT, LOGITS, NOTHING_TAUGHT, TaughtRows, ask
from jamhot.vision.session import OnnxSession, Session, Tensor

MOST_SECONDS = 2.0
"""Of processor time for one photo: answers are to come within five seconds, and others wait, too."""

_PICKLES = (b"\x80", b"PK\x03\x04")
"""First bytes of a pickle (protocol 2 and later) and of a ZIP, which is what PyTorch and joblib pack theirs into."""


@dataclass(frozen=True)
class Measured:
    """What the network cost while it was verified. memory_mb: how much the process grew, MB (10⁶ bytes), which says
    little where others work in it meanwhile. seconds: processor time for one photo, all its views."""

    memory_mb: float
    seconds: float


@dataclass(frozen=True)
class Bundle:
    """A verified bundle and the session of the file that was asked for, loaded once."""

    folder: Path
    card: Card
    labels: Labels
    model: str
    session: Session
    taught: TaughtRows
    measured: Measured


def verify(
    folder: Path,
    *,
    quantized: bool = True,
    image_size: int | None = None,
    app_version: str | None = None,
    profile: str | None = None,
    memory_mb: float | None = None,
    canonical: Mapping[str, str] | None = None,
    thorough: bool = False,
    open_session: Callable[[Path], Session] = OnnxSession,
) -> Bundle:
    """Check everything that can be wrong with a bundle, cheapest first, and load its network.

    quantized: the int8 file, else the float one. image_size: px that must be served, any if None. profile: that it
    must be made for. memory_mb: the most that it may take, MB. canonical: every name of a fruit → the one that is
    used. thorough: run all check pictures too, a quarter of a second. Raises BundleError; its `details["reason"]` is
    one of `Reason`. Raises MemoryError.
    """
    card = read_card(folder)
    _check_app(card, app_version)
    if profile is not None and profile != card.profile:
        raise bundle_error(
            "wrong_profile",
            f"The bundle is made for the profile {card.profile}, not for {profile}.",
            hint=f"Name --profile {card.profile}, or use another bundle.",
        )
    for name, entry in card.files.items():
        check_file(folder, name, entry)
    labels = read_labels(folder, card)
    _check_canonical(labels, canonical or {})
    taught = _taught_rows(folder, card, labels)
    if image_size is not None and image_size != card.preprocessing.size:
        raise bundle_error(
            "image_size",
            f"The bundle takes pictures of {card.preprocessing.size} px, not {image_size}.",
            hint=f"Set IMAGE_SIZE={card.preprocessing.size}, or use another bundle.",
        )
    model = _model_file(card, quantized)
    before = _resident_mb()
    session = _load(folder / model, open_session)
    _check_contract(session, card, labels, taught)
    seconds = _check_answers(session, card, taught)
    bundle = Bundle(folder, card, labels, model, session, taught, Measured(_resident_mb() - before, seconds))
    _check_costs(bundle.measured, memory_mb)
    if thorough:
        _check_agreement(bundle)
    return bundle


def _check_canonical(labels: Labels, canonical: Mapping[str, str]) -> None:
    """A label that the catalogue does not know may be named; one that it calls otherwise may not."""
    wrong = {name: canonical[name] for name in labels.fruits if canonical.get(name, name) != name}
    if wrong:
        told = ", ".join(f"{name} (it is {right})" for name, right in wrong.items())
        raise bundle_error("not_canonical", f"{LABELS} uses other names than the catalogue: {told}.")


def _taught_rows(folder: Path, card: Card, labels: Labels) -> TaughtRows:
    """What was taught, checked against the labels. Raises BundleError."""
    if TAUGHT not in card.files:
        return NOTHING_TAUGHT
    kinds = read_taught(folder, card)
    try:
        rows = TaughtRows(
            np.array([kind.weight for kind in kinds], np.float32), np.array([kind.bias for kind in kinds], np.float32)
        )
    except ValueError as error:
        raise bundle_error("unreadable_taught", f"{TAUGHT} has weights of different lengths.") from error
    names = tuple(kind.name for kind in kinds)
    if not names or labels.names[-len(names) :] != names or labels.no_fruit >= len(labels.names) - len(names):
        raise bundle_error(
            "unreadable_taught", f"{TAUGHT} teaches {', '.join(names) or 'nothing'}, {LABELS} says otherwise."
        )
    return rows


def _check_app(card: Card, app_version: str | None) -> None:
    if app_version is None:
        return
    if _numbers(app_version) < _numbers(card.minimum_app_version):
        raise bundle_error(
            "newer_app_needed",
            f"The bundle needs Jam Hot {card.minimum_app_version}; this is {app_version}.",
            hint="Update the service, or publish a bundle made for this version.",
        )


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", version)[:3])


def _model_file(card: Card, quantized: bool) -> str:
    if quantized:
        return MODEL
    if FLOAT_MODEL not in card.files:
        raise bundle_error(
            "no_float_model",
            f"The bundle {card.version} has no float model ({FLOAT_MODEL}).",
            hint="Set MODEL_QUANTIZATION=true, or make a bundle with --float.",
        )
    return FLOAT_MODEL


def _load(path: Path, open_session: Callable[[Path], Session]) -> Session:
    with path.open("rb") as file:
        if file.read(4).startswith(_PICKLES):
            raise bundle_error(
                "pickle",
                f"{path.name} is a Python pickle or an archive of them, not an ONNX network; it was not opened.",
                hint="A pickle runs whatever its author wrote. Export the network to ONNX.",
                file=path.name,
            )
    try:
        return open_session(path)
    except ModelError as error:
        opset = re.search(r"\bopset\b|IR version", error.message, re.IGNORECASE)
        raise bundle_error("wrong_opset" if opset else "not_loadable", error.message, file=path.name) from error


def _check_contract(session: Session, card: Card, labels: Labels, taught: TaughtRows) -> None:
    size = card.preprocessing.size
    inputs, outputs = session.inputs(), {tensor.name: tensor for tensor in session.outputs()}
    if len(inputs) != 1 or not _is(inputs[0], INPUT, "uint8", (size, size, 3)):
        raise bundle_error("input_shape", f"The network takes {inputs}; wanted: uint8 {INPUT} [N,{size},{size},3].")
    logits, features = outputs.get(LOGITS), outputs.get(FEATURES)
    if logits is None or features is None or len(logits.shape) != 2 or len(features.shape) != 2:
        raise bundle_error("output_shape", f"The network gives {list(outputs)}; wanted: {LOGITS}, {FEATURES}.")
    known, wide = logits.shape[1], features.shape[1]
    if isinstance(known, int) and known + len(taught) != len(labels.labels):
        more = f" and {len(taught)} taught ones" if len(taught) else ""
        raise bundle_error("label_count", f"The network gives {known} logits{more} for {len(labels.labels)} labels.")
    if len(taught) and isinstance(wide, int) and wide != taught.weight.shape[1]:
        raise bundle_error(
            "unreadable_taught", f"{TAUGHT} has {taught.weight.shape[1]} weights a kind for {wide} features."
        )


def _is(tensor: Tensor, name: str, dtype: str, shape: tuple[int, ...]) -> bool:
    fits = len(tensor.shape) == 4 and tensor.shape[1:] == shape and not isinstance(tensor.shape[0], int)
    return tensor.name == name and tensor.dtype == dtype and fits


def _check_answers(session: Session, card: Card, taught: TaughtRows) -> float:
    """Seconds of processor time for one photo. The first run is not timed: it makes room for itself."""
    if len(card.checks) not in (0, COUNT) or len(card.photo_checks) not in (0, COUNT):
        raise bundle_error("unreadable_card", f"{CARD} has checks for another number of pictures than {COUNT}.")
    picture = check_pictures(card.preprocessing.size)[:1]
    try:
        answers = ask(session, taught, picture)
        started = time.thread_time()
        ask(session, taught, picture)
        seconds = (time.thread_time() - started) * len(card.views)
    except ModelError as error:
        raise bundle_error("not_loadable", error.message) from error
    if not all(np.isfinite(answer).all() for answer in answers):
        raise bundle_error("not_finite", "The network answers a generated picture with NaN or infinity.")
    return seconds


def _check_costs(measured: Measured, memory_mb: float | None) -> None:
    if memory_mb is not None and measured.memory_mb > memory_mb:
        raise bundle_error(
            "too_much_memory",
            f"The bundle takes {measured.memory_mb:.0f} MB; MODEL_MEMORY_MB allows {memory_mb:.0f}.",
            hint="Publish a smaller network, or raise MODEL_MEMORY_MB where there is room.",
        )
    if measured.seconds > MOST_SECONDS:
        raise bundle_error(
            "too_slow",
            f"The network computes {measured.seconds:.1f} s for one photo; {MOST_SECONDS:.0f} s is the most.",
            hint="Publish a smaller network, or one with fewer views.",
        )


def _check_agreement(bundle: Bundle) -> None:
    found = agreement(bundle.session, bundle.taught, bundle.card)
    if found.worst > TOLERANCE:
        raise bundle_error(
            "wrong_answers",
            f"A probability of a check picture is {found.worst:.2f} from what the card says; {TOLERANCE} is allowed.",
            hint="Another runtime or processor, other preprocessing than the card's, or damaged weights.",
        )


def _resident_mb() -> float:
    return float(psutil.Process().memory_info().rss) / 1e6
