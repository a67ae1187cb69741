"""Read METS, ours and other producers': tolerant, in one pass, without building a tree."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from posixpath import join, normpath
from typing import BinaryIO
from urllib.parse import unquote

from lxml.etree import _Element

from fonds.metadata.mets import pages, related
from fonds.metadata.mets.model import (
    CSIP,
    METS,
    XLINK,
    MetadataEntry,
    MetsAgent,
    MetsDocument,
    MetsFile,
    Related,
    Section,
)
from fonds.metadata.model import Page
from fonds.schemas.xml import XmlRefusedError, iterparse

_HREF = f"{{{XLINK}}}href"
_SECTIONS = {f"{{{METS}}}{section.value}": section for section in Section}
_ROOT, _HEADER, _FILE, _DIV = (f"{{{METS}}}{name}" for name in ("mets", "metsHdr", "file", "div"))


def iter_files(source: BinaryIO, base: str = "") -> Iterator[MetsFile]:
    """Yield the files of a METS document one by one; memory does not grow with their number.

    ``base`` is the folder of the METS file in the package. Raises XmlRefusedError.
    """
    for element in iterparse(source, (_FILE, _DIV)):  # the div elements only so that they are let go
        if element.tag == _FILE:
            yield _file(element, base)


@dataclass(slots=True)
class _Reading:
    """What was seen so far."""

    base: str
    children: bool = True
    header: dict[str, str] = field(default_factory=dict)
    agents: tuple[MetsAgent, ...] = ()
    alternatives: tuple[tuple[str, str], ...] = ()
    metadata: list[MetadataEntry] = field(default_factory=list)
    files: list[MetsFile] = field(default_factory=list)
    paths: dict[str, str] = field(default_factory=dict)
    dpi: dict[str, float] = field(default_factory=dict)
    representations: list[tuple[str, str]] = field(default_factory=list)
    pages: list[Page] = field(default_factory=list)
    related: list[tuple[str, Related]] = field(default_factory=list)


def iter_children(source: BinaryIO) -> Iterator[Related]:
    """Yield the packages that a METS document names below its own, one by one. Raises XmlRefusedError."""
    for element in iterparse(source, (_FILE, _DIV)):  # files only so that they are let go
        other = related.read_division(element) if element.tag == _DIV else None
        if other is not None and other[0] == related.CHILD:
            yield other[1]


def read_mets(source: BinaryIO, base: str = "", *, children: bool = True) -> MetsDocument:
    """Return everything a METS document says; ``base`` is its folder in the package.

    Without ``children`` the packages below are passed over: of a fonds there are many (``iter_children``). Missing or
    faulty values are '' or None, for a validator to report. Raises XmlRefusedError when it is not XML or its root is
    not METS.
    """
    seen = _Reading(base, children=children)
    root: dict[str, str] | None = None
    for element in iterparse(source, (_ROOT, _HEADER, _FILE, _DIV, *_SECTIONS)):
        if element.tag == _ROOT:
            root = _attributes(element)
        else:
            _take(seen, element)
    if root is None:
        raise XmlRefusedError("XML_UNEXPECTED", expected="METS", found="")
    return _finished(seen, root)


def _take(seen: _Reading, element: _Element) -> None:
    if element.tag == _FILE:
        file = _file(element, seen.base)
        seen.files.append(file)
        seen.paths[file.id] = file.path
    elif element.tag == _DIV:
        _division(seen, element)
    elif element.tag == _HEADER:
        _header(seen, element)
    else:
        _metadata(seen, element)


def _finished(seen: _Reading, root: dict[str, str]) -> MetsDocument:
    content = root.get(f"{{{CSIP}}}OTHERCONTENTINFORMATIONTYPE") or root.get(f"{{{CSIP}}}CONTENTINFORMATIONTYPE")
    return MetsDocument(
        objid=root.get("OBJID", ""),
        type=root.get("TYPE", ""),
        profile=root.get("PROFILE", ""),
        package_type=seen.header.get(f"{{{CSIP}}}OAISPACKAGETYPE", ""),
        label=root.get("LABEL", ""),
        created=seen.header.get("CREATEDATE", ""),
        modified=seen.header.get("LASTMODDATE", ""),
        content_type=content or "",
        agents=seen.agents,
        alternatives=seen.alternatives,
        metadata=tuple(seen.metadata),
        files=tuple(seen.files),
        representations=tuple(seen.representations),
        pages=tuple(seen.pages),
        status=seen.header.get("RECORDSTATUS", ""),
        parent=next((one.objid for kind, one in seen.related if kind == related.PARENT), ""),
        children=tuple(one for kind, one in seen.related if kind == related.CHILD),
    )


def _attributes(element: _Element) -> dict[str, str]:
    return {str(key): str(value) for key, value in element.items()}


def _header(seen: _Reading, element: _Element) -> None:
    seen.header = _attributes(element)
    seen.agents = tuple(_agent(agent) for agent in element.findall(f"{{{METS}}}agent"))
    seen.alternatives = tuple(
        (other.get("TYPE") or "", other.text or "") for other in element.findall(f"{{{METS}}}altRecordID")
    )


def _agent(element: _Element) -> MetsAgent:
    note = element.find(f"{{{METS}}}note")
    return MetsAgent(
        role=element.get("ROLE") or "",
        type=element.get("TYPE") or "",
        name=element.findtext(f"{{{METS}}}name", ""),
        other_type=element.get("OTHERTYPE") or "",
        note="" if note is None else note.text or "",
        note_type="" if note is None else note.get(f"{{{CSIP}}}NOTETYPE") or "",
    )


def _metadata(seen: _Reading, element: _Element) -> None:
    identifier = element.get("ID") or ""
    if _SECTIONS[str(element.tag)] is Section.TECHNICAL:
        seen.dpi[identifier] = pages.read_resolution(element)
    reference = element.find(f"{{{METS}}}mdRef")
    holder = element.find(f"{{{METS}}}mdWrap") if reference is None else reference
    section = _SECTIONS[str(element.tag)]
    seen.metadata.append(
        MetadataEntry(
            id=identifier,
            section=section,
            type=_get(holder, "MDTYPE"),
            other_type=_get(holder, "OTHERMDTYPE"),
            version=_get(holder, "MDTYPEVERSION"),
            status=element.get("STATUS") or "",
            file=None if reference is None else _described(reference, section.value, _get(reference, _HREF), seen.base),
        )
    )


def _get(element: _Element | None, name: str) -> str:
    return "" if element is None else element.get(name) or ""


def _division(seen: _Reading, div: _Element) -> None:
    pointer = div.find(f"{{{METS}}}mptr")
    other = related.read_division(div)
    if other is not None:
        if seen.children or other[0] != related.CHILD:
            seen.related.append(other)
    elif pointer is not None:
        seen.representations.append((div.get("LABEL") or "", _path(pointer.get(_HREF) or "", seen.base)))
    page = pages.read_page(div, seen.paths, seen.dpi)
    if page is not None:
        seen.pages.append(page)


def _file(element: _Element, base: str) -> MetsFile:
    use = next((str(group.get("USE")) for group in element.iterancestors() if group.get("USE")), "")
    location = element.find(f"{{{METS}}}FLocat")
    return _described(element, use, _get(location, _HREF), base)


def _described(element: _Element, use: str, href: str, base: str) -> MetsFile:
    size = (element.get("SIZE") or "").strip()
    return MetsFile(
        id=element.get("ID") or "",
        use=use,
        href=href,
        path=_path(href, base),
        size=int(size) if size.isascii() and size.isdigit() else None,
        checksum=element.get("CHECKSUM") or "",
        checksum_type=element.get("CHECKSUMTYPE") or "",
        mimetype=element.get("MIMETYPE") or "",
        created=element.get("CREATED") or "",
    )


def _path(href: str, base: str) -> str:
    """Return where an href points in the package; some producers write file:, file:/// or ./ first."""
    if not href:
        return ""
    plain = unquote(href.removeprefix("file:").lstrip("/") if href.startswith("file:") else href)
    return normpath(join(base, plain))
