"""The catalogue's tables. Revision 0001, the first."""

from jamhot.database.migrations import run_sql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_sql("0001_catalog.sql")


def downgrade() -> None:
    raise NotImplementedError("there is no way back from the first schema but to drop the database")
