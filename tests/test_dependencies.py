"""What the locks install is pinned, hashed, free and not known to be bad; and the review of it can fail."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from jamhot.settings import ROOT

SCRIPT = ROOT / "scripts" / "review_dependencies.py"


def review(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, SCRIPT, *arguments], capture_output=True, text=True, timeout=120)


def test_the_locks_are_well() -> None:
    done = review()
    assert done.returncode == 0, done.stderr
    assert "0 problems" in done.stdout


class _Advisories(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["queries"]
        told = [{"vulns": [{"id": "TEST-1"}]} if one["package"]["name"] == "pillow" else {} for one in asked]
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps({"results": told}).encode())

    def log_message(self, *_: object) -> None:
        """Nobody reads it."""


@pytest.fixture
def osv() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), _Advisories)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()


def test_an_advisory_is_told(osv: str) -> None:
    done = review("--advisories", "--source", osv)
    assert done.returncode == 1
    assert "pillow" in done.stderr
    assert "TEST-1" in done.stderr


def test_advisories_that_cannot_be_asked_are_not_taken_for_none() -> None:
    done = review("--advisories", "--source", "http://127.0.0.1:1/")
    assert done.returncode == 3
    assert "could NOT be checked" in done.stderr
    assert "advisories" not in done.stdout


def test_what_it_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT))
    from scripts import review_dependencies as script

    bad = [script.Pin("requirements.txt", "pillow", "9.5.0", 1), script.Pin("requirements.txt", "jinja2", "3.1.6", 0)]
    told = list(script.problems(bad))
    assert "known to be bad" in told[0]
    assert "has no hash" in told[1]
    assert len(told) == 2
    assert not script.FREE.search("Proprietary")
