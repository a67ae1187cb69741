"""Write PREMIS 3.0 as a stream: the files first, because they are many, then what refers to them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import zip_longest
from typing import BinaryIO

from fonds.metadata.model import Agent, Event, FileRecord
from fonds.metadata.premis.model import LOCAL, PREMIS, RAW_NAME, RECEIVED_NAME, UNKNOWN, Premis, PremisKind, Rights
from fonds.metadata.xmlwriter import XSI, XmlWriter, document

_NAMESPACES: Mapping[str | None, str] = {None: PREMIS, "xsi": XSI}
_ROOT = {"version": "3.0", "xsi:schemaLocation": f"{PREMIS} http://www.loc.gov/standards/premis/premis.xsd"}
_RELATION = {PremisKind.PACKAGE: "is represented by", PremisKind.REPRESENTATION: "represents"}
_ROLE = {"software": "executing program"}


def write_premis(out: BinaryIO, premis: Premis) -> None:
    """Write a PREMIS document to ``out``.

    Raises ValueError when an event names an agent that is not described, has more roles than objects, or for a
    character that XML cannot carry.
    """
    agents = {agent.id: agent for agent in premis.agents}
    with document(out, "premis", _NAMESPACES, _ROOT) as xml:
        paths = []
        for file in premis.files:
            _file(xml, file)
            paths.append(file.path)
        _main(xml, premis, paths)
        for other in premis.others:
            _other(xml, other)
        for event in premis.events:
            _event(xml, event, premis.id, agents)
        for agent in premis.agents:
            _agent(xml, agent)
        if premis.rights:
            _rights(xml, premis.rights, premis.id)


def _identifier(xml: XmlWriter, name: str, value: str) -> None:
    """Write ``<nameIdentifier>`` of type local; the names of its children begin with its own."""
    _identifier_with_roles(xml, f"{name}Identifier", value)


def _identifier_with_roles(xml: XmlWriter, name: str, value: str, role: tuple[str, str] | None = None) -> None:
    with xml.element(name):
        xml.leaf(f"{name}Type", LOCAL)
        xml.leaf(f"{name}Value", value)
        if role:
            xml.leaf(*role)


def _file(xml: XmlWriter, file: FileRecord) -> None:
    with xml.element("object", {"xsi:type": "file"}):
        _identifier(xml, "object", file.path)
        for kind, name in ((RAW_NAME, file.original_raw), (RECEIVED_NAME, file.received_as)):
            if name:
                with xml.element("significantProperties"):
                    xml.leaf("significantPropertiesType", kind)
                    xml.leaf("significantPropertiesValue", name)
        with xml.element("objectCharacteristics"):
            _fixity(xml, file)
            _format(xml, file)
            if file.created:
                with xml.element("creatingApplication"):
                    xml.leaf("dateCreatedByApplication", file.created)
        if file.original_name:
            xml.leaf("originalName", file.original_name)
    xml.line()


def _fixity(xml: XmlWriter, file: FileRecord) -> None:
    with xml.element("fixity"):
        xml.leaf("messageDigestAlgorithm", "SHA-256")
        xml.leaf("messageDigest", file.sha256)
    xml.leaf("size", str(file.size))


def _format(xml: XmlWriter, file: FileRecord) -> None:
    with xml.element("format"):
        if file.format_name or file.format_version or not file.puid:
            with xml.element("formatDesignation"):
                xml.leaf("formatName", file.format_name or UNKNOWN)
                if file.format_version:
                    xml.leaf("formatVersion", file.format_version)
        if file.puid:
            with xml.element("formatRegistry"):
                xml.leaf("formatRegistryName", "PRONOM")
                xml.leaf("formatRegistryKey", file.puid)
        if file.mimetype:
            xml.leaf("formatNote", file.mimetype)


def _main(xml: XmlWriter, premis: Premis, paths: Sequence[str]) -> None:
    with xml.element("object", {"xsi:type": premis.kind.value}):
        _identifier(xml, "object", premis.id)
        _relationship(xml, _RELATION[premis.kind], premis.related)
        _relationship(xml, "includes", paths)
    xml.line()


def _other(xml: XmlWriter, identifier: str) -> None:
    with xml.element("object", {"xsi:type": PremisKind.PACKAGE.value}):
        _identifier(xml, "object", identifier)
    xml.line()


def _relationship(xml: XmlWriter, kind: str, related: Iterable[str]) -> None:
    related = tuple(related)
    if not related:
        return
    with xml.element("relationship"):
        xml.leaf("relationshipType", "structural")
        xml.leaf("relationshipSubType", kind)
        for value in related:
            _identifier(xml, "relatedObject", value)


def _event(xml: XmlWriter, event: Event, whole: str, agents: Mapping[str, Agent]) -> None:
    if len(event.roles) > max(len(event.objects), 1):
        raise ValueError(f"event {event.id}: more roles than objects")
    with xml.element("event"):
        _identifier(xml, "event", event.id)
        xml.leaf("eventType", event.type)
        xml.leaf("eventDateTime", event.when)
        if event.detail:
            with xml.element("eventDetailInformation"):
                xml.leaf("eventDetail", event.detail)
        _outcome(xml, event)
        for agent in event.agents:
            _linked_agent(xml, agent, agents)
        for path, role in zip_longest(event.objects or (whole,), event.roles):
            _identifier_with_roles(xml, "linkingObjectIdentifier", path, ("linkingObjectRole", role) if role else None)
    xml.line()


def _outcome(xml: XmlWriter, event: Event) -> None:
    if not event.outcome and not event.outcome_note:
        return
    with xml.element("eventOutcomeInformation"):
        if event.outcome:
            xml.leaf("eventOutcome", event.outcome)
        if event.outcome_note:
            with xml.element("eventOutcomeDetail"):
                xml.leaf("eventOutcomeDetailNote", event.outcome_note)


def _linked_agent(xml: XmlWriter, identifier: str, agents: Mapping[str, Agent]) -> None:
    agent = agents.get(identifier)
    if agent is None:
        raise ValueError(f"agent {identifier} of an event is not described")
    role = ("linkingAgentRole", _ROLE.get(agent.type, "implementer"))
    _identifier_with_roles(xml, "linkingAgentIdentifier", identifier, role)


def _agent(xml: XmlWriter, agent: Agent) -> None:
    with xml.element("agent"):
        _identifier(xml, "agent", agent.id)
        xml.leaf("agentName", agent.name)
        xml.leaf("agentType", agent.type)
        if agent.version:
            xml.leaf("agentVersion", agent.version)
        if agent.note:
            xml.leaf("agentNote", agent.note)
    xml.line()


def _rights(xml: XmlWriter, statements: Iterable[Rights], whole: str) -> None:
    with xml.element("rights"):
        for rights in statements:
            with xml.element("rightsStatement"):
                _identifier(xml, "rightsStatement", rights.id)
                xml.leaf("rightsBasis", "statute")
                with xml.element("statuteInformation"):
                    xml.leaf("statuteJurisdiction", "vn")
                    xml.leaf("statuteCitation", rights.citation)
                _granted(xml, rights)
                _identifier(xml, "linkingObject", whole)
    xml.line()


def _granted(xml: XmlWriter, rights: Rights) -> None:
    with xml.element("rightsGranted"):
        xml.leaf("act", "disseminate")
        xml.leaf("restriction", rights.mode)
        if rights.start or rights.end:
            with xml.element("termOfRestriction"):
                xml.leaf("startDate", rights.start)
                if rights.end:
                    xml.leaf("endDate", rights.end)
        # The label first and always, so that a reader can tell it from the note.
        xml.leaf("rightsGrantedNote", rights.label)
        if rights.note:
            xml.leaf("rightsGrantedNote", rights.note)
