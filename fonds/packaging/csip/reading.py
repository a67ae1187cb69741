"""Reading a METS file once, from beginning to end, as facts for the rules; no tree is built."""

from __future__ import annotations

from collections.abc import Callable
from typing import BinaryIO, Protocol

from lxml.etree import _Element

from fonds.metadata.mets.model import CSIP, CURRENT, METS, XLINK, MetsAgent
from fonds.packaging.csip import hrefs, table
from fonds.packaging.csip.facts import Agent, Division, Document, Entry, Group, Pointer, StructMap, Tally, Use
from fonds.packaging.csip.requirements import place
from fonds.schemas.findings import Finding, finding
from fonds.schemas.xml import iterparse, line_of

_M = f"{{{METS}}}"
_HREF, _TITLE = f"{{{XLINK}}}href", f"{{{XLINK}}}title"
_DIV = f"{_M}div"
_AMD = ("techMD", "rightsMD", "sourceMD", "digiprovMD")
_TAKEN = (
    *("mets", "metsHdr", "dmdSec", "amdSec", *_AMD, "fileSec", "fileGrp", "file", "structMap", "div"),
    *("smLink", "smLocatorLink", "structLink", "behavior", "behaviorSec"),
)
_REFERENCES = ("ADMID", "DMDID", "FILEID")
_POINTERS_KEPT = 200
_LABELS = ("Metadata", "Documentation", "Schemas", "Representations")


class Sink(Protocol):
    """Takes what is too much to be kept: it goes to the disk, sorted, and comes back by file or by ID."""

    def found(self, finding: Finding) -> None:
        """Take a finding."""

    def entry(self, path: str, entry: Entry) -> None:
        """Take what is said of a file."""

    def metadata(self, path: str, kind: str, where: str) -> None:
        """Take a metadata file that is to be opened; ``kind`` is its MDTYPE."""

    def given(self, path: str, identifier: str, use: Use) -> None:
        """Take an ID that an element of the METS file ``path`` has."""

    def referred(self, path: str, identifier: str, use: Use) -> None:
        """Take a reference to an ID."""

    def has(self, path: str) -> bool:
        """Say whether the file is in the package."""


class MetsReader:
    """Reads one METS file into ``document`` and ``sink``."""

    def __init__(self, document: Document, sink: Sink) -> None:
        self._document, self._sink = document, sink
        self._files = self._mains = 0
        self._takers: dict[str, Callable[[_Element], None]] = {
            f"{_M}mets": self._root,
            f"{_M}metsHdr": self._header,
            f"{_M}dmdSec": self._descriptive,
            f"{_M}amdSec": self._administrative,
            **{f"{_M}{name}": self._administrative_part for name in _AMD},
            f"{_M}fileSec": self._file_section,
            f"{_M}fileGrp": self._group,
            f"{_M}file": self._file,
            f"{_M}structMap": self._map,
            f"{_M}div": self._division,
        }

    def read(self, source: BinaryIO) -> bool:
        """Read to the end; return whether the root element is that of METS. Raises XmlRefusedError."""
        for element in iterparse(source, tuple(f"{_M}{name}" for name in _TAKEN)):
            self._identifiers(element)
            taker = self._takers.get(str(element.tag))
            if taker:
                taker(element)
        return self._document.line > 0

    def _where(self, element: _Element) -> str:
        return place(self._document.path, line_of(element))

    def _table(self, at: str, element: _Element) -> None:
        for found in table.check(at, element, self._document.path):
            self._sink.found(found)

    def _identifiers(self, element: _Element) -> None:
        """Take the IDs of an element and of what it holds; inner elements that were taken before are empty."""
        path = self._document.path
        for one in element.iter(f"{_M}*"):
            identifier = one.get("ID")
            if identifier is not None:
                name = str(one.tag).removeprefix(_M)
                self._sink.given(path, identifier, Use(name, line_of(one), _note(one, name)))
            for attribute in _REFERENCES:
                named = one.get(attribute)
                if named:
                    note = "metadata division" if one.tag == _DIV and one.get("LABEL") == "Metadata" else ""
                    for each in named.split():
                        self._sink.referred(path, each, Use(attribute, line_of(one), note))

    def _root(self, element: _Element) -> None:
        if element.getparent() is None:
            self._document.attributes = _attributes(element)
            self._document.line = line_of(element) or 1
            self._table("mets", element)

    def _header(self, element: _Element) -> None:
        document = self._document
        document.header, document.header_line = _attributes(element), line_of(element)
        document.agents = [_agent(agent) for agent in element.findall(f"{_M}agent")]
        document.alternatives = [
            (other.get("TYPE") or "", (other.text or "").strip(), line_of(other))
            for other in element.findall(f"{_M}altRecordID")
        ]
        self._table("metsHdr", element)

    def _descriptive(self, element: _Element) -> None:
        _count(self._document.descriptive, element)
        self._table("dmdSec", element)
        self._reference("dmdSec", element)

    def _administrative(self, _: _Element) -> None:
        self._document.administrative += 1

    def _administrative_part(self, element: _Element) -> None:
        name = str(element.tag).removeprefix(_M)
        at = f"amdSec/{name}"
        self._table(at, element)
        reference = self._reference(at, element)
        if name != "digiprovMD":
            return
        document = self._document
        _count(document.provenance, element)
        if reference is not None:
            document.references += 1
            if (reference.get("MDTYPE") or "").startswith("PREMIS"):
                document.premis += 1
                if not (reference.get("MDTYPEVERSION") or "3").startswith("3"):
                    document.premis_old.append(line_of(element))

    def _reference(self, at: str, element: _Element) -> _Element | None:
        reference = element.find(f"{_M}mdRef")
        if reference is None:
            return None
        self._table(f"{at}/mdRef", reference)
        path = self._entry(reference, reference, at)
        if path:
            self._sink.metadata(path, reference.get("MDTYPE") or "", self._where(reference))
        return reference

    def _file_section(self, element: _Element) -> None:
        self._document.file_sections += 1
        self._table("fileSec", element)

    def _group(self, element: _Element) -> None:
        self._table("fileGrp", element)
        csip = f"{{{CSIP}}}"
        self._document.groups.append(
            Group(
                id=element.get("ID") or "",
                use=element.get("USE") or "",
                files=self._files,
                inner=element.find(f"{_M}fileGrp") is not None,
                content=element.get(f"{csip}CONTENTINFORMATIONTYPE") or "",
                other_content=element.get(f"{csip}OTHERCONTENTINFORMATIONTYPE") or "",
                line=line_of(element),
            )
        )
        self._files = 0

    def _file(self, element: _Element) -> None:
        self._files += 1
        self._table("file", element)
        location = element.find(f"{_M}FLocat")
        if location is not None:
            self._table("file/FLocat", location)
            use = next((str(one.get("USE")) for one in element.iterancestors() if one.get("USE")), "")
            self._entry(element, location, use)

    def _entry(self, stated: _Element, located: _Element, use: str) -> str:
        """Take what ``stated`` says of the file that the href of ``located`` names; return its path, '' for none."""
        path = self._path(located)
        if path:
            size = (stated.get("SIZE") or "").strip()
            entry = Entry(
                where=self._where(stated),
                document=self._document.path,
                size=int(size) if size.isascii() and size.isdigit() and len(size) < 19 else -1,
                algorithm=stated.get("CHECKSUMTYPE") or "",
                checksum=(stated.get("CHECKSUM") or "").strip(),
                use=use,
            )
            self._sink.entry(path, entry)
        return path

    def _path(self, located: _Element) -> str:
        href = located.get(_HREF) or ""
        if not href.strip():
            return ""  # a row of the table tells
        target = hrefs.resolve(href, self._document.base, self._sink.has)
        where = self._where(located)
        if target.fault is hrefs.Fault.OUTSIDE:
            self._sink.found(finding("PKG_HREF_OUTSIDE", where, href=href[:200]))
        elif target.fault is hrefs.Fault.BROKEN:
            self._sink.found(finding("PKG_HREF_BROKEN", where, href=href[:200]))
        elif target.fault is hrefs.Fault.FORM:
            self._sink.found(finding("PKG_HREF_FORM", where, href=href[:200], path=target.path))
        return target.path

    def _map(self, element: _Element) -> None:
        document = self._document
        document.maps += 1
        if element.get("LABEL") == "CSIP":
            self._table("structMap", element)
            kept = StructMap(element.get("TYPE") or "", self._mains, line_of(element))
            document.csip_maps.append(kept)
            self._mains = 0

    def _division(self, element: _Element) -> None:
        above = element.getparent()
        if above is None or not _is_csip_map(above if above.tag == f"{_M}structMap" else above.getparent()):
            return
        if above.tag == f"{_M}structMap":
            self._mains += 1
            self._table("div", element)
        elif above.tag == f"{_M}div":
            self._second(element)

    def _second(self, element: _Element) -> None:
        pointers = [_mptr(one, self._path(one)) for one in element.findall(f"{_M}mptr")]
        label = element.get("LABEL") or ""
        division = Division(
            label=label,
            line=line_of(element),
            metadata=bool(element.get("ADMID") or element.get("DMDID")),
            files=[
                Pointer(one.get("FILEID") or "", line_of(one))
                for one, _ in zip(element.iterchildren(f"{_M}fptr"), range(_POINTERS_KEPT), strict=False)
            ],
            mets=pointers,
        )
        self._document.divisions.append(division)
        if label in _LABELS:
            self._table(f"div/{label}", element)
        for one in element.findall(f"{_M}mptr"):
            self._table("div/mptr", one)
        if pointers or label.casefold().startswith("representations/"):
            self._table("div/Representations/", element)
        for pointer in pointers:
            if pointer.target:
                where = place(self._document.path, pointer.line)
                self._sink.entry(pointer.target, Entry(where, self._document.path, -1, "", "", "mptr"))


def _is_csip_map(element: _Element | None) -> bool:
    return element is not None and element.tag == f"{_M}structMap" and element.get("LABEL") == "CSIP"


def _mptr(element: _Element, path: str) -> Pointer:
    return Pointer(path, line_of(element), element.get(_TITLE) or "")


def _attributes(element: _Element) -> dict[str, str]:
    return {str(key): str(value) for key, value in element.items()}


def _agent(element: _Element) -> Agent:
    name = element.findtext(f"{_M}name", "").strip()
    notes = tuple(
        (note.get(f"{{{CSIP}}}NOTETYPE") or "", (note.text or "").strip()) for note in element.findall(f"{_M}note")
    )
    said = MetsAgent(element.get("ROLE") or "", element.get("TYPE") or "", name, element.get("OTHERTYPE") or "")
    return Agent(said, notes, bool(name), line_of(element))


def _count(tally: Tally, element: _Element) -> None:
    tally.count += 1
    if element.get("STATUS") == CURRENT:
        tally.current += 1
    elif not tally.other_line:
        tally.other_line = line_of(element) or 1


def _note(element: _Element, name: str) -> str:
    """Return what the rules of identifiers want to know of an element: the USE of a group, the STATUS of a section."""
    if name == "fileGrp":
        return element.get("USE") or ""
    return (element.get("STATUS") or "") if name == "dmdSec" or name in _AMD else ""
