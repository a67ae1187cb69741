"""The tables of the catalogue. Their history is in ``migrations/``; a test compares the two."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData()


def _text(name: str) -> Column[str]:
    return Column(name, Text, nullable=False, server_default="")


def _count(name: str) -> Column[int]:
    return Column(name, Integer, nullable=False, server_default="0")


units = Table(
    "units",
    metadata,
    Column("id", Text, primary_key=True),
    _text("parent_id"),
    _text("kind"),
    _text("level"),
    _text("code"),
    _text("title"),
    _text("mode"),
    _text("dates"),
    _text("earliest"),
    _text("latest"),
    _text("sort"),
    _text("description"),
    _text("fonds_id"),
    _text("dossier_id"),
    _count("pages"),
    _text("sequences"),
    Index("units_children", "parent_id", "sort"),
    Index("units_level", "level", "fonds_id", "sort"),
    Index("units_code", "code"),
    Index("units_dossier", "dossier_id"),
)

aips = Table(
    "aips",
    metadata,
    Column("id", Integer, primary_key=True),
    _text("objid"),
    _count("version"),
    _text("location"),
    _text("fonds_code"),
    _text("code"),
    _count("files"),
    _count("bytes"),
    _count("pages"),
    _text("signature"),
    _text("manifest"),
    _text("tagmanifest"),
    _text("created"),
    Column("current", Boolean, nullable=False),
    UniqueConstraint("objid", "version"),
    UniqueConstraint("location"),
    Index("aips_code", "fonds_code", "code"),
)

# One row a page, 800,000 and more: the package is a number here, and the key is the row itself.
pages = Table(
    "pages",
    metadata,
    Column("aip", Integer, ForeignKey("aips.id"), nullable=False),
    Column("sequence", Integer, nullable=False),
    _text("label"),
    _text("path"),
    _count("frame"),
    _count("width"),
    _count("height"),
    Column("dpi", Float, nullable=False, server_default="0"),
    Column("blank", Boolean, nullable=False),
    _text("mode"),
    _text("item_id"),
    PrimaryKeyConstraint("aip", "sequence"),
    sqlite_with_rowid=False,
)

contents = Table(
    "contents",
    metadata,
    Column("sha256", LargeBinary(32), nullable=False),
    Column("aip", Integer, ForeignKey("aips.id"), nullable=False),
    _text("path"),
    Column("size", Integer, nullable=False, server_default="-1"),  # -1: not known, of rows of earlier versions
    PrimaryKeyConstraint("sha256", "aip", "path"),
    Index("contents_aip", "aip"),
    sqlite_with_rowid=False,
)

access = Table(
    "access",
    metadata,
    Column("page_id", Text, primary_key=True),
    _count("width"),
    _count("height"),
    _text("levels"),
)

jobs = Table(
    "jobs",
    metadata,
    Column("id", Integer, primary_key=True),
    _text("kind"),
    _text("subject"),
    _text("state"),
    _count("attempts"),
    _text("lease_until"),
    _text("reason"),
    _text("created"),
    _text("started"),
    _text("ended"),
    _count("done"),
    _count("total"),
    _text("detail"),
    _text("told"),
    Index("jobs_queue", "kind", "state", "id"),
    Index("jobs_subject", "subject", "kind", "state"),
)

runs = Table(
    "runs",
    metadata,
    Column("id", Integer, primary_key=True),
    _text("scope"),
    _text("started"),
    _text("ended"),
    Column("complete", Boolean, nullable=False),
    _count("packages"),
    _count("files"),
    _count("bytes"),
    _count("problems"),
    _text("owner"),
    _text("until"),
    Index("runs_open", "ended"),
)

intents = Table(
    "intents",
    metadata,
    Column("run", Integer, ForeignKey("runs.id"), nullable=False),
    _text("objid"),
    _count("version"),
    _text("copy"),
    PrimaryKeyConstraint("run", "objid", "version", "copy"),
)

checks = Table(
    "checks",
    metadata,
    _text("objid"),
    _count("version"),
    _text("copy"),
    _text("checked"),
    _text("result"),
    _text("good"),
    PrimaryKeyConstraint("objid", "version", "copy"),
    Index("checks_due", "copy", "checked"),
)

problems = Table(
    "problems",
    metadata,
    Column("id", Integer, primary_key=True),
    _text("objid"),
    _count("version"),
    _text("copy"),
    _text("path"),
    _text("result"),
    _text("expected"),
    _text("actual"),
    _text("found"),
    _text("closed"),
    Index("problems_open", "closed", "objid"),
)

copies = Table(
    "copies",
    metadata,
    Column("name", Text, primary_key=True),
    _text("url"),
    _text("medium"),
    _text("added"),
)

package_copies = Table(
    "package_copies",
    metadata,
    _text("objid"),
    _count("version"),
    _text("copy"),
    _text("state"),
    _text("verified"),
    _text("due"),
    _text("reason"),
    PrimaryKeyConstraint("objid", "version", "copy"),
    Index("package_copies_due", "copy", "state", "due"),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("number", Integer, primary_key=True),
    _text("kind"),
    _text("at"),
    _text("agent"),
    _text("source"),
    _text("vendor"),
    _text("vendor_key"),
    _text("seal"),
    _text("record"),
    Index("deliveries_vendor", "vendor_key", "number"),
)

incidents = Table(
    "incidents",
    metadata,
    Column("number", Integer, primary_key=True),
    _text("objid"),
    _text("copy"),
    _count("run"),
    _text("opened"),
    _text("opened_by"),
    _text("closed"),
    _text("closed_by"),
    _text("how"),
    _text("reason"),
    _count("closing"),
    _text("sources"),
    Index("incidents_open", "closed", "objid", "copy"),
    Index("incidents_package", "objid", "copy"),
)
