"""The internet on loopback: a proxy that is every site itself, TLS and all, and writes down each request.

The scraper is pointed at it as at any proxy, by HTTPS_PROXY and SSL_CERT_FILE. The log is the witness of what was
asked.
"""

from __future__ import annotations

import gzip
import socketserver
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Reply:
    """What a page answers.

    `cut`: bytes that are announced and never sent; `pause_s`: before the body; `drip_s`: between its bytes.
    """

    body: bytes | str = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    type: str = "text/html; charset=utf-8"
    cut: int = 0
    pause_s: float = 0.0
    drip_s: float = 0.0


@dataclass(frozen=True)
class Asked:
    """One request as it arrived; `at` in seconds, monotonic."""

    host: str
    path: str
    at: float
    headers: dict[str, str]


Page = Reply | Callable[[Asked, int], Reply]
"""What is always answered, or what is made of the request and of how many came before it."""


def gzipped(body: bytes) -> Reply:
    return Reply(gzip.compress(body), headers={"Content-Encoding": "gzip"})


class Web:
    """Every host there is. `put` a page; look at `log`. Hosts without a robots.txt answer 404 for it."""

    def __init__(self, folder: Path, hosts: Iterable[str]) -> None:
        self._certificate = _certificate(folder, hosts)
        self._pages: dict[tuple[str, str], Page] = {}
        self._lock = threading.Lock()
        self.log: list[Asked] = []
        self._server = _Server(self)
        self._server.tls.load_cert_chain(self._certificate, folder / "key.pem")
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    @property
    def environment(self) -> dict[str, str]:
        proxy = f"http://127.0.0.1:{self._server.server_address[1]}"
        names = ("HTTPS_PROXY", "HTTP_PROXY", "https_proxy", "http_proxy")
        return {
            **dict.fromkeys(names, proxy),
            "SSL_CERT_FILE": str(self._certificate),
            "NO_PROXY": "127.0.0.1",
            "no_proxy": "127.0.0.1",
        }

    def put(self, url: str, page: Page | str) -> None:
        """`url` without its scheme: `www.example.org/path?query`."""
        host, _, path = url.partition("/")
        self._pages[host, f"/{path}"] = Reply(page) if isinstance(page, str) else page

    def clear(self) -> None:
        self._pages.clear()
        self.log.clear()

    def asked(self, host: str = "", robots: bool = False) -> list[str]:
        """Paths in the order in which they were asked for, of one host or with all hosts' names."""
        log = [one for one in self.log if robots or one.path != "/robots.txt"]
        return [one.path for one in log if one.host == host] if host else [one.host + one.path for one in log]

    def gaps(self, host: str) -> list[float]:
        """Seconds between the arrivals of two requests to a host."""
        times = [one.at for one in self.log if one.host == host]
        return [later - earlier for earlier, later in pairwise(times)]

    def answer(self, asked: Asked) -> Reply:
        with self._lock:
            before = sum((one.host, one.path) == (asked.host, asked.path) for one in self.log)
            self.log.append(asked)
        page = self._pages.get((asked.host, asked.path), Reply("<h1>Not found</h1>", 404))
        return page if isinstance(page, Reply) else page(asked, before)

    def __enter__(self) -> Web:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(timeout=5)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, web: Web) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.web = web
        self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is no news."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server
    host = ""

    def do_CONNECT(self) -> None:
        self.host = self.path.partition(":")[0]
        self.send_response(200)
        self.end_headers()
        self.wfile.flush()
        self.connection = self.server.tls.wrap_socket(self.connection, server_side=True)
        self.rfile = self.connection.makefile("rb")
        self.wfile = socketserver._SocketWriter(self.connection)  # as setup() does
        self.close_connection = False

    def do_GET(self) -> None:
        host, path = self.host, self.path
        if not host:  # plain http: the proxy is asked with the whole address
            host, _, path = path.partition("://")[2].partition("/")
            path = f"/{path}"
        headers = {name.lower(): value for name, value in self.headers.items()}
        self._send(self.server.web.answer(Asked(host, path, time.monotonic(), headers)))

    def _send(self, reply: Reply) -> None:
        body = reply.body.encode() if isinstance(reply.body, str) else reply.body
        self.send_response(reply.status)
        self.send_header("Content-Type", reply.type)
        self.send_header("Content-Length", str(len(body) + reply.cut))
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.end_headers()
        time.sleep(reply.pause_s)
        for place in range(0, len(body), 1) if reply.drip_s else ():
            self.wfile.write(body[place : place + 1])
            time.sleep(reply.drip_s)
        if not reply.drip_s:
            self.wfile.write(body)
        if reply.cut:
            self.close_connection = True

    def log_message(self, *_: object) -> None:
        """Our own log is better."""


def _certificate(folder: Path, hosts: Iterable[str]) -> Path:
    """One certificate for all hosts, its own authority, good for a day."""
    names = ",".join(f"DNS:{host}" for host in sorted(set(hosts)))
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "1",
         "-subj", "/CN=loopback", "-addext", f"subjectAltName={names}", "-keyout", "key.pem", "-out", "cert.pem"],
        cwd=folder, check=True, capture_output=True,
    )  # fmt: skip
    return folder / "cert.pem"
