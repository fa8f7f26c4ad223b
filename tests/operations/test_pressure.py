"""Memory near its limit: caches are let go, photos wait, and are taken again, from a recorded cgroup that moves."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

import pytest

from jamhot.operations.memory import MB, SHED_EVERY_S, MemoryMeter
from tests.operations.test_memory import write
from tests.told import told

Tree = Callable[[int], None]


@pytest.fixture(params=["v1", "v2"])
def tree(request: pytest.FixtureRequest, tmp_path: Path) -> Tree:
    """Sets the memory in use, MB, in a cgroup of 512 MB; page cache that can be dropped comes on top of it."""

    def v2(used_mb: int) -> None:
        (tmp_path / "proc").write_text("0::/app\n")
        folder = tmp_path / "root" / "app"
        write(folder, memory__max=str(512 * MB), memory__current=str((used_mb + 30) * MB))
        write(folder, memory__stat=f"anon {used_mb * MB}\ninactive_file {30 * MB}\n")

    def v1(used_mb: int) -> None:
        (tmp_path / "proc").write_text("4:memory:/app\n0::/\n")
        folder = tmp_path / "root" / "memory" / "app"
        write(folder, memory__limit_in_bytes=str(512 * MB), memory__usage_in_bytes=str((used_mb + 30) * MB))
        write(folder, memory__stat=f"total_inactive_file {30 * MB}\n")

    found = v1 if request.param == "v1" else v2
    found(100)
    return found


@pytest.fixture
def now() -> list[float]:
    """The clock, to be turned by hand."""
    return [0.0]


@pytest.fixture
def meter(tree: Tree, tmp_path: Path, now: list[float]) -> MemoryMeter:
    return MemoryMeter(None, 900, tmp_path / "proc", tmp_path / "root", clock=lambda: now[0])


def test_refused_above_80_percent_until_below_75(tree: Tree, meter: MemoryMeter) -> None:
    refused = []
    for used_mb in (400, 409, 410, 400, 385, 384, 400, 409, 411):
        tree(used_mb)
        refused.append(meter.too_full() is not None)
    assert refused == [False, False, True, True, True, False, False, False, True]


def test_the_setting_has_the_same_distance_to_its_lower_mark(tree: Tree, tmp_path: Path) -> None:
    meter = MemoryMeter(None, 320, tmp_path / "proc", tmp_path / "root")
    refused = []
    for used_mb in (320, 321, 301, 300):
        tree(used_mb)
        refused.append(meter.too_full() is not None)
    assert refused == [False, True, True, False]


def test_when_letting_caches_go_is_enough_no_photo_waits(
    tree: Tree, meter: MemoryMeter, caplog: pytest.LogCaptureFixture
) -> None:
    meter.let_go(lambda: tree(380))
    tree(420)
    with caplog.at_level(logging.INFO, "jamhot.operations.memory"):
        assert meter.too_full() is None
    (line,) = told(caplog)
    assert line.levelname == "WARNING"
    assert "420 of 512 MB" in line.getMessage()
    assert "380 MB now" in line.getMessage()


def test_caches_are_let_go_at_once_and_then_every_few_seconds(
    tree: Tree, meter: MemoryMeter, now: list[float], caplog: pytest.LogCaptureFixture
) -> None:
    emptied: list[float] = []
    meter.let_go(lambda: emptied.append(now[0]))
    tree(500)
    with caplog.at_level(logging.WARNING):
        for _ in range(100):
            assert meter.too_full() is not None
        now[0] = SHED_EVERY_S
        assert meter.too_full() is not None
    assert emptied == [0.0, SHED_EVERY_S]
    assert len(told(caplog)) == 2


def test_below_the_mark_no_cache_is_touched(tree: Tree, meter: MemoryMeter) -> None:
    emptied: list[bool] = []
    meter.let_go(lambda: emptied.append(True))
    tree(409)
    assert meter.watched().used == 409 * MB
    assert emptied == []
