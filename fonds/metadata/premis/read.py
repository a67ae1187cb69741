"""Read PREMIS 3.0, ours and other producers', without building a tree."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from lxml.etree import _Element

from fonds.metadata.model import Agent, Event, FileRecord
from fonds.metadata.premis.model import PREMIS, RAW_NAME, RECEIVED_NAME, UNKNOWN, Premis, PremisKind, Rights
from fonds.metadata.xmlwriter import XSI
from fonds.schemas.xml import XmlRefusedError, iterparse

_OBJECT, _RELATED, _EVENT, _AGENT, _RIGHTS, _ROOT = (
    f"{{{PREMIS}}}{name}"
    for name in ("object", "relatedObjectIdentifier", "event", "agent", "rightsStatement", "premis")
)


def iter_files(source: BinaryIO) -> Iterator[FileRecord]:
    """Yield the file objects one by one; memory does not grow with their number. Raises XmlRefusedError."""
    for element in iterparse(source, (_OBJECT, _RELATED, _EVENT)):  # the others only so that they are let go
        if element.tag == _OBJECT and _category(element) == "file":
            yield _file(element)


def read_premis(source: BinaryIO) -> Premis:
    """Return everything a PREMIS document says; what is missing is '' (a size that is missing or faulty: -1).

    Raises XmlRefusedError when it is not XML or its root is not PREMIS 3.
    """
    seen = _Seen()
    for element in iterparse(source, (_OBJECT, _RELATED, _EVENT, _AGENT, _RIGHTS, _ROOT)):
        _take(seen, element)
    if not seen.root:
        raise XmlRefusedError("XML_UNEXPECTED", expected="PREMIS 3", found="")
    whole = seen.main or Premis("", PremisKind.PACKAGE)
    lists = (tuple(seen.files), tuple(seen.events), tuple(seen.agents), tuple(seen.rights))
    return Premis(whole.id, whole.kind, whole.related, *lists)


@dataclass(slots=True)
class _Seen:
    """What was read so far; ``main`` is the first object that is no file."""

    root: bool = False
    main: Premis | None = None
    related: list[str] = field(default_factory=list)  # of the object that is being read
    files: list[FileRecord] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    agents: list[Agent] = field(default_factory=list)
    rights: list[Rights] = field(default_factory=list)


def _take(seen: _Seen, element: _Element) -> None:
    if element.tag == _OBJECT:
        _object(seen, element)
    elif element.tag == _RELATED:
        _relation(seen, element)
    elif element.tag == _EVENT:
        seen.events.append(_event(element, seen.main.id if seen.main else ""))
    elif element.tag == _AGENT:
        seen.agents.append(_agent(element))
    elif element.tag == _RIGHTS:
        seen.rights.append(_rights(element))
    else:
        seen.root = True


def _object(seen: _Seen, element: _Element) -> None:
    category = _category(element)
    if category == "file":
        seen.files.append(_file(element))
    elif seen.main is None and category in list(PremisKind):
        identifier = _text(element, "objectIdentifier", "objectIdentifierValue")
        seen.main = Premis(identifier, PremisKind(category), tuple(seen.related))
    seen.related.clear()


def _relation(seen: _Seen, element: _Element) -> None:
    """Keep what the object is related to, but not the files it includes: those are objects themselves."""
    parent = element.getparent()
    if parent is not None and _text(parent, "relationshipSubType") != "includes":
        seen.related.append(_text(element, "relatedObjectIdentifierValue"))


def _category(element: _Element) -> str:
    return (element.get(f"{{{XSI}}}type") or "").rpartition(":")[2]


def _text(element: _Element, *path: str) -> str:
    return element.findtext("/".join(f"{{{PREMIS}}}{name}" for name in path), "")


def _texts(element: _Element, *path: str) -> tuple[str, ...]:
    found = element.findall("/".join(f"{{{PREMIS}}}{name}" for name in path))
    return tuple(one.text or "" for one in found)


def _file(element: _Element) -> FileRecord:
    size = _text(element, "objectCharacteristics", "size").strip()
    name = _text(element, "objectCharacteristics", "format", "formatDesignation", "formatName")
    return FileRecord(
        path=_text(element, "objectIdentifier", "objectIdentifierValue"),
        size=int(size) if size.isascii() and size.isdigit() else -1,
        sha256=_sha256(element),
        mimetype=_text(element, "objectCharacteristics", "format", "formatNote"),
        created=_text(element, "objectCharacteristics", "creatingApplication", "dateCreatedByApplication"),
        puid=_text(element, "objectCharacteristics", "format", "formatRegistry", "formatRegistryKey"),
        format_name="" if name == UNKNOWN else name,
        format_version=_text(element, "objectCharacteristics", "format", "formatDesignation", "formatVersion"),
        original_name=_text(element, "originalName"),
        original_raw=_property(element, RAW_NAME),
        received_as=_property(element, RECEIVED_NAME),
    )


def _sha256(element: _Element) -> str:
    for fixity in element.findall(f"{{{PREMIS}}}objectCharacteristics/{{{PREMIS}}}fixity"):
        if _text(fixity, "messageDigestAlgorithm").replace("-", "").upper() == "SHA256":
            return _text(fixity, "messageDigest").lower()
    return ""


def _property(element: _Element, kind: str) -> str:
    for properties in element.findall(f"{{{PREMIS}}}significantProperties"):
        if _text(properties, "significantPropertiesType") == kind:
            return _text(properties, "significantPropertiesValue")
    return ""


def _event(element: _Element, whole: str) -> Event:
    linked = element.findall(f"{{{PREMIS}}}linkingObjectIdentifier")
    objects = tuple(_text(one, "linkingObjectIdentifierValue") for one in linked)
    roles = tuple(_text(one, "linkingObjectRole") for one in linked)
    return Event(
        id=_text(element, "eventIdentifier", "eventIdentifierValue"),
        type=_text(element, "eventType"),
        when=_text(element, "eventDateTime"),
        outcome=_text(element, "eventOutcomeInformation", "eventOutcome"),
        agents=_texts(element, "linkingAgentIdentifier", "linkingAgentIdentifierValue"),
        detail=_text(element, "eventDetailInformation", "eventDetail"),
        outcome_note=_text(element, "eventOutcomeInformation", "eventOutcomeDetail", "eventOutcomeDetailNote"),
        objects=() if objects == (whole,) else objects,
        roles=roles if any(roles) else (),
    )


def _agent(element: _Element) -> Agent:
    return Agent(
        id=_text(element, "agentIdentifier", "agentIdentifierValue"),
        name=_text(element, "agentName"),
        type=_text(element, "agentType"),
        version=_text(element, "agentVersion"),
        note=_text(element, "agentNote"),
    )


def _rights(element: _Element) -> Rights:
    notes = _texts(element, "rightsGranted", "rightsGrantedNote")
    return Rights(
        id=_text(element, "rightsStatementIdentifier", "rightsStatementIdentifierValue"),
        mode=_text(element, "rightsGranted", "restriction"),
        label=notes[0] if notes else "",
        citation=_text(element, "statuteInformation", "statuteCitation"),
        start=_text(element, "rightsGranted", "termOfRestriction", "startDate"),
        end=_text(element, "rightsGranted", "termOfRestriction", "endDate"),
        note=notes[1] if len(notes) > 1 else "",
    )
