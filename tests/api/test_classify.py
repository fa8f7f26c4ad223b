"""POST /api/classify: three kinds of body, the options, and everything a person or a program may send by mistake."""

from __future__ import annotations

import base64
import logging
import socket
import time
from typing import Any

import httpx
import pytest

from jamhot.settings import ROOT
from tests import pictures

JPEG = {"Content-Type": "image/jpeg"}
HEIC = (ROOT / "tests" / "vision" / "heic" / "large.heic").read_bytes()


def post(service: httpx.Client, body: bytes, content_type: str = "image/jpeg", query: str = "") -> httpx.Response:
    return service.post(f"/api/classify{query}", content=body, headers={"Content-Type": content_type})


def assert_answer(answer: dict[str, Any], photos: int = 1) -> None:
    assert [fruit["photo"] for fruit in answer["fruits"]] == list(range(photos))
    for fruit in answer["fruits"]:
        assert fruit["status"] in ("recognized_with_data", "recognized_no_data", "ambiguous", "unrecognized")
        assert (fruit["name"] is None) == (fruit["status"] == "unrecognized")
        assert fruit["message"]
        confidences = [one["confidence"] for one in fruit["alternatives"]]
        assert len(confidences) == 5
        assert confidences == sorted(confidences, reverse=True)
        assert fruit["confidence"] == confidences[0]
        assert "no_fruit" not in {one["name"] for one in fruit["alternatives"]}
    assert answer["model"]
    assert 0 < answer["processing_time"] < 30


def test_a_raw_photo(service: httpx.Client) -> None:
    response = post(service, pictures.jpeg())
    assert response.status_code == 200
    assert_answer(response.json())
    assert response.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("content_type", ["image/jpeg", "application/octet-stream", "image/png", "image/x-whatever"])
def test_the_bytes_tell_the_type_not_the_header(service: httpx.Client, content_type: str) -> None:
    assert post(service, pictures.jpeg(), content_type).status_code == 200


def test_a_form_with_one_image(service: httpx.Client) -> None:
    response = service.post("/api/classify", files={"image": ("p.jpg", pictures.jpeg(), "image/jpeg")})
    assert response.status_code == 200
    assert_answer(response.json())


def test_a_form_with_five_images_and_options(service: httpx.Client) -> None:
    files = [("images", (f"{n}.jpg", pictures.encoded(pictures.blobs(seed=n)), "image/jpeg")) for n in range(5)]
    response = service.post("/api/classify", files=files, data={"confidence_threshold": "0.99"})
    assert response.status_code == 200
    assert_answer(response.json(), photos=5)


def test_photos_of_one_fruit_make_one_answer(service: httpx.Client) -> None:
    files = [("images", (f"{n}.jpg", pictures.encoded(pictures.blobs(seed=n)), "image/jpeg")) for n in range(3)]
    answer = service.post("/api/classify", files=files, data={"combine": "true"}).json()
    assert_answer(answer, photos=3)
    assert "photo" not in answer["combined"]
    assert answer["combined"]["message"]
    apart = service.post("/api/classify", files=files).json()
    assert apart["combined"] is None
    assert apart["fruits"] == answer["fruits"]


def test_one_photo_alone_is_what_it_is_together(service: httpx.Client) -> None:
    answer = post(service, pictures.jpeg(), query="?combine=true").json()
    alone = {key: value for key, value in answer["fruits"][0].items() if key != "photo"}
    assert {**answer["combined"], "reason": alone["reason"], "message": alone["message"]} == {
        **alone,
        "confidence": answer["combined"]["confidence"],
        "alternatives": answer["combined"]["alternatives"],
    }


def test_json_with_base64(service: httpx.Client) -> None:
    image = base64.b64encode(pictures.jpeg()).decode()
    body = {"images": [image, image], "return_recipes": False, "return_flavor_info": False, "confidence_threshold": 0.5}
    response = service.post("/api/classify", json=body)
    assert response.status_code == 200
    answer = response.json()
    assert_answer(answer, photos=2)
    assert answer["recipes"] == []
    assert all(fruit["profile"] is None and fruit["flavor"] is None for fruit in answer["fruits"])


def test_the_threshold_decides_what_is_named(service: httpx.Client) -> None:
    low = post(service, pictures.jpeg(), query="?confidence_threshold=0.01").json()["fruits"][0]
    high = post(service, pictures.jpeg(), query="?confidence_threshold=0.999").json()["fruits"][0]
    assert low["confidence"] == high["confidence"]
    assert not high["status"].startswith("recognized")


@pytest.mark.parametrize(
    "body",
    [
        pictures.animated_gif(),
        pictures.cmyk_jpeg(),
        pictures.png_16_bit(),
        pictures.palette_png_with_transparency(),
        pictures.encoded(pictures.blobs(), "WEBP"),
        pictures.encoded(pictures.blobs(), "BMP"),
        pictures.encoded(pictures.blobs().convert("L"), "JPEG"),
        pictures.encoded(pictures.blobs(1, 1), "PNG"),
    ],
    ids=["gif", "cmyk", "16-bit", "palette", "webp", "bmp", "gray", "one-pixel"],
)
def test_odd_pictures_are_taken(service: httpx.Client, body: bytes) -> None:
    response = post(service, body, "application/octet-stream")
    assert response.status_code == 200, response.text
    assert_answer(response.json())


BAD: list[tuple[str, bytes, str, int, str]] = [
    ("empty", b"", "image/jpeg", 400, "INVALID_IMAGE"),
    ("text", b"this is no photo at all", "image/jpeg", 415, "INVALID_IMAGE"),
    ("truncated", pictures.jpeg()[:5000], "image/jpeg", 400, "INVALID_IMAGE"),
    ("six-megabytes", b"\xff\xd8\xff" + bytes(6_000_000), "image/jpeg", 413, "IMAGE_TOO_LARGE"),
    ("huge-png", pictures.huge_png_header(), "image/png", 413, "IMAGE_TOO_LARGE"),
    ("svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml", 415, "INVALID_IMAGE"),
    ("wrong-type", b"hello", "text/plain", 415, "INVALID_IMAGE"),
    ("no-json", b"not json", "application/json", 422, "VALIDATION_ERROR"),
    ("brackets", b"[" * 100_000, "application/json", 422, "VALIDATION_ERROR"),
    ("nested", b'{"images":' + b"[" * 50_000, "application/json", 422, "VALIDATION_ERROR"),
    ("no-images", b'{"images": []}', "application/json", 422, "VALIDATION_ERROR"),
    (
        "six-images",
        b'{"images": ["AA==","AA==","AA==","AA==","AA==","AA=="]}',
        "application/json",
        422,
        "VALIDATION_ERROR",
    ),
    ("wrong-base64", b'{"images": ["@@@not-base64@@@"]}', "application/json", 400, "INVALID_IMAGE"),
    ("base64-of-text", b'{"images": ["aGVsbG8gd29ybGQ="]}', "application/json", 415, "INVALID_IMAGE"),
    ("unknown-field", b'{"images": ["AA=="], "colour": "red"}', "application/json", 422, "VALIDATION_ERROR"),
    ("nan", b'{"images": ["AA=="], "confidence_threshold": NaN}', "application/json", 422, "VALIDATION_ERROR"),
    ("no-boundary", b"--x\r\n\r\n--x--", "multipart/form-data", 422, "VALIDATION_ERROR"),
    ("empty-form", b"--x--\r\n", "multipart/form-data; boundary=x", 422, "VALIDATION_ERROR"),
    ("broken-form", b"nonsense", "multipart/form-data; boundary=x", 422, "VALIDATION_ERROR"),
]


@pytest.mark.parametrize(("body", "kind", "status", "code"), [b[1:] for b in BAD], ids=[b[0] for b in BAD])
def test_bad_bodies_get_a_clear_error_and_the_service_lives(
    service: httpx.Client, body: bytes, kind: str, status: int, code: str
) -> None:
    response = post(service, body, kind)
    error = response.json()
    assert (response.status_code, error["error"]) == (status, code), response.text
    assert set(error) == {"error", "message", "details", "hint"}
    assert error["message"]
    assert "Traceback" not in response.text
    assert post(service, pictures.jpeg()).status_code == 200


def test_a_zero_byte_file_in_a_form(service: httpx.Client) -> None:
    response = service.post("/api/classify", files={"image": ("p.jpg", b"", "image/jpeg")})
    assert (response.status_code, response.json()["error"]) == (400, "INVALID_IMAGE")


def test_six_files_in_a_form(service: httpx.Client) -> None:
    files = [("images", (f"{n}.jpg", b"x", "image/jpeg")) for n in range(6)]
    response = service.post("/api/classify", files=files)
    assert (response.status_code, response.json()["error"]) == (422, "VALIDATION_ERROR")


def test_the_bad_one_of_several_is_named(service: httpx.Client) -> None:
    good, bad = base64.b64encode(pictures.jpeg()).decode(), base64.b64encode(b"no photo").decode()
    response = service.post("/api/classify", json={"images": [good, bad]})
    assert response.status_code == 415
    assert response.json()["details"]["photo"] == 1


@pytest.mark.parametrize("threshold", ["0", "1", "-1", "nan", "inf", "high", "1e309"])
def test_senseless_thresholds(service: httpx.Client, threshold: str) -> None:
    response = post(service, pictures.jpeg(), query=f"?confidence_threshold={threshold}")
    assert (response.status_code, response.json()["error"]) == (422, "VALIDATION_ERROR")


def test_a_body_without_length_is_bounded_too(service: httpx.Client) -> None:
    def chunks() -> Any:
        yield b"\xff\xd8\xff"
        for _ in range(100):
            yield bytes(100_000)

    response = service.post("/api/classify", content=chunks(), headers=JPEG)
    assert (response.status_code, response.json()["error"]) == (413, "IMAGE_TOO_LARGE")


def _half_a_photo(service: httpx.Client) -> socket.socket:
    """A connection that has announced a photo and sent half of it."""
    photo = pictures.jpeg()
    connection = socket.create_connection((service.base_url.host, service.base_url.port or 80), timeout=10)
    head = f"POST /api/classify HTTP/1.1\r\nHost: x\r\nContent-Type: image/jpeg\r\nContent-Length: {len(photo)}\r\n\r\n"
    connection.sendall(head.encode() + photo[: len(photo) // 2])
    return connection


def test_a_sender_that_leaves_leaves_no_trace(service: httpx.Client, caplog: pytest.LogCaptureFixture) -> None:
    _half_a_photo(service).close()
    for _ in range(50):
        if any("/api/classify 400" in record.getMessage() for record in caplog.records):
            break
        time.sleep(0.05)
    assert not [record for record in caplog.records if record.levelname == "ERROR"]
    assert post(service, pictures.jpeg()).status_code == 200


def test_a_sender_that_dawdles_is_given_up(service: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jamhot.api.intake.GRACE_S", 0.3)
    monkeypatch.setattr("jamhot.api.intake.MIN_BYTES_PER_S", 1_000_000)
    with _half_a_photo(service) as connection:
        answer = connection.recv(65_536).decode()
    assert answer.startswith("HTTP/1.1 400")
    assert "too slowly" in answer


@pytest.mark.parametrize(
    ("body", "content_type"),
    [(HEIC, "image/heic"), (pictures.encoded(pictures.blobs(), "AVIF"), "image/avif")],
    ids=["heic", "avif"],
)
def test_photos_of_phones_that_keep_them_as_heic(service: httpx.Client, body: bytes, content_type: str) -> None:
    response = post(service, body, content_type)
    assert response.status_code == 200, response.text
    assert_answer(response.json())


def test_heavy_and_light_photos_in_one_request(service: httpx.Client) -> None:
    files = [("images", ("p", body, "")) for body in (pictures.jpeg(), HEIC, pictures.jpeg())]
    response = service.post("/api/classify", files=files)
    assert_answer(response.json(), photos=3)
    damaged = service.post("/api/classify", files=[*files, ("images", ("p", HEIC[:300], ""))])
    assert (damaged.status_code, damaged.json()["details"]["photo"]) == (400, 3)


@pytest.mark.parametrize("address", ["/api/classify", "/"])
def test_who_hangs_up_leaves_the_queue(service: httpx.Client, caplog: pytest.LogCaptureFixture, address: str) -> None:
    body = pictures.encoded(pictures.blobs(3000, 3000), "PNG")
    head = f"POST {address} HTTP/1.1\r\nHost: x\r\nContent-Type: image/png\r\nContent-Length: {len(body)}\r\n\r\n"
    with caplog.at_level(logging.INFO, "jamhot.request"):
        for _ in range(8):
            with socket.create_connection((service.base_url.host, service.base_url.port or 80), timeout=10) as leaving:
                leaving.sendall(head.encode() + body)
        assert post(service, pictures.jpeg()).status_code == 200
        answers = _answered(caplog)
        for _ in range(200):
            if len(answers) == 9:
                break
            time.sleep(0.05)
            answers = _answered(caplog)
    assert (len(answers), "200" in answers) == (9, True)
    assert answers.count("400") >= 4
    assert not [record for record in caplog.records if record.levelname == "ERROR"]


def _answered(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Statuses of the photos in the log."""
    lines = [record.getMessage().split() for record in caplog.records if record.name == "jamhot.request"]
    return [line[2] for line in lines if line[0] == "POST"]
