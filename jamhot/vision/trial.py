"""A bundle is tried in a process of its own first: a network that crashes the runtime, or takes more memory than there
is, ends that process and not the service. It is also the only place where memory can be measured.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from jamhot.errors import BundleError
from jamhot.vision.bundle import Bundle, Measured, verify

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_S = 150.0
MOST_CPU_S = 30
"""A second is usual. What computes without an end is ended by the kernel; that the machine is busy is not its fault."""
HEADROOM_MB = 64
"""Above the memory that a bundle may take: what it takes too much of is to be measured, not only cut off."""


@dataclass(frozen=True)
class Terms:
    """What a bundle has to keep to; see `jamhot.vision.bundle.verify`. memory_mb: MB."""

    quantized: bool = True
    image_size: int | None = None
    app_version: str | None = None
    profile: str | None = None
    memory_mb: float | None = None


def accept(folder: Path, terms: Terms, *, thorough: bool, canonical: Mapping[str, str] | None = None) -> Bundle:
    """Verifies a bundle by these terms, in this process. Raises BundleError, MemoryError."""
    return verify(folder, **asdict(terms), thorough=thorough, canonical=canonical)


def try_out(folder: Path, terms: Terms) -> Measured:
    """Verifies a bundle thoroughly in another process. Takes about a second; made for a worker thread.

    Raises:
        BundleError: it is refused; also when it crashed that process or computed without an end.
        TimeoutError: the machine is too busy to tell.
    """
    command = [sys.executable, "-m", "jamhot.vision.trial", str(folder.resolve()), json.dumps(asdict(terms))]
    try:
        done = subprocess.run(  # noqa: S603 (ourselves)
            command, cwd=ROOT, capture_output=True, timeout=PATIENCE_S, check=False, stdin=subprocess.DEVNULL
        )
        told = json.loads(done.stdout)
    except subprocess.TimeoutExpired as error:
        raise TimeoutError(f"the bundle was not verified within {PATIENCE_S:.0f} s") from error
    except ValueError as error:
        raise BundleError(
            f"The network crashed the process that it was tried in (exit {done.returncode}).",
            details={"reason": "crashed"},
            hint="Export it anew, and with the runtime's version in requirements.txt.",
        ) from error
    if "refused" in told:
        raise BundleError(told["refused"], details=told["details"], hint=told["hint"])
    return Measured(**told)


def main(folder: str, terms: str) -> None:
    """The other process: verifies, and tells in one line of JSON."""
    wanted = Terms(**json.loads(terms))
    _set_limits(wanted.memory_mb)
    try:
        told: dict[str, object] = asdict(accept(Path(folder), wanted, thorough=True).measured)
    except BundleError as error:
        told = {"refused": error.message, "details": error.details, "hint": error.hint}
    except MemoryError:
        told = {
            "refused": f"The bundle takes more than the {wanted.memory_mb:.0f} MB that MODEL_MEMORY_MB allows.",
            "details": {"reason": "too_much_memory"},
            "hint": None,
        }
    sys.stdout.write(json.dumps(told))


def _set_limits(memory_mb: float | None) -> None:
    """A network that asks for gigabytes is refused them, instead of the container being killed."""
    if sys.platform != "linux":
        return
    import resource

    resource.setrlimit(resource.RLIMIT_CPU, (MOST_CPU_S, MOST_CPU_S))
    if memory_mb is None:
        return
    status = Path("/proc/self/status").read_text()
    data_kb = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmData:"))
    most = data_kb * 1024 + int((memory_mb + HEADROOM_MB) * 1e6)
    resource.setrlimit(resource.RLIMIT_DATA, (most, most))


if __name__ == "__main__":
    main(*sys.argv[1:])
