"""The tables of published models. Revision 0003."""

from jamhot.database.migrations import run_sql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_sql("0003_models.sql")


def downgrade() -> None:
    raise NotImplementedError("there are no steps back: restore a dump")
