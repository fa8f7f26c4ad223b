"""Bytes → text → tree: whatever a server or a person's browser saved."""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from email import message_from_bytes
from functools import cached_property
from itertools import islice
from typing import Final
from urllib.parse import urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode
from w3lib.encoding import html_body_declared_encoding, http_content_type_encoding
from w3lib.url import canonicalize_url

from jamhot.scraping.extract.text import clean, node_text
from jamhot.scraping.hosts import same_site

MOST_BYTES: Final = 8 * 1024 * 1024
"""Of a page, after its compression was undone; what is longer is cut."""
MOST_RECIPES: Final = 20
"""Recipes of one kind of mark-up that are read of a page; a list of recipes shows no ingredients."""
MOST_LEVELS: Final = 512
"""Elements above an element that are looked at; browsers nest no deeper."""
MOST_TAGS: Final = 40_000
"""Tags that are read of a page, beginnings and ends; the largest recipe pages have about ten thousand."""
_TRACKING: Final = re.compile(
    r"^(utm_\w+|fbclid|gclid|mc_[ce]id|print|internalsource|referring\w+|clickid|amp|ref|src)$", re.I
)


@dataclass(frozen=True)
class Page:
    """A page and where it came from. `url` may be empty: a saved page usually names its own address."""

    body: bytes
    url: str = ""
    content_type: str = ""

    @cached_property
    def text(self) -> str:
        """The page as text. Bytes that are valid UTF-8 are UTF-8, whatever page and server say.

        It ends at `MOST_TAGS`: what a page costs to read goes with its elements, and none needs more for a recipe.
        """
        return _cut(self._decoded)

    @property
    def _decoded(self) -> str:
        body = plain(self.body)
        if body[:2] in (b"\xff\xfe", b"\xfe\xff"):
            return body.decode("utf-16", "replace")
        try:
            return body.removeprefix(b"\xef\xbb\xbf").decode("utf-8")
        except UnicodeDecodeError as error:
            if error.reason == "unexpected end of data" and error.end >= len(body) - 1:
                return body.decode("utf-8", "replace")  # cut short in the middle of a character
        declared = html_body_declared_encoding(body) or http_content_type_encoding(self.content_type)
        if declared in (None, "utf-8") and _mostly_utf8(body):
            return body.decode("utf-8", "replace")
        return body.decode("cp1252" if declared in (None, "utf-8", "ascii") else declared, "replace")

    @cached_property
    def tree(self) -> LexborHTMLParser:
        return LexborHTMLParser(self.text.replace("\x00", ""))

    @property
    def body_node(self) -> LexborNode | None:
        return self.tree.body

    def first(self, selector: str) -> LexborNode | None:
        return self.tree.css_first(selector) if self.tree.root is not None else None

    def all(self, selector: str) -> list[LexborNode]:
        return self.tree.css(selector) if self.tree.root is not None else []

    def meta(self, *names: str) -> str:
        """Content of the first `<meta>` of one of these names."""
        for name in names:
            for key in ("property", "name", "itemprop"):
                node = self.first(f'meta[{key}="{name}"]')
                content = clean(node.attributes.get("content")) if node is not None else ""
                if content:
                    return content
        return ""

    @cached_property
    def address(self) -> str:
        """Where it was fetched, else what the page says of itself; may be empty."""
        return self.url or self._own_address

    @cached_property
    def canonical(self) -> str:
        """The page's own name for itself, if it is of the same site; without trackers. Empty when nothing is known."""
        own = self._own_address
        if own and (not self.url or same_site(own, self.url)):
            return canonical(own)
        return canonical(self.url)

    @cached_property
    def _own_address(self) -> str:
        link = self.first('link[rel="canonical"]')
        href = (link.attributes.get("href") or "") if link is not None else ""
        found = urljoin(self.url, clean(href)) if href else self.meta("og:url", "twitter:url")
        if not found.startswith(("http://", "https://")):
            saved = _SAVED_FROM.search(self.text[:20_000]) or _SNAPSHOT.search(self.body[:4_000].decode("latin-1"))
            found = saved.group(1) if saved else found
        return found if found.startswith(("http://", "https://")) and urlsplit(found).netloc else ""

    @cached_property
    def heading(self) -> str:
        """What the page is about: its main heading, else its title without the site's name."""
        headings = [text for node in self.all("h1") if 2 < len(text := node_text(node)) <= 200]
        shared = self.meta("og:title", "twitter:title")
        title = self.first("title")
        for found in (*headings[:1], shared, node_text(title) if title is not None else ""):
            if found:
                return without_site_name(found)
        return ""


_SAVED_FROM: Final = re.compile(r"<!-- saved from url=\(\d+\)(https?://\S+) -->")
"""What browsers write into a page that they save."""
_SNAPSHOT: Final = re.compile(r"^Snapshot-Content-Location: (https?://\S+)\s*$", re.M)
"""The same in a page saved as one file (MHTML)."""


def plain(body: bytes) -> bytes:
    """Undoes gzip, which people save as it came, and a browser's MHTML; never more than MOST_BYTES."""
    if b"multipart/related" in body[:4_000] and re.match(rb"(?:From|MIME-Version|Subject):", body, re.I):
        return _html_part(body)
    if body[:2] != b"\x1f\x8b":
        return body[:MOST_BYTES]
    try:
        return zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(body, MOST_BYTES)
    except zlib.error:
        return body[:MOST_BYTES]


def _cut(text: str) -> str:
    """`text` up to its tag number `MOST_TAGS`."""
    if text.count("<") <= MOST_TAGS:
        return text
    return text[: next(islice(re.finditer("<", text), MOST_TAGS, None)).start()]


def _html_part(body: bytes) -> bytes:
    """The page in an MHTML file, which is a mail with attachments."""
    for part in message_from_bytes(body).walk():
        found = part.get_payload(decode=True) if part.get_content_type() == "text/html" else None
        if isinstance(found, bytes):
            return found[:MOST_BYTES]
    return body[:MOST_BYTES]


def _mostly_utf8(body: bytes) -> bool:
    """A few broken characters in UTF-8, and not another encoding."""
    wrong = body.decode("utf-8", "replace").count("\ufffd")
    beyond_ascii = len(re.findall(rb"[\xc2-\xf4][\x80-\xbf]+", body))
    return beyond_ascii > wrong


def canonical(url: str) -> str:
    """One spelling for one page: no fragment, no trackers, https, no default port, no slash at the end. "" stays "".

    For comparing, not for fetching.
    """
    try:
        parts = urlsplit(url.strip())
        if parts.scheme not in ("http", "https") or not parts.hostname:
            return ""
        kept = "&".join(one for one in parts.query.split("&") if one and not _TRACKING.match(one.partition("=")[0]))
        host = parts.hostname.lower().removeprefix("www.")
        port = f":{parts.port}" if parts.port not in (None, 80, 443) else ""
        found = canonicalize_url(f"https://{host}{port}{parts.path}" + (f"?{kept}" if kept else ""))
    except ValueError:
        return ""
    return found.rstrip("/")


_SITE_NAMES: Final = re.compile(
    r"\s*(?:[|–—»·:-]|\s-\s)\s*(?:all\s?recipes(?:\.com)?|(?:bbc )?good food|food network(?: uk)?|serious eats|"
    r"food\.com|genius kitchen|nchfp|"
    r"national center for home food preservation|ball[®™]? (?:mason jars|fresh preserving)|"
    r"fresh preserving)(?:\s*[|–—-].*)?$",
    re.I,
)


def without_site_name(title: str) -> str:
    """`Plum Jam Recipe | Food Network` is Plum Jam Recipe."""
    found = _SITE_NAMES.sub("", title).strip()
    if " | " in found:
        found = found.split(" | ")[0].strip() or found
    return found or title
