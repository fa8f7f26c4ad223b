"""Photos a client a minute."""

from __future__ import annotations

import time

import pytest

from jamhot.errors import RateLimited
from jamhot.operations.rate_limits import ClientLimiter


def test_each_client_has_its_own_share() -> None:
    limiter = ClientLimiter(3, "photos")
    limiter.count("a", 3)
    limiter.count("b")
    with pytest.raises(RateLimited) as caught:
        limiter.count("a")
    assert 1 <= int(caught.value.headers["Retry-After"]) <= 60
    assert caught.value.details["limit_per_minute"] == 3


def test_several_photos_in_one_request_count_each() -> None:
    limiter = ClientLimiter(5, "photos")
    limiter.count("a", 4)
    with pytest.raises(RateLimited):
        limiter.count("a", 2)
    limiter.count("a", 1)


def test_zero_is_off() -> None:
    limiter = ClientLimiter(0, "photos")
    for _ in range(1000):
        limiter.count("a", 5)


def test_clients_that_are_gone_leave_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    limiter, now, steady = ClientLimiter(3, "photos"), time.time, time.monotonic
    for number in range(500):
        limiter.count(f"client {number}")
    limiter._storage.timer.join()
    for minutes in (2, 4):
        monkeypatch.setattr(time, "time", lambda later=60 * minutes: now() + later)
        monkeypatch.setattr(time, "monotonic", lambda later=60 * minutes: steady() + later)
        limiter.count(f"client {minutes} minutes later")
        limiter._storage.timer.join()
    assert len(limiter._storage.events) == 2


@pytest.mark.parametrize("years", [1, -1])
def test_a_clock_that_is_set_locks_nobody_out(monkeypatch: pytest.MonkeyPatch, years: int) -> None:
    limiter = ClientLimiter(3, "photos")
    limiter.count("a", 3)
    now = time.time
    monkeypatch.setattr(time, "time", lambda: now() + years * 31_557_600)
    limiter.count("a", 3)
    with pytest.raises(RateLimited) as caught:
        limiter.count("a")
    assert 1 <= int(caught.value.headers["Retry-After"]) <= 60


def test_after_an_hour_in_which_the_process_was_stopped_everybody_has_their_share(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    limiter = ClientLimiter(3, "photos")
    limiter.count("a", 3)
    now, steady = time.time, time.monotonic
    monkeypatch.setattr(time, "time", lambda: now() + 3600)
    monkeypatch.setattr(time, "monotonic", lambda: steady() + 3600)
    limiter.count("a", 3)
    with pytest.raises(RateLimited):
        limiter.count("a")
