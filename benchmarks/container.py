"""A process group with a memory limit and one core, as a container has them: cgroups (v1 or v2), and an affinity.

The affinity alone is not enough where the kernel's cpusets can be had: ONNX Runtime gives the threads of its pool an
affinity of their own, and they leave the core that they were given.

Page cache counts in a cgroup's peak and is given back under pressure, so what is watched is anonymous memory and the
number of OOM kills.
"""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

MB = 1024 * 1024
ROOT = Path("/sys/fs/cgroup")


@dataclass
class Container:
    """The cgroup, and what was seen in it: highest anonymous memory, bytes."""

    folder: Path
    version: int
    cpuset: Path | None = None
    peak_anonymous: int = 0
    samples: list[int] = field(default_factory=list)

    def enter(self) -> None:
        """Moves the calling process in; for `preexec_fn`."""
        (self.folder / "cgroup.procs").write_text(str(os.getpid()))
        if self.cpuset:
            (self.cpuset / "cgroup.procs").write_text(str(os.getpid()))

    def keep_to(self, core: int) -> None:
        """Nothing in it runs on another core, where cpusets can be had."""
        if self.cpuset:
            (self.cpuset / "cpuset.mems").write_text("0")
            (self.cpuset / "cpuset.cpus").write_text(str(core))

    def anonymous(self) -> int:
        """Bytes of anonymous memory now."""
        return self._stat("memory.stat", "anon" if self.version == 2 else "total_rss")

    def oom_kills(self) -> int:
        """Processes that the kernel killed here for want of memory."""
        return self._stat("memory.events" if self.version == 2 else "memory.oom_control", "oom_kill")

    def _stat(self, name: str, key: str) -> int:
        lines = (self.folder / name).read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.split()[0] == key)

    def _limit(self, size: int) -> None:
        names = ("memory.max", "memory.swap.max") if self.version == 2 else ("memory.limit_in_bytes", "")
        (self.folder / names[0]).write_text(str(size))
        if names[1]:
            (self.folder / names[1]).write_text("0")

    def watch(self, stop: threading.Event) -> None:
        """Notes anonymous memory ten times a second until told to stop."""
        while not stop.wait(0.1):
            now = self.anonymous()
            self.peak_anonymous = max(self.peak_anonymous, now)
            self.samples.append(now)


@contextmanager
def container(limit_mb: int, name: str = "") -> Iterator[Container]:
    """A child of our own memory cgroup with that limit, removed afterwards. Raises OSError where it may not be made.

    `name` tells several of one process apart.
    """
    version, own = _own_cgroup()
    made = Container(own / f"jamhot-{os.getpid()}{name}", version, _cpuset(f"jamhot-{os.getpid()}{name}"))
    made.folder.mkdir()
    if made.cpuset:
        made.cpuset.mkdir()
    stop = threading.Event()
    try:
        made._limit(limit_mb * MB)
        watcher = threading.Thread(target=made.watch, args=(stop,))
        watcher.start()
        try:
            yield made
        finally:
            stop.set()
            watcher.join()
    finally:
        _remove(made.folder)
        if made.cpuset:
            _remove(made.cpuset)


def _own_cgroup() -> tuple[int, Path]:
    lines = [line.split(":", 2) for line in Path("/proc/self/cgroup").read_text().splitlines()]
    for _, controllers, path in lines:
        if controllers == "memory":
            return 1, ROOT / "memory" / path.lstrip("/")
    return 2, ROOT / next(path for _, controllers, path in lines if not controllers).lstrip("/")


def _cpuset(name: str) -> Path | None:
    """Of version 1 alone: a version 2 group rarely has the controller handed down to it."""
    root = ROOT / "cpuset"
    return root / name if os.access(root / "cgroup.procs", os.W_OK) else None


def _remove(folder: Path) -> None:
    for _ in range(100):
        try:
            folder.rmdir()
        except OSError:
            time.sleep(0.1)
        else:
            return


def on_core(core: int, then: Callable[[], None]) -> Callable[[], None]:
    """For `preexec_fn`: pins to one core, then does the rest."""

    def prepare() -> None:
        os.sched_setaffinity(0, {core})
        then()

    return prepare


def start(command: str, cwd: Path, env: dict[str, str], core: int, inside: Container) -> subprocess.Popen[bytes]:
    """A shell command in the container, on that core; its output is thrown away."""
    inside.keep_to(core)
    return subprocess.Popen(
        ["bash", "-c", command], cwd=cwd, env=env, stdout=subprocess.DEVNULL, preexec_fn=on_core(core, inside.enter)
    )
