"""How good a bundle is on this machine: its own check pictures, its costs, and a folder of labelled photos."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from jamhot import __version__
from jamhot.answers.identify import look
from jamhot.catalog.build import load_content
from jamhot.catalog.names import FruitNames
from jamhot.catalog.names import normalise as spoken
from jamhot.errors import BundleError, ImageTooLarge, InvalidImage, InvalidRequest
from jamhot.settings import Settings
from jamhot.vision.agreement import Agreement, agreement
from jamhot.vision.bundle import Bundle, Measured
from jamhot.vision.card import Labels
from jamhot.vision.checks import check_photos
from jamhot.vision.classifier import Classifier
from jamhot.vision.photo import Photo
from jamhot.vision.trial import Terms, accept, try_out

PICTURES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp", ".heic", ".heif", ".avif"})


@dataclass(frozen=True)
class Examined:
    """A bundle that passed. photo_ms: median milliseconds of elapsed time from a decoded photo to its probabilities."""

    bundle: Bundle
    measured: Measured
    agreement: Agreement
    photo_ms: float


@dataclass(frozen=True)
class Labelled:
    """A photo and the label that it shows."""

    path: Path
    label: str


@dataclass(frozen=True)
class Said:
    """What a classifier said of a labelled photo. order: the likeliest five fruits. named: what the service would
    name, None when it would not."""

    label: str
    order: tuple[str, ...]
    named: str | None


@dataclass(frozen=True)
class Unread:
    """A labelled photo that cannot be read."""

    path: Path
    why: str


def terms(settings: Settings, profile: str | None) -> Terms:
    """What the service of these settings would ask of a bundle of this profile."""
    return Terms(
        settings.model_quantization, settings.wanted_image_size, __version__, profile, settings.model_memory_mb
    )


def examine(folder: Path, asked: Terms) -> Examined:
    """Verifies a bundle in a process of its own, which measures it, and here. Raises BundleError."""
    try:
        measured = try_out(folder, asked)
    except TimeoutError as error:
        raise BundleError(f"This machine is too busy to tell: {error}.", hint="try again later") from error
    bundle = accept(folder, replace(asked, memory_mb=None), thorough=True, canonical=canonical_names())
    return Examined(
        bundle, measured, agreement(bundle.session, bundle.taught, bundle.card), _photo_ms(Classifier(bundle))
    )


def canonical_names() -> dict[str, str]:
    """Every name that the catalogue has for a fruit, as a label would be written → the fruit's label."""
    fruits = load_content().fruits
    labels = {fruit.name: fruit.ai_identifier or fruit.name for fruit in fruits}
    names = {name.replace(" ", "_"): labels[fruit] for name, fruit in FruitNames(fruits).all.items()}
    return {**names, **{name: name for name in labels}, **{label: label for label in labels.values()}}


def labelled(folder: Path, labels: Labels) -> list[Labelled]:
    """The photos in `folder`, which has a folder of photos for each fruit, under any of its names.

    Raises:
        InvalidRequest: there is none, or a folder's name is no fruit of this model.
    """
    known = {spoken(name): label.name for label in labels.labels for name in (label.name, *label.aliases)}
    known |= {spoken(name): merge.into for name, merge in labels.merged.items()}
    known |= {"not fruit": labels.names[labels.no_fruit]}
    found, strange = [], []
    for kind in sorted(path for path in folder.iterdir() if path.is_dir()):
        label = known.get(spoken(kind.name))
        if label is None:
            strange.append(kind.name)
            continue
        found += [Labelled(path, label) for path in pictures(kind)]
    if not found:
        raise InvalidRequest(
            f"{folder} has no photos: a folder for each fruit is expected, such as {folder}/quince/1.jpg.",
            hint=f"Not known to the model: {', '.join(strange)}." if strange else None,
        )
    return found


def pictures(folder: Path) -> list[Path]:
    """The photos in a folder, by name."""
    return sorted(path for path in folder.iterdir() if path.suffix.lower() in PICTURES)


def ask_all(classifier: Classifier, photos: Iterable[Labelled], threshold: float) -> Iterator[Said | Unread]:
    """What it says of each photo, or why that one cannot be read. Raises ModelError."""
    for photo in photos:
        try:
            with photo.path.open("rb") as file:
                (sight,) = look([file], classifier, threshold)
        except (InvalidImage, ImageTooLarge) as error:
            yield Unread(photo.path, error.message)
            continue
        except OSError as error:
            yield Unread(photo.path, error.strerror or str(error))
            continue
        verdict = sight.verdict
        order = tuple(candidate.name for candidate in verdict.alternatives)
        yield Said(photo.label, order, verdict.name if verdict.status == "recognized" else None)


@dataclass(frozen=True)
class Score:
    """Shares of 1. right: of the photos that got a name; None when none did. answered: of all."""

    photos: int
    top1: float
    top5: float
    right: float | None
    answered: float


def score(said: Sequence[Said]) -> Score | None:
    """Of fruit photos; None when there are none."""
    if not said:
        return None
    named = [one for one in said if one.named]
    return Score(
        photos=len(said),
        top1=sum(one.order[0] == one.label for one in said) / len(said),
        top5=sum(one.label in one.order for one in said) / len(said),
        right=sum(one.named == one.label for one in named) / len(named) if named else None,
        answered=len(named) / len(said),
    )


def _photo_ms(classifier: Classifier) -> float:
    found = []
    for pixels in check_photos():
        started = time.perf_counter()
        classifier.predict(classifier.pixels(Photo(pixels, "JPEG", pixels.shape[1], pixels.shape[0])))
        found.append((time.perf_counter() - started) * 1000)
    return statistics.median(found)
