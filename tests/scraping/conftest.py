"""The loopback web, and what asks it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from jamhot.scraping.adapters import SITES
from jamhot.scraping.fetch.client import Patience, make_client
from jamhot.scraping.fetch.fetcher import Fetcher
from jamhot.scraping.fetch.manners import user_agent
from jamhot.scraping.store import PageStore
from tests.scraping.web import Web

HOST = "jam.example"
HURRIED = Patience(connect_s=2.0, read_s=0.6, whole_s=1.5, first_pause_s=0.02)
"""Short of patience, so that tests are; the gaps between requests are those of every day."""


@pytest.fixture(scope="package")
def the_web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    hosts = [host for site in SITES.values() for host in site.hosts]
    with Web(tmp_path_factory.mktemp("web"), [*hosts, HOST, f"www.{HOST}", "elsewhere.example"]) as web:
        yield web


@pytest.fixture
def web(the_web: Web, monkeypatch: pytest.MonkeyPatch) -> Web:
    """The web, empty, and this process pointed at it."""
    the_web.clear()
    for name, value in the_web.environment.items():
        monkeypatch.setenv(name, value)
    return the_web


@pytest.fixture
def store(tmp_path: Path) -> Iterator[PageStore]:
    with PageStore(tmp_path / "pages") as store:
        yield store


@pytest.fixture
def client(web: Web) -> Iterator[httpx.Client]:
    with make_client(user_agent("jam@example.org"), HURRIED) as client:
        yield client


@pytest.fixture
def fetcher(store: PageStore, client: httpx.Client) -> Fetcher:
    return Fetcher(store, client, HURRIED)


@pytest.fixture
def get(fetcher: Fetcher) -> Callable[[str], bytes]:
    """The body at a path of HOST."""
    return lambda path: fetcher.fetch(f"https://{HOST}{path}", [HOST, f"www.{HOST}"]).body
