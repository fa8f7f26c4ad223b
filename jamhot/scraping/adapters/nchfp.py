"""National Center for Home Food Preservation: headings, a list, "Yield:", paragraphs and tables; no rating, no picture.

Old pages lie under `/how/can_02/` and `/how/can7_jam_jelly.html`, new ones under `/how/make-jam-jelly/`.
"""

from jamhot.scraping.adapters.base import Site

NCHFP = Site(
    name="nchfp",
    title="National Center for Home Food Preservation",
    hosts=("nchfp.uga.edu", "www.nchfp.uga.edu"),
    starts=("https://nchfp.uga.edu",),
    recipe=r"^/how/make-jam-jelly/[a-z0-9-]+/[a-z0-9-]+/?$|^/how/can_0?[27]/[a-z0-9_-]+\.html$",
    sitemaps=("/sitemap.xml",),
    categories=("/how/make-jam-jelly/", "/how/make-jam-jelly/jams-jellies/", "/how/can7_jam_jelly.html"),
    tested=True,
)
