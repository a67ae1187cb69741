"""Incidents: opened by the audit that finds something wrong, closed by a repair that was verified, or by a person.

The rows of the audit log are the truth; the catalogue has them as a table, and ``fonds rebuild`` makes it again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from fonds.errors import UsageError
from fonds.repository.archive import Archive
from fonds.repository.ports.catalogue import Check, Problem
from fonds.repository.ports.incidents import DECIDED, REPAIRED, Incident
from fonds.repository.ports.log import LogRow

OPENED = "incident opened"
CLOSED = "incident closed"
_MOST = 1_000_000
_LISTED = 100
"""How many problems the row names that opens an incident; the row of the fixity check names them all."""


def note_incident(archive: Archive, check: Check, problems: Sequence[Problem], run: int, agent: str) -> None:
    """Open an incident for a package that a check found wrong, unless one is open for it in that copy.

    What a person has decided on is not told a second time: only something that was not known then opens a new one.
    Called after the result of the check was recorded; ``run`` is 0 where it is not known any more.
    """
    if not problems:
        return
    last = archive.incidents.last(check.objid, check.copy)
    if last and (last.open or _decided(archive, last)):
        return
    detail = {
        "run": run, "version": check.version, "copy": check.copy, "count": len(problems),
        "problems": [[one.path, one.result] for one in problems[:_LISTED]],
    }  # fmt: skip
    row = archive.log.append(OPENED, agent=agent, subject=check.objid, detail=detail)
    archive.incidents.put(Incident(row.number, check.objid, check.copy, run, row.when, agent))


def note_forgotten(archive: Archive, agent: str) -> None:
    """Open the incidents of open problems that have none: who recorded them was cut short before he could."""
    found = archive.fixity.problems(limit=_MOST).items
    for (objid, copy), same in groupby(sorted(found, key=_place), key=_place):
        group = list(same)
        check = Check(objid, group[0].version, copy, group[0].found, "problem")
        note_incident(archive, check, group, 0, agent)


def _place(problem: Problem) -> tuple[str, str]:
    return problem.objid, problem.copy


def _decided(archive: Archive, last: Incident) -> bool:
    return last.how == DECIDED and not archive.incidents.problems_since(last.objid, last.copy, last.closed)


def close_repaired(archive: Archive, incident: Incident, repair: int, sources: Sequence[str], agent: str) -> Incident:
    """Close an incident whose package was put right and read again; returns it.

    ``repair`` is the row of the log that tells of the repair, 0 when nothing had to be done any more.
    """
    detail = {"how": REPAIRED, "repair": repair, "sources": list(sources)}
    return _close(archive, incident, agent, detail)


def resolve(archive: Archive, number: int, reason: str, agent: str) -> Incident:
    """Close an incident by the decision of a person; returns it. Nothing in any store is changed.

    Raises UsageError INCIDENT_UNKNOWN, INCIDENT_CLOSED, REASON_EMPTY.
    """
    incident = known_incident(archive, number)
    if not incident.open:
        raise UsageError("INCIDENT_CLOSED", number=number, when=incident.closed, who=incident.closed_by)
    if not reason.strip():
        raise UsageError("REASON_EMPTY")
    return _close(archive, incident, agent, {"how": DECIDED, "reason": reason.strip()})


def known_incident(archive: Archive, number: int) -> Incident:
    """Return an incident by its number. Raises UsageError INCIDENT_UNKNOWN."""
    found = archive.incidents.get(number)
    if found is None:
        raise UsageError("INCIDENT_UNKNOWN", number=number)
    return found


def _close(archive: Archive, incident: Incident, agent: str, detail: dict[str, object]) -> Incident:
    said = {"incident": incident.number, "copy": incident.copy, **detail}
    row = archive.log.append(CLOSED, agent=agent, subject=incident.objid, detail=said)
    closed = _closed(incident, row)
    archive.incidents.put(closed)
    return closed


def _closed(incident: Incident, row: LogRow) -> Incident:
    sources = row.detail.get("sources")
    return replace(
        incident,
        closed=row.when,
        closed_by=row.agent,
        how=str(row.detail["how"]),
        reason=str(row.detail.get("reason", "")),
        closing=row.number,
        sources="\n".join(map(str, sources)) if isinstance(sources, list) else "",
    )


def restore_incidents(archive: Archive) -> None:
    """Make the table again, from the log alone."""
    archive.incidents.clear()
    for row in archive.log.rows():
        if row.action == OPENED:
            run, copy = int(str(row.detail["run"])), str(row.detail["copy"])
            archive.incidents.put(Incident(row.number, row.subject, copy, run, row.when, row.agent))
        elif row.action == CLOSED:
            opened = archive.incidents.get(int(str(row.detail["incident"])))
            if opened is not None:
                archive.incidents.put(_closed(opened, row))
