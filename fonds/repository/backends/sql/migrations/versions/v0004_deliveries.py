"""A register of deliveries, which ``fonds rebuild --catalogue`` fills from the log; when a job last spoke."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_TEXTS = ("kind", "at", "agent", "source", "vendor", "vendor_key", "seal", "record")


def upgrade() -> None:
    """Make the table and the column."""
    texts = (sa.Column(name, sa.Text(), server_default="", nullable=False) for name in _TEXTS)
    op.create_table(
        "deliveries", sa.Column("number", sa.Integer(), nullable=False), *texts, sa.PrimaryKeyConstraint("number")
    )
    op.create_index("deliveries_vendor", "deliveries", ["vendor_key", "number"], unique=False)
    op.add_column("jobs", sa.Column("told", sa.Text(), server_default="", nullable=False))


def downgrade() -> None:
    """Forget them: the log has the deliveries."""
    with op.batch_alter_table("jobs") as jobs:
        jobs.drop_column("told")
    op.drop_index("deliveries_vendor", table_name="deliveries")
    op.drop_table("deliveries")
