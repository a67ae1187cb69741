"""Incidents: who closed what was wrong with a package, when, how and why. The log has them, ``rebuild`` reads them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), server_default="", nullable=False)


def _count(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), server_default="0", nullable=False)


def upgrade() -> None:
    """Make the table. Problems that are open already become incidents with the next audit that finds them."""
    texts = (_text(name) for name in ("opened", "opened_by", "closed", "closed_by", "how", "reason"))
    op.create_table(
        "incidents",
        sa.Column("number", sa.Integer(), nullable=False),
        _text("objid"),
        _text("copy"),
        _count("run"),
        *texts,
        _count("closing"),
        _text("sources"),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_index("incidents_open", "incidents", ["closed", "objid", "copy"], unique=False)
    op.create_index("incidents_package", "incidents", ["objid", "copy"], unique=False)


def downgrade() -> None:
    """Forget them: the log has them."""
    op.drop_index("incidents_package", table_name="incidents")
    op.drop_index("incidents_open", table_name="incidents")
    op.drop_table("incidents")
