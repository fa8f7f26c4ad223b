"""One connection for a command, and what an operator is told when there is none to be had."""

from __future__ import annotations

import re
from typing import Any

import psycopg

from jamhot.errors import DatabaseError

FROM_OUTSIDE = (
    "from a laptop set DATABASE_PUBLIC_URL; or open a tunnel, railway connect Postgres --tunnel-only, and set "
    "DATABASE_URL to the address that it prints"
)
REFUSAL = re.compile(r"FATAL:\s+(.+)")
"""What the server itself says; the rest of libpq's words may hold pieces of a password that was not encoded."""


def connect(url: str, name: str, within_s: int) -> psycopg.Connection[tuple[Any, ...]]:
    """A connection that the server knows by `name`.

    Raises:
        DatabaseError: nobody answers at `url` within so many seconds, or the server says no; the message says why.
    """
    try:
        return psycopg.connect(url, connect_timeout=within_s, application_name=name)
    except psycopg.OperationalError as error:
        if refusal := REFUSAL.search(str(error)):
            raise DatabaseError(f"the database refused the connection: {refusal[1]}") from error
        raise DatabaseError("the database cannot be reached", hint=FROM_OUTSIDE) from error
