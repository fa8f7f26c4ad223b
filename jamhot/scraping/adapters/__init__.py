"""One short file a site: where it is, how its jam recipes are found, and what its pages need of their own."""

from __future__ import annotations

from typing import Final

from jamhot.scraping.adapters.allrecipes import ALLRECIPES
from jamhot.scraping.adapters.ball import BALL
from jamhot.scraping.adapters.base import Site
from jamhot.scraping.adapters.bbc_good_food import BBC_GOOD_FOOD
from jamhot.scraping.adapters.blogs import BLOGS
from jamhot.scraping.adapters.food_com import FOOD_COM
from jamhot.scraping.adapters.food_network import FOOD_NETWORK
from jamhot.scraping.adapters.nchfp import NCHFP
from jamhot.scraping.adapters.serious_eats import SERIOUS_EATS
from jamhot.scraping.hosts import host_of

SITES: Final[dict[str, Site]] = {
    site.name: site for site in (NCHFP, BALL, ALLRECIPES, BBC_GOOD_FOOD, SERIOUS_EATS, FOOD_COM, FOOD_NETWORK, BLOGS)
}
"""By name, in the order in which they are asked: tested recipes first."""
ELSEWHERE: Final = Site(name="elsewhere", title="", hosts=())
"""A page that a person brings, of a site without an adapter."""


def site_of(url: str) -> Site:
    """The adapter of an address; ELSEWHERE when there is none."""
    return next((site for site in SITES.values() if site.has(host_of(url))), ELSEWHERE)


__all__ = ["ELSEWHERE", "SITES", "Site", "site_of"]
