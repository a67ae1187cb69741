"""The report on fixity: state of every copy, what was done on which day, runs, problems, and a forecast."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import dropwhile

from fonds.repository.archive import Archive
from fonds.repository.audit import ALL, DUE
from fonds.repository.ports.catalogue import Run
from fonds.repository.ports.reports import ProblemRow
from fonds.repository.reports.days import Day, daily
from fonds.repository.reports.model import Column, Curve, Grid, Kind, Report, Value
from fonds.repository.schedule.state import ScheduleState, schedule_state

DAYS = 90
MOST = 5_000
"""Rows that a table of a report has at most; how many more there are is told."""


def period(since: date | None, until: date | None, today: date) -> tuple[date, date]:
    """Return the days of a report: up to today, ``DAYS`` of them, where nothing else is wanted."""
    end = min(until or today, today)
    return min(since or end - timedelta(days=DAYS - 1), end), end


def instants(since: date, until: date) -> tuple[str, str]:
    """Return the beginning of one day and the end of another of this machine's zone, as ISO 8601 UTC."""
    begin = datetime.combine(since, time()).astimezone()
    end = datetime.combine(until + timedelta(days=1), time()).astimezone()
    return _utc(begin), _utc(end)


def _utc(when: datetime) -> str:
    return when.astimezone(UTC).isoformat(timespec="milliseconds")


def fixity_report(archive: Archive, since: date | None = None, until: date | None = None) -> Report:
    """Return the report over some days (``period``), from the first on which anything was held."""
    now = datetime.now(UTC)
    first, last = period(since, until, now.astimezone().date())
    begin, end = instants(first, last)
    settings, state = archive.settings, schedule_state(archive, now)
    days = daily(archive.log.rows(), first, last, settings.audit_days_of, settings.audit_days)
    series = list(dropwhile(lambda day: not day.held, days))
    runs = archive.reports.runs(begin, end, limit=MOST)
    found = archive.reports.problem_rows(begin, end, limit=MOST)
    grids = [
        places_grid(state),
        _days_grid(series),
        runs_grid(archive, runs.items, runs.total),
        problems_grid(archive, found.items, found.total),
    ]
    return Report(
        "fixity", settings.archive_name, str(archive.root), first.isoformat(), last.isoformat(),
        now.isoformat(timespec="seconds"), facts_grid(state, archive.fixity.problems(limit=1).total),
        curves_of(series, runs.items), grids, [f"schedule.warning.{one.value}" for one in state.forecast.warnings],
    )  # fmt: skip


def facts_grid(state: ScheduleState, problems: int) -> Grid:
    """Return the state in one row."""
    made, last = state.forecast, state.last
    columns = (
        Column("open_problems", Kind.COUNT), Column("due", Kind.COUNT), Column("due_bytes", Kind.BYTES),
        Column("last_run", Kind.TIME), Column("next_due", Kind.TIME), Column("rate", Kind.RATE),
        Column("completes", Kind.TIME), Column("cycle_days", Kind.COUNT),
    )  # fmt: skip
    row: list[Value] = [
        problems, made.due, made.due_bytes, last.started if last else "", state.next_due,
        None if made.rate is None else round(made.rate),
        made.completes.isoformat(timespec="seconds") if made.completes and made.due else "",
        None if made.cycle_days is None else round(made.cycle_days, 2),
    ]  # fmt: skip
    return Grid("facts", columns, [row])


def places_grid(state: ScheduleState) -> Grid:
    """Return the copies, a row each."""
    columns = (
        Column("copy", Kind.TEXT), Column("days", Kind.COUNT), Column("packages", Kind.COUNT),
        Column("bytes", Kind.BYTES), Column("never", Kind.COUNT), Column("due", Kind.COUNT),
        Column("due_bytes", Kind.BYTES), Column("fresh", Kind.SHARE), Column("oldest", Kind.TIME),
    )  # fmt: skip
    rows: list[list[Value]] = [
        [one.cycle.copy, one.days, one.cycle.packages, one.cycle.bytes, one.cycle.never, one.cycle.due,
         one.cycle.due_bytes, None if one.fresh is None else round(one.fresh, 4), one.cycle.oldest]
        for one in state.places
    ]  # fmt: skip
    return Grid("places", columns, rows)


def _days_grid(series: Sequence[Day]) -> Grid:
    columns = (
        Column("day", Kind.DAY), Column("held", Kind.COUNT), Column("fresh", Kind.COUNT), Column("never", Kind.COUNT),
        Column("oldest", Kind.COUNT), Column("checks", Kind.COUNT), Column("failed", Kind.COUNT),
        Column("problems", Kind.COUNT),
    )  # fmt: skip
    rows: list[list[Value]] = [
        [one.day.isoformat(), one.held, one.fresh, one.never, one.oldest, one.checks, one.failed, one.problems]
        for one in series
    ]
    return Grid("days", columns, rows)


def runs_grid(archive: Archive, runs: Sequence[Run], total: int) -> Grid:
    """Return runs, newest first; ``total`` is how many there are in all. A run over one package names its code."""
    columns = (
        Column("run", Kind.COUNT), Column("scope", Kind.WORD), Column("started", Kind.TIME),
        Column("ended", Kind.TIME), Column("complete", Kind.WORD), Column("packages", Kind.COUNT),
        Column("files", Kind.COUNT), Column("bytes", Kind.BYTES), Column("rate", Kind.RATE),
        Column("problems", Kind.COUNT),
    )  # fmt: skip
    rows: list[list[Value]] = [
        [run.id, _scope(archive, run), run.started, run.ended, "whole" if run.complete else "cut", run.packages,
         run.files, run.bytes, _rate(run), run.problems]
        for run in runs
    ]  # fmt: skip
    return Grid("runs", columns, rows, total - len(rows))


def _scope(archive: Archive, run: Run) -> str:
    if run.scope in (ALL, DUE):
        return run.scope
    held = archive.holdings.versions(run.scope, limit=1).items
    return held[0].name if held else run.scope


def _rate(run: Run) -> int | None:
    if not run.ended or not run.bytes:
        return None
    seconds = (datetime.fromisoformat(run.ended) - datetime.fromisoformat(run.started)).total_seconds()
    return round(run.bytes / seconds) if seconds > 0 else None


def problems_grid(archive: Archive, found: Sequence[ProblemRow], total: int) -> Grid:
    """Return problems, newest first, open and closed."""
    columns = (
        Column("id", Kind.COUNT), Column("found", Kind.TIME), Column("closed", Kind.TIME),
        Column("result", Kind.WORD), Column("code", Kind.TEXT), Column("version", Kind.COUNT),
        Column("copy", Kind.TEXT), Column("path", Kind.TEXT), Column("expected", Kind.DIGEST),
        Column("actual", Kind.DIGEST),
    )  # fmt: skip
    rows: list[list[Value]] = [
        [one.id, one.problem.found, one.closed, one.problem.result, code_of(archive, one), one.problem.version,
         one.problem.copy, one.problem.path, one.problem.expected, one.problem.actual]
        for one in found
    ]  # fmt: skip
    return Grid("problems", columns, rows, total - len(rows))


def code_of(archive: Archive, incident: ProblemRow) -> str:
    """Return the code of the dossier that an incident is about; its OBJID where it is not held any more."""
    aip = archive.holdings.aip(incident.problem.objid, incident.problem.version)
    return aip.name if aip else incident.problem.objid


def curves_of(series: Sequence[Day], runs: Sequence[Run]) -> list[Curve]:
    """Return what is drawn: coverage, age of the oldest check, failed checks by day, read rate."""
    days = [(float(one.day.toordinal()), one) for one in series]
    rates = [(datetime.fromisoformat(run.started).astimezone(), _rate(run)) for run in reversed(runs)]
    return [
        Curve("coverage", Kind.SHARE, [(at, one.fresh / one.held) for at, one in days if one.held]),
        Curve("oldest", Kind.COUNT, [(at, one.oldest) for at, one in days if one.oldest is not None]),
        Curve("failed", Kind.COUNT, [(at, one.failed) for at, one in days], bars=True),
        Curve("rate", Kind.RATE, [(_ordinal(when), rate) for when, rate in rates if rate is not None]),
    ]


def _ordinal(when: datetime) -> float:
    return when.toordinal() + (when.hour * 60 + when.minute) / 1440
