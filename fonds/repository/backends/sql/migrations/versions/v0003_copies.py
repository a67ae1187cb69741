"""Further copies of the store, and which package is in which of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make both tables: until now there were no copies."""
    op.create_table(
        "copies",
        sa.Column("name", sa.Text(), nullable=False),
        *_texts("url", "medium", "added"),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "package_copies",
        *_texts("objid"),
        sa.Column("version", sa.Integer(), server_default="0", nullable=False),
        *_texts("copy", "state", "verified", "due", "reason"),
        sa.PrimaryKeyConstraint("objid", "version", "copy"),
    )
    op.create_index("package_copies_due", "package_copies", ["copy", "state", "due"], unique=False)


def downgrade() -> None:
    """Forget the copies; the audit log keeps them."""
    op.drop_index("package_copies_due", table_name="package_copies")
    op.drop_table("package_copies")
    op.drop_table("copies")


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), server_default="", nullable=False) for name in names]
