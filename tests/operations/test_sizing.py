"""How much is taken in at once, by memory, cores and disk."""

from __future__ import annotations

import pytest

from jamhot.operations.memory import MB
from jamhot.operations.sizing import HEAVY, SERVICE, WORKER, sizes

GB = 1024 * MB
PHOTO = 5 * MB


@pytest.mark.parametrize(
    ("limit", "cores", "workers", "queue"),
    [(512 * MB, 1, 1, 128), (512 * MB, 8, 1, 128), (GB, 1, 1, 128), (GB, 8, 4, 436), (256 * MB, 4, 1, 109)],
)
def test_workers_and_queue(limit: int, cores: int, workers: int, queue: int) -> None:
    found = sizes(limit, cores, PHOTO, disk_free=100 * GB)
    assert (found.workers, found.queue) == (workers, queue)
    assert found.spooled_bytes == queue * PHOTO


@pytest.mark.parametrize("limit", [512 * MB, 700 * MB, GB, 8 * GB])
@pytest.mark.parametrize("cores", [1, 2, 16])
def test_the_worst_of_all_photos_at_once_stay_within_the_limit(limit: int, cores: int) -> None:
    assert SERVICE + HEAVY + sizes(limit, cores, PHOTO, GB).workers * WORKER <= limit


def test_the_disk_bounds_what_is_spooled_but_one_photo_is_always_taken() -> None:
    assert sizes(GB, 1, PHOTO, disk_free=100 * MB).spooled_bytes == 50 * MB
    assert sizes(GB, 1, PHOTO, disk_free=0).spooled_bytes == PHOTO


def test_the_disk_is_looked_at() -> None:
    assert sizes(GB, 1, PHOTO).spooled_bytes >= PHOTO
