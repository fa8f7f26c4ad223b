"""Feedback in PostgreSQL: the newest few thousand, so that nobody can fill the database with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import IO

from psycopg.types.json import Jsonb

from jamhot.database.catalog_store import SyncConnection
from jamhot.database.failures import translated
from jamhot.database.pool import Database, within

ANSWER_S = 3.0
"""A person waits for it, and it is not worth a longer wait."""
MOST_A_DAY = 1_000
MOST = 20_000
"""About 5 MB. The oldest go when more come."""

KEEP = """
    WITH gone AS (DELETE FROM public.feedback WHERE id <= (SELECT max(id) FROM public.feedback) - %(most)s)
    INSERT INTO public.feedback (said, meant, candidates, model)
    SELECT %(said)s, %(meant)s, %(candidates)s, %(model)s
    WHERE (SELECT count(*) FROM public.feedback WHERE day = (now() AT TIME ZONE 'UTC')::date) < %(most_a_day)s
    RETURNING id
"""
EXPORT = """
    COPY (SELECT day, said, meant, candidates, model FROM public.feedback ORDER BY id)
    TO STDOUT WITH (FORMAT csv, HEADER)
"""


class PostgresFeedback:
    """Keeps what `answers` hands over."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(self, *, said: str | None, meant: str, candidates: Sequence[tuple[str, float]], model: str) -> bool:
        """False when there is enough for today. Raises DatabaseError: away, silent, or not migrated."""
        row = {
            "said": said, "meant": meant, "model": model, "most": MOST, "most_a_day": MOST_A_DAY,
            "candidates": Jsonb([{"name": name, "confidence": confidence} for name, confidence in candidates]),
        }  # fmt: skip
        return await within(ANSWER_S, self._keep(row))

    async def _keep(self, row: Mapping[str, object]) -> bool:
        async with self._database.connection() as connection:
            return await (await connection.execute(KEEP, row)).fetchone() is not None


def export(connection: SyncConnection, file: IO[bytes]) -> int:
    """Writes all of it as CSV, a line of names first, the oldest first. Returns how many rows.

    Raises:
        DatabaseError: unreachable, or not migrated.
    """
    with translated(), connection.cursor() as cursor:
        with cursor.copy(EXPORT) as rows:
            for chunk in rows:
                file.write(chunk)
        return cursor.rowcount
