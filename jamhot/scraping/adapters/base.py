"""What an adapter says of its site. A new site is a file like its neighbours: hosts, where the lists are, overrides."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from jamhot.scraping.extract.cards import Layout


@dataclass(frozen=True)
class Site:
    """One site, or several that work alike.

    Attributes:
        hosts: every host that is asked; redirects must stay among them.
        starts: `https://` addresses that the other paths hang on; one for each host that is browsed.
        recipe: pattern of the path of a recipe's page.
        sitemaps: paths of sitemaps to read besides those in robots.txt; `robots_sitemaps` False leaves those out.
        sitemap_names: pattern of the nested sitemaps that are worth reading.
        categories: paths of listings; `{fruit}` is put in with hyphens, `{page}` counts from 1 while pages are new.
        search: path of the site's search with `{fruit}`, asked last, and only where robots.txt allows it.
        layouts: selectors of its pages, old and new, for what is not marked up.
        tested: its methods are tested (USDA, NCHFP, extension services).
        licence: what is known of its text; None: all rights reserved, so that facts alone are kept.
    """

    name: str
    title: str
    hosts: tuple[str, ...]
    starts: tuple[str, ...] = ()
    recipe: str = r"^/.+"
    sitemaps: tuple[str, ...] = ()
    robots_sitemaps: bool = True
    sitemap_names: str = r"recipe|post|page|sitemap"
    categories: tuple[str, ...] = ()
    search: str | None = None
    layouts: tuple[Layout, ...] = ()
    tested: bool = False
    licence: str | None = None

    def has(self, host: str) -> bool:
        return host in self.hosts

    @cached_property
    def recipe_path(self) -> re.Pattern[str]:
        return re.compile(self.recipe)

    @cached_property
    def sitemap_name(self) -> re.Pattern[str]:
        return re.compile(self.sitemap_names)
