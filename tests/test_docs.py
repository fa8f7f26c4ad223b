"""The documents say what is there: paths and links exist, every setting is explained."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from jamhot.catalog.build import load_content
from jamhot.database.migrate import revisions
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


def test_the_next_step_of_the_schema_is_the_one_to_write() -> None:
    text = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
    last = revisions()[-1]
    assert f"sql/{int(last) + 1:04}_" in text
    assert f'down_revision = "{last}"' in text


def test_the_answer_shown_first_counts_the_recipes_there_are() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    lemon = sum("lemon" in recipe.fruits for recipe in load_content().recipes)
    assert f'"recipes_total": {lemon},' in text
