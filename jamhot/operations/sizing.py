"""How many photos may be on their way, wait and be worked on: from memory, cores and disk."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass

from jamhot.operations.memory import MB

SERVICE = 150 * MB
"""The service itself with a hundred clients: 104 MB anonymous, 121 on slow lines (`benchmarks.load`), and libraries."""
HEAVY = 200 * MB
"""The process that decodes HEIC and AVIF, at its largest."""
WORKER = 100 * MB
"""What a photo may take while it is decoded (`vision.photo.DECODE_BUDGET`); most take 12 MB."""
MOST_WORKERS = 4
WAITING = 300 * 1024
"""A photo that waits: 256 KB of its body, the rest lies on disk, and its request."""
QUEUE_PER_WORKER = 128
QUEUE_SHARE = 1 / 8


@dataclass(frozen=True, slots=True)
class Sizes:
    """Photos worked on at once, photos that may wait for that, and bytes of bodies that may be on their way or here."""

    workers: int
    queue: int
    spooled_bytes: int


def sizes(limit: int, cores: int, largest: int, disk_free: int | None = None) -> Sizes:
    """What this container carries.

    Workers: one a core, as long as all of them at their most expensive, beside the service and the heavy decoder, stay
    within the limit: one in 512 MB, up to four from 750 MB on. Queue: 128 a worker, which is six seconds of work on a
    whole core (46 ms a photo) and less than the 30 s after which a wait is given up on a fifth of one; and an eighth
    of memory at most. Bytes: every photo of the queue at its largest, and at most half of what is free on the disk.

    Args:
        limit: bytes of memory. cores: that may be used. largest: bytes of one photo at most.
        disk_free: bytes free where bodies are spooled; looked up unless given.
    """
    free = shutil.disk_usage(tempfile.gettempdir()).free if disk_free is None else disk_free
    workers = max(1, min(cores, MOST_WORKERS, (limit - SERVICE - HEAVY) // WORKER))
    queue = max(8, min(QUEUE_PER_WORKER * workers, int(limit * QUEUE_SHARE) // WAITING))
    return Sizes(workers, queue, max(largest, min(queue * largest, free // 2)))
