"""Every request goes through here: robots first, in its turn, within the day's budget, at most four tries.

A host that told us to stop is not asked again until its time.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, TypeVar
from urllib.parse import urljoin, urlsplit

import httpx
from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt
from tenacity.wait import wait_random_exponential

from jamhot.scraping.fetch import manners
from jamhot.scraping.fetch.client import Answer, Patience, again, ask
from jamhot.scraping.fetch.errors import Failed, HostStopped, Refused, Transient
from jamhot.scraping.fetch.robots import ALLOW_ALL, Robots
from jamhot.scraping.hosts import host_of, same_site
from jamhot.scraping.store import PageStore

T = TypeVar("T")
_REDIRECTS: Final = frozenset((301, 302, 303, 307, 308))
_PAGES: Final = ("text/html", "application/xhtml", "text/xml", "application/xml", "text/plain", "application/gzip",
                 "application/x-gzip", "application/rss", "application/atom")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came: `final_url` after redirects; `unchanged` when the server says that what we have still holds."""

    final_url: str
    status: int
    headers: dict[str, str]
    body: bytes
    unchanged: bool = False


class Fetcher:
    """Asks one page at a time. `sleep` waits; tests may count it, never shorten it."""

    def __init__(
        self, store: PageStore, client: httpx.Client, patience: Patience, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._store = store
        self._client = client
        self._patience = patience
        self._sleep = sleep

    def fetch(self, url: str, hosts: Iterable[str], known: dict[str, str] | None = None) -> Fetched:
        """The page at `url`.

        Args:
            hosts: to which it and its redirects must belong.
            known: headers of the copy that we have, to ask whether it still holds.

        Raises:
            Refused: not for us. Failed: four tries in vain. HostStopped: nothing more from this host for now.
        """
        allowed = frozenset(hosts)
        conditions = _conditions(known or {})
        host = host_of(url)
        try:
            found = self._retried(lambda: self._follow(url, allowed, conditions))
        except Transient as error:
            self._count_failure(host, error)
            raise Failed(error.reason, str(error)) from error
        self._store.update_host(host, failures=0)
        return found

    def robots(self, url: str) -> Robots:
        """The rules of the host. Raises HostStopped when they cannot be had."""
        host = host_of(url)
        state = self._store.host(host)
        if state.robots_at and time.time() - state.robots_at < manners.ROBOTS_KEPT_S:
            return Robots(state.robots)
        root = f"{urlsplit(url).scheme}://{urlsplit(url).netloc}/robots.txt"
        try:
            text = self._retried(lambda: self._read_robots(root))
        except (Transient, Refused) as error:
            if error.reason in ("connection", "timeout"):  # it may be our own network: the next run asks again
                raise HostStopped("unreachable", f"{host}: {error}", time.time()) from error
            raise self._stop(host, "robots.txt unreachable", str(error), manners.BREAK_S) from error
        self._store.update_host(host, robots=text, robots_at=time.time())
        return Robots(text)

    def _read_robots(self, url: str) -> str:
        """Raises Transient for a server that cannot say; Refused for one that sends us elsewhere."""
        asked = url
        for _ in range(manners.MOST_REDIRECTS + 1):
            answer = self._ask(url, manners.GAP_S, {}, manners.MOST_ROBOTS_BYTES)
            if answer.status in _REDIRECTS:
                url = _led_to(url, answer)
                if not same_site(url, asked):
                    raise Refused("off-site redirect", "of robots.txt")
                continue
            failed = self._again(url, answer)
            if failed is not None or answer.status >= 500:
                raise failed or Transient(f"status {answer.status}")
            if answer.status in (401, 403):
                raise self._stop(host_of(url), "blocked", f"robots.txt: status {answer.status}", manners.STAY_AWAY_S)
            return answer.body.decode("utf-8", "replace").lstrip("\ufeff") if answer.status == 200 else ALLOW_ALL
        raise Refused("redirect loop", "of robots.txt")

    def _follow(self, url: str, allowed: frozenset[str], conditions: dict[str, str]) -> Fetched:
        """The page, after at most five redirects within the site; each is a request like any other."""
        seen = {url}
        for _ in range(manners.MOST_REDIRECTS + 1):
            if host_of(url) not in allowed or urlsplit(url).scheme not in ("http", "https"):
                raise Refused("off-site redirect" if len(seen) > 1 else "off-site", host_of(url))
            rules = self.robots(url)
            if not rules.allows(url):
                raise Refused("robots", urlsplit(url).path)
            if rules.gap_s > manners.LONGEST_DELAY_S:
                raise self._stop(host_of(url), "crawl-delay", f"{rules.gap_s:g} s", manners.STAY_AWAY_S)
            answer = self._ask(url, rules.gap_s, conditions, manners.MOST_BYTES)
            if answer.status not in _REDIRECTS:
                return self._judged(url, answer)
            url = _led_to(url, answer)
            if url in seen:
                raise Refused("redirect loop", url)
            seen.add(url)
        raise Refused("redirect loop", "too many redirects")

    def _judged(self, url: str, answer: Answer) -> Fetched:
        """What the status means for us."""
        host = host_of(url)
        if answer.status == 304:
            return Fetched(url, 304, answer.headers, b"", unchanged=True)
        if answer.status in (401, 403) or manners.is_challenge(answer.headers, answer.body):
            kind = "a challenge page" if answer.status not in (401, 403) else f"status {answer.status}"
            raise self._stop(host, "blocked", kind, manners.STAY_AWAY_S)
        failed = self._again(url, answer)
        if failed is not None:
            raise failed
        if answer.status in (404, 410):
            raise Refused("not found", f"status {answer.status}")
        if answer.status != 200:
            raise Refused(f"status {answer.status}")
        if not answer.headers.get("content-type", "text/html").lower().startswith(_PAGES):
            raise Refused("not a page", answer.headers.get("content-type", ""))
        return Fetched(url, 200, answer.headers, answer.body)

    def _again(self, url: str, answer: Answer) -> Transient | None:
        """The reason to come again in this run, if there is one. Raises HostStopped where that would be too long."""
        failed = again(answer)
        if failed is not None and failed.wait_s is not None and failed.wait_s > manners.LONGEST_WAIT_S:
            raise self._stop(host_of(url), "asked to wait", f"{failed.wait_s:.0f} s", failed.wait_s)
        return failed

    def _ask(self, url: str, gap_s: float, headers: dict[str, str], most: int) -> Answer:
        """One request in its turn."""
        host = host_of(url)
        self._take_turn(host, gap_s)
        try:
            return ask(self._client, url, self._patience, headers, most)
        finally:
            self._store.update_host(host, last_contact=time.time())

    def _take_turn(self, host: str, gap_s: float) -> None:
        """Waits until the host may be asked again, and writes down that it was. Raises HostStopped."""
        state = self._store.host(host)
        now = time.time()
        if state.stopped_until > now:
            raise HostStopped(state.stopped_reason, host, state.stopped_until)
        today = datetime.now(UTC).date().isoformat()
        requests = state.requests if state.day == today else 0
        if requests >= manners.DAY_REQUESTS:
            tomorrow = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0).timestamp() + 86_400
            raise HostStopped("daily budget", f"{host}: {requests} requests today", tomorrow)
        wait = min(state.last_contact + gap_s - now, gap_s)  # never longer, though the clock was set back
        if wait > 0:
            self._sleep(wait)
        self._store.update_host(host, last_contact=time.time(), day=today, requests=requests + 1)

    def _retried(self, action: Callable[[], T]) -> T:
        retrying = Retrying(
            stop=stop_after_attempt(manners.MOST_TRIES), wait=self._pause, retry=retry_if_exception_type(Transient),
            sleep=self._sleep, reraise=True,
        )  # fmt: skip
        return retrying(action)

    def _pause(self, state: RetryCallState) -> float:
        """What the server asked for, and never less than our own doubling pause with jitter."""
        error = state.outcome.exception() if state.outcome is not None else None
        asked = error.wait_s if isinstance(error, Transient) and error.wait_s is not None else 0.0
        first = self._patience.first_pause_s
        return max(asked, wait_random_exponential(multiplier=first, max=30 * first, min=first / 2)(state))

    def _stop(self, host: str, reason: str, detail: str, seconds: float) -> HostStopped:
        until = time.time() + seconds
        self._store.update_host(host, stopped_until=until, stopped_reason=reason)
        return HostStopped(reason, f"{host}: {detail}", until)

    def _count_failure(self, host: str, error: Transient) -> None:
        """A breaker: several pages in a row in vain, and the host has trouble enough. Raises HostStopped."""
        failures = self._store.host(host).failures + 1
        self._store.update_host(host, failures=failures)
        if failures >= manners.BREAK_AFTER:
            self._store.update_host(host, failures=0)
            raise self._stop(host, "circuit breaker", str(error), manners.BREAK_S) from error


def _conditions(known: dict[str, str]) -> dict[str, str]:
    pairs = (("If-None-Match", known.get("etag")), ("If-Modified-Since", known.get("last-modified")))
    return {name: value for name, value in pairs if value and value.isascii()}


def _led_to(url: str, answer: Answer) -> str:
    """Where a redirect leads. Raises Refused when that is no address."""
    try:
        return urljoin(url, answer.headers.get("location", ""))
    except ValueError as error:
        raise Refused("bad address", str(error)) from error
