"""When the daily audit begins: pure, every time is given. Times of the day are those of this machine's zone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from fonds.amounts import Hours

AGAIN_AFTER = timedelta(hours=1)
"""A run that was cut short is not begun again sooner: something may end it every time."""


@dataclass(frozen=True, slots=True)
class Last:
    """The last run of what was due: when it started, and whether it read everything it meant to."""

    started: datetime
    complete: bool


def slot(now: datetime, at: time) -> datetime:
    """Return the last time that it was ``at`` o'clock."""
    today = now.replace(hour=at.hour, minute=at.minute, second=0, microsecond=0)
    return today if today <= now else today - timedelta(days=1)


def is_time(now: datetime, at: time, last: Last | None, since: datetime | None) -> bool:
    """Say whether a run should begin now: none did since it was ``at`` o'clock the last time, or it was cut short.

    ``since`` is from when on something is due, None where nothing is: what fell due later waits for the next time. What
    the machine slept through is caught up at once.
    """
    begin = slot(now, at)
    if since is None or since > begin:
        return False
    if last is None or last.started < begin:
        return True
    return not last.complete and last.started + AGAIN_AFTER <= now


def next_start(now: datetime, at: time, last: Last | None, since: datetime | None) -> datetime:
    """Return when the next run begins: now, if one is to be caught up."""
    if is_time(now, at, last, since):
        return now
    begin = slot(now, at)
    after = begin + timedelta(days=1)
    if last is not None and not last.complete and since is not None and since <= begin:
        return min(after, last.started + AGAIN_AFTER)
    return after


def opens(when: datetime, hours: Hours | None) -> datetime:
    """Return when reading may begin: then, or at the next beginning of the hours that are set."""
    if hours is None or when.time() in hours:
        return when
    begins = when.replace(hour=hours.begin.hour, minute=hours.begin.minute, second=0, microsecond=0)
    return begins if begins >= when else begins + timedelta(days=1)


def daily(hours: Hours | None) -> float:
    """Return how many seconds a day may be used for reading."""
    if hours is None:
        return timedelta(days=1).total_seconds()
    begin, end = (datetime.combine(date.min, one) for one in (hours.begin, hours.end))
    return (end - begin).total_seconds() % timedelta(days=1).total_seconds()
