"""The documents say what is there: paths and links exist, every setting is explained."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from jamhot.settings import ROOT, Settings

DOCS = sorted([ROOT / "README.md", *(ROOT / "docs").glob("*.md")])
PATH = re.compile(r"`((?:jamhot|tests|scripts|benchmarks|docs|data|requirements|deploy|\.ci|\.railway)/[\w./-]*)`")


@pytest.mark.parametrize("doc", DOCS, ids=[doc.name for doc in DOCS])
def test_every_path_named_exists(doc: Path) -> None:
    text = doc.read_text(encoding="utf-8")
    missing = [path for path in PATH.findall(text) if not (ROOT / path).exists()]
    assert missing == []


@pytest.mark.parametrize("doc", DOCS, ids=[doc.name for doc in DOCS])
def test_every_link_leads_somewhere(doc: Path) -> None:
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", doc.read_text(encoding="utf-8"))
    assert [link for link in links if not (doc.parent / link).exists()] == []


def test_every_setting_is_in_the_operators_table() -> None:
    text = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
    assert [name for name in Settings.model_fields if f"`{name.upper()}`" not in text] == []
