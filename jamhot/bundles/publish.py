"""A verified bundle as something to send."""

from __future__ import annotations

from pathlib import Path

from jamhot.database.bundles import Parcel
from jamhot.vision.bundle import Bundle
from jamhot.vision.bundle_files import CARD, file_entry, read_card


def profile_of(folder: Path) -> str:
    """The profile that a bundle is made for, by its card alone. Raises BundleError."""
    return read_card(folder).profile


def parcel(bundle: Bundle) -> Parcel:
    """The files that its card names, and the card; whatever else lies in the folder stays there."""
    card = bundle.card
    return Parcel(
        folder=bundle.folder,
        files=(CARD, *sorted(card.files)),
        profile=card.profile,
        version=card.version,
        digest=file_entry(bundle.folder / CARD).sha256,
    )
