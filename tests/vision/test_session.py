"""What ONNX Runtime does besides running networks."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from jamhot.settings import ROOT, SHIPPED_BUNDLE


def test_nothing_is_reported_to_anybody(tmp_path: Path) -> None:
    """Before it sends anything, its telemetry writes an id of the machine into the home folder."""
    env = {k: v for k, v in os.environ.items() if not k.startswith(("ORT_", "XDG_", "CI", "GITHUB_"))}
    load = f"from pathlib import Path; from jamhot.vision.bundle import verify; verify(Path({str(SHIPPED_BUNDLE)!r}))"
    subprocess.run([sys.executable, "-c", load], cwd=ROOT, env={**env, "HOME": str(tmp_path)}, check=True, timeout=60)
    assert list(tmp_path.rglob("*")) == []
