"""The first tables: holdings, jobs, audits."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "access",
        sa.Column("page_id", sa.Text(), nullable=False),
        sa.Column("width", sa.Integer(), server_default="0", nullable=False),
        sa.Column("height", sa.Integer(), server_default="0", nullable=False),
        sa.Column("levels", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("page_id"),
    )
    op.create_table(
        "aips",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("objid", sa.Text(), server_default="", nullable=False),
        sa.Column("version", sa.Integer(), server_default="0", nullable=False),
        sa.Column("location", sa.Text(), server_default="", nullable=False),
        sa.Column("fonds_code", sa.Text(), server_default="", nullable=False),
        sa.Column("code", sa.Text(), server_default="", nullable=False),
        sa.Column("files", sa.Integer(), server_default="0", nullable=False),
        sa.Column("bytes", sa.Integer(), server_default="0", nullable=False),
        sa.Column("pages", sa.Integer(), server_default="0", nullable=False),
        sa.Column("signature", sa.Text(), server_default="", nullable=False),
        sa.Column("manifest", sa.Text(), server_default="", nullable=False),
        sa.Column("tagmanifest", sa.Text(), server_default="", nullable=False),
        sa.Column("created", sa.Text(), server_default="", nullable=False),
        sa.Column("current", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("location"),
        sa.UniqueConstraint("objid", "version"),
    )
    op.create_index("aips_code", "aips", ["fonds_code", "code"], unique=False)
    op.create_table(
        "checks",
        sa.Column("objid", sa.Text(), server_default="", nullable=False),
        sa.Column("copy", sa.Text(), server_default="", nullable=False),
        sa.Column("version", sa.Integer(), server_default="0", nullable=False),
        sa.Column("checked", sa.Text(), server_default="", nullable=False),
        sa.Column("result", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("objid", "copy"),
    )
    op.create_index("checks_due", "checks", ["copy", "checked"], unique=False)
    op.create_table(
        "jobs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), server_default="", nullable=False),
        sa.Column("subject", sa.Text(), server_default="", nullable=False),
        sa.Column("state", sa.Text(), server_default="", nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("lease_until", sa.Text(), server_default="", nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("created", sa.Text(), server_default="", nullable=False),
        sa.Column("started", sa.Text(), server_default="", nullable=False),
        sa.Column("ended", sa.Text(), server_default="", nullable=False),
        sa.Column("done", sa.Integer(), server_default="0", nullable=False),
        sa.Column("total", sa.Integer(), server_default="0", nullable=False),
        sa.Column("detail", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("jobs_queue", "jobs", ["kind", "state", "id"], unique=False)
    op.create_index("jobs_subject", "jobs", ["subject", "kind", "state"], unique=False)
    op.create_table(
        "problems",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("objid", sa.Text(), server_default="", nullable=False),
        sa.Column("version", sa.Integer(), server_default="0", nullable=False),
        sa.Column("copy", sa.Text(), server_default="", nullable=False),
        sa.Column("path", sa.Text(), server_default="", nullable=False),
        sa.Column("result", sa.Text(), server_default="", nullable=False),
        sa.Column("expected", sa.Text(), server_default="", nullable=False),
        sa.Column("actual", sa.Text(), server_default="", nullable=False),
        sa.Column("found", sa.Text(), server_default="", nullable=False),
        sa.Column("closed", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("problems_open", "problems", ["closed", "objid"], unique=False)
    op.create_table(
        "runs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("scope", sa.Text(), server_default="", nullable=False),
        sa.Column("started", sa.Text(), server_default="", nullable=False),
        sa.Column("ended", sa.Text(), server_default="", nullable=False),
        sa.Column("complete", sa.Boolean(), nullable=False),
        sa.Column("packages", sa.Integer(), server_default="0", nullable=False),
        sa.Column("files", sa.Integer(), server_default="0", nullable=False),
        sa.Column("bytes", sa.Integer(), server_default="0", nullable=False),
        sa.Column("problems", sa.Integer(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "units",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("parent_id", sa.Text(), server_default="", nullable=False),
        sa.Column("kind", sa.Text(), server_default="", nullable=False),
        sa.Column("level", sa.Text(), server_default="", nullable=False),
        sa.Column("code", sa.Text(), server_default="", nullable=False),
        sa.Column("title", sa.Text(), server_default="", nullable=False),
        sa.Column("mode", sa.Text(), server_default="", nullable=False),
        sa.Column("dates", sa.Text(), server_default="", nullable=False),
        sa.Column("earliest", sa.Text(), server_default="", nullable=False),
        sa.Column("latest", sa.Text(), server_default="", nullable=False),
        sa.Column("sort", sa.Text(), server_default="", nullable=False),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("fonds_id", sa.Text(), server_default="", nullable=False),
        sa.Column("dossier_id", sa.Text(), server_default="", nullable=False),
        sa.Column("pages", sa.Integer(), server_default="0", nullable=False),
        sa.Column("sequences", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("units_children", "units", ["parent_id", "sort"], unique=False)
    op.create_index("units_code", "units", ["code"], unique=False)
    op.create_index("units_dossier", "units", ["dossier_id"], unique=False)
    op.create_index("units_level", "units", ["level", "fonds_id", "sort"], unique=False)
    op.create_table(
        "contents",
        sa.Column("sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("aip", sa.Integer(), nullable=False),
        sa.Column("path", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["aip"],
            ["aips.id"],
        ),
        sa.PrimaryKeyConstraint("sha256", "aip", "path"),
        sqlite_with_rowid=False,
    )
    op.create_index("contents_aip", "contents", ["aip"], unique=False)
    op.create_table(
        "intents",
        sa.Column("run", sa.Integer(), nullable=False),
        sa.Column("objid", sa.Text(), server_default="", nullable=False),
        sa.Column("copy", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["run"],
            ["runs.id"],
        ),
        sa.PrimaryKeyConstraint("run", "objid", "copy"),
    )
    op.create_table(
        "pages",
        sa.Column("aip", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("label", sa.Text(), server_default="", nullable=False),
        sa.Column("path", sa.Text(), server_default="", nullable=False),
        sa.Column("frame", sa.Integer(), server_default="0", nullable=False),
        sa.Column("width", sa.Integer(), server_default="0", nullable=False),
        sa.Column("height", sa.Integer(), server_default="0", nullable=False),
        sa.Column("dpi", sa.Float(), server_default="0", nullable=False),
        sa.Column("blank", sa.Boolean(), nullable=False),
        sa.Column("mode", sa.Text(), server_default="", nullable=False),
        sa.Column("item_id", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["aip"],
            ["aips.id"],
        ),
        sa.PrimaryKeyConstraint("aip", "sequence"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Remove them."""
    op.drop_table("pages")
    op.drop_table("intents")
    op.drop_index("contents_aip", table_name="contents")
    op.drop_table("contents")
    op.drop_index("units_level", table_name="units")
    op.drop_index("units_dossier", table_name="units")
    op.drop_index("units_code", table_name="units")
    op.drop_index("units_children", table_name="units")
    op.drop_table("units")
    op.drop_table("runs")
    op.drop_index("problems_open", table_name="problems")
    op.drop_table("problems")
    op.drop_index("jobs_subject", table_name="jobs")
    op.drop_index("jobs_queue", table_name="jobs")
    op.drop_table("jobs")
    op.drop_index("checks_due", table_name="checks")
    op.drop_table("checks")
    op.drop_index("aips_code", table_name="aips")
    op.drop_table("aips")
    op.drop_table("access")
