"""Connections that send nothing, or dribble, are closed; those that talk are not. With uvicorn's own connections."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress

import httpx
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from jamhot.operations.connections import allow_many_files, close_the_silent


class OurProtocol(HttpToolsProtocol):
    """The tests' own, so that no other test's server is changed."""


close_the_silent(OurProtocol, headers_s=0.5)


async def echo(request: Request) -> PlainTextResponse:
    return PlainTextResponse(await request.body())


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    listener = socket.create_server(("127.0.0.1", 0))
    app = Starlette(routes=[Route("/", echo, methods=["GET", "POST"])])
    server = uvicorn.Server(uvicorn.Config(app, http=OurProtocol, log_config=None, timeout_keep_alive=30))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    yield listener.getsockname()[1]
    server.should_exit = True
    thread.join(10)


def closed(connection: socket.socket) -> bool:
    connection.settimeout(5)
    return connection.recv(100) == b""


def test_one_that_sends_nothing(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port)) as connection:
        assert closed(connection)


def test_one_that_sends_a_header_now_and_then(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n")
        with suppress(OSError):  # broken pipe or reset, as it comes
            for _ in range(50):
                connection.sendall(b"X-Slow: 1\r\n")
                time.sleep(0.1)
            raise AssertionError("it was never closed")


def test_the_second_request_of_a_connection_has_the_same_patience(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        assert connection.recv(1000).startswith(b"HTTP/1.1 200")
        connection.sendall(b"GET / HT")
        assert closed(connection)


def test_a_body_may_take_longer_and_a_connection_may_rest(port: int) -> None:
    def slow() -> Iterator[bytes]:
        for _ in range(4):
            time.sleep(0.3)
            yield b"plum "

    with httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
        assert client.post("/", content=slow()).text == "plum " * 4
        time.sleep(1)
        (resting,) = client._transport._pool.connections
        assert resting.is_idle()
        assert client.get("/").status_code == 200


def test_files_are_allowed_as_far_as_the_system_lets_us() -> None:
    allow_many_files()
    allow_many_files()
