"""robots.txt: read first, kept a day, obeyed. A server that cannot give it is left alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from protego import Protego

from jamhot.scraping.fetch.manners import AGENT, GAP_S

ALLOW_ALL: Final = ""


@dataclass(frozen=True)
class Robots:
    """One host's rules for us."""

    text: str

    @property
    def _rules(self) -> Protego:
        return Protego.parse(self.text)

    def allows(self, url: str) -> bool:
        return bool(self._rules.can_fetch(url, AGENT))

    @property
    def gap_s(self) -> float:
        """Seconds between request starts: ours, Crawl-delay or Request-rate, whichever is longest."""
        rules = self._rules
        delay = float(rules.crawl_delay(AGENT) or 0.0)
        rate = rules.request_rate(AGENT)
        return max(GAP_S, delay, rate.seconds / rate.requests if rate and rate.requests else 0.0)

    @property
    def sitemaps(self) -> list[str]:
        return list(self._rules.sitemaps)
