"""The stages, one after the other, each from what the store holds: discover → fetch → extract → load.

Every stage can be run again at any time, and stopped at any moment: what is done is in the store.
"""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, zip_longest
from typing import Any, Final

from pydantic import TypeAdapter

from jamhot.database.catalog_store import SyncConnection
from jamhot.database.scraped_store import Loaded, ScrapedRecipe, fruit_warnings, load_scraped
from jamhot.scraping.adapters import ELSEWHERE, SITES, Site, site_of
from jamhot.scraping.catalogue import address_of, recipe_of
from jamhot.scraping.dedupe import canonical_address, group_duplicates
from jamhot.scraping.discover import found_in, listings, searches
from jamhot.scraping.extract import Page
from jamhot.scraping.fetch.errors import Failed, HostStopped, NotFetched, Refused
from jamhot.scraping.fetch.fetcher import Fetched, Fetcher
from jamhot.scraping.hosts import host_of
from jamhot.scraping.store import Decision, PageStore, StoredPage, Task, key
from jamhot.scraping.types import JudgedRecipe
from jamhot.scraping.understand import Outcome, outcomes

RECIPE: Final = TypeAdapter(JudgedRecipe)
Tell = Callable[[str, int, int], None]
"""Told of every page: what is done, how many are done, how many there are."""
BLOCKING: Final = frozenset(("blocked", "robots.txt unreachable", "crawl-delay"))


@dataclass
class Tally:
    """What happened, by site: how many pages came, what did not and why, which hosts want to be left alone."""

    fetched: Counter[str] = field(default_factory=Counter)
    unchanged: Counter[str] = field(default_factory=Counter)
    refused: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    failed: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    stopped: dict[str, str] = field(default_factory=dict)
    found: Counter[str] = field(default_factory=Counter)

    def add(self, other: Tally) -> None:
        """Takes another stage's counts in."""
        for mine, theirs in (
            (self.fetched, other.fetched),
            (self.unchanged, other.unchanged),
            (self.found, other.found),
        ):
            mine.update(theirs)
        for many, more in ((self.refused, other.refused), (self.failed, other.failed)):
            for site, reasons in more.items():
                many[site].update(reasons)
        self.stopped |= other.stopped

    @property
    def exit_code(self) -> int:
        """0 done, 3 partly, 4 when hosts sent us away and nothing came."""
        blocked = any(reason in BLOCKING for reason in self.stopped.values())
        if blocked and not self.fetched and not self.unchanged:
            return 4
        return 3 if self.stopped or self.failed else 0

    def as_json(self) -> dict[str, Any]:
        return {
            "fetched": dict(self.fetched), "unchanged": dict(self.unchanged), "found": dict(self.found),
            "refused": {site: dict(reasons) for site, reasons in self.refused.items()},
            "failed": {site: dict(reasons) for site, reasons in self.failed.items()}, "stopped": self.stopped,
        }  # fmt: skip


class Crawl:
    """Discovering and fetching for some sites and fruits."""

    def __init__(
        self, store: PageStore, fetcher: Fetcher, sites: Sequence[Site], fruits: Sequence[str], tell: Tell
    ) -> None:
        self._store = store
        self._fetcher = fetcher
        self._sites = {site.name: site for site in sites}
        self._fruits = fruits
        self._tell = tell
        self.tally = Tally()

    def discover(self, limit: int | None) -> None:
        """Reads listings until there are none left, or `limit` of them were asked for."""
        for site in self._sites.values():
            self._store.add(chain(listings(site, self._fruits, self._sitemaps(site)), searches(site, self._fruits)))
        asked = 0
        while tasks := self._open(self._store.waiting("listing", self._sites)):
            for task in _by_turns(tasks):
                if limit is not None and asked >= limit:
                    return
                asked += 1
                self._tell(f"list {task.url}", asked, len(tasks))
                page = self.take(task)
                if page is not None:
                    self._follow(task, page)

    def _follow(self, task: Task, page: StoredPage) -> None:
        found = found_in(self._sites[task.site], as_page(page), task, self._fruits)
        self.tally.found[task.site] += self._store.add(one for one in found if one.kind == "recipe")
        self._store.add(one for one in found if one.kind == "listing")

    def _sitemaps(self, site: Site) -> Iterator[str]:
        """What robots.txt names; a host that gives none has none."""
        for start in site.starts if site.robots_sitemaps else ():
            try:
                found = self._fetcher.robots(start).sitemaps
            except HostStopped as error:
                self.tally.stopped[host_of(start)] = error.reason
                continue
            yield from (one for one in found if site.has(host_of(one)))

    def fetch(self, limit: int | None) -> None:
        """Asks for recipe pages that are waiting, host by host in turn, at most `limit` of each site."""
        self._take_all(self.wanted(limit))

    def refresh(self, limit: int | None, older_than_s: float) -> None:
        """Asks whether pages still hold that were last looked at that long ago."""
        self._take_all(self.wanted(limit, older_than_s))

    def wanted(self, limit: int | None, older_than_s: float | None = None) -> list[Task]:
        """The recipe pages that a fetch would ask for; given an age, those that a refresh would."""
        if older_than_s is None:
            tasks = self._store.waiting("recipe", self._sites)
        else:
            tasks = self._store.stale(self._sites, time.time() - older_than_s)
        return _first_of_each(self._open(tasks), limit)

    def _take_all(self, tasks: list[Task]) -> None:
        for number, task in enumerate(_by_turns(tasks), start=1):
            self._tell(task.url, number, len(tasks))
            self.take(task)

    def _open(self, tasks: list[Task]) -> list[Task]:
        """Those whose host does not want to be left alone."""
        now = time.time()
        states = {host: state for host, state in self._store.hosts().items() if state.stopped_until > now}
        for task in tasks:
            host = host_of(task.url)
            if host in states:
                self.tally.stopped.setdefault(host, states[host].stopped_reason)
        return [task for task in tasks if host_of(task.url) not in self.tally.stopped]

    def take(self, task: Task) -> StoredPage | None:
        """One page into the store; None when it did not come. What is stored already is asked conditionally."""
        host = host_of(task.url)
        if host in self.tally.stopped:
            return None
        known = self._store.page(task.url)
        site = self._sites.get(task.site, ELSEWHERE)
        try:
            found = self._fetcher.fetch(task.url, site.hosts or (host,), known.headers if known else None)
        except NotFetched as error:
            self._note(task, host, error)
            return None
        if found.unchanged and known is not None:
            self._store.still_valid(task.url)
            self.tally.unchanged[task.site] += 1
            return known
        page = _stored(task, found)
        self._store.keep(page)
        self.tally.fetched[task.site] += 1
        return page

    def _note(self, task: Task, host: str, error: NotFetched) -> None:
        if isinstance(error, HostStopped):
            self.tally.stopped[host] = error.reason
        elif isinstance(error, Refused):
            self.tally.refused[task.site][error.reason] += 1
            self._store.settle(task.url, "refused", error.reason)
        elif isinstance(error, Failed):
            self.tally.failed[task.site][error.reason] += 1
            self._store.settle(task.url, "failed", error.reason)


def _stored(task: Task, found: Fetched) -> StoredPage:
    now = time.time()
    return StoredPage(
        task.url, found.final_url, task.site, task.kind, found.status, found.headers, found.body, now, now
    )


def _first_of_each(tasks: Iterable[Task], limit: int | None) -> list[Task]:
    counts: Counter[str] = Counter()
    kept = []
    for task in tasks:
        counts[task.site] += 1
        if limit is None or counts[task.site] <= limit:
            kept.append(task)
    return kept


def _by_turns(tasks: Iterable[Task]) -> Iterator[Task]:
    """One of each host, then the next of each: while one rests, another is asked."""
    hosts: dict[str, list[Task]] = defaultdict(list)
    for task in tasks:
        hosts[host_of(task.url)].append(task)
    for turn in zip_longest(*hosts.values()):
        yield from (task for task in turn if task is not None)


def as_page(stored: StoredPage) -> Page:
    return Page(stored.body, stored.final_url, stored.headers.get("content-type", ""))


def extract_all(store: PageStore, sites: Iterable[str], tell: Tell) -> Counter[tuple[str, str]]:
    """Reads every stored page again and writes down what was decided. Counts by site and reason."""
    counts: Counter[tuple[str, str]] = Counter()
    for number, stored in enumerate(store.pages(sites), start=1):
        tell(f"read {stored.url}", number, number)
        for reason in decide(store, stored):
            counts[stored.site, reason] += 1
    return counts


def decide(store: PageStore, stored: StoredPage) -> list[str]:
    """Decides on one page; returns the reasons."""
    found = outcomes(as_page(stored), SITES.get(stored.site) or site_of(stored.final_url))
    decisions = [_decision(stored, number, one) for number, one in enumerate(found)]
    store.decide(stored.url, decisions or [Decision(key(stored.url), 0, stored.site, False, "no recipe", {})])
    return [one.reason for one in found] or ["no recipe"]


def _decision(stored: StoredPage, number: int, one: Outcome) -> Decision:
    value = {"recipe": RECIPE.dump_python(one.recipe, mode="json"), "fetched": stored.fetched}
    return Decision(stored.url, number, stored.site, one.accepted, one.reason, value)


def load_all(store: PageStore, connection: SyncConnection, *, dry_run: bool = False) -> tuple[Loaded, Counter[str]]:
    """Puts every accepted recipe into the database, doubles as one; tells also what was left out, and why.

    Raises:
        DatabaseError: unreachable, not migrated, or never filled.
    """
    decisions = store.decisions()
    recipes = [(RECIPE.validate_python(one.value["recipe"]), one) for one in decisions if one.value]
    accepted = [(recipe, float(one.value["fetched"])) for recipe, one in recipes if one.accepted]
    read = {canonical_address(one.url) for one in decisions}
    read |= {address_of(recipe).partition("#")[0] for recipe, _ in recipes}
    duplicates = group_duplicates([recipe for recipe, _ in accepted])
    warnings = fruit_warnings(connection)
    left_out: Counter[str] = Counter()
    made: list[ScrapedRecipe] = []
    place: dict[int, int] = {}
    taken: set[str] = set()
    for group in duplicates.groups:
        try:
            one = recipe_of([accepted[index] for index in group], warnings)
        except ValueError as error:
            left_out[f"{type(error).__name__}: {str(error).splitlines()[0]}"] += 1
            continue
        own = tuple(source for source in one.sources if source.address not in taken)
        if not own:
            left_out["a page tells another under the same title"] += 1
            continue
        taken.update(source.address for source in own)
        place[group[0]] = len(made)
        made.append(replace(one, sources=own))
    near = [(place[a], place[b]) for a, b in duplicates.near if a in place and b in place]
    return load_scraped(connection, made, near=near, read=read, dry_run=dry_run), left_out
