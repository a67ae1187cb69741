"""What the audit log says of a repair: what is intended, before anything is touched; what came of it; and for whom.

An intent without a result is a repair that was cut short: it counts as not done, and the next run goes on with it.
"""

from __future__ import annotations

from collections.abc import Sequence

from fonds.errors import FondsError
from fonds.repository.archive import Archive
from fonds.repository.ports.log import LogRow
from fonds.repository.ports.store import QUARANTINE
from fonds.repository.repair.mend import Done, Mended, taken_from
from fonds.repository.repair.plan import Plan

INTENT = "repair begins"
REPAIR = "recovery"
"""What came of a repair; a term of the eventType vocabulary of PREMIS."""
GIVEN = "recovery source"
"""Told of the place that good bytes were taken from."""


def log_intent(archive: Archive, plan: Plan, objid: str, agent: str) -> int:
    """Write down what is wrong in a place and what is about to be done; returns the number of the row."""
    steps = [
        [step.sealed.aip.version, step.problem.path, step.did, step.problem.result, step.sha256, step.problem.actual]
        for step in plan.steps
    ]
    detail = {"copy": plan.place.name, "steps": steps}
    return archive.log.append(INTENT, agent=agent, subject=objid, detail=detail).number


def log_result(
    archive: Archive, plan: Plan, objid: str, number: int, mended: Mended, error: FondsError | None, agent: str
) -> LogRow:
    """Write down what was done in a place, then what was taken from which; returns the row of the first."""
    detail: dict[str, object] = {
        "intent": number,
        "copy": plan.place.name,
        "files": [_told(one) for one in mended.done],
        "sources": sorted(mended.sources),
        "quarantine": f"{QUARANTINE}/{number}",
        "left": [[one.version, one.path, one.result] for one in (*plan.hopeless, *mended.lost)],
    }
    if error is not None:
        detail["error"] = error.code
    outcome = "success" if error is None and not mended.lost else "failure"
    row = archive.log.append(REPAIR, agent=agent, subject=objid, outcome=outcome, detail=detail)
    _log_given(archive, plan, objid, row.number, mended.done, agent)
    return row


def _log_given(archive: Archive, plan: Plan, objid: str, number: int, done: Sequence[Done], agent: str) -> None:
    for name, given in taken_from(done).items():
        files = [[one.source.location, one.source.path] for one in given if one.source is not None]
        detail = {"repair": number, "copy": name, "to": plan.place.name, "files": files}
        archive.log.append(GIVEN, agent=agent, subject=objid, detail=detail)


def _told(one: Done) -> list[object]:
    step, source = one.step, one.source.place.name if one.source else ""
    return [step.sealed.aip.version, step.problem.path, step.did, step.sha256, source]


def log_hopeless(archive: Archive, plan: Plan, objid: str, agent: str) -> None:
    """Write down that a place could not be put right, because nobody has what was sealed. Nothing was touched."""
    left = [[one.version, one.path, one.result] for one in plan.hopeless]
    detail = {"copy": plan.place.name, "files": [], "left": left, "error": "NO_GOOD_COPY"}
    archive.log.append(REPAIR, agent=agent, subject=objid, outcome="failure", detail=detail)


def unfinished(archive: Archive) -> dict[int, LogRow]:
    """Return the intents whose result was never written down, by their numbers."""
    found: dict[int, LogRow] = {}
    for row in archive.log.rows():
        if row.action == INTENT:
            found[row.number] = row
        elif row.action == REPAIR and "intent" in row.detail:
            found.pop(int(str(row.detail["intent"])), None)
    return found


def log_interrupted(archive: Archive, row: LogRow, agent: str) -> None:
    """Write down of an intent that the repair was cut short; what it did is found by reading."""
    detail = {
        "intent": row.number, "copy": row.detail.get("copy", ""), "files": [], "left": [], "error": "INTERRUPTED",
    }  # fmt: skip
    archive.log.append(REPAIR, agent=agent, subject=row.subject, outcome="failure", detail=detail)
