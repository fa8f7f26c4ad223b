"""A JPEG's header tells what decoding costs."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from jamhot.vision.jpeg import count_scans, read_frame


def jpeg(**options: object) -> io.BytesIO:
    buffer = io.BytesIO()
    Image.new("RGB", (640, 480), "orange").save(buffer, "JPEG", **options)
    return buffer


def test_baseline_is_not_buffered() -> None:
    frame = read_frame(jpeg())
    assert frame is not None
    assert (frame.width, frame.height, frame.buffered) == (640, 480, False)


@pytest.mark.parametrize(("subsampling", "samples"), [(0, 3.0), (1, 2.0), (2, 1.5)])
def test_progressive_is_and_costs_two_bytes_a_coefficient(subsampling: int, samples: float) -> None:
    frame = read_frame(jpeg(progressive=True, subsampling=subsampling))
    assert frame is not None
    assert frame.buffered
    assert frame.coefficient_bytes == 640 * 480 * samples * 2


def test_a_sequential_file_whose_components_come_apart_is_buffered() -> None:
    data = bytearray(jpeg().getvalue())
    scan = data.index(b"\xff\xda")
    data[scan + 4] = 1
    frame = read_frame(io.BytesIO(bytes(data)))
    assert frame is not None
    assert frame.buffered


def test_scans_are_counted_across_the_reads() -> None:
    assert count_scans(jpeg(), 10) == 1
    assert count_scans(jpeg(progressive=True), 100) > 5
    split = io.BytesIO(b"\0" * 65_535 + b"\xff\xda" + b"\0" * 10)
    assert count_scans(split, 10) == 1
    assert count_scans(io.BytesIO(b"\xff\xda" * 500_000), 10) <= 40_000


@pytest.mark.parametrize("between", [b"\0", b"junk", b"\xff\0", b"\xff\xff", b"\xff\xee\0\0", b"\xff\xfe\0\1"])
def test_what_a_decoder_passes_over_hides_no_frame(between: bytes) -> None:
    data = jpeg(progressive=True).getvalue()
    frame = data.index(b"\xff\xc2")
    hidden = data[:frame] + between + data[frame:]
    with Image.open(io.BytesIO(hidden)) as image:
        image.load()
    assert read_frame(io.BytesIO(hidden)) == read_frame(io.BytesIO(data))


@pytest.mark.parametrize(
    "data", [b"", b"\xff\xd8", b"\xff\xd8\xff\xc0\x00\x02", b"\xff\xd8\xff\xc0\xff\xff12", b"\xff\xd8junk"]
)
def test_no_frame(data: bytes) -> None:
    assert read_frame(io.BytesIO(data)) is None
