"""From a request's body to files: bounded in bytes and time, admitted before it is read.

A body is a photo itself, a form, or JSON with base64; which one is told by its Content-Type.
"""

from __future__ import annotations

import asyncio
import binascii
import logging
import tempfile
import time
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from typing import BinaryIO, cast
from urllib.parse import parse_qsl

from pydantic import ValidationError
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect, Request

from jamhot.api.schemas import ClassifyRequest
from jamhot.errors import Busy, ImageTooLarge, InvalidImage, InvalidRequest, MemoryLimit, UnsupportedImage
from jamhot.operations.admission import ByteGate
from jamhot.operations.memory import MemoryMeter
from jamhot.operations.stages import Timing, untimed
from jamhot.settings import MAX_IMAGES

log = logging.getLogger(__name__)

SPOOL_IN_MEMORY = 256 * 1024
"""Bytes of a body kept in memory; what is longer goes to an unlinked temporary file."""
GRACE_S = 10.0
MIN_BYTES_PER_S = 8_000
"""A body slower than this, after ten seconds of grace, is given up: it holds room that others could use."""
DRAIN_BYTES = 32 * 1024 * 1024
DRAIN_S = 5.0
"""How much of a body that is too long is still read and thrown away, so that its sender sees the answer."""
SMALL_BYTES = 16_384
SMALL_S = 10.0
"""A few words in JSON: how long they may be, and how long they may take to arrive."""
FULL_DISK_S = 30
"""When to come back after the disk was full: photos that lie there are gone in seconds, other things later."""
JSON_COSTS = 3
"""JSON is held three times: as text, as base64 and as bytes."""


@dataclass(slots=True)
class Intake:
    """Photos as files, and the options that came in the body (JSON or form), by their names in the query."""

    photos: list[BinaryIO]
    options: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Limits:
    """Bytes of one image, and of a whole request."""

    image: int
    request: int


@dataclass(frozen=True, slots=True)
class Door:
    """What must be passed before a body is read: `gate` bounds what is spooled, `memory_gate` what JSON takes."""

    gate: ByteGate
    memory_gate: ByteGate
    meter: MemoryMeter
    limits: Limits
    timing: Timing = untimed

    @asynccontextmanager
    async def admit(self, request: Request) -> AsyncIterator[Intake]:
        """The photos of `request`, held as long as the block lasts.

        Raises:
            Busy, MemoryLimit: not now; raised before the body is read, or when the disk is full.
            ImageTooLarge, InvalidImage, UnsupportedImage, InvalidRequest: the body is not what is taken.
        """
        if (full := self.meter.too_full()) is not None:
            raise MemoryLimit("Memory is nearly full: no new photos for a moment.", 10, {"memory_usage": full.percent})
        kind = _kind(request)
        limit = self.limits.image if kind == "photo" else self.limits.request
        announced = _announced_length(request)
        if announced is not None and announced > limit:
            # A client that waits for "100 Continue" has sent nothing yet and need not.
            if request.headers.get("expect", "").lower() != "100-continue":
                await _drain(request.stream())
            raise _too_large(limit)
        expected = limit if announced is None else announced
        held = self.memory_gate.hold(expected * JSON_COSTS) if kind == "json" else self.gate.hold(expected)
        with held:
            body = _Body(request, limit)
            with self.timing("body"), _room():
                intake = await _READERS[kind](body, self.limits)
            try:
                yield intake
            finally:
                for photo in intake.photos:
                    photo.close()


@contextmanager
def _room() -> Iterator[None]:
    """A disk that takes no more of a body (full, closed, no file left to open) is a reason to come back later."""
    try:
        yield
    except OSError as error:
        log.error("a photo could not be kept on disk: %s", error)
        raise Busy("There is no room for another photo right now. Try again in a moment.", FULL_DISK_S) from error


def _kind(request: Request) -> str:
    content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if content_type == "multipart/form-data":
        return "form"
    if content_type == "application/json":
        return "json"
    # A phone's file picker may not know the type of a photo: its bytes tell.
    if content_type.startswith("image/") or content_type in ("", "application/octet-stream"):
        return "photo"
    raise UnsupportedImage(
        f"A body of type {content_type!r} is not taken.",
        {"taken": ["image/*", "application/octet-stream", "multipart/form-data", "application/json"]},
        "Send the photo's bytes with its own type, for example Content-Type: image/jpeg.",
    )


def _announced_length(request: Request) -> int | None:
    text = request.headers.get("content-length", "")
    return int(text) if text.isascii() and text.isdigit() else None


def _too_large(limit: int) -> ImageTooLarge:
    return ImageTooLarge(
        f"This is more than the {limit / 1_048_576:.1f} MB that are taken.",
        {"max_bytes": limit},
        "Send a smaller version of the photo; 1,000 pixels on the longer side are plenty.",
    )


async def _drain(chunks: AsyncIterator[bytes]) -> None:
    """Reads on for a moment, so that the sender gets the answer instead of a broken connection."""
    seen = 0
    try:
        async with asyncio.timeout(DRAIN_S):
            async for chunk in chunks:
                seen += len(chunk)
                if seen > DRAIN_BYTES:
                    return
    except (TimeoutError, ClientDisconnect):
        return


async def read_small_json(request: Request) -> bytes:
    """A short JSON body. Raises InvalidRequest when it is another type, longer than 16 KB, or slow to arrive."""
    return await _read_small(request, "application/json", "Send JSON.")


async def read_small_form(request: Request) -> dict[str, str]:
    """The fields of a short form without files, each once. Raises InvalidRequest as `read_small_json` does."""
    body = await _read_small(request, "application/x-www-form-urlencoded", "Send a form.")
    try:
        return dict(parse_qsl(body.decode(), max_num_fields=20))
    except ValueError as error:
        raise InvalidRequest("This form cannot be read.") from error


async def _read_small(request: Request, taken: str, otherwise: str) -> bytes:
    content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if content_type != taken:
        raise InvalidRequest(otherwise, {"taken": [taken]}, f"Content-Type: {taken}")
    body = bytearray()
    try:
        async with asyncio.timeout(SMALL_S):
            async for chunk in (chunks := request.stream()):
                body += chunk
                if len(body) > SMALL_BYTES:
                    await _drain(chunks)
                    raise InvalidRequest("This is more than the 16 KB that are taken.", {"max_bytes": SMALL_BYTES})
    except (TimeoutError, ClientDisconnect):
        raise InvalidRequest("The body did not arrive in time.") from None
    return bytes(body)


class _Body:
    """A request's body as a stream that keeps to its limit and its least speed."""

    def __init__(self, request: Request, limit: int) -> None:
        self.request = request
        self._limit = limit

    async def stream(self) -> AsyncGenerator[bytes, None]:
        started, seen = time.monotonic(), 0
        chunks = self.request.stream().__aiter__()
        while True:
            patience = started + GRACE_S + seen / MIN_BYTES_PER_S - time.monotonic()
            try:
                async with asyncio.timeout(max(patience, 0.0)):
                    chunk = await anext(chunks, None)
            except TimeoutError:
                raise InvalidImage("The photo arrived too slowly: it was given up.") from None
            except ClientDisconnect:
                raise InvalidImage("The sender left before the photo was here.") from None
            if chunk is None:
                return
            seen += len(chunk)
            if seen > self._limit:
                await _drain(chunks)
                raise _too_large(self._limit)
            yield chunk


async def _spool(body: _Body) -> BinaryIO:
    spool = tempfile.SpooledTemporaryFile(max_size=SPOOL_IN_MEMORY)  # noqa: SIM115 (closed by its owner)
    try:
        async for chunk in body.stream():
            spool.write(chunk)
    except BaseException:
        spool.close()
        raise
    spool.seek(0)
    return cast("BinaryIO", spool)


async def _read_photo(body: _Body, _limits: Limits) -> Intake:
    return Intake([await _spool(body)])


async def _read_json(body: _Body, limits: Limits) -> Intake:
    with await _spool(body) as spool:
        text = spool.read()
    try:
        asked = ClassifyRequest.model_validate_json(text)
    except ValidationError as error:
        raise _json_error(error) from error
    for index, image in enumerate(asked.images):
        if len(image) > limits.image:
            raise _at(index, _too_large(limits.image))
    options = asked.model_dump(exclude={"images"}, exclude_none=True, exclude_unset=True)
    return Intake([BytesIO(image) for image in asked.images], options)


def _json_error(error: ValidationError) -> InvalidRequest | InvalidImage:
    problems = [{"where": ".".join(map(str, e["loc"])) or "body", "problem": e["msg"]} for e in error.errors()[:5]]
    first = error.errors()[0]
    if first["type"] == "base64_decode":
        return InvalidImage(
            f"{problems[0]['where']} is not base64.", {"problems": problems}, "Send base64 without a data: prefix."
        )
    return InvalidRequest(f"{problems[0]['where']}: {problems[0]['problem']}", {"problems": problems})


def _at(index: int, error: ImageTooLarge) -> ImageTooLarge:
    error.details["photo"] = index
    return error


class _FormParser(MultiPartParser):
    spool_max_size = SPOOL_IN_MEMORY


async def _read_form(body: _Body, limits: Limits) -> Intake:
    parser = _FormParser(body.request.headers, body.stream(), max_files=MAX_IMAGES, max_fields=10, max_part_size=4096)
    try:
        form = await parser.parse()
    except MultiPartException as error:
        raise InvalidRequest(f"The form cannot be read: {error.message}") from error
    except (KeyError, binascii.Error, UnicodeDecodeError) as error:
        raise InvalidRequest("The form cannot be read: its Content-Type names no boundary.") from error
    photos: list[BinaryIO] = []
    options: dict[str, object] = {}
    for name, value in form.multi_items():
        if isinstance(value, UploadFile):
            if name not in ("image", "images"):
                raise InvalidRequest(f"The form has a file named {name!r}.", hint="Name it image, or images.")
            if (value.size or 0) > limits.image:
                raise _at(len(photos), _too_large(limits.image))
            photos.append(value.file)
        else:
            options[name] = value
    if not photos:
        raise InvalidRequest("The form holds no photo.", {"fields": ["image", "images"]}, "Name the file field image.")
    return Intake(photos, options)


_READERS = {"photo": _read_photo, "json": _read_json, "form": _read_form}
