"""Deliveries in the audit log, and the register in the catalogue that is made of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fonds.errors import UsageError
from fonds.repository.archive import Archive
from fonds.repository.deliveries.record import Record, from_plain, to_plain, vendor_key
from fonds.repository.ports.deliveries import Entry
from fonds.repository.ports.log import LogRow

DELIVERY = "delivery"
CHECKED = "check"
_KEY = "record"


def register(archive: Archive, record: Record, *, agent: str, source: str, summary: Mapping[str, object]) -> int:
    """Write a delivery into the log, then into the register; returns its number.

    ``summary`` is what the row says besides. Raises LOG_FAILED, CATALOGUE_….
    """
    action = CHECKED if record.kind == CHECKED else DELIVERY
    row = archive.log.append(action, agent=agent, subject=source, detail={**summary, _KEY: to_plain(record)})
    entry = _entry(row)
    if entry is not None:
        archive.deliveries.put(entry)
    return row.number


def restore_register(archive: Archive) -> None:
    """Fill the register anew from the log. Rows of before records were kept are no part of it."""
    archive.deliveries.clear()
    for row in archive.log.rows():
        entry = _entry(row)
        if entry is not None:
            archive.deliveries.put(entry)


def _entry(row: LogRow) -> Entry | None:
    plain = row.detail.get(_KEY)
    if row.action not in (DELIVERY, CHECKED) or not isinstance(plain, dict):
        return None
    vendor = str((plain.get("hand_over") or {}).get("vendor", ""))
    return Entry(
        row.number, str(plain["kind"]), row.when, row.agent, row.subject, vendor, vendor_key(vendor), row.hash, plain
    )


def recorded(entry: Entry) -> Record:
    """Return what is recorded of a delivery."""
    plain: Mapping[str, Any] = entry.record
    return from_plain(plain)


def delivery(archive: Archive, number: int) -> tuple[Entry, Record]:
    """Return a delivery by its number. Raises UsageError DELIVERY_UNKNOWN."""
    entry = archive.deliveries.get(number)
    if entry is None:
        raise UsageError("DELIVERY_UNKNOWN", number=number)
    return entry, recorded(entry)
