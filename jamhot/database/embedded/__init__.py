"""A local PostgreSQL with nothing to install and nothing left behind, for `make run` and the tests."""

from jamhot.database.embedded.installation import Installation, find_installation
from jamhot.database.embedded.server import DATABASE, EmbeddedPostgres

__all__ = ["DATABASE", "EmbeddedPostgres", "Installation", "find_installation"]
