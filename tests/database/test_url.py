"""Addresses: which are taken, how they are shown, and which one a laptop uses."""

from __future__ import annotations

import re
import socket

import pytest

from jamhot.database.url import checked, fingerprint, for_scripts, log_safe
from jamhot.errors import DatabaseError

PUBLIC = "postgresql://jam:s3cret@proxy.example:4711/railway"


@pytest.mark.parametrize(
    "url",
    [
        "postgres://u:p@h:5432/d",
        "postgresql://u:p@h:5432/d",
        "postgresql://u:p%40ss@[fd12::1]:5432/d?sslmode=require",
        "postgresql:///jamhot?host=%2Ftmp%2Fa%20b&user=postgres",
        "postgresql://a:1,b:2/d",
    ],
)
def test_what_is_taken(url: str) -> None:
    assert checked(f" {url}\n") == url


@pytest.mark.parametrize(
    "url",
    [
        "",
        "mysql://u:s3cret@h/d",
        "host=h password=s3cret",
        "postgresql://u:s3cret@h:port:1/d",
        "postgresql://u:s3c/ret@h/d",
    ],
)
def test_what_is_refused_and_never_repeated(url: str) -> None:
    with pytest.raises(DatabaseError) as told:
        checked(url)
    assert "s3c" not in f"{told.value} {told.value.hint} {told.value.details}"
    assert told.value.__context__ is None


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://u:s3cret@h:5432/d", "postgresql://u:***@h:5432/d"),
        ("postgres://u@h/d", "postgres://u@h/d"),
        ("postgres://h/d?user=u&password=s3cret&sslmode=require", "postgres://h/d?user=u&password=***&sslmode=require"),
        ("postgres://h/d?sslpassword=s3cret", "postgres://h/d?sslpassword=***"),
        ("postgres://u:s3c@ret/x?y#z@h/d", "postgres://u:***@h/d"),
    ],
)
def test_how_it_is_shown(url: str, shown: str) -> None:
    assert log_safe(url) == shown


def test_scripts_take_the_private_address_where_it_answers() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        private = f"postgresql://u@127.0.0.1:{listener.getsockname()[1]}/d"
        assert for_scripts(private, PUBLIC) == private
    assert for_scripts(private, PUBLIC) == PUBLIC, "nobody listens any more"


def test_scripts_take_the_public_address_where_the_private_name_means_nothing() -> None:
    assert for_scripts("postgresql://u:p@postgres.railway.internal:5432/railway", PUBLIC) == PUBLIC


def test_scripts_take_whichever_is_set() -> None:
    private = "postgresql://u:p@postgres.railway.internal:5432/railway"
    assert for_scripts(private, None) == private
    assert for_scripts(None, PUBLIC) == PUBLIC
    assert for_scripts("postgresql:///d?host=/tmp", PUBLIC).startswith("postgresql:///d")
    with pytest.raises(DatabaseError, match="DATABASE_URL is not set"):
        for_scripts(None, None)


def test_a_database_is_known_again_by_its_address_without_the_password() -> None:
    one = fingerprint("postgresql://u:first@h:5432/d?sslmode=require")
    assert re.fullmatch("[0-9a-f]{16}", one)
    assert one == fingerprint("postgres://u:second@h:5432/d?sslmode=require&sslpassword=x")
    others = (
        "postgresql://u@h:5432/e",
        "postgresql://u@g:5432/d",
        "postgresql://u@h:5433/d",
        "postgresql://v@h:5432/d",
    )
    assert len({one, *map(fingerprint, others)}) == 5
    with pytest.raises(DatabaseError):
        fingerprint("mysql://u:p@h/d")
