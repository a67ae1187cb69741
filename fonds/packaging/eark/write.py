"""Writing everything of a package but its payload, each file after those that it names.

The order: descriptions, PREMIS, the METS of each representation, documentation and schema, the METS of the package.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import BinaryIO

from fonds.metadata.dublincore import write_dublin_core
from fonds.metadata.ead3 import Maintenance, write_ead3
from fonds.metadata.mets import SUPERSEDED, FileGroup, MetadataRef, MetsPackage, metadata_ref, write_mets
from fonds.metadata.model import FileRecord
from fonds.metadata.premis import Premis, PremisKind, write_premis
from fonds.metadata.simpledc import dossier_fields, write_schema, write_simpledc
from fonds.packaging.eark.content import (
    DESCRIPTIVE,
    EAD3_FILE,
    PREMIS_FILE,
    README_FILE,
    REQUEST_FILE,
    SCHEMA_FILE,
    PackageContent,
    Representation,
)
from fonds.packaging.eark.files import TEXT, XSD, MetadataFiles
from fonds.packaging.eark.readme import readme


def write_package(root: Path, content: PackageContent) -> list[FileRecord]:
    """Write the metadata of a package into ``root``, where its payload, documentation and superseded files lie.

    Returns the files that were written. Raises OSError, and ValueError for text that XML cannot carry, for an item
    on a page that is not there and for a page whose file is in no representation.
    """
    return _Writer(root, content).write()


class _Writer:
    def __init__(self, root: Path, content: PackageContent) -> None:
        self._content, self._files = content, MetadataFiles(root, content.modified)
        self._make = self._files.make

    def write(self) -> list[FileRecord]:
        """Write everything, in order."""
        content = self._content
        metadata = [metadata_ref(one) for one in self._descriptions()]
        metadata += [metadata_ref(one, SUPERSEDED) for one in content.superseded]
        metadata.append(metadata_ref(self._make(PREMIS_FILE, partial(write_premis, premis=self._package_premis()))))
        representations = [self._representation(one) for one in content.representations]
        groups = [
            FileGroup("Documentation", [self._readme(), *content.documentation]),
            FileGroup("Schemas", (self._make(SCHEMA_FILE, write_schema, XSD),)),
            *representations,
        ]
        self._make("METS.xml", partial(write_mets, package=self._mets(metadata, groups)))
        return self._files.written

    def _descriptions(self) -> Iterator[FileRecord]:
        """Write the descriptions, or give those that lie there already because nothing of them changed."""
        content, record = self._content, self._content.record
        agency = record.fonds.text("archiveCode") or record.fonds_code
        kept = Maintenance(agency, content.modified, revised=bool(content.superseded))
        ways: dict[str, Callable[[BinaryIO], None]] = {
            EAD3_FILE: lambda out: write_ead3(out, record, kept),
            f"{DESCRIPTIVE}/dc.xml": lambda out: write_dublin_core(out, record),
            f"{DESCRIPTIVE}/simpledc.xml": lambda out: write_simpledc(out, dossier_fields(record)),
        }
        if content.request:
            ways[REQUEST_FILE] = lambda out: write_simpledc(out, content.request)
        for path, make in ways.items():
            yield content.described.get(path) or self._make(path, make)

    def _package_premis(self) -> Premis:
        content = self._content
        return Premis(
            content.record.id,
            PremisKind.PACKAGE,
            related=[one.folder for one in content.representations],
            files=content.documentation,
            events=content.events,
            agents=content.agents,
            rights=content.rights,
            others=_sources(content),
        )

    def _representation(self, one: Representation) -> FileGroup:
        """Write PREMIS and METS of a representation; return how the METS of the package lists it."""
        premis = Premis(
            one.folder,
            PremisKind.REPRESENTATION,
            related=(self._content.record.id,),
            files=one.files,
            events=one.events,
            agents=self._content.agents,
        )
        described = self._make(f"{one.folder}/{PREMIS_FILE}", partial(write_premis, premis=premis))
        mets = MetsPackage(
            one.name,
            self._content.created,
            self._content.software,
            metadata=(metadata_ref(described),),
            groups=(FileGroup("Data", one.files),),
            pages=one.pages,
            base=one.folder,
            profile=self._content.type.profile,
            package_type=self._content.type.value,
            modified=self._content.modified,
            agents=self._content.header,
        )
        return FileGroup(
            f"Representations/{one.name}", (self._make(f"{one.folder}/METS.xml", partial(write_mets, package=mets)),)
        )

    def _readme(self) -> FileRecord:
        return self._files.put(README_FILE, readme(self._content.type), TEXT)

    def _mets(self, metadata: list[MetadataRef], groups: list[FileGroup]) -> MetsPackage:
        content = self._content
        return MetsPackage(
            content.record.id,
            content.created,
            content.software,
            metadata=metadata,
            groups=groups,
            profile=content.type.profile,
            package_type=content.type.value,
            label=content.record.dossier.text("title"),
            modified=content.modified,
            agents=content.header,
            alternatives=content.alternatives,
            status=content.status,
            parent=content.parent,
        )


def _sources(content: PackageContent) -> list[str]:
    """Return the other packages that this one was made from, as its events say."""
    pairs = (pair for event in content.events for pair in zip(event.objects, event.roles, strict=False))
    named = dict.fromkeys(name for name, role in pairs if role == "source" and "/" not in name)
    return [name for name in named if name != content.record.id]
