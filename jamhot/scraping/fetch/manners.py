"""How we behave on other people's servers. Constants, not settings: nobody can make us ruder."""

from __future__ import annotations

import getpass
import re
import socket
from email.utils import parsedate_to_datetime
from typing import Final

AGENT: Final = "JamHot"
"""The name that robots.txt may address."""
GAP_S: Final = 0.3
"""From the end of one answer to the start of the next request to the host: more between starts than is promised, and
the server sees it so whatever the network does."""
MOST_TRIES: Final = 4
MOST_REDIRECTS: Final = 5
MOST_BYTES: Final = 8 * 1024 * 1024
"""Of a body, on the wire and undone."""
MOST_ROBOTS_BYTES: Final = 512 * 1024
ROBOTS_KEPT_S: Final = 24 * 3600
DAY_REQUESTS: Final = 500
"""To one host, from midnight to midnight (UTC), robots.txt, redirects and tries included."""
LONGEST_WAIT_S: Final = 120
"""A server that asks for more is left alone until then."""
LONGEST_ABSENCE_S: Final = 365 * 24 * 3600
"""A server that asks for more made a slip, and no calendar has that day."""
LONGEST_DELAY_S: Final = 600
"""A Crawl-delay above it says: stay away."""
STAY_AWAY_S: Final = 24 * 3600
"""After a 403 or a challenge."""
BREAK_S: Final = 3600
"""After BREAK_AFTER pages in a row that could not be had, or a robots.txt that could not."""
BREAK_AFTER: Final = 4

_CHALLENGE: Final = re.compile(
    rb"<title>\s*(?:just a moment|attention required|access denied|pardon our interruption|please wait|"
    rb"are you (?:a )?(?:human|robot)|security check|verify(?:ing)? you are|robot or human|bot verification|ddos-guard)"
    rb"|_cf_chl_opt|captcha-delivery\.com|px-captcha|_incapsula_resource"
    rb"|enable javascript and cookies to continue",
    re.I,
)
_CHALLENGE_BYTES: Final = 64 * 1024


def user_agent(contact: str | None) -> str:
    """`JamHot/0.1 (recipe scraper; +contact)`; the contact is a mail or web address at which we can be told to stop."""
    reached = contact or f"{getpass.getuser()}@{socket.gethostname()}"
    return f"{AGENT}/0.1 (jam recipe scraper; +{reached})"


def is_challenge(headers: dict[str, str], body: bytes) -> bool:
    """Whether this asks for proof of being human; a page with a recipe on it never does."""
    if headers.get("cf-mitigated") == "challenge":
        return True
    if len(body) > _CHALLENGE_BYTES or b"recipeIngredient" in body:
        return False
    return _CHALLENGE.search(body) is not None


def retry_after_s(value: str | None, now: float) -> float | None:
    """Seconds to wait by a Retry-After header, given in seconds or as a date; None where it says nothing."""
    if value is None:
        return None
    if value.strip().isdecimal():
        return min(float(value.strip()), LONGEST_ABSENCE_S)
    try:
        return min(max(0.0, parsedate_to_datetime(value).timestamp() - now), LONGEST_ABSENCE_S)
    except (ValueError, TypeError):
        return None
