"""The real service on a real socket, in a thread of the tests."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import uvicorn

from jamhot.app import create_app
from jamhot.settings import Settings


@contextmanager
def serving(settings: Settings) -> Iterator[httpx.Client]:
    """uvicorn in a thread; yields a client. Raises TimeoutError when it does not come up.

    The service shares the tests' process, whose memory says nothing of its own: unless a test sets MAX_MEMORY_MB, it is
    out of the way.
    """
    if "max_memory_mb" not in settings.model_fields_set:
        settings = settings.model_copy(update={"max_memory_mb": 8000})
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(create_app(settings), log_config=None, timeout_keep_alive=65))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    deadline = time.monotonic() + 20
    while not server.started:
        if time.monotonic() > deadline or not thread.is_alive():
            raise TimeoutError("the service did not start")
        time.sleep(0.02)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{listener.getsockname()[1]}", timeout=30) as client:
            yield client
    finally:
        server.should_exit = True
        thread.join(timeout=20)
        assert not thread.is_alive(), "the service did not stop"
