"""How much memory the container has and uses: cgroup v2, v1, MEMORY_LIMIT_MB, the host, in that order.

psutil alone would report the host's memory, under which a container is killed long before any check fires.
"""

from __future__ import annotations

import ctypes
import gc
import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

log = logging.getLogger(__name__)

MB = 1024 * 1024
REFUSE_ABOVE = 0.80
"""Share of the limit in use above which caches are let go and new photos are refused."""
RESUME_BELOW = 0.75
"""Share below which they are taken again. MAX_MEMORY_MB has the same distance to its own lower mark."""
SHED_EVERY_S = 5.0
_UNLIMITED = 1 << 60
"""cgroup v1 writes a huge number, not "max", where there is no limit."""


@dataclass(frozen=True, slots=True)
class MemoryReading:
    """Bytes in use (page cache that can be dropped left out), bytes allowed, and who says so."""

    used: int
    limit: int
    source: str

    @property
    def percent(self) -> float:
        return round(100 * self.used / self.limit, 1)


@dataclass(frozen=True, slots=True)
class _Cgroup:
    limit: int
    usage: Path
    stat: Path
    inactive_key: str
    source: str

    def with_page_cache(self) -> int:
        """Never less than what is used, for the price of one small file."""
        return int(self.usage.read_bytes())

    def used(self) -> int:
        usage = self.with_page_cache()
        for line in self.stat.read_text().splitlines():
            key, _, value = line.partition(" ")
            if key == self.inactive_key:
                return max(usage - int(value), 0)
        return usage


class MemoryMeter:
    """Reads memory against the limit found once at the start, and keeps the service below it.

    There is no timer: it looks when a photo comes, when health is asked for, and once a minute while the service is
    busy, so an idle service spends nothing on it.

    Args:
        limit_mb: MEMORY_LIMIT_MB, used where no cgroup sets a limit.
        max_used_mb: MAX_MEMORY_MB, above which photos are refused whatever the limit is.
        proc, cgroup_root: where the kernel shows them; tests give recorded trees.
        clock: monotonic seconds; tests give their own.
    """

    def __init__(
        self,
        limit_mb: int | None,
        max_used_mb: int,
        proc: Path = Path("/proc/self/cgroup"),
        cgroup_root: Path = Path("/sys/fs/cgroup"),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._cgroup = find_cgroup(proc, cgroup_root)
        self._limit_mb = limit_mb
        self._max_used = max_used_mb * MB
        self._process = psutil.Process()
        self._clock = clock
        self._full = False
        self._shed_at = float("-inf")
        self._caches: list[Callable[[], None]] = []

    def let_go(self, cache: Callable[[], None]) -> None:
        """`cache()` empties something that can be made again; called when memory is nearly full."""
        self._caches.append(cache)

    def read(self) -> MemoryReading:
        """Memory now. Without a cgroup limit it is this process against MEMORY_LIMIT_MB or the host's memory."""
        if self._cgroup is not None:
            return MemoryReading(self._cgroup.used(), self._cgroup.limit, self._cgroup.source)
        used = self._process.memory_info().rss
        if self._limit_mb is not None:
            return MemoryReading(used, self._limit_mb * MB, "MEMORY_LIMIT_MB")
        return MemoryReading(used, psutil.virtual_memory().total, "host")

    def watched(self) -> MemoryReading:
        """Memory now, caches let go when it is nearly full."""
        return self.too_full() or self.read()

    def too_full(self) -> MemoryReading | None:
        """The reading, when a new photo must be refused; else None.

        Refused above 80 % until below 75 %: a service that hovers at the mark would take and refuse by turns.
        """
        if self._surely_fits():
            return None
        reading = self.read()
        refuse = min(self._max_used, REFUSE_ABOVE * reading.limit)
        resume = refuse * RESUME_BELOW / REFUSE_ABOVE
        if reading.used > (resume if self._full else refuse):
            reading = self._shed(reading, resume)
        full = reading.used > (resume if self._full else refuse)
        if self._full and not full:
            log.info("memory %d of %d MB: photos are taken again", reading.used // MB, reading.limit // MB)
        self._full = full
        return reading if full else None

    def _surely_fits(self) -> bool:
        """Told without `memory.stat`: reading it for each small photo took 7 % of the event loop's time."""
        if self._full or self._cgroup is None:
            return False
        return self._cgroup.with_page_cache() <= min(self._max_used, REFUSE_ABOVE * self._cgroup.limit)

    def _shed(self, reading: MemoryReading, resume: float) -> MemoryReading:
        """The reading after caches were let go; the same when that was done a moment ago."""
        if self._clock() - self._shed_at < SHED_EVERY_S:
            return reading
        self._shed_at = self._clock()
        for cache in self._caches:
            cache()
        release_free_memory()
        after = self.read()
        log.warning(
            "memory %d of %d MB (%s): caches let go, %d MB now; new photos wait unless it is below %d MB",
            reading.used // MB,
            reading.limit // MB,
            reading.source,
            after.used // MB,
            resume // MB,
        )
        return after


def find_cgroup(proc: Path, root: Path) -> _Cgroup | None:
    """The cgroup with the smallest memory limit from our own up to the root, or None where none has a limit."""
    try:
        lines = proc.read_text().splitlines()
    except OSError:
        return None
    candidates: list[_Cgroup] = []
    for line in lines:
        _, controllers, path = line.split(":", 2)
        if controllers == "memory":
            candidates += _limits(root / "memory", path, version=1)
        elif controllers == "":
            candidates += _limits(root, path, version=2)
    return min(candidates, key=lambda group: group.limit, default=None)


def _limits(root: Path, path: str, version: int) -> list[_Cgroup]:
    names = ("memory.max", "memory.current") if version == 2 else ("memory.limit_in_bytes", "memory.usage_in_bytes")
    inactive = "inactive_file" if version == 2 else "total_inactive_file"
    found = []
    own = root / path.lstrip("/")
    # Inside a container the path names the host's tree, and only the root of the mount is ours.
    folders = [own, *own.parents] if own.is_dir() else [root]
    for folder in folders:
        limit = _read_limit(folder / names[0])
        if limit is not None and (folder / names[1]).exists():
            found.append(_Cgroup(limit, folder / names[1], folder / "memory.stat", inactive, f"cgroup v{version}"))
        if folder == root:
            break
    return found


def _read_limit(path: Path) -> int | None:
    try:
        text = path.read_text().strip()
    except OSError:
        return None
    if text == "max" or int(text) >= _UNLIMITED:
        return None
    return int(text)


def tame_malloc() -> None:
    """Makes glibc give memory back: two arenas instead of eight a core, large blocks mapped and unmapped one by one.

    Photos decoded in threads fragment the arenas (64 uploads at once: 171 MB without, 110 MB with). What the next
    photo needs again, blocks below 4 MB and 32 MB in all, stays until the service is quiet: mapped anew for every
    photo it took a third of a WebP's time. A libc without mallopt is left as it is.
    """
    libc = _glibc()
    if libc is not None:
        m_trim_threshold, m_mmap_threshold, m_arena_max = -1, -3, -8
        libc.mallopt(m_arena_max, 2)
        libc.mallopt(m_mmap_threshold, 4 * MB)
        libc.mallopt(m_trim_threshold, 32 * MB)


@contextmanager
def collector_at_rest() -> Iterator[None]:
    """Nothing that a start makes is garbage: looking for it took a third of a second, a quarter of the start.

    Afterwards what is there is left out of later looks, too; else the first of them would go through all of it at once.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def release_free_memory() -> None:
    """Returns what lies free in the heap (parsed content, the network's file, caches let go) to the system."""
    gc.unfreeze()
    gc.collect()
    gc.freeze()
    libc = _glibc()
    if libc is not None:
        libc.malloc_trim(0)


def hand_back() -> None:
    """Memory that an idle service does not need: what lies free in the heap, and the programs' own pages.

    Of the libraries' 40 MB a photo needs 9, the start the rest. They are read again from their files where they are
    needed: the next photo takes 40 ms longer, once. Nothing is lost: the kernel is asked (MADV_PAGEOUT, Linux 5.4),
    and skips what was written to. What it refuses is left.
    """
    release_free_memory()
    libc = _glibc()
    if libc is None:
        return
    madv_pageout = 21
    for start, length in _program_pages(Path("/proc/self/maps")):
        libc.madvise(ctypes.c_void_p(start), ctypes.c_size_t(length), madv_pageout)


def _program_pages(maps: Path) -> list[tuple[int, int]]:
    """Address and bytes of every mapped file's part that is not written to (proc_pid_maps(5)); none elsewhere."""
    try:
        rows = [line.split(maxsplit=5) for line in maps.read_text().splitlines()]
    except OSError:
        return []
    ends = [row[0].split("-") for row in rows if len(row) == 6 and row[5].startswith("/") and "w" not in row[1]]
    return [(int(start, 16), int(end, 16) - int(start, 16)) for start, end in ends]


def _glibc() -> ctypes.CDLL | None:
    libc = ctypes.CDLL(None)
    return libc if hasattr(libc, "mallopt") and hasattr(libc, "malloc_trim") else None
