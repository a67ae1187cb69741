"""Read what the METS of the dialect says beyond any METS: the header's notes, and which file each description is of."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import BinaryIO

from lxml.etree import _Element

from fonds.metadata.mets.model import CSIP, METS, XLINK
from fonds.schemas.xml import iterparse

_HEADER, _DIV, _FILE = (f"{{{METS}}}{name}" for name in ("metsHdr", "div", "file"))


@dataclass(slots=True)
class Tt05Links:
    """What was read; what is not there is ''.

    ``links`` are (ids of descriptions, ids of files) of each division that names both; ``titles`` the original names
    of files by their ID.
    """

    status: str = ""
    fonds: str = ""
    organization: str = ""
    agreement: str = ""
    links: list[tuple[tuple[str, ...], tuple[str, ...]]] = field(default_factory=list)
    titles: dict[str, str] = field(default_factory=dict)


def read_links(source: BinaryIO) -> Tt05Links:
    """Read a METS file of the dialect, also a faulty one. Raises XmlRefusedError when it is not XML."""
    found = Tt05Links()
    for element in iterparse(source, (_HEADER, _DIV, _FILE)):
        if element.tag == _HEADER:
            _header(found, element)
        elif element.tag == _DIV:
            _division(found, element)
        else:
            location = element.find(f"{{{METS}}}FLocat")
            if location is not None and location.get(f"{{{XLINK}}}title"):
                found.titles[element.get("ID") or ""] = location.get(f"{{{XLINK}}}title") or ""
    return found


def _header(found: Tt05Links, header: _Element) -> None:
    found.status = header.get("RECORDSTATUS") or ""
    found.agreement = next(
        (
            other.text or ""
            for other in header.findall(f"{{{METS}}}altRecordID")
            if _type(other) == "SUBMISSIONAGREEMENT"
        ),
        "",
    )
    for agent in header.findall(f"{{{METS}}}agent"):
        if _type(agent) == "ORGANIZATION" and not found.organization:
            found.organization = agent.findtext(f"{{{METS}}}name", "")
        for note in agent.findall(f"{{{METS}}}note"):
            kind = (note.get(f"{{{CSIP}}}NOTETYPE") or note.get("NOTETYPE") or "").upper()
            if kind == "IDENTIFICATIONCODE" and not found.fonds:
                found.fonds = (note.text or "").strip()


def _type(element: _Element) -> str:
    return (element.get("TYPE") or "").upper()


def _division(found: Tt05Links, div: _Element) -> None:
    files = tuple(pointer.get("FILEID") or "" for pointer in div.findall(f"{{{METS}}}fptr"))
    descriptions = tuple((div.get("DMDID") or "").split())
    if files and descriptions:
        found.links.append((descriptions, files))
