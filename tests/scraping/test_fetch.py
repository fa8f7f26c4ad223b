"""How the scraper behaves on other people's servers. The server's own log is the witness."""

from __future__ import annotations

import gzip
import time
from collections.abc import Callable
from email.utils import formatdate

import httpx
import pytest

from jamhot.scraping.fetch import manners
from jamhot.scraping.fetch.errors import Failed, HostStopped, NotFetched, Refused
from jamhot.scraping.fetch.fetcher import Fetcher
from jamhot.scraping.fetch.robots import Robots
from jamhot.scraping.store import PageStore
from tests.scraping.conftest import HOST, HURRIED
from tests.scraping.web import Asked, Reply, Web, gzipped

Get = Callable[[str], bytes]
PROMISED_GAP_S = 0.3


def after(times: int, first: Reply, then: Reply) -> Callable[[Asked, int], Reply]:
    """`first` as often as said, then the other."""
    return lambda _, before: first if before < times else then


def test_it_says_who_it_is_and_asks_robots_first(web: Web, get: Get) -> None:
    web.put(f"{HOST}/a", "jam")
    assert get("/a") == b"jam"
    assert web.asked(HOST, robots=True) == ["/robots.txt", "/a"]
    for asked in web.log:
        assert asked.headers["user-agent"].startswith("JamHot/")
        assert "+jam@example.org" in asked.headers["user-agent"]


def test_robots_is_kept_a_day_and_then_asked_anew(web: Web, get: Get, store: PageStore) -> None:
    web.put(f"{HOST}/a", "jam")
    get("/a")
    get("/a")
    assert web.asked(HOST, robots=True).count("/robots.txt") == 1
    store.update_host(HOST, robots_at=time.time() - manners.ROBOTS_KEPT_S - 1)
    get("/a")
    assert web.asked(HOST, robots=True).count("/robots.txt") == 2


@pytest.mark.parametrize(
    ("robots", "allowed", "forbidden"),
    [
        ("User-agent: *\nDisallow: /no", "/yes", "/no/page"),
        ("User-agent: JamHot\nDisallow: /no\n\nUser-agent: *\nDisallow: /", "/yes", "/no"),
        ("User-agent: *\nDisallow: /no\nAllow: /no/but", "/no/but-this", "/no/page"),
        ("User-agent: *\nDisallow: /*.pdf$", "/a.html", "/a.pdf"),
        ("\ufeffUSER-AGENT: *\r\nDISALLOW: /no # not here", "/yes", "/no"),
        ("User-agent: other\nDisallow: /\n\nUser-agent: *\nDisallow: /search", "/a", "/search?q=plum"),
        ("User-agent: *\nDisallow:", "/everything", None),
        ("<html>not a robots file</html>", "/everything", None),
    ],
)
def test_robots_is_obeyed(web: Web, get: Get, robots: str, allowed: str, forbidden: str | None) -> None:
    web.put(f"{HOST}/robots.txt", Reply(robots, type="text/plain"))
    web.put(f"{HOST}{allowed}", "jam")
    assert get(allowed) == b"jam"
    if forbidden is not None:
        with pytest.raises(Refused, match="robots"):
            get(forbidden)
        assert web.asked(HOST) == [allowed]


@pytest.mark.parametrize("status", [500, 503, 429])
def test_a_host_whose_robots_cannot_be_had_is_left_alone(web: Web, get: Get, status: int) -> None:
    web.put(f"{HOST}/robots.txt", Reply("", status))
    web.put(f"{HOST}/a", "jam")
    for _ in range(2):
        with pytest.raises(HostStopped, match=r"robots.txt unreachable"):
            get("/a")
    assert web.asked(HOST, robots=True) == ["/robots.txt"] * manners.MOST_TRIES


def test_a_host_that_cannot_be_reached_is_not_held_against_it(web: Web, get: Get) -> None:
    web.put(f"{HOST}/robots.txt", after(4, Reply("x", pause_s=2), Reply("", 404)))
    web.put(f"{HOST}/a", "jam")
    with pytest.raises(HostStopped, match="unreachable"):
        get("/a")
    assert get("/a") == b"jam"


def test_robots_that_is_not_there_forbids_nothing_and_one_that_is_forbidden_everything(web: Web, get: Get) -> None:
    web.put(f"{HOST}/a", "jam")
    assert get("/a") == b"jam"
    web.put(f"www.{HOST}/robots.txt", Reply("", 403))
    web.put(f"www.{HOST}/a", "jam")
    web.put(f"{HOST}/b", Reply("", 301, {"Location": f"https://www.{HOST}/a"}))
    with pytest.raises(HostStopped, match="blocked"):
        get("/b")
    assert web.asked(f"www.{HOST}") == []


def test_requests_to_a_host_keep_their_distance(web: Web, get: Get) -> None:
    web.put(f"{HOST}/a", Reply("", 302, {"Location": "/b"}))
    web.put(f"{HOST}/b", after(1, Reply("", 500), Reply("jam")))
    assert get("/a") == b"jam"
    assert web.asked(HOST) == ["/a", "/b", "/a", "/b"], "a try begins anew, redirects are requests"
    assert min(web.gaps(HOST)) >= PROMISED_GAP_S


def test_another_run_keeps_the_distance_too(web: Web, store: PageStore, fetcher: Fetcher, client: object) -> None:
    web.put(f"{HOST}/a", "jam")
    fetcher.fetch(f"https://{HOST}/a", [HOST])
    again = Fetcher(store, fetcher._client, fetcher._patience)
    again.fetch(f"https://{HOST}/a", [HOST])
    assert min(web.gaps(HOST)) >= PROMISED_GAP_S


@pytest.mark.parametrize("rule", ["Crawl-delay: 0.7", "Request-rate: 1/1", "Crawl-delay: 0.01"])
def test_a_crawl_delay_is_kept_and_never_shortens_ours(web: Web, get: Get, rule: str) -> None:
    web.put(f"{HOST}/robots.txt", Reply(f"User-agent: *\n{rule}", type="text/plain"))
    web.put(f"{HOST}/a", "jam")
    get("/a")
    get("/a")
    asked_for = {"Crawl-delay: 0.7": 0.7, "Request-rate: 1/1": 1.0}.get(rule, PROMISED_GAP_S)
    assert web.gaps(HOST)[-1] >= asked_for - 0.03, "a connection that is open already is a little quicker"


def test_a_delay_of_hours_means_stay_away(web: Web, get: Get) -> None:
    web.put(f"{HOST}/robots.txt", Reply("User-agent: *\nCrawl-delay: 3600", type="text/plain"))
    with pytest.raises(HostStopped, match="crawl-delay"):
        get("/a")
    assert web.asked(HOST) == []


def test_no_crawl_delay_can_go_below_our_own() -> None:
    assert Robots("User-agent: *\nCrawl-delay: 0").gap_s == manners.GAP_S >= PROMISED_GAP_S
    assert Robots("User-agent: *\nCrawl-delay: nonsense").gap_s == manners.GAP_S
    assert Robots("User-agent: *\nCrawl-delay: 5").gap_s == 5.0


@pytest.mark.parametrize("as_date", [False, True])
def test_retry_after_is_kept(web: Web, get: Get, as_date: bool) -> None:
    value = formatdate(time.time() + 3, usegmt=True) if as_date else "1"
    web.put(f"{HOST}/a", after(1, Reply("", 429, {"Retry-After": value}), Reply("jam")))
    assert get("/a") == b"jam"
    assert web.gaps(HOST)[-1] >= 1.0


@pytest.mark.parametrize("page", ["/a", "/robots.txt"])
def test_a_long_retry_after_stops_the_host_until_then(
    web: Web, store: PageStore, client: httpx.Client, page: str
) -> None:
    waits: list[float] = []
    fetcher = Fetcher(store, client, HURRIED, waits.append)
    web.put(f"{HOST}{page}", Reply("", 503, {"Retry-After": "7200"}))
    for _ in range(2):
        with pytest.raises(HostStopped, match="asked to wait"):
            fetcher.fetch(f"https://{HOST}/a", [HOST])
    assert web.asked(HOST, robots=True).count(page) == 1
    assert sum(waits) < 1, "nobody sits it out"
    assert store.host(HOST).stopped_until == pytest.approx(time.time() + 7200, abs=30)


@pytest.mark.parametrize("value", ["9" * 30, "9" * 400, "Fri, 31 Dec 9999 23:59:59 GMT"])
def test_no_retry_after_is_longer_than_a_calendar_can_show(value: str) -> None:
    assert manners.retry_after_s(value, time.time()) == manners.LONGEST_ABSENCE_S


def test_429_without_retry_after_and_500_are_tried_again(web: Web, get: Get) -> None:
    web.put(f"{HOST}/a", after(2, Reply("", 429), Reply("jam")))
    web.put(f"{HOST}/b", after(1, Reply("", 500), Reply("jam")))
    assert get("/a") == get("/b") == b"jam"
    assert web.asked(HOST) == ["/a"] * 3 + ["/b"] * 2


def test_four_tries_and_no_more(web: Web, get: Get) -> None:
    web.put(f"{HOST}/a", Reply("", 503))
    with pytest.raises(Failed, match="503"):
        get("/a")
    assert web.asked(HOST) == ["/a"] * 4


def test_a_host_that_gives_nothing_is_given_a_rest(web: Web, get: Get, store: PageStore) -> None:
    store.update_host(HOST, failures=manners.BREAK_AFTER - 1)
    web.put(f"{HOST}/a", Reply("", 503))
    with pytest.raises(HostStopped, match="circuit breaker"):
        get("/a")
    before = len(web.log)
    with pytest.raises(HostStopped, match="circuit breaker"):
        get("/b")
    assert len(web.log) == before


@pytest.mark.parametrize(
    "reply",
    [
        Reply("Forbidden", 403),
        Reply("<title>Just a moment...</title>", 503),
        Reply("<title>Attention Required! | Cloudflare</title>"),
        Reply("x", 200, {"cf-mitigated": "challenge"}),
        Reply('<html><script src="https://ct.captcha-delivery.com/c.js"></script></html>'),
        Reply("<title>Access Denied</title>", 200),
    ],
)
def test_403_and_challenges_end_it_for_the_day(web: Web, get: Get, store: PageStore, reply: Reply) -> None:
    web.put(f"{HOST}/a", reply)
    for _ in range(2):
        with pytest.raises(HostStopped, match="blocked"):
            get("/a")
    assert web.asked(HOST) == ["/a"], "not even once more"
    assert store.host(HOST).stopped_until > time.time() + 23 * 3600


@pytest.mark.parametrize(
    ("reply", "error", "reason"),
    [
        (Reply("x" * 4000, drip_s=0.01), Failed, "timeout"),
        (Reply("x", pause_s=3), Failed, "timeout"),
        (Reply("half a page", cut=500), Failed, "connection"),
        (Reply(gzip.compress(b"jam" * 999)[:-9], headers={"Content-Encoding": "gzip"}), Failed, "truncated"),
        (Reply("not gzip", headers={"Content-Encoding": "gzip"}), Failed, "truncated"),
        (Reply("x", headers={"Content-Encoding": "br"}), Refused, "unknown encoding"),
        (gzipped(b"0" * (manners.MOST_BYTES + 1)), Refused, "too large"),
        (Reply(b"0" * (manners.MOST_BYTES + 1)), Refused, "too large"),
        (Reply("", 404), Refused, "not found"),
        (Reply("", 410), Refused, "not found"),
        (Reply("", 418), Refused, "status 418"),
        (Reply(b"\x89PNG", type="image/png"), Refused, "not a page"),
        (Reply("", 302, {"Location": "https://elsewhere.example/"}), Refused, "off-site redirect"),
        (Reply("", 302, {"Location": "/a"}), Refused, "redirect loop"),
        (Reply("", 302, {"Location": "ftp://jam.example/"}), Refused, "off-site redirect"),
        (Reply("", 302, {"Location": "http://[jam"}), Refused, "bad address"),
    ],
)
def test_what_goes_wrong_is_told_and_is_no_page(
    web: Web, get: Get, reply: Reply, error: type[NotFetched], reason: str
) -> None:
    web.put(f"{HOST}/a", reply)
    with pytest.raises(error) as told:
        get("/a")
    assert told.value.reason == reason
    assert len(web.asked(HOST)) == (manners.MOST_TRIES if error is Failed else 1)
    assert web.asked("elsewhere.example", robots=True) == []


def test_a_chain_of_redirects_ends(web: Web, get: Get) -> None:
    for number in range(9):
        web.put(f"{HOST}/{number}", Reply("", 301, {"Location": f"/{number + 1}"}))
    with pytest.raises(Refused, match="redirect loop"):
        get("/0")
    assert len(web.asked(HOST)) == manners.MOST_REDIRECTS + 1


def test_a_redirect_into_what_robots_forbids_is_not_followed(web: Web, get: Get) -> None:
    web.put(f"{HOST}/robots.txt", Reply("User-agent: *\nDisallow: /private", type="text/plain"))
    web.put(f"{HOST}/a", Reply("", 301, {"Location": "/private/a"}))
    with pytest.raises(Refused, match="robots"):
        get("/a")
    assert web.asked(HOST) == ["/a"]


def test_gzip_is_undone_and_the_body_whole(web: Web, get: Get) -> None:
    web.put(f"{HOST}/a", gzipped(b"jam" * 100_000))
    assert get("/a") == b"jam" * 100_000
    assert web.log[-1].headers["accept-encoding"] == "gzip"


def test_the_day_has_a_budget(web: Web, get: Get, store: PageStore) -> None:
    web.put(f"{HOST}/a", "jam")
    get("/a")
    assert store.host(HOST).requests == 2, "robots.txt counts"
    store.update_host(HOST, requests=manners.DAY_REQUESTS)
    with pytest.raises(HostStopped, match="daily budget"):
        get("/a")
    assert len(web.log) == 2
    store.update_host(HOST, day="2020-01-01")
    assert get("/a") == b"jam"


def test_a_copy_is_asked_for_conditionally(web: Web, fetcher: Fetcher) -> None:
    fresh = {"ETag": '"1"', "Last-Modified": "Mon, 01 Jan 2024 00:00:00 GMT"}

    def page(asked: Asked, _: int) -> Reply:
        return Reply("", 304) if asked.headers.get("if-none-match") == '"1"' else Reply("jam", headers=fresh)

    web.put(f"{HOST}/a", page)
    first = fetcher.fetch(f"https://{HOST}/a", [HOST])
    assert (first.body, first.unchanged) == (b"jam", False)
    again = fetcher.fetch(f"https://{HOST}/a", [HOST], first.headers)
    assert again.unchanged
    assert web.log[-1].headers["if-modified-since"] == fresh["Last-Modified"]
    assert fetcher.fetch(f"https://{HOST}/a", [HOST], {"etag": '"é"'}).body == b"jam"


def test_hosts_that_are_none_of_ours_are_never_asked(web: Web, fetcher: Fetcher) -> None:
    for url in ("https://elsewhere.example/", "file:///etc/passwd", "https://jam.example.evil.example/"):
        with pytest.raises(Refused, match="off-site"):
            fetcher.fetch(url, [HOST])
    assert web.log == []
