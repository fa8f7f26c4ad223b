"""Which addresses are of one site."""

from __future__ import annotations

from urllib.parse import urlsplit


def same_site(one: str, other: str) -> bool:
    """Whether two addresses have the same host, but for "www.", or one's host lies under the other's.

    Nothing is guessed from the last two labels: under "co.uk" or "blogspot.com" they are strangers. Sisters
    ("m.example.org", "amp.example.org") count as strangers too, which costs a page and never trusts a wrong one.
    """
    first, second = (_host(url) for url in (one, other))
    if not first or not second:
        return False
    return first == second or first.endswith(f".{second}") or second.endswith(f".{first}")


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").lower().rstrip(".").removeprefix("www.")
    except ValueError:
        return ""
