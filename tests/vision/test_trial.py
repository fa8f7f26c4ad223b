"""A bundle is tried where it can do no harm."""

from __future__ import annotations

import signal
import subprocess
from pathlib import Path
from typing import Any

import pytest

from jamhot.errors import BundleError
from jamhot.settings import SHIPPED_BUNDLE
from jamhot.vision import trial
from jamhot.vision.trial import Terms, try_out


def why(folder: Path, terms: Terms) -> str:
    with pytest.raises(BundleError) as caught:
        try_out(folder, terms)
    assert len(caught.value.message) > 20
    return str(caught.value.details["reason"])


def test_what_the_shipped_bundle_costs() -> None:
    measured = try_out(SHIPPED_BUNDLE, Terms(app_version="0.1.0", profile="free", memory_mb=200))
    assert 5 < measured.memory_mb < 100
    assert 0.001 < measured.seconds < 1


def test_the_reasons_come_through(tiny: Any) -> None:
    tiny.network("nan")
    assert why(tiny.folder, Terms()) == "not_finite"
    assert why(SHIPPED_BUNDLE, Terms(memory_mb=5)) == "too_much_memory"


def test_more_memory_than_there_is_is_refused_before_it_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit is set in the other process: below what the shipped network needs, its allocations fail there."""
    assert why(SHIPPED_BUNDLE, Terms(memory_mb=-trial.HEADROOM_MB + 1)) == "too_much_memory"


def test_a_network_that_crashes_its_process_is_refused(tiny: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(command: list[str], **options: Any) -> subprocess.CompletedProcess[bytes]:
        return subprocess.CompletedProcess(command, -signal.SIGSEGV, b"", b"")

    monkeypatch.setattr(subprocess, "run", crash)
    assert why(tiny.folder, Terms()) == "crashed"


def test_a_machine_that_is_too_busy_to_tell_is_not_the_bundles_fault(
    tiny: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trial, "PATIENCE_S", 0.01)
    with pytest.raises(TimeoutError):
        try_out(tiny.folder, Terms())
