"""Write METS as Thông tư 05/2025 shows it, by our reading: a stream, valid against the official METS 1.12 schema."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from posixpath import relpath
from typing import BinaryIO

from fonds.metadata.hrefs import quoted
from fonds.metadata.mets import FileGroup, MetadataRef, Section
from fonds.metadata.mets.model import CSIP, CURRENT, METS, XLINK
from fonds.metadata.model import FileRecord
from fonds.metadata.tt05.holey import is_link
from fonds.metadata.tt05.identifiers import file_id, local_id, local_time
from fonds.metadata.tt05.mets_model import Tt05Mets
from fonds.metadata.tt05.model import REP_PROFILE, REPRESENTATION, DocumentFiles
from fonds.metadata.xmlwriter import XSI, XmlWriter, document

_NAMESPACES: Mapping[str | None, str] = {None: METS, "csip": CSIP, "xlink": XLINK, "xsi": XSI}
_REPRESENTATION = "Representations/"
_DATA = ("Data", "Holeyfile")


@dataclass(slots=True)
class _Written:
    """The IDs given while writing, for the structMap at the end."""

    descriptive: dict[str, str] = field(default_factory=dict)  # path -> ID of a current dmdSec
    administrative: list[str] = field(default_factory=list)
    groups: list[tuple[str, str, str]] = field(default_factory=list)  # (use, ID, path of the first file)
    data: dict[str, str] = field(default_factory=dict)  # path -> ID of a <file> with content or a link


def write_tt05_mets(out: BinaryIO, mets: Tt05Mets) -> None:
    """Write the METS of a package or of its representation.

    Raises ValueError for a time that is none, a document whose metadata or file is not listed, and a character that
    XML cannot carry.
    """
    written = _Written()
    with document(out, "mets", _NAMESPACES, _root(mets)) as xml:
        _header(xml, mets)
        for ref in _of(mets, Section.DESCRIPTIVE):
            _metadata(xml, mets, ref)
            if ref.status == CURRENT:
                written.descriptive[ref.file.path] = _id(mets, "dmd", ref.file.path)
        _administrative(xml, mets, written)
        _files(xml, mets, written)
        (_representation_map if mets.base else _package_map)(xml, mets, written)


def _id(mets: Tt05Mets, *parts: str) -> str:
    return local_id(mets.package, mets.base, *parts)


def _root(mets: Tt05Mets) -> dict[str, str]:
    schemas = relpath("schemas", mets.base or ".")
    return {
        "OBJID": mets.base.rpartition("/")[2] or mets.package,
        "LABEL": mets.label,
        "TYPE": mets.kind.type,
        "PROFILE": REP_PROFILE if mets.base else mets.kind.profile,
        "csip:CONTENTINFORMATIONTYPE": "MIXED",
        "xsi:schemaLocation": f"{METS} {schemas}/METS.xsd {CSIP} {schemas}/DILCISExtensionMETS.xsd",
    }


def _header(xml: XmlWriter, mets: Tt05Mets) -> None:
    when = local_time(mets.created)
    attributes = {
        "CREATEDATE": when,
        "LASTMODDATE": when,
        "RECORDSTATUS": mets.status,
        "csip:OAISPACKAGETYPE": mets.kind.oais,
    }
    name, version = mets.software
    with xml.element("metsHdr", attributes):
        notes = (("IDENTIFICATIONCODE", mets.fonds), ("SOFTWARE VERSION", version))
        _agent(xml, {"ROLE": "CREATOR", "TYPE": "OTHER", "OTHERTYPE": "SOFTWARE"}, name, notes)
        if mets.organization:
            _agent(xml, {"ROLE": "CREATOR", "TYPE": "ORGANIZATION"}, mets.organization, notes[:1])
        if mets.agreement and not mets.base:
            xml.leaf("altRecordID", mets.agreement, {"TYPE": "SUBMISSIONAGREEMENT"})
        for other, value in () if mets.base else mets.alternatives:
            xml.leaf("altRecordID", value, {"TYPE": other})
    xml.line()


def _agent(xml: XmlWriter, attributes: Mapping[str, str], name: str, notes: Iterable[tuple[str, str]]) -> None:
    with xml.element("agent", attributes):
        xml.leaf("name", name)
        for kind, note in notes:
            if note:
                xml.leaf("note", note, {"csip:NOTETYPE": kind})


def _of(mets: Tt05Mets, section: Section) -> list[MetadataRef]:
    return [ref for ref in mets.metadata if ref.section is section]


def _administrative(xml: XmlWriter, mets: Tt05Mets, written: _Written) -> None:
    """Write the amdSec; it is there, empty, in a package without PREMIS too, as deliveries have it."""
    with xml.element("amdSec", {"ID": _id(mets, "amd")}):
        for ref in _of(mets, Section.PROVENANCE):
            _metadata(xml, mets, ref)
            if ref.status == CURRENT:
                written.administrative.append(_id(mets, "dmd", ref.file.path))
    xml.line()


def _metadata(xml: XmlWriter, mets: Tt05Mets, ref: MetadataRef) -> None:
    section = {
        "ID": _id(mets, "dmd", ref.file.path),
        "CREATED": local_time(ref.file.created),
        "STATUS": ref.status,
    }
    attributes = {
        **_link(mets, ref.file.path),
        "MDTYPE": ref.type,
        "OTHERMDTYPE": ref.other_type,
        "MDTYPEVERSION": ref.version,
        **_facts(ref.file),
    }
    with xml.element(ref.section.value, section):
        xml.leaf("mdRef", attributes=attributes)
    xml.line()


def _facts(file: FileRecord) -> dict[str, str]:
    return {
        "MIMETYPE": file.mimetype,
        "SIZE": str(file.size),
        "CREATED": local_time(file.created),
        "CHECKSUM": file.sha256,
        "CHECKSUMTYPE": "SHA-256",
    }


def _link(mets: Tt05Mets, path: str, title: str = "") -> dict[str, str]:
    start = f"{mets.base}/" if mets.base else ""
    if not path.startswith(start):
        raise ValueError(f"{path} is not below {mets.base}")
    href = quoted(path.removeprefix(start))
    return {"LOCTYPE": "URL", "xlink:type": "simple", "xlink:href": href, "xlink:title": title}


def _files(xml: XmlWriter, mets: Tt05Mets, written: _Written) -> None:
    groups = [(group, list(group.files)) for group in mets.groups]
    filled = [(group, files) for group, files in groups if files]
    if not filled:
        return
    with xml.element("fileSec", {"ID": _id(mets, "fileSec")}):
        xml.line()
        for group, files in filled:
            _group(xml, mets, group, files, written)
    xml.line()


def _group(xml: XmlWriter, mets: Tt05Mets, group: FileGroup, files: list[FileRecord], written: _Written) -> None:
    identifier = _id(mets, "fileGrp", group.use)
    written.groups.append((group.use, identifier, files[0].path))
    with xml.element("fileGrp", {"ID": identifier, "USE": group.use}):
        xml.line()
        for file in files:
            one = file_id(mets.package, file.path)
            if group.use in _DATA:
                written.data[file.path] = one
            with xml.element("file", {"ID": one, **_facts(file)}):
                xml.leaf("FLocat", attributes=_link(mets, file.path, file.original_name))
            xml.line()
    xml.line()


def _package_map(xml: XmlWriter, mets: Tt05Mets, written: _Written) -> None:
    groups = {use: (identifier, path) for use, identifier, path in written.groups}
    with _struct(xml, mets), _div(xml, mets, mets.package):
        _metadata_div(xml, mets, written)
        for use in dict.fromkeys(("Schemas", *groups)):
            identifier, path = groups.get(use, ("", ""))
            with _div(xml, mets, use):
                if use.startswith(_REPRESENTATION):
                    xml.leaf("mptr", attributes=_link(mets, path, identifier))
                elif identifier:
                    xml.leaf("fptr", attributes={"FILEID": identifier})


def _representation_map(xml: XmlWriter, mets: Tt05Mets, written: _Written) -> None:
    named = {path for one in mets.documents for path in one.files}
    loose = [path for path in written.data if path not in named]
    name = mets.base.rpartition("/")[2]
    with _struct(xml, mets), _div(xml, mets, name, {"TYPE": "ORIGINAL"} if mets.base == REPRESENTATION else {}):
        _metadata_div(xml, mets, written)
        for use, identifier, _ in written.groups:
            with _div(xml, mets, use):
                xml.leaf("fptr", attributes={"FILEID": identifier})
        with _div(xml, mets, "MetadataLink"):
            for one in mets.documents:
                _document(xml, mets, one, written)
        if loose:
            with _div(xml, mets, "AttachmentFile"):
                for path in loose:
                    xml.leaf("fptr", attributes={"FILEID": written.data[path]})


def _document(xml: XmlWriter, mets: Tt05Mets, one: DocumentFiles, written: _Written) -> None:
    missing = [path for path in one.files if path not in written.data]
    if missing or one.metadata not in written.descriptive:
        raise ValueError(f"{one.metadata}: not listed: {missing or one.metadata}")
    holey = bool(one.files) and all(is_link(path) for path in one.files)
    about = {"DMDID": written.descriptive[one.metadata], "ADMID": " ".join(written.administrative)}
    with _div(xml, mets, "MetadataLink/Holey" if holey else "MetadataLink/File", about, one.metadata):
        for path in one.files:
            xml.leaf("fptr", attributes={"FILEID": written.data[path]})


def _metadata_div(xml: XmlWriter, mets: Tt05Mets, written: _Written) -> None:
    about = {"ADMID": " ".join(written.administrative), "DMDID": " ".join(written.descriptive.values())}
    with _div(xml, mets, "Metadata", about):
        pass


def _struct(xml: XmlWriter, mets: Tt05Mets) -> _Opened:
    return _Opened(xml, "structMap", {"ID": _id(mets, "structMap"), "TYPE": "PHYSICAL", "LABEL": "CSIP"})


def _div(xml: XmlWriter, mets: Tt05Mets, label: str, more: Mapping[str, str] | None = None, of: str = "") -> _Opened:
    return _Opened(xml, "div", {"ID": _id(mets, "div", label, of), "LABEL": label, **(more or {})})


class _Opened:
    """An element on lines of its own."""

    def __init__(self, xml: XmlWriter, name: str, attributes: Mapping[str, str]) -> None:
        self._xml, self._element = xml, xml.element(name, attributes)

    def __enter__(self) -> None:
        self._element.__enter__()
        self._xml.line()

    def __exit__(self, *error: object) -> None:
        self._element.__exit__(*error)  # type: ignore[arg-type]  # the three of the protocol, handed on
        self._xml.line()
