"""Who writes, writes alone: one advisory lock for migrations and content, let go with the transaction."""

from __future__ import annotations

WRITER = ("SET LOCAL lock_timeout = '60s'", "SELECT pg_advisory_xact_lock(27489377, 1)")
"""Statements that open a writer's transaction. 27489377 is ours by choice, no table has it."""
