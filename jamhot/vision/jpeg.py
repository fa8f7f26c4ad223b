"""What a JPEG's header says about the cost of decoding it, read before anything is decoded."""

from dataclasses import dataclass
from typing import BinaryIO

# Start-of-frame markers. DHT (C4), JPG (C8) and DAC (CC) lie in the same range and are none.
_FRAME_MARKERS = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_PROGRESSIVE_MARKERS = frozenset({0xC2, 0xC6, 0xCA, 0xCE})
_START_OF_SCAN = 0xDA
_MARKERS_WITHOUT_LENGTH = frozenset({0x01, *range(0xD0, 0xD9)})
_BYTES_PER_COEFFICIENT = 2
_CHUNK = 65_536


@dataclass(frozen=True)
class JpegFrame:
    """One frame header.

    `sampling` holds (horizontal, vertical) factors, one pair a component; `buffered` is true when
    libjpeg must hold every coefficient of the picture before it can give a row: progressive files,
    and sequential files whose components come in separate scans.
    """

    width: int
    height: int
    sampling: tuple[tuple[int, int], ...]
    buffered: bool

    @property
    def coefficient_bytes(self) -> int:
        """Memory for the coefficients when `buffered`, at two bytes each; reduced scale does not lower it."""
        widest = max(h for h, _ in self.sampling)
        tallest = max(v for _, v in self.sampling)
        share = sum(h * v for h, v in self.sampling) / (widest * tallest)
        return int(self.width * self.height * share * _BYTES_PER_COEFFICIENT)


def read_frame(file: BinaryIO) -> JpegFrame | None:
    """The header of the first frame up to its first scan; None when there is none to be read."""
    file.seek(2)
    frame: tuple[int, int, tuple[tuple[int, int], ...], bool] | None = None
    while (marker := _next_marker(file)) is not None:
        if marker in _MARKERS_WITHOUT_LENGTH:
            continue
        body = _segment(file)
        if body is None:
            return None
        if marker in _FRAME_MARKERS and frame is None:
            frame = _parse_frame(body, marker in _PROGRESSIVE_MARKERS)
        if marker == _START_OF_SCAN:
            return _with_scan(frame, body)
    return None


def count_scans(file: BinaryIO, stop_after: int) -> int:
    """How many start-of-scan markers the file holds; counting ends once there are more than `stop_after`.

    In coded data 0xFF is always followed by a stuffed zero, so the two bytes can only be a marker or lie
    in metadata (a thumbnail), where there are few.
    """
    file.seek(0)
    found, tail = 0, b""
    while found <= stop_after and (chunk := file.read(_CHUNK)):
        window = tail + chunk
        found += window.count(b"\xff\xda")
        tail = b"\xff" if window.endswith(b"\xff") else b""
    return found


def _next_marker(file: BinaryIO) -> int | None:
    """The next one, whatever lies before it, as decoders find it."""
    while byte := file.read(1):
        if byte != b"\xff":
            continue
        while (byte := file.read(1)) == b"\xff":
            pass
        if byte and byte != b"\0":
            return byte[0]
    return None


def _segment(file: BinaryIO) -> bytes | None:
    head = file.read(2)
    if len(head) < 2:
        return None
    length = max(int.from_bytes(head, "big") - 2, 0)  # decoders take a length below 2 for an empty segment
    body = file.read(length)
    return body if len(body) == length else None


def _parse_frame(body: bytes, progressive: bool) -> tuple[int, int, tuple[tuple[int, int], ...], bool] | None:
    if len(body) < 6 or body[5] == 0 or len(body) < 6 + 3 * body[5]:
        return None
    height, width = int.from_bytes(body[1:3], "big"), int.from_bytes(body[3:5], "big")
    factors = [body[7 + 3 * i] for i in range(body[5])]
    sampling = tuple((factor >> 4, factor & 15) for factor in factors)
    return None if any(0 in pair for pair in sampling) else (width, height, sampling, progressive)


def _with_scan(frame: tuple[int, int, tuple[tuple[int, int], ...], bool] | None, scan: bytes) -> JpegFrame | None:
    if frame is None or not scan:
        return None
    width, height, sampling, progressive = frame
    return JpegFrame(width, height, sampling, progressive or scan[0] < len(sampling))
