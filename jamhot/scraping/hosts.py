"""An address's host, and which addresses are of one site."""

from __future__ import annotations

from urllib.parse import urlsplit


def host_of(url: str) -> str:
    """The host, in small letters; "" for what is no address: pages have links that nobody could ask for."""
    try:
        parts = urlsplit(url)
        return (parts.hostname or "") if parts.port != 0 else ""
    except ValueError:
        return ""


def same_site(one: str, other: str) -> bool:
    """Whether two addresses have the same host, but for "www.", or one's host lies under the other's.

    Nothing is guessed from the last two labels: under "co.uk" or "blogspot.com" they are strangers. Sisters
    ("m.example.org", "amp.example.org") count as strangers too, which costs a page and never trusts a wrong one.
    """
    first, second = (host_of(url).rstrip(".").removeprefix("www.") for url in (one, other))
    if not first or not second:
        return False
    return first == second or first.endswith(f".{second}") or second.endswith(f".{first}")
