"""`jamhot scrape …`, each stage a command, and `run` for all of them. Also `python scraper.py`.

Exit codes: 0 done, 2 a wrong call, 3 partly (something failed or a host asked us to wait), 4 blocked.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from jamhot.settings import ROOT, load_settings

if TYPE_CHECKING:
    from jamhot.database.catalog_store import SyncConnection
    from jamhot.scraping.adapters import Site
    from jamhot.scraping.pipeline import Crawl, Tally, Tell
    from jamhot.scraping.store import PageStore

scrape = typer.Typer(no_args_is_help=True, help="Jam recipes from the web into the database, politely.")
PAGES_A_RUN = 40
"""Of each site, when `run` is not told otherwise: a quarter of an hour for all sites, and no burden to any."""
REFRESH_AFTER_S = 30 * 24 * 3600.0

Sites = Annotated[list[str] | None, typer.Option("--site", help="Only this site, by name; may be given again.")]
Fruits = Annotated[list[str] | None, typer.Option("--fruit", help="Only this fruit; may be given again.")]
Limit = Annotated[int | None, typer.Option(min=0, help="At most so many pages of each site, lists of all.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would be done; ask nobody, change nothing.")]
AsJson = Annotated[bool, typer.Option("--json", help="Answer in JSON on standard output.")]


@scrape.command()
def discover(
    site: Sites = None, fruit: Fruits = None, limit: Limit = None, dry_run: DryRun = False, as_json: AsJson = False
) -> None:
    """Find recipe pages: sitemaps and listings, and the site's search for each --fruit."""
    sites = _sites(site)
    if dry_run:
        _tell_plan(_planned_listings(sites, fruit or []), as_json)
        return
    with _crawl(sites, fruit) as crawl:
        crawl.discover(limit)
    _finish(crawl.tally, as_json)


@scrape.command()
def fetch(
    site: Sites = None, limit: Limit = None, dry_run: DryRun = False, as_json: AsJson = False,
    refresh: Annotated[bool, typer.Option(help="Ask whether pages older than a month have changed.")] = False,
) -> None:  # fmt: skip
    """Fetch the pages that were found and are not stored yet."""
    sites = _sites(site)
    with _crawl(sites, None) as crawl:
        if dry_run:
            wanted = crawl.wanted(limit, REFRESH_AFTER_S if refresh else None)
            _tell_plan([task.url for task in wanted], as_json)
            return
        if refresh:
            crawl.refresh(limit, REFRESH_AFTER_S)
        else:
            crawl.fetch(limit)
    _finish(crawl.tally, as_json)


@scrape.command()
def extract(site: Sites = None, as_json: AsJson = False) -> None:
    """Read the stored pages again and decide on them. Asks nobody."""
    from jamhot.scraping.pipeline import extract_all

    with _store() as store, _progress("reading") as tell:
        counts = extract_all(store, _names(site), tell)
    _tell_counts(counts, as_json)


@scrape.command()
def load(dry_run: DryRun = False, as_json: AsJson = False) -> None:
    """Put what was accepted into DATABASE_URL, or into the local database."""
    with _store() as store, _database() as connection:
        told = _load(store, connection, dry_run=dry_run)
    typer.echo(json.dumps(told)) if as_json else _tell_load(told)


@scrape.command()
def run(
    site: Sites = None, fruit: Fruits = None, dry_run: DryRun = False, as_json: AsJson = False,
    limit: Annotated[int, typer.Option(min=0, help="At most so many pages of each site, lists of all.")] = PAGES_A_RUN,
) -> None:  # fmt: skip
    """Do it all: discover, fetch, extract, load, and say how fruits are covered. Safe to stop and to run again."""
    from jamhot.scraping.pipeline import extract_all

    sites = _sites(site)
    if dry_run:
        _tell_plan(_planned_listings(sites, fruit or []), as_json)
        return
    with _database():
        pass  # a database that cannot be had is told before any site is asked
    with _crawl(sites, fruit) as crawl:
        crawl.discover(limit)
        crawl.fetch(limit)
    with _store() as store:
        with _progress("reading") as tell:
            counts = extract_all(store, _names(None), tell)
        with _database() as connection:  # opened anew: one that idled while sites were asked may be cut by then
            told = _load(store, connection, dry_run=False)
            covered = _coverage(connection)
    if not as_json:
        _tell_counts(counts, as_json)
        _tell_load(told)
        typer.echo(covered)
    _finish(crawl.tally, as_json, load=told, coverage=covered, decided=_counted(counts))


@scrape.command()
def ingest(
    sources: Annotated[list[str], typer.Argument(help="Saved pages; or one address, which is fetched.")],
    url: Annotated[str, typer.Option(help="Where the saved page is from, when it does not say.")] = "",
    dry_run: DryRun = False,
    as_json: Annotated[bool, typer.Option("--json", help="Only say what would be decided: a line of JSON a page, no "
                                                         "database, no network.")] = False,
) -> None:  # fmt: skip
    """Take in saved pages, or one page from the web, and load what is a fruit preserve."""
    from jamhot.scraping.hosts import host_of

    addresses = [one for one in sources if one.startswith(("http://", "https://"))]
    for one in addresses:
        if not host_of(one):
            _usage(f"{one} is no address")
    if as_json or dry_run:
        if addresses:
            _usage("--json and --dry-run ask nobody: give files, not addresses")
        read = [_report(Path(one), url) for one in sources]
        raise typer.Exit(0 if all(read) else 3)
    with _store() as store:
        problems = [one for one in sources if one not in addresses and not _keep_file(store, Path(one), url)]
    tally = _fetch_addresses(addresses)
    with _store() as store, _database() as connection:
        _decide_on(store, sources, url)
        told = _load(store, connection, dry_run=False)
    _tell_load(told)
    _finish(tally, as_json=False, worst=3 if problems else 0)


@scrape.command()
def status(as_json: AsJson = False) -> None:
    """Say what is stored, waiting, refused and failed, by site and reason, and which hosts want to be left alone."""
    import time

    with _store() as store:
        tasks, decided, hosts = store.counts(), store.decided(), store.hosts()
    stopped = {name: one for name, one in hosts.items() if one.stopped_until > time.time()}
    if as_json:
        away = {name: {"reason": one.stopped_reason, "until": one.stopped_until} for name, one in stopped.items()}
        typer.echo(json.dumps({
            "tasks": [dict(zip(("site", "kind", "state", "reason", "count"), row, strict=True)) for row in tasks],
            "decided": [dict(zip(("site", "accepted", "reason", "count"), row, strict=True)) for row in decided],
            "stopped": away,
        }))  # fmt: skip
        return
    for name, kind, state, reason, count in tasks:
        typer.echo(f"{name:14} {kind:8} {state:8} {count:6}  {reason}")
    for name, accepted, reason, count in decided:
        typer.echo(f"{name:14} {'recipe':8} {'taken' if accepted else 'left':8} {count:6}  {reason}")
    for name, host in stopped.items():
        when = time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime(host.stopped_until))
        typer.echo(f"{name}: {host.stopped_reason}, not asked before {when}")
    if not tasks and not decided:
        typer.echo("Nothing is stored yet: jamhot scrape run")


@scrape.command("retry-failed")
def retry_failed(site: Sites = None, limit: Limit = None, as_json: AsJson = False) -> None:
    """Ask once more for pages that could not be had."""
    sites = _sites(site)
    with _store() as store:
        store.forgive([one.name for one in sites])
    with _crawl(sites, None) as crawl:
        crawl.discover(limit)
        crawl.fetch(limit)
    _finish(crawl.tally, as_json)


@scrape.command()
def doctor(as_json: AsJson = False) -> None:
    """Check what a scrape needs: libraries, the page store, the contact, the database. Asks no site."""
    found = dict(_checks())
    if as_json:
        typer.echo(json.dumps(found))
    else:
        for name, problem in found.items():
            typer.echo(f"{'ok  ' if problem is None else 'LOOK'} {name}{f': {problem}' if problem else ''}")
    if any(problem for name, problem in found.items() if name != "contact"):
        raise typer.Exit(3)


def _checks() -> Iterator[tuple[str, str | None]]:
    from importlib.util import find_spec

    needed = ("httpx", "protego", "recipe_scrapers", "selectolax", "tenacity", "w3lib", "rich")
    missing = [name for name in needed if find_spec(name) is None]
    yield "libraries", f"missing: {', '.join(missing)}; pip install 'jamhot[scrape]'" if missing else None
    contact = load_settings().scrape_contact
    yield "contact", None if contact else "set SCRAPE_CONTACT to a mail or web address where sites can reach you"
    with _store() as store:
        broken = store.check()
    yield "page store", f"{len(broken)} damaged: {broken[0]}" if broken else None
    yield "database", _database_problem()


def _database_problem() -> str | None:
    from jamhot.errors import JamHotError

    try:
        with _database():
            return None
    except JamHotError as error:
        return error.message


# --- what the commands share


def _usage(message: str) -> None:
    typer.echo(f"jamhot: {message}", err=True)
    raise typer.Exit(2)


def _sites(names: Sequence[str] | None) -> list[Site]:
    from jamhot.scraping.adapters import SITES

    unknown = [name for name in names or () if name not in SITES]
    if unknown:
        _usage(f"there is no site {unknown[0]}: {', '.join(SITES)}")
    return [SITES[name] for name in names or SITES]


def _names(names: Sequence[str] | None) -> list[str]:
    """Also pages that a person brought of sites without an adapter."""
    return [one.name for one in _sites(names)] + ([] if names else ["elsewhere"])


def _store() -> PageStore:
    from jamhot.scraping.store import PageStore

    return PageStore(load_settings().scrape_store)


@contextmanager
def _crawl(sites: Sequence[Site], fruits: Sequence[str] | None) -> Iterator[Crawl]:
    from jamhot.scraping.fetch.client import Patience, make_client
    from jamhot.scraping.fetch.fetcher import Fetcher
    from jamhot.scraping.fetch.manners import user_agent
    from jamhot.scraping.pipeline import Crawl

    settings = load_settings()
    patience = Patience()
    with (
        _store() as store,
        make_client(user_agent(settings.scrape_contact), patience) as client,
        _progress("asking") as tell,
    ):
        yield Crawl(
            store, Fetcher(store, client, patience), sites, [one.replace("_", " ") for one in fruits or ()], tell
        )


@contextmanager
def _progress(what: str) -> Iterator[Tell]:
    """A bar on a terminal; silence elsewhere."""
    if not sys.stderr.isatty():
        yield lambda _text, _done, _all: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.fields[stage]}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
               TextColumn("{task.description}"))  # fmt: skip
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        line = bar.add_task("", stage=what, total=None)
        yield lambda text, done, total: bar.update(line, description=text[-80:], completed=done, total=total)


@contextmanager
def _database() -> Iterator[SyncConnection]:
    """DATABASE_URL, or this checkout's own PostgreSQL; with the schema and the content in it."""
    from jamhot.catalog.build import load_content
    from jamhot.database.catalog_rows import VERSION
    from jamhot.database.catalog_store import populate
    from jamhot.database.commands import connected
    from jamhot.database.migrate import migrate
    from jamhot.database.url import for_scripts

    settings = load_settings()
    given = settings.database_url or settings.database_public_url
    if given:
        server: Any = nullcontext(for_scripts(settings.database_url, settings.database_public_url))
    else:
        from jamhot.database.embedded import EmbeddedPostgres

        server = EmbeddedPostgres.for_checkout(ROOT).joined()
    with server as url:
        migrate(url)
        with connected(url) as connection:
            if connection.execute(VERSION).fetchone() is None:
                populate(connection, load_content())
            connection.commit()
            yield connection


def _load(store: PageStore, connection: SyncConnection, *, dry_run: bool) -> dict[str, Any]:
    from jamhot.scraping.pipeline import load_all

    loaded, left_out = load_all(store, connection, dry_run=dry_run)
    return {
        "inserted": list(loaded.inserted), "updated": list(loaded.updated), "withdrawn": list(loaded.withdrawn),
        "unchanged": loaded.unchanged, "version": loaded.version, "left_out": dict(left_out),
    }  # fmt: skip


def _coverage(connection: SyncConnection) -> str:
    from jamhot.database.coverage import update_coverage

    found = update_coverage(connection, None)
    recipes = connection.execute("SELECT count(*) FROM public.recipes").fetchone()
    wanted = ", ".join(fruit.name for fruit in found.next_to_write[:5]) or "nothing"
    count = recipes[0] if recipes else 0
    return f"coverage: {len(found.covered)} of {len(found.fruits)} fruits, {count} recipes; wanted next: {wanted}"


def _report(file: Path, url: str) -> bool:
    """One line of JSON about a saved page, whatever its bytes. False when the file cannot be read."""
    from jamhot.scraping.adapters import site_of
    from jamhot.scraping.extract import Page
    from jamhot.scraping.filters import emit
    from jamhot.scraping.report import page_report
    from jamhot.scraping.understand import outcomes

    try:
        page = Page(file.read_bytes(), url)
    except OSError as error:
        emit({"file": str(file), "error": f"cannot be read: {error.strerror}", "recipes": []})
        return False
    site = site_of(page.address)
    emit(page_report(str(file), page, outcomes(page, site), site.name))
    return True


def _keep_file(store: PageStore, file: Path, url: str) -> bool:
    """A saved page into the store. False, and a line to say so, when it cannot be read or says no address."""
    import time

    from jamhot.scraping.adapters import site_of
    from jamhot.scraping.extract import Page
    from jamhot.scraping.extract.page import plain
    from jamhot.scraping.store import StoredPage

    try:
        body = plain(file.read_bytes())
        saved = file.stat().st_mtime
    except OSError as error:
        typer.echo(f"{file}: cannot be read: {error.strerror}", err=True)
        return False
    address = _address(Page(body, url))
    if not address:
        typer.echo(f"{file}: the page does not say where it is from; give --url", err=True)
        return False
    store.keep(StoredPage(address, address, site_of(address).name, "recipe", 200, {}, body, saved, time.time()))
    return True


def _address(page: Any) -> str:
    """Where the page is from; of a page that says it only in its recipe, from there."""
    from jamhot.scraping.extract import extract as recipes_of

    found: str = page.address or next((one.url for one in recipes_of(page) if one.url.startswith("http")), "")
    return found


def _fetch_addresses(addresses: Sequence[str]) -> Tally:
    from jamhot.scraping.adapters import ELSEWHERE, SITES, site_of
    from jamhot.scraping.pipeline import Tally
    from jamhot.scraping.store import Task

    if not addresses:
        return Tally()
    with _crawl([*SITES.values(), ELSEWHERE], None) as crawl:
        for address in addresses:
            crawl.take(Task(address, site_of(address).name, "recipe"))
    return crawl.tally


def _decide_on(store: PageStore, sources: Sequence[str], url: str) -> None:
    """Says of every page that came what was decided."""
    from jamhot.scraping.extract import Page
    from jamhot.scraping.pipeline import decide

    for one in sources:
        address = one
        if not one.startswith(("http://", "https://")):
            file = Path(one)
            address = _address(Page(file.read_bytes(), url)) if file.is_file() else ""
        stored = store.page(address) if address else None
        if stored is not None:
            typer.echo(f"{one}: {'; '.join(decide(store, stored))}")


def _planned_listings(sites: Sequence[Site], fruits: Sequence[str]) -> list[str]:
    from jamhot.scraping.discover import listings, searches

    return [task.url for one in sites for task in (*listings(one, fruits), *searches(one, fruits))]


def _tell_plan(urls: Sequence[str], as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps({"would_ask": list(urls)}))
        return
    for one in urls:
        typer.echo(f"would ask {one}")


def _counted(counts: Counter[tuple[str, str]]) -> list[dict[str, Any]]:
    return [{"site": site, "reason": reason, "count": count} for (site, reason), count in sorted(counts.items())]


def _tell_counts(counts: Counter[tuple[str, str]], as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps({"decided": _counted(counts)}))
        return
    for one in _counted(counts):
        typer.echo(f"{one['site']:14} {one['count']:6}  {one['reason']}")


def _tell_load(told: dict[str, Any]) -> None:
    parts = (f"{len(told[name])} {name}" for name in ("inserted", "updated", "withdrawn"))
    typer.echo(f"recipes: {', '.join(parts)}, {told['unchanged']} unchanged; catalogue {told['version']}")
    for reason, count in told["left_out"].items():
        typer.echo(f"left out: {count}: {reason}")


def _finish(tally: Tally, as_json: bool, worst: int = 0, **more: Any) -> None:
    """The summary, and the exit code that says how it went."""
    if as_json:
        typer.echo(json.dumps({**tally.as_json(), **more}))
    else:
        for site in dict.fromkeys((*tally.found, *tally.fetched, *tally.unchanged, *tally.refused, *tally.failed)):
            parts = [
                f"{tally.found[site]} found",
                f"{tally.fetched[site]} fetched",
                f"{tally.unchanged[site]} unchanged",
            ]
            parts += [f"{n} refused ({reason})" for reason, n in tally.refused.get(site, {}).items()]
            parts += [f"{n} failed ({reason})" for reason, n in tally.failed.get(site, {}).items()]
            typer.echo(f"{site}: {', '.join(part for part in parts if not part.startswith('0 '))}")
        for host, reason in tally.stopped.items():
            typer.echo(f"{host}: {reason}; left alone for now")
    code = max(tally.exit_code, worst)
    if code:
        raise typer.Exit(code)
