"""The table of feedback. Revision 0002."""

from jamhot.database.migrations import run_sql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_sql("0002_feedback.sql")


def downgrade() -> None:
    raise NotImplementedError("there are no steps back: restore a dump")
