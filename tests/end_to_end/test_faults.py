"""The quick ones of the faults that `make prove` runs at length: the real server process, with traffic running."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.faults.database import Larder
from benchmarks.faults.run import Row, hangs_twice, killed_in_an_upload, suffer, terminated_under_load
from benchmarks.faults.scenarios import DATABASE, MACHINE, PROCESS, Fault

FAULTS = {fault.name: fault for fault in (*DATABASE, *MACHINE, *PROCESS)}
PATIENCE_S = 2.0


@pytest.fixture(scope="module")
def larder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Larder]:
    folder = Path("/var/tmp") / f"jamhot-faults-{os.getpid()}"  # noqa: S108 (PostgreSQL's account must get in)
    folder.mkdir(mode=0o755)
    made = Larder(folder / "postgres")
    yield made
    made.close()
    shutil.rmtree(folder)


def as_it_should_be(row: Row) -> None:
    """How soon it was over is for `make prove`: a busy machine is no mistake of the service's."""
    assert row.recovered_s is not None, row
    assert [one for one in row.wrong if "recover" not in one] == [], row


@pytest.mark.parametrize(
    ("name", "lasts_s"),
    [
        ("database killed", 4),
        ("database out of connections", 4),
        ("model file damaged, cut, gone", 2),
        ("temporary folder gone", 3),
        ("1,000 connections, a header a second", 13),
    ],
)
def test_the_service_goes_on_and_nothing_is_lost(larder: Larder, name: str, lasts_s: float) -> None:
    fault = FAULTS[name]
    # Health may still know of an answer that is some seconds old.
    as_it_should_be(suffer(Fault(name, fault.cause, goes_on=fault.goes_on, needs=fault.needs), larder, lasts_s=lasts_s))


@pytest.mark.skipif(os.geteuid() != 0, reason="a disk of one's own takes root")
def test_a_disk_that_is_full(larder: Larder) -> None:
    row = suffer(FAULTS["disk full"], larder, lasts_s=3)
    as_it_should_be(row)
    assert "a photo of 3 MB: 503 BUSY" in row.notes


def test_a_photos_thread_that_hangs(larder: Larder) -> None:
    row = suffer(FAULTS["a photo's thread hangs"], larder, patience_s=PATIENCE_S, lasts_s=5)
    as_it_should_be(row)
    assert row.saw["photos"]["503"] == 1
    assert row.saw["photos"]["200"] > 1


def test_an_event_loop_that_hangs(larder: Larder) -> None:
    as_it_should_be(hangs_twice(larder, patience_s=PATIENCE_S))


def test_every_accepted_photo_is_answered_before_the_end(larder: Larder) -> None:
    row = terminated_under_load(larder)
    assert row.wrong == [], row
    assert row.saw["photos"]["200"] >= 10


def test_killed_in_an_upload(larder: Larder) -> None:
    as_it_should_be(killed_in_an_upload(larder))
