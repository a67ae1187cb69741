"""PREMIS.xml of the package and PREMIS_rep1.xml of the representation: always in an AIP, elsewhere where it is known.

A SIP of the circular has none: who delivers has not preserved yet.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from fonds.metadata.mets import MetadataRef, Section
from fonds.metadata.model import Agent, Event, FileRecord
from fonds.metadata.premis import Premis, PremisKind, write_premis
from fonds.metadata.tt05.identifiers import local_id, local_time
from fonds.metadata.tt05.model import CREATION, PREMIS_FILE, REP_PREMIS_FILE, REPRESENTATION, PackageKind
from fonds.packaging.tt05.content import Order
from fonds.packaging.tt05.stage import Stage

_SOFTWARE = "agent-software"


def write_preservation(stage: Stage, order: Order) -> tuple[list[MetadataRef], list[MetadataRef]]:
    """Write both files; return what METS of the package, and of the representation, says of them."""
    if order.kind.oais == "SIP" or (order.kind.oais == "DIP" and not (order.facts.events or order.facts.source)):
        return [], []
    package, representation = _package(order), _representation(order)
    return (
        [_ref(stage.write(PREMIS_FILE, lambda out: write_premis(out, package)))],
        [_ref(stage.write(REP_PREMIS_FILE, lambda out: write_premis(out, representation)))],
    )


def _ref(file: FileRecord) -> MetadataRef:
    return MetadataRef(file, "PREMIS", Section.PROVENANCE, version="3.0")


def _package(order: Order) -> Premis:
    facts = order.facts
    events, agents = list(_local(facts.events)), list(facts.agents)
    if facts.source:
        events.append(creation_event(order))
        if _SOFTWARE not in {agent.id for agent in agents}:
            agents.append(Agent(_SOFTWARE, facts.software[0], "software", facts.software[1]))
    return Premis(
        order.objid,
        PremisKind.PACKAGE,
        related=(REPRESENTATION,),
        events=events,
        agents=agents,
        rights=facts.rights,
    )


def creation_event(order: Order) -> Event:
    """Return the event that says out of which package this one was made (linkingObjectRole source and outcome)."""
    facts = order.facts
    return Event(
        local_id(order.objid, "event", CREATION, facts.source),
        CREATION,
        local_time(facts.created),
        "success",
        (_SOFTWARE,),
        objects=(facts.source, order.objid),
        roles=("source", "outcome"),
    )


def _representation(order: Order) -> Premis:
    return Premis(
        REPRESENTATION,
        PremisKind.REPRESENTATION,
        related=(order.objid,),
        files=_files(order),
        events=_local(order.facts.file_events),
        agents=order.facts.agents,
    )


def _files(order: Order) -> list[FileRecord]:
    files = [replace(one.record, created=local_time(one.record.created)) for one in order.payload]
    if order.kind is PackageKind.DIP:
        return [replace(file, original_name="", original_raw="") for file in files]
    return files


def _local(events: Sequence[Event]) -> Sequence[Event]:
    return [replace(event, when=local_time(event.when)) for event in events]
