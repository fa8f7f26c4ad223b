"""Blogs: JSON-LD, WPRM, Tasty or microdata, all read by the common readers; found by their sitemaps.

A host belongs here when it writes of preserving and its robots.txt lets us in. Adding one is adding a line.
"""

from typing import Final

from jamhot.scraping.adapters.base import Site

HOSTS: Final = (
    "foodinjars.com",
    "practicalselfreliance.com",
    "www.simplyrecipes.com",
    "www.thespruceeats.com",
    "www.davidlebovitz.com",
    "sallysbakingaddiction.com",
    "cookieandkate.com",
    "www.loveandlemons.com",
    "www.daringgourmet.com",
    "www.creativecanning.com",
)
BLOGS = Site(
    name="blogs",
    title="Blogs",
    hosts=HOSTS,
    starts=tuple(f"https://{host}" for host in HOSTS),
    recipe=r"^/(?!tag/|category/|author/|page/|about|contact|privacy|shop)[^?]+",
    sitemaps=("/sitemap_index.xml",),
    sitemap_names=r"post|recipe|sitemap_\d",
    search="/?s={fruit}+jam",
)
