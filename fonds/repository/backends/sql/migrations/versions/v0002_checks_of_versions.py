"""Each stored version is checked by itself: the version becomes part of what names a check and an intent."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make both tables anew and take over their rows: a check knew its version, an intent meant the newest one."""
    _set_aside("checks", "intents", index="checks_due")
    _checks("objid", "version", "copy")
    _intents(with_version=True)
    op.execute("INSERT INTO checks SELECT objid, version, copy, checked, result FROM was_checks")
    op.execute(
        "INSERT INTO intents SELECT run, objid, COALESCE(version, 1), copy FROM was_intents"
        " LEFT JOIN (SELECT objid AS held, max(version) AS version FROM aips GROUP BY objid) ON held = objid"
    )
    _forget("checks", "intents")


def downgrade() -> None:
    """Keep the check of the newest version that was checked."""
    _set_aside("checks", "intents", index="checks_due")
    _checks("objid", "copy")
    _intents(with_version=False)
    # Of a group, SQLite takes the other columns from the row that has the maximum.
    op.execute(
        "INSERT INTO checks SELECT objid, copy, max(version), checked, result FROM was_checks GROUP BY objid, copy"
    )
    op.execute("INSERT OR IGNORE INTO intents SELECT run, objid, copy FROM was_intents")
    _forget("checks", "intents")


def _set_aside(*names: str, index: str) -> None:
    op.drop_index(index, table_name=names[0])
    for name in names:
        op.rename_table(name, f"was_{name}")


def _forget(*names: str) -> None:
    for name in names:
        op.drop_table(f"was_{name}")


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), server_default="", nullable=False)


def _version() -> sa.Column[int]:
    return sa.Column("version", sa.Integer(), server_default="0", nullable=False)


def _checks(*key: str) -> None:
    rest: list[sa.schema.SchemaItem] = [_version(), _text("copy")]
    op.create_table(
        "checks",
        _text("objid"),
        *(rest if "version" in key else reversed(rest)),
        _text("checked"),
        _text("result"),
        sa.PrimaryKeyConstraint(*key),
    )
    op.create_index("checks_due", "checks", ["copy", "checked"], unique=False)


def _intents(*, with_version: bool) -> None:
    key = ["run", "objid", *(["version"] if with_version else []), "copy"]
    op.create_table(
        "intents",
        sa.Column("run", sa.Integer(), nullable=False),
        _text("objid"),
        *([_version()] if with_version else []),
        _text("copy"),
        sa.ForeignKeyConstraint(["run"], ["runs.id"]),
        sa.PrimaryKeyConstraint(*key),
    )
