"""A page's bytes → the recipes on it, as the page tells them. No network, no database, no bytes that crash it."""

from jamhot.scraping.extract.page import Page
from jamhot.scraping.extract.recipes import extract

__all__ = ["Page", "extract"]
