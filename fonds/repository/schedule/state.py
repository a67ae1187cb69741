"""How the schedule stands: policy, cycle and forecast of every copy, from the rows of the catalogue."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from fonds import amounts
from fonds.repository.archive import Archive
from fonds.repository.audit import ALL, DUE, may_read_now
from fonds.repository.fixity import MAIN_COPY
from fonds.repository.ports.catalogue import Run
from fonds.repository.schedule.clock import Last, daily, is_time, next_start, opens
from fonds.repository.schedule.forecast import Forecast, Place, due_since, forecast
from fonds.repository.underway import AUDIT, is_alive

_RUNS = 50


@dataclass(frozen=True, slots=True)
class ScheduleState:
    """The schedule now. ``next_run`` is None when serving begins no audits by itself; ``last`` is the last run."""

    places: tuple[Place, ...]
    forecast: Forecast
    at: str
    next_run: datetime | None
    last: Run | None

    @property
    def next_due(self) -> str:
        """When the next package falls due (ISO 8601 UTC), '' when something is due now or nothing is held."""
        if self.forecast.due:
            return ""
        return min((one.next_due for one in self.places if one.next_due), default="")


def schedule_state(archive: Archive, now: datetime | None = None) -> ScheduleState:
    """Return how the schedule stands."""
    now = now or datetime.now(UTC)
    runs = _runs(archive)
    places = _places(archive, now)
    at = _at(archive)
    hours = amounts.hours(archive.settings.audit_hours)
    starts = next_start(now.astimezone(), at, _last(runs), due_since(places)) if at else None
    starts = opens(starts, hours) if starts else None
    expected = forecast(places, runs, now=now, starts=starts or opens(now.astimezone(), hours), daily=daily(hours))
    return ScheduleState(places, expected, archive.settings.audit_at, starts, runs[0] if runs else None)


def _runs(archive: Archive) -> list[Run]:
    """Return the last runs over everything that was due, or over everything, newest first."""
    return [run for run in archive.fixity.runs(limit=_RUNS).items if run.scope in (DUE, ALL)]


def _places(archive: Archive, now: datetime) -> tuple[Place, ...]:
    names = (MAIN_COPY, *(one.name for one in archive.copies.copies()))
    return tuple(_place(archive, name, archive.settings.days_of(name), now) for name in names)


def _place(archive: Archive, name: str, days: int, now: datetime) -> Place:
    before = now.astimezone(UTC) - timedelta(days=days)
    return Place(days, archive.reports.cycle(name, before.isoformat(timespec="milliseconds")))


def _at(archive: Archive) -> time | None:
    return amounts.clock(archive.settings.audit_at) if archive.settings.audit_at else None


def _last(runs: list[Run]) -> Last | None:
    return Last(datetime.fromisoformat(runs[0].started).astimezone(), runs[0].complete) if runs else None


def should_start(archive: Archive, now: datetime | None = None) -> bool:
    """Say whether an audit should be begun now: it is time, something is due, none is running."""
    at, local = _at(archive), (now or datetime.now(UTC)).astimezone()
    if at is None or not may_read_now(archive.settings, local) or _is_running(archive):
        return False
    return is_time(local, at, _last(_runs(archive)), due_since(_places(archive, local)))


def _is_running(archive: Archive) -> bool:
    return any(is_alive(job) for job in archive.jobs.recent(kind=AUDIT, state="running", limit=10).items)
