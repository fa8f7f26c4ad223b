"""Jam Hot: photograph a fruit, learn what it is, and make jam from it tonight."""

__version__ = "0.1.0"
