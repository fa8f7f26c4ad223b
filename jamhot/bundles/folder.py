"""A bundle's folder is written beside its place, verified, and then put there, the card last."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from pydantic import BaseModel

from jamhot.vision.agreement import as_checks, photo_answers
from jamhot.vision.bundle import Bundle, verify
from jamhot.vision.bundle_files import CARD, file_entry
from jamhot.vision.card import Card


def write_folder(
    target: Path, card: Card, documents: Mapping[str, BaseModel], files: Mapping[str, Path], gone: Sequence[str] = ()
) -> Bundle:
    """Writes a bundle of these documents and files. The card's `files` and `photo_checks` are filled in here.

    gone: files of an earlier bundle in `target` that this one has not. Raises BundleError, and leaves `target` alone,
    when the bundle would be refused.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".bundle-") as folder:
        draft = Path(folder)
        for name, document in documents.items():
            write_json(draft / name, document)
        for name, source in files.items():
            shutil.copyfile(source, draft / name)
        entries = {path.name: file_entry(path) for path in sorted(draft.iterdir())}
        write_json(draft / CARD, card.model_copy(update={"files": entries, "photo_checks": []}))
        made = verify(draft)
        answers = as_checks(photo_answers(made.session, made.taught, made.card))
        write_json(draft / CARD, made.card.model_copy(update={"photo_checks": answers}))
        verify(draft, thorough=True)
        target.mkdir(exist_ok=True)
        for name in [*entries, CARD]:
            (draft / name).replace(target / name)
    for name in gone:
        (target / name).unlink(missing_ok=True)
    return verify(target)


def write_json(path: Path, document: BaseModel) -> None:
    """Indented; a list of numbers is one line, not eighty."""
    text = json.dumps(document.model_dump(mode="json"), indent=1, ensure_ascii=False)
    path.write_text(_short_lists(text) + "\n", "utf-8")


def _short_lists(text: str) -> str:
    lines: list[str] = []
    inside = False
    for line in text.split("\n"):
        bare = line.strip()
        if inside and not bare.startswith(("{", "[", '"')):
            lines[-1] += bare if bare.startswith("]") else f"{bare} "
            inside = not bare.startswith("]")
            continue
        lines.append(line)
        inside = bare.endswith("[")
    return "\n".join(lines)
