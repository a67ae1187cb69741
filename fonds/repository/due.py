"""When a stored version is to be read again, and which part or sample it belongs to. Pure: the same on every machine.

What was ingested in one day would all fall due in one day, quarter after quarter. So every package is due a little
earlier than it must be, each by an amount of its own that follows from its OBJID.
"""

from __future__ import annotations

import hashlib
from datetime import date, datetime, timedelta

_EARLIER = 0.1
"""The largest part of the interval by which a package is due earlier."""


def fraction(*names: str) -> float:
    """Return a number in [0, 1), spread evenly over names and always the same for the same ones."""
    digest = hashlib.sha256("\0".join(names).encode()).digest()
    return (int.from_bytes(digest[:8]) >> 11) / (1 << 53)


def jitter(objid: str, days: int) -> timedelta:
    """Return by how much a package is due earlier than ``days`` after its last good check."""
    return timedelta(days=days) * (_EARLIER * fraction("due", objid))


def due_at(objid: str, good: datetime, days: int) -> datetime:
    """Return when a copy of a package is due that was found good at a time, to be read every ``days`` days."""
    return good + timedelta(days=days) - jitter(objid, days)


def is_due(objid: str, good: str, days: int, now: datetime) -> bool:
    """Say whether it is due now; ``good`` is ISO 8601, '' for what was never found good."""
    return not good or due_at(objid, datetime.fromisoformat(good), days) <= now


def in_part(objid: str, number: int, parts: int) -> bool:
    """Say whether a package belongs to the part ``number`` (from 1) of so many; it belongs to exactly one."""
    return int(fraction("part", objid) * parts) == number - 1


def in_sample(objid: str, copy: str, day: date, percent: int) -> bool:
    """Say whether a copy of a package is in the random sample of a day. Drawn anew each day, by its date."""
    return fraction("sample", objid, copy, day.isoformat()) * 100 < percent
