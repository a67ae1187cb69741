"""What the audit log tells of one audit run, of the checks of one package, of backups: read as a stream."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from fonds.repository.archive import Archive
from fonds.repository.copies.replicate import REPLICATION
from fonds.repository.logged import FIXITY, logged_check
from fonds.repository.ports.catalogue import Run
from fonds.repository.ports.log import LogRow


@dataclass(slots=True)
class RunFacts:
    """What a run found. ``problems`` are (code, version, copy, path, result), ``unreached`` (copy, error, packages)."""

    agent: str = ""
    problems: list[tuple[str, int, str, str, str]] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    unreached: list[tuple[str, str, int]] = field(default_factory=list)


def run_facts(archive: Archive, run: Run) -> RunFacts:
    """Return what the log tells of a run; nothing where it began before the log tells of runs."""
    facts = RunFacts()
    for row in archive.log.rows():
        if row.when >= run.started and row.detail.get("run") == run.id and _is_within(row, run):
            _take(archive, facts, row)
    return facts


def _is_within(row: LogRow, run: Run) -> bool:
    # A catalogue that was made anew counts its runs from 1 again: the time tells which one is meant. The last row is
    # written just after the end of the run.
    return not run.ended or row.when <= run.ended or row.action == "audit ends"


def _take(archive: Archive, facts: RunFacts, row: LogRow) -> None:
    if row.action == "audit begins":
        facts.agent = row.agent
    elif row.action == "audit ends":
        unknown, unreached = row.detail.get("unknown"), row.detail.get("unreached")
        facts.unknown = [str(one) for one in unknown] if isinstance(unknown, list) else []
        rows = unreached if isinstance(unreached, list) else []
        facts.unreached = [(str(copy), str(code), int(count)) for copy, code, count in rows if count]
    if row.action == FIXITY:
        check, found = logged_check(row)
        aip = archive.holdings.aip(check.objid, check.version) if found else None
        code = aip.name if aip else check.objid
        facts.problems += [(code, one.version, one.copy, one.path, one.result) for one in found]


def checks_in(archive: Archive, objid: str, version: int, copy: str) -> list[tuple[str, str]]:
    """Return (when, result) of every check of one version in one copy, oldest first; ``result`` is ok|problem."""
    rows = (row for row in archive.log.rows() if row.action == FIXITY and row.subject == objid)
    checks = (logged_check(row)[0] for row in rows)
    return [(one.checked, one.result) for one in checks if (one.version, one.copy) == (version, copy)]


@dataclass(slots=True)
class Backup:
    """What went into one copy on one day: stored versions, bytes, those that failed, the accounts."""

    day: date
    copy: str
    url: str
    packages: int = 0
    bytes: int = 0
    failed: int = 0
    agents: list[str] = field(default_factory=list)


def backups(archive: Archive, since: str, until: str) -> Sequence[Backup]:
    """Return what went into copies between two times (ISO 8601 UTC, the former included), by day and copy."""
    found: dict[tuple[date, str], Backup] = {}
    for row in archive.log.rows():
        if row.action == REPLICATION and since <= row.when < until:
            _count(found, row)
    return [found[key] for key in sorted(found)]


def _count(found: dict[tuple[date, str], Backup], row: LogRow) -> None:
    day, copy = datetime.fromisoformat(row.when).astimezone().date(), str(row.detail.get("copy", ""))
    one = found.setdefault((day, copy), Backup(day, copy, str(row.detail.get("url", ""))))
    if row.outcome == "success":
        one.packages += 1
        one.bytes += int(str(row.detail.get("bytes", 0)))
    else:
        one.failed += 1
    if row.agent not in one.agents:
        one.agents.append(row.agent)
