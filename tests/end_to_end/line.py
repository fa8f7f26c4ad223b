"""The line between a browser and the service, which can fail in the middle of a page."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Literal

Failure = Literal["breaks off", "falls silent"]


class Line:
    """Carries connections from a port of its own to the service's.

    Args:
        to: the service's port, on loopback.
    """

    def __init__(self, to: int) -> None:
        self._to = to
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._carried: list[socket.socket] = []
        self._failing: tuple[bytes, int, Failure] | None = None
        self.failed = threading.Event()
        """Set once an answer was not brought to its end."""
        self._accepting = threading.Thread(target=self._accept, daemon=True)
        self._accepting.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def fails(self, path: str, after: int, how: Failure) -> None:
        """From now on no answer to `path` comes further than `after` bytes."""
        self._failing = f"GET {path} ".encode(), after, how

    def cut(self) -> None:
        """Nobody is reached any more."""
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._accepting.join(timeout=10)
        self._listener.close()
        for one in self._carried:
            _close(one)

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            far = socket.create_connection(("127.0.0.1", self._to))
            self._carried += [near, far]
            threading.Thread(target=self._carry, args=(near, far), daemon=True).start()

    def _carry(self, near: socket.socket, far: socket.socket) -> None:
        """One connection: a request, then its answer, over and over, as browsers speak HTTP/1.1."""
        left: list[int] = []

        def back() -> None:
            with suppress(OSError):
                while data := far.recv(65_536):
                    if left and len(data) > left[0]:
                        near.sendall(data[: left[0]])
                        self.failed.set()
                        break
                    if left:
                        left[0] -= len(data)
                    near.sendall(data)
            if not (left and self._failing and self._failing[2] == "falls silent"):
                _close(near)

        threading.Thread(target=back, daemon=True).start()
        with suppress(OSError):
            while data := near.recv(65_536):
                if self._failing and data.startswith(self._failing[0]):
                    left[:] = [self._failing[1]]
                far.sendall(data)
        _close(far)


def _close(one: socket.socket) -> None:
    """Also where another thread waits on it."""
    with suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
    one.close()


@contextmanager
def line_to(port: int) -> Iterator[Line]:
    line = Line(port)
    yield line
    line.cut()
