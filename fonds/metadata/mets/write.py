"""Write METS 1.12 for the ``eark`` dialect as a stream. Clauses are those of E-ARK CSIP and AIP 2.2."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import BinaryIO

from fonds.metadata.hrefs import quoted
from fonds.metadata.mets import pages, related
from fonds.metadata.mets.model import (
    CSIP,
    CURRENT,
    METS,
    MIX,
    XLINK,
    FileGroup,
    MetadataRef,
    MetsAgent,
    MetsPackage,
    Section,
)
from fonds.metadata.model import FileRecord
from fonds.metadata.xmlwriter import XSI, XmlWriter, document

_NAMESPACES: Mapping[str | None, str] = {None: METS, "csip": CSIP, "xlink": XLINK, "xsi": XSI}
_SCHEMAS = f"{METS} http://www.loc.gov/standards/mets/mets.xsd"
_REPRESENTATIONS = "Representations/"
_AMD_ORDER = (Section.TECHNICAL, Section.RIGHTS, Section.SOURCE, Section.PROVENANCE)


@dataclass(slots=True)
class _Written:
    """The IDs given while writing, which the structMaps at the end point to."""

    descriptive: list[str] = field(default_factory=list)
    administrative: list[str] = field(default_factory=list)
    groups: list[tuple[str, str, str]] = field(default_factory=list)  # (use, ID, path of the first file)
    wanted: dict[str, str] = field(default_factory=dict)  # path of a page's file -> ID of its <file>
    files: int = 0


def write_mets(out: BinaryIO, package: MetsPackage) -> None:
    """Write a root or representation METS to ``out``.

    Raises ValueError for a path outside ``package.base``, a page whose file is in no group, a resolution
    that is not a finite number of at least 0, and a character that XML cannot carry.
    """
    namespaces = {**_NAMESPACES, "mix": MIX} if any(page.dpi for page in package.pages) else _NAMESPACES
    written = _Written(wanted={page.path: "" for page in package.pages})
    with document(out, "mets", namespaces, _root_attributes(package)) as xml:
        _header(xml, package)
        _descriptive(xml, package, written)
        resolutions = _administrative(xml, package, written)
        _file_section(xml, package, written)
        _csip_map(xml, package, written)
        if package.pages:
            pages.write_map(xml, package, written.wanted, resolutions)
        related.write_parent(xml, package.parent)
        related.write_children(xml, package.objid, package.children)


def _root_attributes(package: MetsPackage) -> dict[str, str]:
    return {
        "OBJID": package.objid,  # CSIP1
        "TYPE": package.type,  # CSIP2
        "PROFILE": package.profile,  # CSIP6, AIPM2
        "LABEL": package.label,
        "csip:CONTENTINFORMATIONTYPE": "OTHER",  # CSIP4
        "csip:OTHERCONTENTINFORMATIONTYPE": package.content_type,  # CSIP5
        "xsi:schemaLocation": _SCHEMAS,
    }


def _header(xml: XmlWriter, package: MetsPackage) -> None:
    attributes = {
        "CREATEDATE": package.created,  # CSIP7
        "LASTMODDATE": package.modified,  # CSIP8
        "RECORDSTATUS": package.status,  # SIP3
        "csip:OAISPACKAGETYPE": package.package_type,  # CSIP9, AIPM3
    }
    name, version = package.software
    with xml.element("metsHdr", attributes):
        _agent(xml, MetsAgent("CREATOR", "OTHER", name, "SOFTWARE", version, "SOFTWARE VERSION"))
        for agent in package.agents:
            _agent(xml, agent)
        for kind, value in package.alternatives:
            xml.leaf("altRecordID", value, {"TYPE": kind})
    xml.line()


def _agent(xml: XmlWriter, agent: MetsAgent) -> None:
    attributes = {"ROLE": agent.role, "TYPE": agent.type, "OTHERTYPE": agent.other_type}  # CSIP11 to CSIP13
    with xml.element("agent", attributes):
        xml.leaf("name", agent.name)  # CSIP14
        if agent.note:
            xml.leaf("note", agent.note, {"csip:NOTETYPE": agent.note_type})  # CSIP15, CSIP16


def _descriptive(xml: XmlWriter, package: MetsPackage, written: _Written) -> None:
    chosen = [ref for ref in package.metadata if ref.section is Section.DESCRIPTIVE]
    for number, ref in enumerate(chosen, 1):
        _metadata(xml, package.base, ref, f"dmd-{number}")
        if ref.status == CURRENT:
            written.descriptive.append(f"dmd-{number}")


def _administrative(xml: XmlWriter, package: MetsPackage, written: _Written) -> dict[float, str]:
    """Write the one amdSec (CSIP31); return the ID of the techMD for each resolution of the pages."""
    resolutions = pages.resolutions(package.pages)
    chosen = [ref for section in _AMD_ORDER for ref in package.metadata if ref.section is section]
    if not chosen and not resolutions:
        return {}
    with xml.element("amdSec"):
        xml.line()
        pages.write_resolutions(xml, resolutions)
        written.administrative.extend(resolutions.values())
        for number, ref in enumerate(chosen, 1):
            _metadata(xml, package.base, ref, f"amd-{number}")
            if ref.status == CURRENT:
                written.administrative.append(f"amd-{number}")
    xml.line()
    return resolutions


def _metadata(xml: XmlWriter, base: str, ref: MetadataRef, identifier: str) -> None:
    file = ref.file
    section = {"ID": identifier, "CREATED": file.created, "STATUS": ref.status}  # CSIP18 to 20, 33, 34
    attributes = {
        **_link(base, file.path),
        "MDTYPE": ref.type,
        "OTHERMDTYPE": ref.other_type,
        "MDTYPEVERSION": ref.version,
        **_facts(file),
    }
    with xml.element(ref.section.value, section):
        xml.leaf("mdRef", attributes=attributes)  # CSIP21 to 30, 35 to 44
    xml.line()


def _facts(file: FileRecord) -> dict[str, str]:
    return {
        "MIMETYPE": file.mimetype,
        "SIZE": str(file.size),
        "CREATED": file.created,
        "CHECKSUM": file.sha256,
        "CHECKSUMTYPE": "SHA-256",
    }


def _link(base: str, path: str) -> dict[str, str]:
    return {"LOCTYPE": "URL", "xlink:type": "simple", "xlink:href": href(base, path)}


def href(base: str, path: str) -> str:
    """Return ``path`` as a relative URL seen from the folder ``base``.

    Raises ValueError when the file does not lie below ``base``.
    """
    start = f"{base}/" if base else ""
    if not path.startswith(start) or not path.removeprefix(start):
        raise ValueError(f"{path} is not below {base}")
    return quoted(path.removeprefix(start))


def _file_section(xml: XmlWriter, package: MetsPackage, written: _Written) -> None:
    filled = _filled(package.groups)
    first = next(filled, None)
    if first is None:
        return
    with xml.element("fileSec", {"ID": "fileSec"}):  # CSIP58, CSIP59
        xml.line()
        for use, files in chain((first,), filled):
            _group(xml, package, use, files, written)
    xml.line()


def _filled(groups: Iterable[FileGroup]) -> Iterator[tuple[str, Iterator[FileRecord]]]:
    """Yield the use and the files of each group that has any (CSIP66), reading only one file ahead."""
    for group in groups:
        files = iter(group.files)
        first = next(files, None)
        if first is not None:
            yield group.use, chain((first,), files)


def _group(xml: XmlWriter, package: MetsPackage, use: str, files: Iterator[FileRecord], written: _Written) -> None:
    identifier = f"grp-{len(written.groups) + 1}"
    attributes = {
        "ID": identifier,  # CSIP65
        "USE": use,  # CSIP60, 64, 113, 114
        "csip:CONTENTINFORMATIONTYPE": "OTHER",  # CSIP62
        "csip:OTHERCONTENTINFORMATIONTYPE": package.content_type,  # CSIP63
    }
    path = ""
    with xml.element("fileGrp", attributes):
        xml.line()
        for file in files:
            path = path or file.path
            _file(xml, package.base, file, written)
    xml.line()
    written.groups.append((use, identifier, path))


def _file(xml: XmlWriter, base: str, file: FileRecord, written: _Written) -> None:
    written.files += 1
    identifier = f"file-{written.files}"
    if file.path in written.wanted:
        written.wanted[file.path] = identifier
    with xml.element("file", {"ID": identifier, **_facts(file)}):  # CSIP67 to 72
        xml.leaf("FLocat", attributes=_link(base, file.path))  # CSIP76 to 79
    xml.line()


def _csip_map(xml: XmlWriter, package: MetsPackage, written: _Written) -> None:
    """Write the one structMap that CSIP demands (CSIP80 to CSIP112)."""
    metadata = {
        "ID": "div-metadata",
        "LABEL": "Metadata",  # CSIP88 to 90
        "ADMID": " ".join(written.administrative),  # CSIP91
        "DMDID": " ".join(written.descriptive),  # CSIP92
    }
    with xml.element("structMap", {"ID": "struct-csip", "TYPE": "PHYSICAL", "LABEL": "CSIP"}):
        xml.line()
        with xml.element("div", {"ID": "div-package", "LABEL": package.objid}):  # CSIP84, CSIP85
            xml.line()
            xml.leaf("div", attributes=metadata)
            xml.line()
            content = [one for one in written.groups if one[0].startswith(_REPRESENTATIONS)]
            for one in [one for one in written.groups if one not in content]:
                _division(xml, package.base, *one)
            _content_division(xml, [identifier for _, identifier, _ in content])
            for one in content:
                _division(xml, package.base, *one)
    xml.line()


def _content_division(xml: XmlWriter, groups: list[str]) -> None:
    """Write the division of all content, which CSIP101 to CSIP104 ask for by its name, beside those of CSIP105."""
    if groups:
        with xml.element("div", {"ID": "div-representations", "LABEL": "Representations"}):
            for group in groups:
                xml.leaf("fptr", attributes={"FILEID": group})
        xml.line()


def _division(xml: XmlWriter, base: str, use: str, group: str, path: str) -> None:
    """Write the division of a group: a pointer to a representation's METS, else to the group."""
    with xml.element("div", {"ID": f"div-{group}", "LABEL": use}):
        if use.startswith(_REPRESENTATIONS):  # CSIP105 to 112
            xml.leaf("mptr", attributes={**_link(base, path), "xlink:title": group})
        else:  # CSIP93 to 104, 116, 118, 119
            xml.leaf("fptr", attributes={"FILEID": group})
    xml.line()
