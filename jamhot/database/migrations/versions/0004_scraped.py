"""Sources and variants of scraped recipes. Revision 0004."""

from jamhot.database.migrations import run_sql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_sql("0004_scraped.sql")


def downgrade() -> None:
    raise NotImplementedError("there are no steps back: restore a dump")
