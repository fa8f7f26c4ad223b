"""Limits from cgroup v2, v1 (nested), MEMORY_LIMIT_MB and the host, from recorded trees."""

from __future__ import annotations

from pathlib import Path

import psutil
import pytest

from jamhot.operations.memory import MB, MemoryMeter


def write(folder: Path, **files: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name.replace("__", ".")).write_text(text)


@pytest.fixture
def proc(tmp_path: Path) -> Path:
    return tmp_path / "proc-self-cgroup"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "cgroup"


def test_cgroup_v2_counts_the_working_set(proc: Path, root: Path) -> None:
    proc.write_text("0::/app\n")
    write(
        root / "app",
        memory__max=str(512 * MB),
        memory__current=str(300 * MB),
        memory__stat=f"anon {150 * MB}\ninactive_file {100 * MB}\nactive_file {50 * MB}\n",
    )
    reading = MemoryMeter(None, 400, proc, root).read()
    assert (reading.limit, reading.used, reading.source) == (512 * MB, 200 * MB, "cgroup v2")
    assert reading.percent == pytest.approx(39.1)


def test_the_smallest_limit_up_the_ancestors_counts(proc: Path, root: Path) -> None:
    proc.write_text("12:cpu:/x\n7:memory:/pod/app\n")
    stat = "total_inactive_file 0\n"
    write(root / "memory", memory__limit_in_bytes=str(1 << 62), memory__usage_in_bytes="5", memory__stat=stat)
    pod = root / "memory" / "pod"
    write(pod, memory__limit_in_bytes=str(512 * MB), memory__usage_in_bytes=str(99 * MB), memory__stat=stat)
    write(pod / "app", memory__limit_in_bytes=str(900 * MB), memory__usage_in_bytes=str(1 * MB), memory__stat=stat)
    reading = MemoryMeter(None, 400, proc, root).read()
    assert (reading.limit, reading.used, reading.source) == (512 * MB, 99 * MB, "cgroup v1")


def test_inside_a_container_the_mounted_root_is_ours(proc: Path, root: Path) -> None:
    proc.write_text("0::/kubepods/burstable/pod1234/abcd\n")
    write(root, memory__max=str(512 * MB), memory__current=str(64 * MB), memory__stat="inactive_file 0\n")
    assert MemoryMeter(None, 400, proc, root).read().limit == 512 * MB


def test_without_a_limit_the_setting_counts_then_the_host(proc: Path, root: Path) -> None:
    proc.write_text("0::/\n")
    write(root, memory__max="max\n", memory__current=str(64 * MB), memory__stat="inactive_file 0\n")
    by_setting = MemoryMeter(512, 400, proc, root).read()
    assert (by_setting.limit, by_setting.source) == (512 * MB, "MEMORY_LIMIT_MB")
    assert by_setting.used == pytest.approx(psutil.Process().memory_info().rss, rel=0.2)
    assert MemoryMeter(None, 400, proc, root).read().source == "host"


def test_no_cgroup_at_all(tmp_path: Path) -> None:
    meter = MemoryMeter(None, 400, tmp_path / "absent", tmp_path)
    assert meter.read().source == "host"


@pytest.mark.parametrize(
    ("used_mb", "limit_mb", "most_mb", "refused"),
    [
        (399, 512, 400, False),
        (401, 512, 400, True),
        (411, 512, 900, True),
        (250, 256, 900, True),
        (100, 512, 400, False),
    ],
)
def test_photos_are_refused_above_80_percent_or_the_setting(
    proc: Path, root: Path, used_mb: int, limit_mb: int, most_mb: int, refused: bool
) -> None:
    proc.write_text("0::/\n")
    write(root, memory__max=str(limit_mb * MB), memory__current=str(used_mb * MB), memory__stat="inactive_file 0\n")
    full = MemoryMeter(None, most_mb, proc, root).too_full()
    assert (full is not None) == refused
