"""Connections that send nothing, or a header a second: closed, so that they do not use up what others need.

The server we run in bounds how long a connection may rest between two requests, but not how long one may take to say
what it wants, and has no option for it. So the class that handles a connection gets a clock of ours around four of its
methods.
"""

from __future__ import annotations

import asyncio
import logging
import resource
from collections.abc import Callable
from typing import Any
from weakref import WeakKeyDictionary

log = logging.getLogger(__name__)

HEADERS_S = 10.0
"""From the connection, or from a request's first byte, to the end of its headers."""
MOST_FILES = 65_536


def close_the_silent(protocol: type[Any], headers_s: float = HEADERS_S) -> None:
    """Makes connections of this class (uvicorn's, over httptools) close when their headers take too long."""
    clocks: WeakKeyDictionary[Any, asyncio.TimerHandle] = WeakKeyDictionary()

    def begin(connection: Any) -> None:
        if connection not in clocks:
            clocks[connection] = connection.loop.call_later(headers_s, connection.timeout_keep_alive_handler)

    def end(connection: Any) -> None:
        if clock := clocks.pop(connection, None):
            clock.cancel()

    _around(protocol, "connection_made", after=begin)
    _around(protocol, "on_message_begin", after=begin)
    _around(protocol, "on_headers_complete", before=end)
    _around(protocol, "connection_lost", before=end)


def _around(
    protocol: type[Any],
    name: str,
    before: Callable[[Any], None] | None = None,
    after: Callable[[Any], None] | None = None,
) -> None:
    own = getattr(protocol, name)

    def method(self: Any, *arguments: Any) -> None:
        if before:
            before(self)
        own(self, *arguments)
        if after:
            after(self)

    setattr(protocol, name, method)


def allow_many_files() -> None:
    """As many open files as the system lets us have: each connection is one, and the usual 1,024 are soon used up."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = MOST_FILES if hard == resource.RLIM_INFINITY else min(hard, MOST_FILES)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
