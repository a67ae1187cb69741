"""The files of a package around its payload, each after those that it names: descriptions, PREMIS, schemas, METS."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import BinaryIO

from fonds.errors import RefusedError
from fonds.metadata.ead3 import Maintenance, write_ead3
from fonds.metadata.mets import FileGroup, MetadataRef, Section
from fonds.metadata.model import FileRecord
from fonds.metadata.simpledc import write_simpledc
from fonds.metadata.tt05.fields import document_fields, package_fields, request_fields
from fonds.metadata.tt05.holey import is_link
from fonds.metadata.tt05.mets import write_tt05_mets
from fonds.metadata.tt05.mets_model import Tt05Mets
from fonds.metadata.tt05.model import (
    DESCRIPTIVE,
    EAD3_FILE,
    EAD_FILE,
    PREFIXES,
    RECORD_FILE,
    REPRESENTATION,
    DocumentFiles,
    PackageKind,
)
from fonds.metadata.tt05.record_file import write_record_file
from fonds.metadata.tt05.xsd import SCHEMA_FILES, write_schema
from fonds.packaging.tt05.content import Further, Order
from fonds.packaging.tt05.preservation import write_preservation
from fonds.packaging.tt05.stage import Stage
from fonds.schemas.xml import official_schema

_OFFICIAL = {
    "METS.xsd": "mets.xsd",
    "xlink.xsd": "xlink.xsd",
    "DILCISExtensionMETS.xsd": "DILCISExtensionMETS.xsd",
}
_DC = ("DC", "", "1.0.0")
"""MDTYPE of the circular's descriptions: it prints OTHER and EAD too, but deliveries say DC."""


def assemble(stage: Stage, order: Order) -> None:
    """Write everything but the payload, which lies in the stage already. Raises as ``write_package``."""
    described = list(_descriptions(stage, order))
    documents, inner = _documents(stage, order)
    preserved = write_preservation(stage, order)
    first = _representation(order, documents, [*inner, *preserved.representations[REPRESENTATION]])
    others = [_further(order, one, preserved.representations[one.folder]) for one in order.facts.further]
    groups = [*_kept(stage, order, preserved.documentation), *(_written(stage, one) for one in (first, *others))]
    package = replace(
        _mets(order),
        metadata=[*described, *preserved.package],
        groups=groups,
        agreement=_agreement(order),
        alternatives=order.facts.alternatives,
    )
    stage.write("METS.xml", lambda out: write_tt05_mets(out, package))


def _written(stage: Stage, mets: Tt05Mets) -> FileGroup:
    """Write the METS of a representation; return how the METS of the package lists it."""
    file = stage.write(f"{mets.base}/METS.xml", lambda out: write_tt05_mets(out, mets))
    return FileGroup(f"Representations/{mets.base.rpartition('/')[2]}", (file,))


def _further(order: Order, one: Further, metadata: list[MetadataRef]) -> Tt05Mets:
    groups = (FileGroup("Data", [file.record for file in one.payload]),)
    return replace(_mets(order), base=one.folder, metadata=metadata, groups=groups)


def _mets(order: Order) -> Tt05Mets:
    facts = order.facts
    return Tt05Mets(
        order.objid, order.kind, facts.created, facts.software, order.fonds,
        organization=facts.organization, label=_label(order), status=facts.status,
    )  # fmt: skip


def _agreement(order: Order) -> str:
    return order.facts.agreement or ("" if order.kind is PackageKind.DIP else order.record.code)


def _label(order: Order) -> str:
    """Return what METS calls the package: not the title of the dossier where a reader gets only a part of it."""
    return "" if order.kind is PackageKind.DIP else order.record.dossier.text("title")


def _representation(order: Order, documents: list[DocumentFiles], metadata: list[MetadataRef]) -> Tt05Mets:
    files = [one.record for one in order.payload]
    if order.kind is PackageKind.DIP:  # where the records were delivered from is nothing to its reader
        files = [replace(file, original_name="", original_raw="") for file in files]
    groups = (
        FileGroup("Data", [file for file in files if not is_link(file.path)]),
        FileGroup("Holeyfile", [file for file in files if is_link(file.path)]),
    )
    return replace(_mets(order), base=REPRESENTATION, metadata=metadata, groups=groups, documents=documents)


def _descriptions(stage: Stage, order: Order) -> Iterator[MetadataRef]:
    record, request = order.record, order.facts.request
    if order.kind is PackageKind.DIP:
        fields = request_fields(request) if request else []
        yield _ref(stage.write(EAD_FILE, lambda out: write_simpledc(out, fields)), *_DC)
        return
    yield _ref(stage.write(EAD_FILE, lambda out: write_simpledc(out, package_fields(order.kind, record))), *_DC)
    kept = Maintenance(record.fonds.text("archiveCode") or record.fonds_code, order.facts.created)
    yield _ref(stage.write(EAD3_FILE, lambda out: write_ead3(out, record, kept)), "EAD", "", "3")
    further = order.facts.further
    files = [one.record for one in (*order.payload, *(file for other in further for file in other.payload))]
    files += order.facts.details
    pages = {other.name: other.pages for other in further}
    written = stage.write(RECORD_FILE, lambda out: write_record_file(out, record.pages, files, pages))
    yield _ref(written, "OTHER", "FONDS-RECORD", "")


def _documents(stage: Stage, order: Order) -> tuple[list[DocumentFiles], list[MetadataRef]]:
    payload = {one.record.path for one in order.payload}
    paths = {page.sequence: page.path for page in order.record.pages}
    documents, refs = [], []
    for position, item in enumerate(order.record.items):
        file = _document(stage, order, position)
        refs.append(_ref(file, *_DC))
        found = dict.fromkeys(paths[sequence] for sequence in item.pages if sequence in paths)
        documents.append(DocumentFiles(file.path, tuple(path for path in found if path in payload)))
    return documents, refs


def _document(stage: Stage, order: Order, position: int) -> FileRecord:
    kind = order.record.items[position].description.kind
    path = f"{REPRESENTATION}/{DESCRIPTIVE}/EAD_{PREFIXES[kind]}_{position + 1:07}.xml"
    fields = document_fields(order.kind, order.record, position)
    return stage.write(path, lambda out: write_simpledc(out, fields))


def _ref(file: FileRecord, kind: str, other: str, version: str) -> MetadataRef:
    return MetadataRef(file, kind, Section.DESCRIPTIVE, other, version)


def _kept(stage: Stage, order: Order, documentation: list[FileRecord]) -> Iterator[FileGroup]:
    schemas = list(_schemas(stage, order)) if order.facts.schemas else []
    groups: dict[str, list[FileRecord]] = {"Schemas": schemas, "Documentation": documentation}
    known = {one.path: one for one in order.facts.details}
    for path, source in sorted(order.facts.kept.items()):
        top = path.partition("/")[0]
        use = {"schemas": "Schemas", "documentation": "Documentation"}.get(top, "Other")
        file = stage.copy(path, source)
        if path in known and file.sha256 != known[path].sha256:
            raise RefusedError("TT05_PAYLOAD_CHANGED", path=source)
        groups.setdefault(use, []).append(file)
    return (FileGroup(use, files) for use, files in groups.items() if files or use == "Schemas")


def _schemas(stage: Stage, order: Order) -> Iterator[FileRecord]:
    for name, part in SCHEMA_FILES.items():
        yield stage.write(f"schemas/{name}", partial(write_schema, kind=order.kind, part=part))
    for name, official in _OFFICIAL.items():
        yield stage.write(f"schemas/{name}", partial(_copy, content=official_schema(official)))


def _copy(out: BinaryIO, content: bytes) -> None:
    out.write(content)
