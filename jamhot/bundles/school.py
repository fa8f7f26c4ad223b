"""From photos of a new kind to a bundle that knows it, beside the old one: nothing is sent anywhere."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from jamhot.bundles import reference as memory
from jamhot.bundles.examine import canonical_names, labelled
from jamhot.bundles.folder import write_folder
from jamhot.bundles.reference import REFERENCE, Reference
from jamhot.bundles.teach import FEWEST, MOST, Lesson, Row, effect, learn
from jamhot.errors import BundleError, ImageTooLarge, InvalidImage, InvalidRequest
from jamhot.vision.agreement import as_checks, network_answers
from jamhot.vision.bundle import Bundle, verify
from jamhot.vision.bundle_files import FLOAT_MODEL, LABELS, MODEL, TAUGHT, read_taught
from jamhot.vision.card import Card, Label, Labels, Taught, TaughtKind, TaughtScore
from jamhot.vision.classifier import Classifier
from jamhot.vision.contract import TaughtRows
from jamhot.vision.photo import Photo, View, prepare, read_photo

VIEWS = (View(mirror=True), View(crop=0.85), View(crop=0.7, mirror=True))
"""Other looks at a photo of the new kind, beside the photo itself: ten photos are few."""

FEWEST_OTHERS = 2 * FEWEST
"""Photos of other fruit, of all kinds together: half of them are learned against, the other half is measured on."""

Tell = Callable[[int], None]


@dataclass(frozen=True)
class Graduate:
    """The new bundle, and what teaching did."""

    bundle: Bundle
    score: TaughtScore


def kind_of(text: str, labels: Labels) -> str:
    """The label for a new kind: the catalogue's own name for it, where it has one.

    Raises:
        InvalidRequest: the model knows it already, or it is no name.
    """
    plain = "_".join(text.lower().replace("-", " ").replace("_", " ").split())
    name = canonical_names().get(plain, plain)
    if not name.replace("_", "").isalnum() or not name[0].isalpha() or not name.isascii():
        raise InvalidRequest(f"{text!r} is no name for a fruit.", hint="letters, digits and blanks")
    if name in labels.names or name in labels.merged:
        known = labels.merged[name].into if name in labels.merged else name
        raise InvalidRequest(f"The model knows {name} already, as {known}.")
    return name


def remembered(bundle: Bundle, others: Path | None, tell: Tell) -> Reference:
    """The bundle's reference features, or those of labelled photos in `others`. Raises BundleError, InvalidRequest."""
    if others is None:
        found = memory.read(bundle.folder) if REFERENCE in bundle.card.files else None
        if found is None:
            raise BundleError(
                f"The bundle {bundle.card.version} has no {REFERENCE}: what a kind does to the others is not known.",
                hint="name a folder of labelled photos with --others, or make it: python -m jamhot.training.reference",
            )
        return found
    chosen = labelled(others, bundle.labels)
    fruit = sum(one.label != bundle.labels.names[bundle.labels.no_fruit] for one in chosen)
    if fruit < FEWEST_OTHERS:
        raise InvalidRequest(
            f"{others} has {fruit} photos of fruit that the model knows: at least {FEWEST_OTHERS} are needed.",
            hint="twelve of each fruit are what a bundle remembers",
        )
    classifier = Classifier(bundle)
    return memory.look_at(classifier, ((one.label, opened(one.path, classifier)) for one in chosen), tell)


def doubts(kind: str, bundle: Bundle, known: Reference) -> list[str]:
    """What whoever teaches `kind` should know of before it is published; a sentence each."""
    found = []
    if kind not in canonical_names().values():
        found.append(
            f"the catalogue knows no {kind}: the service will name it, but has no profile and no recipe for it"
        )
    unseen = sorted(set(bundle.labels.names) - set(known.labels))
    if unseen:
        lacking = f"{len(unseen)} of the {len(bundle.labels.names)} kinds that the model knows"
        found.append(f"no photo of {lacking}, {unseen[0]} first: what {kind} takes from them is not measured")
    return found


def lesson_of(classifier: Classifier, kind: str, photos: Sequence[Path], tell: Tell) -> Lesson:
    """Features of the photos and of other views of them. Raises InvalidRequest, BundleError."""
    if not FEWEST <= len(photos) <= MOST:
        raise InvalidRequest(f"{len(photos)} photos of {kind}: {FEWEST} to {MOST} are needed.")
    parts, numbers = [], []
    for number, path in enumerate(photos):
        parts.append(views_of(classifier, kind, opened(path, classifier)))
        numbers += [number] * len(parts[-1].labels)
        tell(1)
    return Lesson(joined(parts), np.array(numbers))


def views_of(classifier: Classifier, kind: str, photo: Photo) -> Reference:
    """Features of a photo and of the other views of it, the photo itself first."""
    looks = [photo.pixels, *(np.ascontiguousarray(prepare(photo.pixels, classifier.preprocessing, v)) for v in VIEWS)]
    shown = [Photo(pixels, photo.format, photo.width, photo.height) for pixels in looks]
    return memory.look_at(classifier, ((kind, one) for one in shown))


def teach(bundle: Bundle, kind: str, lesson: Lesson, known: Reference, out: Path) -> Graduate:
    """Writes the new bundle to `out`, a folder that is not there yet. Raises BundleError, InvalidRequest."""
    if out.exists():
        raise InvalidRequest(f"{out} exists already.", hint="name another folder with --out")
    nothing, temperature = bundle.labels.names[bundle.labels.no_fruit], bundle.card.temperature
    row = learn(lesson.views, known, temperature)
    score = effect(lesson, known, bundle.labels.names, nothing, temperature)
    photos = lesson.views.rows(lesson.firsts)
    with tempfile.TemporaryDirectory() as folder:
        kept = Path(folder) / REFERENCE
        memory.write(kept, with_row(joined([known, photos]), row))
        return Graduate(_written(bundle, kind, row, score, kept, out), score)


def opened(path: Path, classifier: Classifier) -> Photo:
    """The photo, as large as the model needs it. Raises BundleError that names the file."""
    try:
        return read_photo(path.read_bytes(), classifier.needed)
    except (InvalidImage, ImageTooLarge) as error:
        raise BundleError(f"{path}: {error.message}", hint="take it out of the list") from error


def joined(parts: Sequence[Reference]) -> Reference:
    """One after the other."""
    return Reference(
        np.concatenate([part.features for part in parts]),
        np.concatenate([part.logits for part in parts]),
        tuple(label for part in parts for label in part.labels),
    )


def with_row(known: Reference, row: Row) -> Reference:
    """With the new row's logits as the last column."""
    return Reference(known.features, np.c_[known.logits, row.logits(known.features)], known.labels)


def _written(bundle: Bundle, kind: str, row: Row, score: TaughtScore, kept: Path, out: Path) -> Bundle:
    before = read_taught(bundle.folder, bundle.card)
    kinds = [*before, TaughtKind(name=kind, photos=score.photos, weight=row.weight.tolist(), bias=row.bias)]
    labels = bundle.labels.model_copy(
        update={
            "labels": [*bundle.labels.labels, Label(name=kind)],
            "left_out": {name: why for name, why in bundle.labels.left_out.items() if name != kind},
        }
    )
    rows = TaughtRows(
        np.array([one.weight for one in kinds], np.float32), np.array([one.bias for one in kinds], np.float32)
    )
    documents = {LABELS: labels, TAUGHT: Taught(schema_version=1, kinds=kinds)}
    networks = {name: bundle.folder / name for name in (MODEL, FLOAT_MODEL) if name in bundle.card.files}
    return write_folder(out, _card(bundle, kind, rows, score), documents, {**networks, REFERENCE: kept})


def _card(bundle: Bundle, kind: str, rows: TaughtRows, score: TaughtScore) -> Card:
    """Accuracy stays that of the photos that were held out, measured before the kind was taught; `taught` is since."""
    card, now = bundle.card, datetime.now(UTC)
    digest = hashlib.sha256(rows.weight.tobytes()).hexdigest()
    plain = verify(bundle.folder).session if bundle.model != MODEL else bundle.session
    return card.model_copy(
        update={
            "version": f"{now:%Y.%m.%d}-{digest[:8]}",
            "created": now.replace(microsecond=0),
            "taught": {**card.taught, kind: score},
            "checks": as_checks(network_answers(plain, rows, card)) if card.checks else [],
            "training": card.training.model_copy(
                update={"command": f"{card.training.command}; jamhot model teach {kind} ({score.photos} photos)"}
            ),
        }
    )
