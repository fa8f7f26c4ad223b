"""Photos whose decoding is heavy are read by a process apart, one at a time.

A thread that decodes cannot be stopped; a process can. What a photo took goes back to the system when the process
ends, and a fault in a decoder's C code ends that process and not the service. docs/decisions.md has the figures.
"""

import asyncio
import json
import logging
import os
import sys
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, AbstractContextManager, nullcontext, suppress
from pathlib import Path
from typing import Any, BinaryIO, Literal

import numpy as np

from jamhot.errors import ImageTooLarge, InvalidImage, MemoryLimit, TookTooLong
from jamhot.vision.decoder import ANSWER, REQUEST
from jamhot.vision.photo import HEAVY, Photo, sniff

log = logging.getLogger(__name__)

TIMEOUT_S = 20.0
"""For one photo. 24 megapixels take 1.7 s of a core; beside a full queue of JPEGs a quarter of it is left for them."""
RETRY_AFTER_S = 5
LAST_WORDS_S = 1.0
"""From the end of what a process says to its own end."""
COMMAND = (sys.executable, "-m", "jamhot.vision.decoder")
_ROOT = Path(__file__).resolve().parents[2]
SECRET = ("DATABASE_", "METRICS_", "PG")
"""Beginnings of variables that a process that reads strangers' photos has no use for."""
_ERRORS = {error.code: error for error in (InvalidImage, ImageTooLarge)}

Place = Callable[[], AbstractAsyncContextManager[None]]
Timing = Callable[[Literal["decode"]], AbstractContextManager[object]]


def _untimed(_: Literal["decode"]) -> AbstractContextManager[object]:
    return nullcontext()


def is_heavy(file: BinaryIO) -> bool:
    """Whether its bytes tell of a type that is read apart. Raises InvalidImage, UnsupportedImage."""
    return sniff(file) in HEAVY


class HeavyReader:
    """Reads HEIC and AVIF. The process is started when one comes, and ends itself 30 s after the last.

    Args:
        place: where a photo waits for its turn; one at a time may be inside.
        timeout_s: longest time for one photo, from its turn on.
        command: what is started; tests give their own.
        timing: told how long each was decoded.
    """

    def __init__(
        self, place: Place, timeout_s: float = TIMEOUT_S, command: tuple[str, ...] = COMMAND, timing: Timing = _untimed
    ) -> None:
        self._place = place
        self._timeout_s = timeout_s
        self._command = command
        self._timing = timing
        self._process: asyncio.subprocess.Process | None = None

    async def read(self, file: BinaryIO, needed: int) -> Photo:
        """The photo, reduced as far as its shorter side stays at or above `needed` px.

        Raises:
            InvalidImage: damaged. ImageTooLarge: too many pixels. TookTooLong: given up.
            MemoryLimit: the system gives no more processes.
            What `place` raises: too many wait.
        """
        async with self._place():
            file.seek(0)
            data = file.read()
            try:
                with self._timing("decode"):
                    async with asyncio.timeout(self._timeout_s):
                        return await self._ask_again(data, needed)
            except TimeoutError:
                await self.close()
                log.warning("a photo of %d bytes was given up after %.0f s of decoding", len(data), self._timeout_s)
                message = f"This photo took more than {self._timeout_s:.0f} seconds to decode and was given up."
                raise TookTooLong(message, RETRY_AFTER_S) from None
            except asyncio.CancelledError:
                # Its sender left in the middle: what the process says next would be about a photo nobody waits for.
                await self.close()
                raise

    async def close(self) -> None:
        """Ends the process, where there is one."""
        process, self._process = self._process, None
        if process is not None and process.returncode is None:
            process.kill()
            await process.wait()

    async def _ask_again(self, data: bytes, needed: int) -> Photo:
        """Once more where the process was just about to end for want of work."""
        try:
            return await self._ask(await self._running(), data, needed)
        except (asyncio.IncompleteReadError, ConnectionError):
            code = await self._end()
        if code == 0:
            try:
                return await self._ask(await self._running(), data, needed)
            except (asyncio.IncompleteReadError, ConnectionError):
                code = await self._end()
        log.error("the decoder ended with %s in the middle of a photo of %d bytes", code, len(data))
        raise InvalidImage("This photo cannot be decoded.", hint="Save it as a JPEG and send that.")

    async def _end(self) -> int | None:
        """How the process ended. It is left a moment to do so: killed while it exits, it has no status to tell."""
        process = self._process
        if process is not None:
            with suppress(TimeoutError):
                async with asyncio.timeout(LAST_WORDS_S):
                    await process.wait()
        await self.close()
        return process.returncode if process else None

    async def _running(self) -> asyncio.subprocess.Process:
        if self._process is None or self._process.returncode is not None:
            pipe = asyncio.subprocess.PIPE
            try:
                self._process = await asyncio.create_subprocess_exec(
                    *self._command, stdin=pipe, stdout=pipe, cwd=_ROOT, env=_environment()
                )
            except OSError as error:
                log.error("the decoder cannot be started: %s", error)
                message = "No process is to be had for this photo now. Try again, or send a JPEG."
                raise MemoryLimit(message, RETRY_AFTER_S) from error
        return self._process

    async def _ask(self, process: asyncio.subprocess.Process, data: bytes, needed: int) -> Photo:
        if process.stdin is None or process.stdout is None:
            raise RuntimeError("the decoder was started without pipes")
        process.stdin.write(REQUEST.pack(len(data), needed))
        process.stdin.write(data)
        await process.stdin.drain()
        (length,) = ANSWER.unpack(await process.stdout.readexactly(ANSWER.size))
        said: dict[str, Any] = json.loads(await process.stdout.readexactly(length))
        if "error" in said:
            raise _ERRORS[said["error"]](said["message"], said["details"], said["hint"])
        height, width, channels = said["shape"]
        pixels = await process.stdout.readexactly(height * width * channels)
        shaped = np.frombuffer(pixels, np.uint8).reshape(height, width, channels)
        return Photo(shaped, said["format"], said["width"], said["height"])


def _environment() -> dict[str, str]:
    """Ours without what is secret, and with one thread for numpy, whose buffers would be 30 MB a core."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith(SECRET)}
    return ours | {"OPENBLAS_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "1"}
