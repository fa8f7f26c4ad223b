"""What a test's own code logged."""

from __future__ import annotations

import threading
from logging import LogRecord

import pytest


def told(caplog: pytest.LogCaptureFixture) -> list[LogRecord]:
    """The records of this thread: services that other tests share run in threads of this process, and tell, too."""
    return [record for record in caplog.records if record.thread == threading.get_ident()]
