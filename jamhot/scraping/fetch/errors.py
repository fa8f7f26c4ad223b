"""Why a page was not had: of this page, of its host, or for now. Reasons are a few stable words, for summaries."""

from __future__ import annotations


class NotFetched(Exception):
    """Base. `reason` is stable ("robots", "not found", ...); the text says more."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason


class Refused(NotFetched):
    """This page is not for us: forbidden by robots.txt, gone, off-site, too large, no page at all."""


class Failed(NotFetched):
    """All tries were in vain; worth another run."""


class HostStopped(NotFetched):
    """Nothing more from this host until `until` (seconds since 1970)."""

    def __init__(self, reason: str, detail: str, until: float) -> None:
        super().__init__(reason, detail)
        self.until = until


class Transient(NotFetched):
    """One try failed; `wait_s` is what the server asked for."""

    def __init__(self, reason: str, detail: str = "", wait_s: float | None = None) -> None:
        super().__init__(reason, detail)
        self.wait_s = wait_s
