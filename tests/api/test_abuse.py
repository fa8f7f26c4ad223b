"""What nobody in good faith would send: broken pictures, bombs, odd paths, heads and JSON. No 5xx, no secrets."""

from __future__ import annotations

import json
import re
import socket

import httpx
import pytest

from benchmarks.fuzz import TAKEN
from benchmarks.mutants import KINDS, bombs, mutant
from tests import pictures

ANY = {"Content-Type": "application/octet-stream"}
MUTANTS = 330


def test_broken_pictures_of_every_kind(service: httpx.Client) -> None:
    found = {}
    for number in range(MUTANTS):
        kind, data = mutant(number)
        found[number, kind] = service.post("/api/classify", content=data, headers=ANY).status_code
    assert {kind for _, kind in found} == set(KINDS)
    assert {which: status for which, status in found.items() if status not in TAKEN} == {}


def test_the_same_number_is_the_same_bytes() -> None:
    assert mutant(4711) == mutant(4711)
    assert len({mutant(number)[1] for number in range(100)}) > 95


@pytest.mark.parametrize(("name", "data"), list(bombs().items()), ids=list(bombs()))
def test_bombs_are_refused_and_not_believed(service: httpx.Client, name: str, data: bytes) -> None:
    answer = service.post("/api/classify", content=data, headers=ANY)
    assert answer.status_code in TAKEN - {200}, (name, answer.text)
    assert answer.json()["message"]


def test_a_body_that_says_it_is_packed_is_not_unpacked(service: httpx.Client) -> None:
    packed = bombs()["gzip of 100 MB of nothing"]
    for kind, status in (("image/jpeg", 415), ("application/json", 422)):
        headers = {"Content-Type": kind, "Content-Encoding": "gzip"}
        assert service.post("/api/classify", content=packed, headers=headers).status_code == status


PATHS = (
    "/api/fruits/../../etc/passwd", "/api/fruits/%2e%2e%2f%2e%2e%2fetc%2fpasswd", "/static/x/..%2f..%2fsettings.py",
    "/static/x/%00", "/api/fruits/%00", "/api/fruits/%ff%fe", "/api/recipes/99999999999999999999999", "/api/recipes/-1",
    "/api/recipes/1e3", "/api/recipes/１", "/api/recipes?q=%00", "/api/recipes?limit=9e99", "/api/recipes?offset=-1",
    "/jamdex/recipe/999999999999999", "/jamdex?page=99999999999999999999", "/jamdex?q=" + "a" * 5000,
    "/api/fruits/" + "ß" * 2000, "/?fruits=" + "%F0%9F%8D%93," * 500, "//evil.example/", "/\\evil.example",
    "/api/recipes?fruits=" + ",".join(["plum"] * 50), "/jamlab?fruits=" + "%EF%BF%BF" * 100, "/api/fruits/‮mulp",
    "/api/recipes?q=" + "%CC%81" * 1000, "/.env", "/.git/config", "/admin", "/debug", "/docs", "/redoc",
    "/metrics/../api/health",
)  # fmt: skip


@pytest.mark.parametrize("path", PATHS, ids=range(len(PATHS)))
def test_odd_paths(service: httpx.Client, path: str) -> None:
    answer = service.get(path)
    assert answer.status_code < 500, answer.text
    assert "root:" not in answer.text
    assert "Traceback" not in answer.text
    assert not answer.headers.get("location", "/").startswith(("//", "http", "/\\"))


@pytest.mark.parametrize(
    "head",
    [
        b"GET / HTTP/1.1\r\nHost: x\r\nX-Long: " + b"a" * 60_000 + b"\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\n" + b"X-Many: 1\r\n" * 2000 + b"\r\n",
        b"POST /api/classify HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n",
        b"POST /api/classify HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n",
        b"POST /api/classify HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"GET /api/health HTTP/1.1\r\nHost: x\r\nX-Request-ID: a\x01b\r\n\r\n",
        b"GET /api/health HTTP/1.1\r\nHost: evil.example\r\nX-Forwarded-Host: evil.example\r\n\r\n",
        b"GET /api/health HTTP/9.9\r\nHost: x\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    ],
    ids=["long", "many", "negative-length", "huge-length", "two-lengths", "control", "host", "version", "tls", "http2"],
)
def test_odd_heads(service: httpx.Client, head: bytes) -> None:
    with socket.create_connection((service.base_url.host, service.base_url.port or 80), timeout=10) as connection:
        connection.sendall(head)
        connection.shutdown(socket.SHUT_WR)
        said = b""
        while more := connection.recv(65_536):
            said += more
    assert not re.match(rb"HTTP/1\.1 5", said), said
    assert b"evil.example" not in said
    assert service.get("/api/health").status_code == 200


def _deep(depth: int) -> bytes:
    return b'{"a":' * depth + b"1" + b"}" * depth


JSON = (
    _deep(100_000)[:16_000], _deep(1000), b'{"said": "\\ud800", "meant": "plum"}', b'\xff\xfe{"said"', b"[" * 16_000,
    b'{"meant": 1e999}',
    b'{"meant": "' + b"a" * 16_000 + b'"}', b'{"meant": "pl\\u0000um"}', b'{"meant": "plum", "meant": "fig"}',
    b"\xef\xbb\xbf{}", b"",
    json.dumps({"meant": "plum", "candidates": [{"name": "a", "confidence": "NaN"}] * 9}).encode(), b"null", b"-",
    b'{"meant":NaN}',
)  # fmt: skip


@pytest.mark.parametrize("path", ["/api/feedback", "/api/jamlab", "/api/classify"])
def test_odd_json(service: httpx.Client, path: str) -> None:
    for body in JSON:
        answer = service.post(path, content=body, headers={"Content-Type": "application/json"})
        assert answer.status_code < 500, (body[:60], answer.text)
        assert set(answer.json()) == {"error", "message", "details", "hint"} or answer.status_code < 300


EVERY_KIND = (
    "/",
    "/jamdex",
    "/fruitdex/fruit/plum",
    "/static/x/app.js",
    "/api/health",
    "/api/fruits",
    "/nothing",
    "/api/nothing",
)


@pytest.mark.parametrize("path", EVERY_KIND)
def test_every_answer_keeps_browsers_careful_and_sets_no_cookie(service: httpx.Client, path: str) -> None:
    headers = service.get(path).headers
    policy = dict(part.strip().partition(" ")[::2] for part in headers["content-security-policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["frame-ancestors"] == "'none'"
    assert "unsafe" not in headers["content-security-policy"]
    assert policy["script-src"] == policy["style-src"] == "'self'"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "same-origin"
    assert "camera=()" in headers["permissions-policy"]
    assert "set-cookie" not in headers
    assert "access-control-allow-origin" not in headers


def test_pages_have_no_script_or_style_of_their_own(service: httpx.Client) -> None:
    for path in ("/", "/jamdex", "/fruitdex/fruit/plum", "/jamlab", "/jamdex/recipe/1"):
        html = service.get(path, follow_redirects=True).text
        assert not re.search(r"<style|\sstyle=|\son\w+=", html), path
        scripts = re.findall(r"<script([^>]*)>", html)
        assert all("src=" in script or 'type="application/ld+json"' in script for script in scripts), path


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "PURGE"])
def test_nothing_can_be_administered(service: httpx.Client, method: str) -> None:
    for path in ("/api/recipes/1", "/api/fruits/plum", "/api/health", "/", "/api/classify", "/metrics"):
        assert service.request(method, path).status_code == 405


def test_a_name_that_a_client_made_up_is_only_text(service: httpx.Client) -> None:
    answer = service.get("/?fruits=<script>alert(1)</script>")
    assert "<script>alert" not in answer.text
    files = {"image": ("../../<b>\r\nX: y.jpg", pictures.jpeg(), "image/jpeg")}
    assert service.post("/api/classify", files=files).status_code == 200
