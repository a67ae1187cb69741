"""What was found wrong with a package and how it ended, as events of PREMIS: of what was repaired and what gave bytes.

The types are terms of the eventType vocabulary of the Library of Congress.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from fonds.metadata.model import Agent, Event
from fonds.packaging.eark import PackageContent
from fonds.repository.archive import Archive
from fonds.repository.ports.incidents import REPAIRED, Incident
from fonds.repository.submitted import with_agents

_MOST = 1_000


@dataclass(frozen=True, slots=True)
class Care:
    """Events in the order of their times; the agent of each is named by his name. ``agents`` are those people."""

    events: Sequence[Event] = ()
    agents: Sequence[Agent] = ()


def care_events(archive: Archive, objid: str) -> Care:
    """Return what happened to a stored package since it was sealed, as far as something was wrong with it."""
    incidents = archive.incidents.listed(objid=objid, closed=True, limit=_MOST).items
    events = [event for one in reversed(incidents) for event in _events(one)]
    names = sorted({name for event in events for name in event.agents})
    return Care(events, [Agent("agent-care", name, "person") for name in names])


def with_care(archive: Archive, objid: str, content: PackageContent) -> PackageContent:
    """Return the content of a stored package with these events, as far as it does not tell of them yet.

    Those of an incident that was open when a version was made are completed in the next one.
    """
    care, told = care_events(archive, objid), {event.id for event in content.events}
    new = [event for event in care.events if event.id not in told]
    if not new:
        return content
    agents, _ = with_agents(content.agents, care.agents, "care")
    ids = {agent.name: agent.id for agent in agents if agent.type != "software"}
    events = [replace(event, agents=tuple(ids[name] for name in event.agents)) for event in new]
    return replace(content, agents=agents, events=[*content.events, *events])


def _events(one: Incident) -> Iterator[Event]:
    mark = f"event-care-{one.number}"
    found = f"Copy {one.copy}: not as it was sealed (incident {one.number})"
    yield Event(f"{mark}-1", "fixity check", one.opened, "failure", (one.opened_by,), found)
    if one.open:
        return
    if one.how != REPAIRED:
        yield Event(
            f"{mark}-2", "policy assignment", one.closed, "warning", (one.closed_by,), "Left as it is", one.reason
        )
        return
    repaired = f"Copy {one.copy}: given the sealed bytes again and read back (incident {one.number})"
    given = one.sources.splitlines()
    note = f"Taken from: {', '.join(given)}" if given else "Nothing had to be replaced"
    yield Event(f"{mark}-2", "recovery", one.closed, "success", (one.closed_by,), repaired, note)
    for number, name in enumerate(given, 3):
        detail = f"Copy {name}: read, found good, and copied from for the repair of copy {one.copy}"
        yield Event(f"{mark}-{number}", "replication", one.closed, "success", (one.closed_by,), detail)
