"""The whole of it against a real PostgreSQL and every site on loopback: as a person runs it, killed, and run again."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest

from jamhot.catalog.content import Content
from jamhot.database.archive import dump, restore
from jamhot.database.catalog_store import populate
from jamhot.scraping.adapters import SITES
from jamhot.scraping.fetch.manners import DAY_REQUESTS
from jamhot.scraping.pipeline import Crawl, extract_all, load_all
from jamhot.scraping.store import PageStore, StoredPage, StoreError, Task
from jamhot.settings import ROOT, Settings
from tests.scraping.pages import (
    BLACKCURRANT,
    MARMALADE,
    PEACH,
    PLUM,
    RELISH,
    TARTS,
    _page,
    allrecipes_2016,
    ball,
    bbc_2016,
    food_com_2016,
    food_network_2016,
    graph,
    json_ld,
    nchfp,
    script,
    serious_eats_2016,
    thing,
    wprm,
)
from tests.scraping.web import Asked, Reply, Web
from tests.serving import serving

ROBOTS = Reply("User-agent: *\nDisallow: /search\nDisallow: /secret", type="text/plain")
FIG = replace(PLUM, title="Fig Preserves in Syrup", lines=("1 kg fresh figs", "600 g sugar", "1 lemon, sliced"))
APRICOT = replace(PLUM, title="Apricot Jam", lines=("2 lb apricots, stoned", "1½ lb sugar", "1 lemon"), makes="3 pints")
CHERRY = replace(PLUM, title="Sour Cherry Preserves", lines=("5 cups sour cherries, pitted", "4 cups sugar"))
RASPBERRY = replace(PLUM, title="Raspberry Jam", lines=("6 cups raspberries", "5 cups sugar"), makes="6 half-pint jars")


def listing(*links: str, following: str = "") -> str:
    found = "".join(f'<li><a href="{link}">{link.strip("/").rsplit("/", 1)[-1]}</a></li>' for link in links)
    return f'<html><body><ul>{found}<li><a href="/about">About</a></li></ul>{following}</body></html>'


def sitemap(*urls: str) -> Reply:
    found = "".join(f"<url><loc>{url}</loc></url>" for url in urls)
    return Reply(f'<?xml version="1.0"?><urlset>{found}</urlset>', type="application/xml")


@pytest.fixture
def sites(web: Web) -> Web:
    """A few pages on every site, each in its own shape."""
    for site in SITES.values():
        for host in site.hosts:
            web.put(f"{host}/robots.txt", ROBOTS)
    a = "www.allrecipes.com"
    lists = "/recipes/1068/side-dish/sauces-and-condiments/canning-and-preserving/jams-and-jellies/?page="
    web.put(f"{a}{lists}1", listing("/recipe/1/plum-jam/", "/recipe/2/chicken-soup/", "/recipe/3/jam-tarts/"))
    web.put(f"{a}{lists}2", listing("/recipe/1/plum-jam/", "/recipe/4/blackcurrant-jelly/"))
    web.put(f"{a}{lists}3", listing())
    web.put(f"{a}/recipe/1/plum-jam/", allrecipes_2016(PLUM, f"https://{a}/recipe/1/plum-jam/"))
    web.put(f"{a}/recipe/3/jam-tarts/", json_ld(TARTS))
    web.put(f"{a}/recipe/4/blackcurrant-jelly/", json_ld(BLACKCURRANT))
    b = "www.bbcgoodfood.com"
    web.put(f"{b}/recipes/collection/jam-recipes?page=1", listing("/recipes/orange-marmalade"))
    web.put(f"{b}/recipes/orange-marmalade", bbc_2016(MARMALADE))
    web.put("www.foodnetwork.com/topics/jam/p/1", listing("/recipes/cook/fig-preserves-recipe-1"))
    web.put("www.foodnetwork.com/recipes/cook/fig-preserves-recipe-1", food_network_2016(FIG))
    web.put("www.seriouseats.com/preserve-recipes-5117824", listing("/cherry-preserves-recipe"))
    web.put("www.seriouseats.com/cherry-preserves-recipe", serious_eats_2016(CHERRY))
    web.put("www.food.com/ideas/jam-jelly-recipes-6712", listing("/recipe/apricot-jam-77"))
    web.put("www.food.com/recipe/apricot-jam-77", food_com_2016(APRICOT))
    web.put("www.ballmasonjars.com/recipes-ingredients/jams-jellies.html?page=1", listing("/blog/recipes/peach-butter"))
    web.put("www.ballmasonjars.com/blog/recipes/peach-butter", ball(PEACH))
    n = "nchfp.uga.edu"
    web.put(
        f"{n}/sitemap.xml",
        sitemap(f"https://{n}/how/make-jam-jelly/jams/raspberry-jam/", f"https://{n}/how/dry/apples/"),
    )
    web.put(f"{n}/how/make-jam-jelly/jams/raspberry-jam/", nchfp(RASPBERRY))
    f = "foodinjars.com"
    index = f"<sitemapindex><sitemap><loc>https://{f}/post-sitemap.xml</loc></sitemap></sitemapindex>"
    web.put(f"{f}/sitemap_index.xml", Reply(index, type="application/xml"))
    web.put(
        f"{f}/post-sitemap.xml", sitemap(f"https://{f}/recipe/plum-jam/", f"https://{f}/recipe/corn-relish-spread/")
    )
    web.put(f"{f}/recipe/plum-jam/", wprm(PLUM))
    web.put(f"{f}/recipe/corn-relish-spread/", graph(RELISH))
    return web


@pytest.fixture
def command(sites: Web, tmp_path: Path, populated_url: str) -> Callable[..., subprocess.CompletedProcess[str]]:
    environment = {**os.environ, "DATABASE_URL": populated_url, "SCRAPE_STORE": str(tmp_path / "pages")}

    def run(*words: str, program: str = "", url: str = populated_url) -> subprocess.CompletedProcess[str]:
        call = [sys.executable, str(ROOT / program)] if program else [sys.executable, "-m", "jamhot", "scrape"]
        return subprocess.run([*call, *words], cwd=ROOT, env={**environment, "DATABASE_URL": url}, capture_output=True,
                              text=True, timeout=240)  # fmt: skip

    return run


def rows(url: str, query: str) -> list[Any]:
    with psycopg.connect(url) as connection:
        return connection.execute(query).fetchall()


def test_scrape_cover_dump_restore_serve(
    command: Callable[..., subprocess.CompletedProcess[str]], web: Web, populated_url: str, migrated_url: str,
    tmp_path: Path, content: Content,
) -> None:  # fmt: skip
    done = command(program="scraper.py")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "coverage: " in done.stdout
    scraped = rows(populated_url, "SELECT id, title, source, tested FROM recipes WHERE origin = 'scraped' ORDER BY id")
    titles = {row[1] for row in scraped}
    assert titles == {one.title for one in (PLUM, BLACKCURRANT, MARMALADE, FIG, CHERRY, APRICOT, PEACH, RASPBERRY)}
    assert [row[1] for row in scraped if row[3]] == [RASPBERRY.title], "tested: NCHFP alone"
    query = "SELECT s.source FROM recipe_sources s JOIN recipes r ON r.id = s.recipe_id WHERE r.title = '{}' ORDER BY 1"
    plums = rows(populated_url, query.format(PLUM.title))
    assert plums == [("Allrecipes",), ("foodinjars.com",)], "one recipe, both its sources"
    assert not [path for path in web.asked() if "/search" in path]
    for host in {one.host for one in web.log}:
        assert min([*web.gaps(host), 1]) >= 0.3, host

    asked = len(web.log)
    again = command(program="scraper.py")
    assert again.returncode == 0
    assert len(web.log) == asked, "a second run asks for nothing"
    assert "0 inserted, 0 updated, 0 withdrawn, 8 unchanged; catalogue 2" in again.stdout
    with psycopg.connect(populated_url) as connection:
        assert not populate(connection, content), "populate leaves scraped recipes alone"
        dump(connection, tmp_path / "jam.dump")
    restore(migrated_url, tmp_path / "jam.dump")
    assert rows(migrated_url, "SELECT count(*) FROM recipe_sources") == [(9,)]
    with serving(Settings(database_url=migrated_url)) as client:
        fig = next(row[0] for row in scraped if row[1] == FIG.title)
        told = client.get(f"/api/recipes/{fig}").json()
        listed = client.get("/api/recipes", params={"fruits": "blackcurrant", "q": "Garden"}).json()["recipes"]
        page = client.get(f"/jamdex/recipe/{fig}-{told['slug']}")
    assert (told["source"], told["tested"]) == ("Food Network", False)
    assert told["source_url"] == "https://www.foodnetwork.com/recipes/cook/fig-preserves-recipe-1"
    assert told["keeping"]["method"] == "refrigerate"
    assert told["keeping"]["processing"] == []
    assert {one["kind"] for one in told["warnings"]} >= {"low_acid"}, "the warnings of its fruits"
    assert not any(step in str(told["instructions"]) for step in FIG.steps), "their words are not ours"
    assert told["end_point"]["tests"] == ["wrinkle"]
    assert listed[0]["title"] == BLACKCURRANT.title
    assert page.status_code == 200
    assert "Food Network" in page.text


def test_no_connection_is_held_while_sites_are_asked(
    command: Callable[..., subprocess.CompletedProcess[str]], web: Web, populated_url: str
) -> None:
    nowhere = command("run", "--site", "food_com", url="postgresql://u@127.0.0.1:1/nowhere")
    assert (nowhere.returncode, web.log) == (1, []), "a database that is away is told first"
    held = []

    def page(*_: object) -> Reply:
        held.extend(rows(populated_url, "SELECT pid FROM pg_stat_activity WHERE application_name = 'jamhot-script' "
                                        "AND datname = current_database()"))  # fmt: skip
        return Reply(food_com_2016(APRICOT))

    web.put("www.food.com/recipe/apricot-jam-77", page)
    done = command("run", "--site", "food_com")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 inserted" in done.stdout
    assert held == []


def test_killed_at_any_moment_it_goes_on_where_it_was(sites: Web, tmp_path: Path) -> None:
    """kill -9 in the middle of fetching, three times; then everything is there and nothing was fetched twice."""
    environment = {**os.environ, "SCRAPE_STORE": str(tmp_path / "pages")}
    call = [sys.executable, "-m", "jamhot", "scrape", "fetch", "--site", "allrecipes"]
    urls = [f"/recipe/{number}0/plum-jam-{number}/" for number in range(8)]
    for path in urls:
        sites.put(f"www.allrecipes.com{path}", json_ld(PLUM))
    with PageStore(tmp_path / "pages") as store:
        store.add(Task(f"https://www.allrecipes.com{path}", "allrecipes", "recipe") for path in urls)
    for enough in (1, 3, 5):
        process = subprocess.Popen(
            call, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        deadline = time.monotonic() + 60
        while len(set(sites.asked())) < enough and time.monotonic() < deadline:
            time.sleep(0.005)
        process.send_signal(signal.SIGKILL)
        process.wait()
    done = subprocess.run(call, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    asked = sites.asked("www.allrecipes.com")
    assert set(asked) == set(urls)
    assert len(asked) <= len(urls) + 3, "at most the page in flight, each time"
    with PageStore(tmp_path / "pages") as store:
        assert store.check() == []
        assert len(list(store.pages(["allrecipes"]))) == len(urls)
        assert store.waiting("recipe", ["allrecipes"]) == []


@pytest.fixture
def bring(tmp_path: Path) -> Iterator[Callable[..., PageStore]]:
    """A store with pages in it, as they come."""
    store = PageStore(tmp_path / "brought")

    def put(*pages: tuple[str, str]) -> PageStore:
        for url, html in pages:
            store.keep(StoredPage(url, url, "elsewhere", "recipe", 200, {}, html.encode(), 1.7e9, 1.7e9))
        extract_all(store, ["elsewhere"], lambda *_: None)
        return store

    yield put
    store.close()


def loaded(store: PageStore, url: str, **options: bool) -> Any:
    with psycopg.connect(url) as connection:
        return load_all(store, connection, **options)[0]


def test_loading_twice_changes_nothing_and_ids_stay(bring: Callable[..., PageStore], populated_url: str) -> None:
    first = bring(("https://a.example/plum", json_ld(PLUM)), ("https://a.example/peach", json_ld(PEACH)))
    assert len(loaded(first, populated_url, dry_run=True).inserted) == 2
    assert rows(populated_url, "SELECT count(*) FROM recipes WHERE origin = 'scraped'") == [(0,)]
    done = loaded(first, populated_url)
    again = loaded(first, populated_url)
    assert (again.inserted, again.updated, again.withdrawn, again.unchanged) == ((), (), (), 2)
    assert again.version == done.version
    changed = bring(("https://a.example/plum", json_ld(replace(PLUM, lines=(*PLUM.lines, "1 cinnamon stick")))))
    later = loaded(changed, populated_url)
    assert (len(later.inserted), len(later.updated), later.version) == (0, 1, done.version + 1)
    assert rows(populated_url, "SELECT id FROM recipes WHERE origin = 'scraped' ORDER BY 1") == [
        (n,) for n in done.inserted
    ]


def test_one_recipe_keeps_all_its_sources_and_what_is_refused_later_goes(
    bring: Callable[..., PageStore], populated_url: str
) -> None:
    other = replace(PLUM, title="My Plum Jam", rating=2.0, count=1)
    store = bring(("https://a.example/plum", json_ld(PLUM)))
    (first,) = loaded(store, populated_url).inserted
    bring(("https://b.example/plum-jam", json_ld(other)))
    both = loaded(store, populated_url)
    assert both.inserted == ()
    assert rows(populated_url, "SELECT recipe_id, url FROM recipe_sources ORDER BY url") == [
        (first, "https://a.example/plum"), (first, "https://b.example/plum-jam"),
    ]  # fmt: skip
    assert rows(populated_url, f"SELECT rating, review_count FROM recipes WHERE id = {first}") == [(4.5, 12)]  # noqa: S608
    bring(("https://a.example/plum", json_ld(TARTS)), ("https://b.example/plum-jam", json_ld(replace(other, steps=()))))
    assert loaded(store, populated_url).withdrawn == (first,)
    assert rows(populated_url, "SELECT count(*) FROM recipes WHERE origin = 'scraped'") == [(0,)]


def test_one_page_under_two_addresses_and_two_recipes_under_one_title(
    bring: Callable[..., PageStore], populated_url: str
) -> None:
    jam, other = replace(PLUM, title="Jam"), replace(PEACH, title="Jam")
    store = bring(
        ("https://a.example/plum", json_ld(PLUM)),
        ("https://a.example/plum?utm_source=mail", json_ld(PLUM)),
        ("https://b.example/jam", json_ld(jam) + json_ld(other)),
    )
    with psycopg.connect(populated_url) as connection:
        done, left_out = load_all(store, connection)
    assert len(done.inserted) == 1
    assert left_out == {"a page tells another under the same title": 1}
    assert rows(populated_url, "SELECT address FROM recipe_sources ORDER BY 1") == [
        ("a.example/plum#windfall-plum-jam",), ("b.example/jam#jam",),
    ]  # fmt: skip
    assert loaded(store, populated_url).version == done.version


def test_a_fruit_that_the_catalogue_lacks_is_left_out_with_the_reason(
    bring: Callable[..., PageStore], migrated_url: str, content: Content
) -> None:
    fruits = tuple(fruit for fruit in content.fruits if fruit.kind_of is None and fruit.name != "plum")
    names = {fruit.name for fruit in fruits}
    recipes = tuple(one for one in content.recipes if names.issuperset(one.fruits))
    with psycopg.connect(migrated_url) as connection:
        populate(connection, Content(fruits, recipes))
    store = bring(("https://a.example/plum", json_ld(PLUM)))
    with psycopg.connect(migrated_url) as connection:
        done, left_out = load_all(store, connection)
    assert done.inserted == ()
    assert sum(left_out.values()) == 1


def test_the_method_is_kept_word_by_word_only_where_the_licence_lets_us(
    bring: Callable[..., PageStore], populated_url: str
) -> None:
    free = "https://creativecommons.org/licenses/by-sa/4.0/"
    page = _page(PLUM, script({"@context": "https://schema.org", **thing(PLUM), "license": free}), "")
    loaded(bring(("https://a.example/plum", page)), populated_url)
    steps = rows(populated_url, "SELECT instructions, licence FROM recipes WHERE origin = 'scraped'")[0]
    assert [step["text"] for step in steps[0]] == list(PLUM.steps)
    assert steps[1] == free


def test_saved_pages_and_one_address_are_a_command_each(
    command: Callable[..., subprocess.CompletedProcess[str]], web: Web, tmp_path: Path, populated_url: str
) -> None:
    file = tmp_path / "saved page.html"
    file.write_text(json_ld(PLUM, "https://a.example/plum-jam"))
    (tmp_path / "nameless.html").write_text(json_ld(PEACH))
    done = command("ingest", str(file))
    assert done.returncode == 0, done.stderr
    assert "accepted" in done.stdout
    assert "1 inserted" in done.stdout
    assert web.log == [], "a saved page asks nobody"
    nameless = command("ingest", str(tmp_path / "nameless.html"))
    assert (nameless.returncode, "give --url" in nameless.stderr) == (3, True)
    assert "1 inserted" in command("ingest", str(tmp_path / "nameless.html"), "--url", "https://b.example/p").stdout
    address = "https://www.food.com/recipe/apricot-jam-77"
    assert "1 inserted" in command("ingest", address).stdout
    assert web.asked() == ["www.food.com/recipe/apricot-jam-77"]
    assert rows(populated_url, "SELECT source_url FROM recipes WHERE title = 'Apricot Jam' AND origin = 'scraped'") == [
        (address,)
    ]


def test_json_says_what_would_be_decided_a_line_a_page_and_touches_nothing(
    command: Callable[..., subprocess.CompletedProcess[str]], web: Web, tmp_path: Path
) -> None:
    bodies = {"a": json_ld(PLUM).encode(), "b": b"", "c": b"\x00\xff" * 999, "d": json_ld(TARTS).encode()[:-200]}
    for name, body in bodies.items():
        (tmp_path / name).write_bytes(body)
    done = command(
        "ingest", "--json", *(str(tmp_path / name) for name in ("d", "a", "b", "missing", "c")), url="postgresql:///x"
    )
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert [Path(one["file"]).name for one in told] == ["d", "a", "b", "missing", "c"]
    assert [one.get("title") for one in told] == [TARTS.title, PLUM.title, None, None, None]
    assert told[1]["preserve"] is True
    assert done.returncode == 3, "one could not be read"
    assert web.log == []
    assert not (tmp_path / "pages").exists()


def test_exit_codes_and_the_summary_by_site_and_reason(
    command: Callable[..., subprocess.CompletedProcess[str]], web: Web
) -> None:
    assert command("fetch", "--site", "nowhere").returncode == 2
    assert command("ingest", "--json", "https://a.example/").returncode == 2
    plan = json.loads(
        command("discover", "--site", "bbc_good_food", "--fruit", "black currant", "--dry-run", "--json").stdout
    )
    assert "https://www.bbcgoodfood.com/search?q=black+currant+jam" in plan["would_ask"]
    assert web.log == []
    web.put("www.food.com/ideas/jam-jelly-recipes-6712", Reply("Forbidden", 403))
    blocked = command("discover", "--site", "food_com", "--json")
    assert (blocked.returncode, json.loads(blocked.stdout)["stopped"]) == (4, {"www.food.com": "blocked"})
    web.put("www.bbcgoodfood.com/recipes/orange-marmalade", Reply("", 404))
    found = command("discover", "--site", "bbc_good_food", "--site", "food_com", "--json")
    assert found.returncode == 3, "one of two sent us away"
    assert json.loads(found.stdout)["found"] == {"bbc_good_food": 1}
    fetched = json.loads(command("fetch", "--site", "bbc_good_food", "--json").stdout)
    assert fetched["refused"] == {"bbc_good_food": {"not found": 1}}
    status = json.loads(command("status", "--json").stdout)
    assert {"site": "bbc_good_food", "kind": "recipe", "state": "refused", "reason": "not found", "count": 1} in status[
        "tasks"
    ]
    assert status["stopped"]["www.food.com"]["reason"] == "blocked"
    assert not [path for path in web.asked() if "search" in path]
    doctor = json.loads(command("doctor", "--json").stdout)
    assert doctor["libraries"] is doctor["page store"] is doctor["database"] is None


def test_a_dry_run_of_a_fetch_names_what_it_would_ask_for(
    command: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    with PageStore(tmp_path / "pages") as store:
        for number in (1, 2):
            url = f"https://www.allrecipes.com/recipe/{number}"
            store.add([Task(f"{url}/new", "allrecipes", "recipe")])
            store.keep(StoredPage(f"{url}/old", f"{url}/old", "allrecipes", "recipe", 200, {}, b"", number, number))
    for options, page in ((), "new"), (("--refresh",), "old"):
        told = command("fetch", "--dry-run", "--json", "--limit", "1", *options)
        assert json.loads(told.stdout) == {"would_ask": [f"https://www.allrecipes.com/recipe/1/{page}"]}


def test_a_store_belongs_to_one_program_at_a_time(tmp_path: Path) -> None:
    with PageStore(tmp_path), pytest.raises(StoreError, match="another scrape"):
        PageStore(tmp_path)
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "pages.sqlite").write_text("a text that is longer than a header " * 90)
    with pytest.raises(StoreError, match="no page store"):
        PageStore(tmp_path / "broken")


def test_a_disk_that_is_full_is_told_in_a_line_and_the_store_goes_on(store: PageStore, tmp_path: Path) -> None:
    page = StoredPage("https://a.example/", "https://a.example/", "a", "recipe", 200, {}, os.urandom(200_000), 1.0, 1.0)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, limits[1]))
    try:
        with pytest.raises(StoreError, match="cannot be written"):
            store.keep(page)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert store.page(page.url) is None
    store.keep(page)
    assert store.page(page.url) == page


@pytest.mark.parametrize(
    "page",
    [
        listing("https://www.allrecipes.com:jam/recipe/9/plum-jam/", "http://[plum-jam", "/recipe/1/plum-jam/"),
        listing("/recipe/1/plum-jam/", following='<a rel="next" href="http://[">more</a>'),
        sitemap("https://[jam/recipe/9/plum-jam", "https://www.allrecipes.com/recipe/1/plum-jam/"),
    ],
)
def test_a_link_that_is_no_address_hides_no_other(store: PageStore, sites: Web, fetcher: Any, page: Any) -> None:
    sites.put("www.allrecipes.com/robots.txt", Reply("Sitemap: http://[\n", type="text/plain"))
    sites.put("www.allrecipes.com/list", page)
    store.add([Task("https://www.allrecipes.com/list", "allrecipes", "listing")])
    crawl = Crawl(store, fetcher, [SITES["allrecipes"]], [], lambda *_: None)
    crawl.discover(1)
    assert [task.url for task in store.waiting("recipe", ["allrecipes"])] == [
        "https://www.allrecipes.com/recipe/1/plum-jam/"
    ]


def test_a_list_that_another_led_to_is_asked_once_more_and_not_for_ever(
    store: PageStore, sites: Web, fetcher: Any
) -> None:
    def new(asked: Asked, _: int) -> Reply:
        known = asked.headers.get("if-none-match") == '"1"'
        return Reply("", 304) if known else Reply(listing(), headers={"ETag": '"1"'})

    a = "www.allrecipes.com"
    sites.put(f"{a}/old", Reply("", 301, {"Location": "/new"}))
    sites.put(f"{a}/new", new)
    store.add(Task(f"https://{a}{path}", "allrecipes", "listing") for path in ("/old", "/new"))
    store.update_host(a, day=time.strftime("%Y-%m-%d", time.gmtime()), requests=DAY_REQUESTS - 20)
    crawl = Crawl(store, fetcher, [SITES["allrecipes"]], [], lambda *_: None)
    crawl.discover(None)
    assert sites.asked(a).count("/new") == 2
    assert crawl.tally.stopped == {}


def test_lists_lead_to_recipes_and_an_empty_search_to_nothing(store: PageStore, sites: Web, fetcher: Any) -> None:
    sites.put("www.allrecipes.com/robots.txt", Reply("", 404))
    sites.put("www.allrecipes.com/search?q=plum+jam", listing())
    crawl = Crawl(store, fetcher, [SITES["allrecipes"]], ["plum"], lambda *_: None)
    crawl.discover(None)
    assert [task.url for task in store.waiting("recipe", ["allrecipes"])] == [
        "https://www.allrecipes.com/recipe/1/plum-jam/"
    ]
    assert "/search?q=plum+jam" in sites.asked("www.allrecipes.com")
    crawl.fetch(0)
    assert "/recipe/1/plum-jam/" not in sites.asked("www.allrecipes.com")
    crawl.fetch(None)
    crawl.refresh(None, -1.0)
    assert sites.asked("www.allrecipes.com").count("/recipe/1/plum-jam/") == 2


def test_discovering_ends_when_the_day_s_budget_does(store: PageStore, sites: Web, fetcher: Any) -> None:
    today = time.strftime("%Y-%m-%d", time.gmtime())
    store.update_host("www.allrecipes.com", day=today, requests=DAY_REQUESTS - 2)
    crawl = Crawl(store, fetcher, [SITES["allrecipes"]], [], lambda *_: None)
    crawl.discover(None)
    assert crawl.tally.stopped == {"www.allrecipes.com": "daily budget"}
    assert len(sites.log) == 2
    assert crawl.tally.exit_code == 3
    assert store.waiting("listing", ["allrecipes"]), "what is left is for tomorrow"
