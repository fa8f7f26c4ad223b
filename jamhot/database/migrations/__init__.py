"""The schema, step by step: each revision is a file of plain SQL in `sql/`. Alembic keeps their order.

Only `scripts/run_migrations.py` and tests come here; the service never imports Alembic.
"""

from __future__ import annotations

from pathlib import Path

from alembic import op

FOLDER = Path(__file__).parent


def run_sql(name: str) -> None:
    """Runs one file of `sql/` on the driver's connection, where neither `:` nor `%` means anything."""
    connection = op.get_bind().connection.driver_connection
    if connection is None:
        raise RuntimeError("Alembic has no connection")
    connection.execute((FOLDER / "sql" / name).read_text(encoding="utf-8"))
