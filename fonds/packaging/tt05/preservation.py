"""PREMIS.xml of the package and PREMIS_rep1.xml of the representation: always in an AIP, elsewhere where it is known.

A SIP of the circular has none: who delivers has not preserved yet. What is known of its past goes into
``documentation/``, as an addition of ours that nobody needs to understand.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from fonds.metadata.mets import MetadataRef, Section
from fonds.metadata.model import Agent, Event, FileRecord
from fonds.metadata.premis import Premis, PremisKind, write_premis
from fonds.metadata.tt05.identifiers import local_id, local_time
from fonds.metadata.tt05.model import (
    CREATION,
    PREMIS_FILE,
    REPRESENTATION,
    SIP_PREMIS,
    PackageKind,
    representation_premis,
)
from fonds.packaging.tt05.content import Order, Payload
from fonds.packaging.tt05.stage import Stage

_SOFTWARE = "agent-software"


@dataclass(slots=True)
class Preserved:
    """What METS is to say of the PREMIS files: references of the package and of each representation, documentation."""

    package: list[MetadataRef] = field(default_factory=list)
    representations: dict[str, list[MetadataRef]] = field(default_factory=dict)
    documentation: list[FileRecord] = field(default_factory=list)


def write_preservation(stage: Stage, order: Order) -> Preserved:
    """Write the PREMIS files of a package, where it has any. Raises as ``write_premis``."""
    inner = dict(_representations(order))
    preserved = Preserved(representations={folder: [] for folder in inner})
    if order.kind.oais == "SIP":
        if order.facts.events or any(one.events for one in inner.values()):
            preserved.documentation.extend(_documentation(stage, order, inner))
    elif order.kind.oais == "AIP" or order.facts.events or order.facts.source:
        preserved.package.append(_ref(_write(stage, PREMIS_FILE, _local(_package(order)))))
        for folder, premis in inner.items():
            path = representation_premis(_name(folder))
            preserved.representations[folder].append(_ref(_write(stage, path, _local(premis))))
    return preserved


def _documentation(stage: Stage, order: Order, inner: Mapping[str, Premis]) -> list[FileRecord]:
    files = [_write(stage, f"{SIP_PREMIS}.xml", _package(order))]
    return [
        *files,
        *(_write(stage, f"{SIP_PREMIS}_{_name(folder)}.xml", premis) for folder, premis in inner.items()),
    ]


def _write(stage: Stage, path: str, premis: Premis) -> FileRecord:
    return stage.write(path, partial(write_premis, premis=premis))


def _name(folder: str) -> str:
    return folder.rpartition("/")[2]


def _ref(file: FileRecord) -> MetadataRef:
    return MetadataRef(file, "PREMIS", Section.PROVENANCE, version="3.0")


def _package(order: Order) -> Premis:
    facts = order.facts
    events, agents = list(facts.events), list(facts.agents)
    if facts.source and order.kind.oais != "SIP":
        events.append(creation_event(order))
        if _SOFTWARE not in {agent.id for agent in agents}:
            agents.append(Agent(_SOFTWARE, facts.software[0], "software", facts.software[1]))
    return Premis(
        order.objid,
        PremisKind.PACKAGE,
        related=(REPRESENTATION, *(one.folder for one in facts.further)),
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


def _representations(order: Order) -> list[tuple[str, Premis]]:
    first = (REPRESENTATION, _representation(order, REPRESENTATION, order.payload, order.facts.file_events))
    others = ((one.folder, _representation(order, one.folder, one.payload, one.events)) for one in order.facts.further)
    return [first, *others]


def _representation(order: Order, folder: str, payload: Sequence[Payload], events: Sequence[Event]) -> Premis:
    files = [one.record for one in payload]
    if order.kind is PackageKind.DIP:
        files = [replace(file, original_name="", original_raw="") for file in files]
    agents = order.facts.agents
    return Premis(folder, PremisKind.REPRESENTATION, (order.objid,), files, events, agents)


def _local(premis: Premis) -> Premis:
    """Return the same with times as the circular writes them."""
    files = [replace(file, created=local_time(file.created)) for file in premis.files]
    return replace(premis, files=files, events=[replace(event, when=local_time(event.when)) for event in premis.events])
