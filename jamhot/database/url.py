"""Addresses of databases: which are taken, how they may be shown, and which one a script on a laptop should use."""

from __future__ import annotations

import hashlib
import json
import re
import socket
from contextlib import suppress

import psycopg
from psycopg.conninfo import conninfo_to_dict

from jamhot.errors import DatabaseError

SECRETS = frozenset({"password", "sslpassword", "passfile", "sslkey"})
SCHEMES = ("postgresql://", "postgres://")
REACH_S = 3
DEFAULT_PORT = "5432"


def checked(url: str) -> str:
    """`url` without blanks around it, when it is one that libpq reads.

    Raises:
        DatabaseError: it is not. The message never repeats the address, which may hold a password.
    """
    url = url.strip()
    if not url.startswith(SCHEMES):
        raise DatabaseError(
            "the database's address must begin with postgresql:// or postgres://",
            hint="postgresql://user:password@host:5432/database",
        )
    if not _readable(url):
        raise DatabaseError(
            "the database's address cannot be read",
            hint="percent-encode special characters in the password: @ is %40, / is %2F, : is %3A",
        )
    return url


def _readable(url: str) -> bool:
    """Whether libpq can take it apart, and the ports are numbers (a / in a password makes it one)."""
    try:
        ports = str(conninfo_to_dict(url).get("port") or "").split(",")
    except psycopg.ProgrammingError:
        return False
    return all(port.isdigit() or not port for port in ports)


def log_safe(url: str) -> str:
    """`url` without any password in it, well-formed or not: all between the user and the last @ is hidden."""
    hidden = re.sub(r"^(\w+://[^:@/?]*):.*@", r"\1:***@", url, flags=re.DOTALL)
    return re.sub(r"(?i)((?:ssl)?password=)[^&\s]*", r"\1***", hidden)


def fingerprint(url: str) -> str:
    """A name for the database at `url`, of 16 hex digits: the same whatever the password, and nothing told by it.

    Raises:
        DatabaseError: the address cannot be read.
    """
    parts = conninfo_to_dict(checked(url))
    told = {name: str(value) for name, value in parts.items() if name not in SECRETS}
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:16]


def for_scripts(private: str | None, public: str | None) -> str:
    """The address that a script should use: the private one where it can be reached, else the public one.

    A platform's private name does not resolve on a laptop, and its command-line tool runs scripts there with the
    service's own variables.

    Raises:
        DatabaseError: neither is set, or the one chosen cannot be read.
    """
    if not private and not public:
        raise DatabaseError(
            "no database: DATABASE_URL is not set", hint="set DATABASE_URL, or DATABASE_PUBLIC_URL on a laptop"
        )
    if not private:
        return checked(str(public))
    private = checked(private)
    return private if not public or reachable(private) else checked(public)


def reachable(url: str) -> bool:
    """Whether one of the address's hosts takes a connection within 3 s each; a Unix socket always counts."""
    parts = conninfo_to_dict(url)
    hosts = str(parts.get("host") or parts.get("hostaddr") or "").split(",")
    ports = str(parts.get("port") or DEFAULT_PORT).split(",")
    ports += ports[-1:] * (len(hosts) - len(ports))
    return any(_takes_connection(host, port) for host, port in zip(hosts, ports, strict=False))


def _takes_connection(host: str, port: str) -> bool:
    if not host or host.startswith(("/", "@")):
        return True
    with suppress(OSError), socket.create_connection((host, int(port or DEFAULT_PORT)), timeout=REACH_S):
        return True
    return False
