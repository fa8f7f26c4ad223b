"""scripts/test_model.py and scripts/upload_model.py, as an operator runs them; `jamhot model …` is the same."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psycopg
import pytest

from jamhot.settings import ROOT, SHIPPED_BUNDLE
from jamhot.vision.bundle_files import read_card
from tests import pictures
from tests.tiny_bundle import TinyBundle


def command(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *words],
        env={**os.environ, **environment},
        cwd="/",
        capture_output=True,
        text=True,
        timeout=120,
    )


def script(name: str, *words: object, **environment: str) -> subprocess.CompletedProcess[str]:
    return command(str(ROOT / "scripts" / f"{name}.py"), *map(str, words), **environment)


def said(done: subprocess.CompletedProcess[str]) -> str:
    assert done.returncode == 0, done.stderr
    return done.stdout


def refused(done: subprocess.CompletedProcess[str]) -> str:
    assert done.returncode == 1, done.stdout
    assert done.stderr.startswith("error: ")
    assert done.stderr.count("\n") == 1, done.stderr
    return done.stderr


@pytest.fixture
def tiny(tmp_path: Path) -> TinyBundle:
    return TinyBundle(tmp_path / "bundle", "tiny-1")


def in_database(url: str) -> list[tuple[str, bool]]:
    with psycopg.connect(url) as connection:
        return connection.execute("SELECT version, in_use FROM models ORDER BY id").fetchall()


def test_the_shipped_bundle_passes() -> None:
    told = said(script("test_model"))
    assert read_card(SHIPPED_BUNDLE).version in told
    assert "off (network), at most 0.0" in told
    assert " MB, " in told
    assert "may be published" in told


def test_labelled_photos_under_any_name(tmp_path: Path) -> None:
    for kind, seed in (("strawberry", 1), ("not_fruit", 2)):
        (tmp_path / kind).mkdir()
        pictures.blobs(seed=seed).save(tmp_path / kind / "a photo.jpg")
    told = said(script("test_model", "--photos", tmp_path))
    assert "\nfruit:         " in told
    assert "no fruit:      1 pictures" in told
    (tmp_path / "strawberry" / "b.jpg").write_text("no photo")
    (tmp_path / "strawberry" / "c.jpg").mkdir()
    told = said(script("test_model", "--photos", tmp_path))
    assert "\nfruit:         1 photos" in told
    assert "no fruit:      1 pictures" in told
    assert "\nleft out:      2 that cannot be read\n" in told
    assert "b.jpg: These bytes are no photo" in told
    assert "c.jpg: Is a directory" in told
    for kind in ("strawberry", "not_fruit"):
        (tmp_path / kind / "a photo.jpg").unlink()
    assert "None of the 2 photos can be read" in refused(script("test_model", "--photos", tmp_path))
    shutil.rmtree(tmp_path / "strawberry")
    shutil.rmtree(tmp_path / "not_fruit")
    (tmp_path / "moonfruit").mkdir()
    assert "moonfruit" in refused(script("test_model", "--photos", tmp_path))


def test_a_flipped_bit_and_another_preprocessing_are_told(tmp_path: Path) -> None:
    bundle = tmp_path / "bundle"
    shutil.copytree(SHIPPED_BUNDLE, bundle)
    card = (bundle / "card.json").read_text()
    (bundle / "card.json").write_text(card.replace('"fit": "stretch"', '"fit": "crop"'))
    assert "from what the card says" in refused(script("test_model", bundle))
    (bundle / "card.json").write_text(card)
    model = bundle / "model.onnx"
    data = bytearray(model.read_bytes())
    data[len(data) // 2] ^= 1
    model.write_bytes(data)
    assert "sha256" in refused(script("test_model", bundle))


def test_publish_list_and_back(migrated_url: str, tiny: TinyBundle) -> None:
    here = {"DATABASE_URL": migrated_url}
    first = said(script("upload_model", tiny.folder, **here))
    assert "published tiny-1 (number 1) for the profile free" in first
    assert "nothing published; back to it: --rollback" in first
    assert "nothing to do" in said(script("upload_model", tiny.folder, **here))
    tiny.card["version"] = "tiny-2"
    tiny.write()
    assert "before:    tiny-1" in said(script("upload_model", tiny.folder, "--keep", "3", "--profile", "free", **here))
    assert script("upload_model", tiny.folder, "--keep", "1" + "0" * 20, **here).returncode == 2
    listed = said(script("upload_model", "--list", **here)).splitlines()
    assert "tiny-2" in listed[0]
    assert listed[0].endswith("in use")
    assert "tiny-1" in listed[1]
    assert "paid  nothing in use" in listed[2]
    assert "back from tiny-2 to tiny-1" in said(script("upload_model", "--rollback", **here))
    assert in_database(migrated_url) == [("tiny-1", True), ("tiny-2", False)]
    back = said(command("-m", "jamhot", "model", "rollback", PYTHONPATH=str(ROOT), **here))
    assert "to the bundle in each service's folder" in back
    assert "nothing to roll back" in refused(script("upload_model", "--rollback", **here))
    said(script("upload_model", tiny.folder, **here))
    tiny.card["version"] = "tiny-3"
    tiny.write()
    assert "not kept: --rollback goes to the bundle" in said(script("upload_model", tiny.folder, "--keep", "1", **here))


def test_a_bad_bundle_is_not_sent(migrated_url: str, tiny: TinyBundle) -> None:
    here = {"DATABASE_URL": migrated_url}
    assert "made for the profile free" in refused(script("upload_model", tiny.folder, "--profile", "paid", **here))
    tiny.labels["labels"][0]["name"] = "tangerine"
    tiny.labels["merged"] = {}
    tiny.write()
    assert "tangerine (it is mandarin)" in refused(script("upload_model", tiny.folder, **here))
    tiny.network("nan")
    assert in_database(migrated_url) == []
    assert script("upload_model", **here).returncode == 2
    assert script("upload_model", tiny.folder, "--list", **here).returncode == 2


def test_stopped_in_the_middle_nothing_is_published(migrated_url: str, tiny: TinyBundle) -> None:
    """Another connection holds the table, so that the sending waits; then comes Ctrl-C, and then SIGKILL."""
    for stop in (signal.SIGINT, signal.SIGKILL):
        with psycopg.connect(migrated_url) as holding:
            holding.execute("LOCK TABLE model_parts")
            words = [sys.executable, str(ROOT / "scripts" / "upload_model.py"), str(tiny.folder)]
            sending = subprocess.Popen(words, env={**os.environ, "DATABASE_URL": migrated_url}, stdout=-1, stderr=-1)
            wait_for_a_waiting_one(migrated_url)
            sending.send_signal(stop)
            if stop == signal.SIGKILL:
                sending.wait(20)
        out, _ = sending.communicate(timeout=20)
        assert sending.returncode != 0
        assert b"published" not in out
        assert in_database(migrated_url) == []


def wait_for_a_waiting_one(url: str) -> None:
    query = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query ILIKE '%model_parts%'"
    until = time.monotonic() + 30
    with psycopg.connect(url, autocommit=True) as connection:
        while time.monotonic() < until:
            row: Any = connection.execute(query).fetchone()
            if row[0]:
                return
            time.sleep(0.1)
    raise TimeoutError("nothing was sent")


def test_out_of_reach_it_takes_the_public_address_or_says_how_to_get_there(migrated_url: str) -> None:
    private = "postgresql://u:s3cret@postgres.railway.internal:5432/d"
    assert "free  nothing in use" in said(
        script("upload_model", "--list", DATABASE_URL=private, DATABASE_PUBLIC_URL=migrated_url)
    )
    told = refused(script("upload_model", "--list", DATABASE_URL=private))
    assert "railway connect Postgres --tunnel-only" in told
    assert "DATABASE_PUBLIC_URL" in told
    assert "s3cret" not in told
