"""Whose an audit run is and how long; when a copy was last found good; the size of every file."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns. A check that was good tells when that was; the sizes of older rows are not known."""
    for name in ("owner", "until"):
        op.add_column("runs", _text(name))
    op.create_index("runs_open", "runs", ["ended"], unique=False)
    op.add_column("checks", _text("good"))
    op.execute("UPDATE checks SET good = checked WHERE result = 'ok'")
    op.add_column("contents", sa.Column("size", sa.Integer(), server_default="-1", nullable=False))


def downgrade() -> None:
    """Forget them."""
    for table, *names in (("contents", "size"), ("checks", "good"), ("runs", "owner", "until")):
        if table == "runs":
            op.drop_index("runs_open", table_name="runs")
        # Not a batch, which would make the table anew with a hidden row number; SQLite 3.35 drops columns.
        for name in names:
            op.drop_column(table, name)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), server_default="", nullable=False)
