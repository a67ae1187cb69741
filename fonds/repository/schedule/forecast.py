"""Whether the cycle holds: how much is due, how fast it is read, when it will have been read. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from fonds.repository.ports.catalogue import Run
from fonds.repository.ports.reports import Cycle

LAW_DAYS = 3 * 365
"""Everything is to be checked within three years (by our reading of the rules on digital records in archives)."""
SILENT = timedelta(days=2)
"""With something due for so long and no run, nobody runs the schedule."""
_DAY = 86_400.0


def instant(written: str) -> datetime:
    """Return an ISO 8601 time; a bare day, as old packages have it, is its beginning in UTC."""
    when = datetime.fromisoformat(written)
    return when if when.tzinfo else when.replace(tzinfo=UTC)


class Warned(StrEnum):
    """What is wrong with the schedule."""

    STALLED = "stalled"
    UNKNOWN = "unknown"
    SLOW = "slow"
    LATE = "late"
    POLICY = "policy"


@dataclass(frozen=True, slots=True)
class Place:
    """One copy (``main``: the store) in the cycle: its policy in days, and how far it is."""

    days: int
    cycle: Cycle

    @property
    def fresh(self) -> float | None:
        """The share of its bytes that was checked within the policy, 0 to 1; None where nothing is held."""
        return 1 - self.cycle.due_bytes / self.cycle.bytes if self.cycle.bytes else None

    @property
    def next_due(self) -> str:
        """When the next package falls due (ISO 8601 UTC), '' where nothing is held or something is due now."""
        if self.cycle.due or not self.cycle.soonest:
            return ""
        return (instant(self.cycle.soonest) + timedelta(days=self.days)).isoformat(timespec="seconds")


@dataclass(frozen=True, slots=True)
class Forecast:
    """What is to be expected.

    ``rate`` is bytes a second of recent runs; ``completes`` when everything that is due now will have been read;
    ``deadline`` when the first of it must have been by the rules; ``cycle_days`` how long reading everything once
    takes; ``needed`` and ``able`` are bytes a day that the policy asks for, and that the rate gives. None: not known.
    """

    rate: float | None
    due: int
    due_bytes: int
    completes: datetime | None
    deadline: datetime | None
    cycle_days: float | None
    needed: float
    able: float | None
    warnings: tuple[Warned, ...]


def rate_of(runs: Sequence[Run]) -> float | None:
    """Return bytes a second of runs that ended and read something, None where there is none."""
    read = [run for run in runs if run.ended and run.bytes]
    seconds = sum(_seconds(run) for run in read)
    return sum(run.bytes for run in read) / seconds if seconds > 0 else None


def _seconds(run: Run) -> float:
    return max(0.0, (datetime.fromisoformat(run.ended) - datetime.fromisoformat(run.started)).total_seconds())


def forecast(
    places: Sequence[Place], runs: Sequence[Run], *, now: datetime, starts: datetime, daily: float = _DAY
) -> Forecast:
    """Return what is to be expected of the present rate.

    ``runs`` are recent ones, newest first; ``starts`` is when the next begins, ``daily`` how many seconds a day may be
    used for reading.
    """
    rate = rate_of(runs)
    due_bytes = sum(one.cycle.due_bytes for one in places)
    completes = _completes(due_bytes, rate, starts, daily)
    whole = sum(one.cycle.bytes for one in places)
    needed = sum(one.cycle.bytes / max(1, one.days) for one in places)
    able = rate * daily if rate is not None else None
    made = Forecast(
        rate, sum(one.cycle.due for one in places), due_bytes, completes, _deadline(places),
        whole / able if able else None, needed, able, (),
    )  # fmt: skip
    return _warned(made, places, runs, now)


def _completes(due_bytes: int, rate: float | None, starts: datetime, daily: float) -> datetime | None:
    if not due_bytes:
        return starts
    if not rate:
        return None
    days, seconds = divmod(due_bytes / rate, daily)
    return starts + timedelta(days=days, seconds=seconds)


def _deadline(places: Sequence[Place]) -> datetime | None:
    waiting = [one.cycle.waiting_since for one in places if one.cycle.waiting_since]
    return instant(min(waiting)) + timedelta(days=LAW_DAYS) if waiting else None


def _warned(made: Forecast, places: Sequence[Place], runs: Sequence[Run], now: datetime) -> Forecast:
    found = []
    if _stalled(places, runs, now):
        found.append(Warned.STALLED)
    if made.due_bytes and made.rate is None:
        found.append(Warned.UNKNOWN)
    if made.able is not None and made.able < made.needed:
        found.append(Warned.SLOW)
    if made.deadline is not None and (made.completes or now) > made.deadline:
        found.append(Warned.LATE)
    if any(one.days > LAW_DAYS for one in places):
        found.append(Warned.POLICY)
    return Forecast(
        made.rate, made.due, made.due_bytes, made.completes, made.deadline, made.cycle_days, made.needed, made.able,
        tuple(found),
    )  # fmt: skip


def _stalled(places: Sequence[Place], runs: Sequence[Run], now: datetime) -> bool:
    """Say whether something is due for days and no run took place since."""
    last = max((datetime.fromisoformat(run.started) for run in runs), default=None)
    since = due_since(places)
    return since is not None and since + SILENT < now and (last is None or last + SILENT < now)


def due_since(places: Sequence[Place]) -> datetime | None:
    """Return since when something is due, None where nothing is: from its storage on, if it was never checked."""
    return min((_due_since(one) for one in places if one.cycle.due), default=None)


def _due_since(place: Place) -> datetime:
    since = instant(place.cycle.waiting_since)
    return since if place.cycle.never else since + timedelta(days=place.days)
