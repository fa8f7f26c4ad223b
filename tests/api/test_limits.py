"""What the door keeps out: bodies past their limit as curl sees it, too many photos of one client, a full disk."""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from benchmarks.photos import phone_jpeg
from jamhot.settings import Settings
from tests import pictures
from tests.serving import serving

JPEG = {"Content-Type": "image/jpeg"}


@pytest.mark.parametrize("expect", ["Expect:", "Expect: 100-continue"])
@pytest.mark.parametrize("megabytes", [6, 60])
@pytest.mark.parametrize("length", [[], ["-H", "Transfer-Encoding: chunked"]], ids=["announced", "chunked"])
def test_curl_shows_that_a_body_is_too_large(
    service: httpx.Client, tmp_path: Path, expect: str, megabytes: int, length: list[str]
) -> None:
    curl = shutil.which("curl") or pytest.skip("no curl here")
    body = tmp_path / "photo.jpg"
    body.write_bytes(b"\xff\xd8\xff" + bytes(megabytes * 1_000_000))
    command = [curl, "-sS", "-w", "\n%{http_code}", "-H", expect, "-H", "Content-Type: image/jpeg", *length]
    done = subprocess.run(
        [*command, "--data-binary", f"@{body}", f"{service.base_url}/api/classify"],
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    answer, _, status = done.stdout.rpartition("\n")
    assert status == "413", done.stderr
    assert json.loads(answer)["error"] == "IMAGE_TOO_LARGE"


def statuses(client: httpx.Client, addresses: list[str]) -> list[int]:
    photo = pictures.jpeg(64, 48)
    sent = [client.post("/api/classify", content=photo, headers={**JPEG, "X-Real-IP": a}) for a in addresses]
    assert all(answer.headers["Retry-After"] for answer in sent if answer.status_code == 429)
    return [answer.status_code for answer in sent]


def test_on_the_platform_photos_are_counted_by_the_address_that_its_edge_tells() -> None:
    with serving(Settings(rate_limit_per_minute=2, railway_environment_name="production")) as client:
        assert statuses(client, ["203.0.113.1"] * 3 + ["203.0.113.2"]) == [200, 200, 429, 200]


def test_one_line_of_ipv6_is_one_client() -> None:
    line = ["2001:db8:0:1::1", "2001:db8:0:1:ffff::2", "2001:DB8::1:0:0:0:3"]
    mapped = ["::ffff:203.0.113.1", "203.0.113.1", "::ffff:203.0.113.1", "::ffff:203.0.113.2"]
    with serving(Settings(rate_limit_per_minute=2, railway_environment_name="production")) as client:
        assert statuses(client, [*line, "2001:db8:0:2::1"]) == [200, 200, 429, 200]
        assert statuses(client, mapped) == [200, 200, 429, 200]
        assert statuses(client, ["no address"] * 3) == [200, 200, 429]


def test_elsewhere_a_header_is_not_believed() -> None:
    with serving(Settings(rate_limit_per_minute=2)) as client:
        assert statuses(client, ["203.0.113.1", "203.0.113.2", "203.0.113.3"]) == [200, 200, 429]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 512 KB where bodies are spooled."""
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=512k", "jamhot-test", tmp_path], capture_output=True)
    if made.returncode:
        pytest.skip("no disk can be mounted by this account")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tempfile, "tempdir", str(tmp_path))
        yield tmp_path
    subprocess.run(["umount", tmp_path], check=True)


def test_a_full_disk_is_told_and_photos_go_on_when_there_is_room_again(service: httpx.Client, small_disk: Path) -> None:
    large = phone_jpeg(1700, 1275)
    assert len(large) > 400_000
    (small_disk / "other").write_bytes(bytes(300_000))
    files = {"image": ("p.jpg", large, "image/jpeg")}
    for answer in (
        service.post("/api/classify", content=large, headers=JPEG),
        service.post("/api/classify", files=files),
    ):
        assert (answer.status_code, answer.json()["error"]) == (503, "BUSY")
        assert "no room" in answer.json()["message"]
        assert int(answer.headers["Retry-After"]) > 0
    # What fits in memory needs no disk.
    assert service.post("/api/classify", content=pictures.jpeg(), headers=JPEG).status_code == 200
    (small_disk / "other").unlink()
    assert service.post("/api/classify", content=large, headers=JPEG).status_code == 200
