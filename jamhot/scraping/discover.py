"""Where the recipes are: sitemaps first, then listings and their next pages, the site's own search last.

Nothing is fetched here: a listing becomes addresses. What a listing names is kept only if its address or its words
speak of preserves, so that a category of a thousand dishes costs no thousand requests.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final
from urllib.parse import quote_plus, urljoin, urlsplit

from jamhot.scraping.adapters.base import Site
from jamhot.scraping.extract.page import Page
from jamhot.scraping.extract.text import node_text
from jamhot.scraping.hosts import host_of
from jamhot.scraping.store import Task

MOST_DEPTH: Final = 6
"""Listings behind listings that are followed: five next pages, or sitemaps in sitemaps."""
MOST_LINKS: Final = 2_000
_PRESERVES: Final = re.compile(
    r"(?:^|[^a-z])(?:jams?|jell(?:y|ies)|marmalades?|preserves?|conserves?|butters?|curds?|chutneys?|compotes?|"
    r"spreads?)"
    r"(?:$|[^a-z])"
)
_NOT: Final = re.compile(
    r"peanut|almond|cashew|jelly-?bean|jell-?o\b|butter-?(?:cream|milk|nut|scotch|cookie|fly)|jam-?balaya"
)
_LOCATION: Final = re.compile(r"<loc>\s*(?:<!\[CDATA\[)?\s*(\S+?)\s*(?:\]\]>)?\s*</loc>", re.I)
_NEXT: Final = (
    'link[rel="next"], a[rel="next"], a.next, .pagination a.next, .pagination__next a, a.pagination__next, '
    'a[aria-label*="ext page"], .next-posts-link, li.next a, .o-Pagination__a-NextButton'
)


def listings(site: Site, fruits: Sequence[str], sitemaps: Iterable[str] = ()) -> Iterator[Task]:
    """Where to begin.

    Args:
        fruits: by name ("black currant"); none: all.
        sitemaps: addresses that robots.txt names.
    """
    for start in site.starts:
        for path in site.sitemaps:
            yield Task(urljoin(start, path), site.name, "listing")
        for path in site.categories:
            for one in _filled(path, fruits) if "{fruit}" in path else (path.replace("{page}", "1"),):
                yield Task(urljoin(start, one), site.name, "listing")
    for address in sitemaps if site.robots_sitemaps else ():
        yield Task(address, site.name, "listing")


def searches(site: Site, fruits: Sequence[str]) -> Iterator[Task]:
    """The site's search, a page for each fruit: only for fruits that were named, since every page is a request."""
    for start in site.starts if site.search else ():
        for path in _filled(site.search or "", fruits):
            yield Task(urljoin(start, path), site.name, "listing", MOST_DEPTH - 1)


def _filled(path: str, fruits: Sequence[str]) -> Iterator[str]:
    for fruit in fruits:
        word = quote_plus(fruit) if "?" in path and "{fruit}" in path.partition("?")[2] else fruit.replace(" ", "-")
        yield path.replace("{fruit}", word).replace("{page}", "1")


def found_in(site: Site, page: Page, task: Task, fruits: Sequence[str]) -> list[Task]:
    """What a listing leads to: recipes that suit, nested sitemaps, the next page."""
    if _is_sitemap(page):
        return list(_in_sitemap(site, page, task, fruits))
    recipes = [
        Task(url, site.name, "recipe", task.depth + 1)
        for url, words in _links(page)
        if _suits(site, url, words, fruits)
    ]
    onward = _next(site, page, task) if recipes else None
    return [*recipes[:MOST_LINKS], *([onward] if onward else [])]


def _is_sitemap(page: Page) -> bool:
    return re.search(r"<(?:urlset|sitemapindex)\b", page.text[:4_000]) is not None


def _in_sitemap(site: Site, page: Page, task: Task, fruits: Sequence[str]) -> Iterator[Task]:
    index = "<sitemapindex" in page.text[:4_000]
    for found in _LOCATION.finditer(page.text):
        url = found.group(1).replace("&amp;", "&")
        if not site.has(host_of(url)):
            continue
        if index:
            if site.sitemap_name.search(urlsplit(url).path) and task.depth < MOST_DEPTH:
                yield Task(url, site.name, "listing", task.depth + 1)
        elif _suits(site, url, "", fruits):
            yield Task(url, site.name, "recipe", task.depth + 1)


def _links(page: Page) -> Iterator[tuple[str, str]]:
    """Address and words of every link, each address once."""
    seen: dict[str, str] = {}
    for node in page.all("a[href]"):
        url = _joined(page, node.attributes.get("href") or "").partition("#")[0]
        seen[url] = f"{seen.get(url, '')} {node_text(node)}"
    yield from seen.items()


def _joined(page: Page, href: str) -> str:
    """Where a link of the page leads; "" when that is no address."""
    try:
        return urljoin(page.address, href)
    except ValueError:
        return ""


def _suits(site: Site, url: str, words: str, fruits: Sequence[str]) -> bool:
    """A recipe of this site whose address or link speaks of a preserve, and of one of the fruits asked for."""
    if not site.has(host_of(url)):
        return False
    parts = urlsplit(url)
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    if not site.recipe_path.search(path):
        return False
    said = f"{path} {words}".lower()
    if not _PRESERVES.search(said) or _NOT.search(said):
        return False
    plain = re.sub(r"[^a-z]+", "", said)
    return not fruits or any(_stem(fruit) in plain for fruit in fruits)


def _stem(fruit: str) -> str:
    """`black currant` → `blackcurrant`, `cherries` → `cherr`: found in singular and plural."""
    return re.sub(r"(?:ies|y|s)$", "", re.sub(r"[^a-z]+", "", fruit.lower()))


def _next(site: Site, page: Page, task: Task) -> Task | None:
    """The next page, as the page itself says, or by counting where the adapter counts."""
    if task.depth + 1 >= MOST_DEPTH:
        return None
    node = page.first(_NEXT)
    href = (node.attributes.get("href") or "") if node is not None else ""
    if href and not href.startswith("#"):
        url = _joined(page, href)
        return Task(url, site.name, "listing", task.depth + 1) if site.has(host_of(url)) else None
    for path in site.categories:
        pattern = re.escape(path).replace(re.escape("{page}"), r"(\d+)").replace(re.escape("{fruit}"), "[^&/]+")
        found = re.search(pattern + "$", task.url) if "{page}" in path else None
        if found:
            start, end = found.span(1)
            url = f"{task.url[:start]}{int(found.group(1)) + 1}{task.url[end:]}"
            return Task(url, site.name, "listing", task.depth + 1)
    return None
