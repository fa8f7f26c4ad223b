"""Users in a closed loop over kept connections: a request, its answer, the next."""

from __future__ import annotations

import asyncio
import re
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

import uvloop

PATIENCE_S = 60.0
_LENGTH = re.compile(rb"(?i)content-length: *(\d+)")


@dataclass
class Tally:
    """What came back: answers by status, and seconds of each that was a 200."""

    statuses: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    elapsed: float = 0.0

    @property
    def rate(self) -> float:
        """Good answers a second."""
        return len(self.seconds) / self.elapsed if self.elapsed else 0.0

    @property
    def errors(self) -> int:
        return self.statuses.total() - self.statuses["200"]

    def percentile(self, share: float) -> float:
        """Seconds, of the good answers; 0 when there was none."""
        ordered = sorted(self.seconds) or [0.0]
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]

    def add(self, other: Tally) -> None:
        self.statuses += other.statuses
        self.seconds += other.seconds
        self.elapsed += other.elapsed


def request(method: str, path: str, body: bytes = b"", media_type: str = "") -> bytes:
    """One HTTP/1.1 request as bytes."""
    head = f"{method} {path} HTTP/1.1\r\nHost: jam.example\r\n"
    if body:
        head += f"Content-Type: {media_type}\r\nContent-Length: {len(body)}\r\n"
    return head.encode() + b"\r\n" + body


def hammer(port: int, requests: Sequence[bytes], users: int, seconds: float) -> Tally:
    """`users` at once for that long; each waits for its last answer. Requests are taken in turns."""
    tally = Tally()
    started = time.perf_counter()
    uvloop.run(_all(port, requests, users, started + seconds, tally))
    tally.elapsed = time.perf_counter() - started
    return tally


async def _all(port: int, requests: Sequence[bytes], users: int, until: float, tally: Tally) -> None:
    turn = _turns(requests)
    await asyncio.gather(*(_user(port, turn, until, tally) for _ in range(users)))


def _turns(requests: Sequence[bytes]) -> Callable[[], bytes]:
    count = 0

    def following() -> bytes:
        nonlocal count
        count += 1
        return requests[count % len(requests)]

    return following


async def _user(port: int, turn: Callable[[], bytes], until: float, tally: Tally) -> None:
    while time.perf_counter() < until:
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError as error:
            tally.statuses[type(error).__name__] += 1
            await asyncio.sleep(0.2)
            continue
        try:
            while time.perf_counter() < until:
                await _one(reader, writer, turn(), tally)
        except (OSError, asyncio.IncompleteReadError, TimeoutError) as error:
            tally.statuses[type(error).__name__] += 1
        finally:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()


async def _one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, asked: bytes, tally: Tally) -> None:
    started = time.perf_counter()
    async with asyncio.timeout(PATIENCE_S):
        writer.write(asked)
        await writer.drain()
        head = await reader.readuntil(b"\r\n\r\n")
        length = _LENGTH.search(head)
        await reader.readexactly(int(length[1]) if length else 0)
    status = head.split(b" ", 2)[1].decode()
    tally.statuses[status] += 1
    if status == "200":
        tally.seconds.append(time.perf_counter() - started)
    else:
        await asyncio.sleep(0.2)
