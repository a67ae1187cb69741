"""The package of a fonds itself: an AIP whose content is other AIPs (OAIS: AIC), one for each of its dossiers.

::

    METS.xml                                  TYPE Collection; a structMap names every dossier's package by OBJID
    metadata/descriptive/{ead3.xml,dc.xml}    ead3.xml: the whole fonds, its series, dossiers and documents
    metadata/preservation/premis.xml
    documentation/README.txt, findingaid-1.xml …

It says AIP and not AIC in ``csip:OAISPACKAGETYPE``, because the profile of E-ARK AIP binds that word (AIPM3). Every
version is a complete description, and the store keeps all versions: older descriptions are not carried along.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain
from pathlib import Path
from typing import BinaryIO

from fonds.metadata.dublincore import write_fonds_dublin_core
from fonds.metadata.ead3 import Maintenance, read_fonds, write_fonds
from fonds.metadata.mets import (
    TYPE_COLLECTION,
    FileGroup,
    MetadataRef,
    MetsPackage,
    Related,
    iter_children,
    metadata_ref,
    read_mets,
    write_mets,
)
from fonds.metadata.model import Agent, DescribedUnit, Description, Event, FileRecord
from fonds.metadata.premis import Premis, PremisKind, write_premis
from fonds.packaging.eark.bagged import Made, SealedPackage, seal_files
from fonds.packaging.eark.content import DESCRIPTIVE, EAD3_FILE, PREMIS_FILE, README_FILE, PackageType
from fonds.packaging.eark.files import TEXT, MetadataFiles
from fonds.packaging.eark.read import documentation, premis_of, software_of
from fonds.packaging.eark.readme import fonds_readme
from fonds.schemas.xml import XmlRefusedError

Opener = Callable[[str], BinaryIO]
_CONTENT_TYPE = "Archival fonds"
_LABEL = "fondName"


@dataclass(frozen=True, slots=True)
class FondsContent:
    """What the package of a fonds says of itself; what is described in it comes as a stream of units.

    ``objid`` is the id of the fonds. ``created`` is when the package was first made, ``modified`` when this version of
    it was (ISO 8601 with a zone). ``documentation`` are files below ``documentation/`` that lie in the folder already.
    """

    objid: str
    fonds: Description
    events: Sequence[Event]
    agents: Sequence[Agent]
    created: str
    modified: str
    software: tuple[str, str]
    documentation: Sequence[FileRecord] = ()


def write_fonds_package(
    root: Path, content: FondsContent, units: Iterable[DescribedUnit], children: Iterable[Related]
) -> list[FileRecord]:
    """Write the package of a fonds into ``root``, where its documentation lies; returns the files that were written.

    ``units`` are all that is described, the fonds first; ``children`` the packages of its dossiers. Each is gone
    through once, ``children`` after ``units``, and neither is held in memory. Raises OSError and ValueError as
    ``write_fonds`` does.
    """
    files = MetadataFiles(root, content.modified)
    agency = content.fonds.text("archiveCode") or content.objid
    kept = Maintenance(agency, content.modified, revised=content.modified != content.created)
    described = (
        files.make(EAD3_FILE, lambda out: write_fonds(out, units, kept)),
        files.make(f"{DESCRIPTIVE}/dc.xml", lambda out: write_fonds_dublin_core(out, content.objid, content.fonds)),
        files.make(PREMIS_FILE, partial(write_premis, premis=_premis(content))),
    )
    readme = files.put(README_FILE, fonds_readme(), TEXT)
    groups = [FileGroup("Documentation", [readme, *content.documentation])]
    mets = _mets(content, [metadata_ref(file) for file in described], groups, children)
    files.make("METS.xml", partial(write_mets, package=mets))
    return files.written


def _premis(content: FondsContent) -> Premis:
    return Premis(
        content.objid,
        PremisKind.PACKAGE,
        files=content.documentation,
        events=content.events,
        agents=content.agents,
    )


def _mets(
    content: FondsContent, metadata: Sequence[MetadataRef], groups: Sequence[FileGroup], children: Iterable[Related]
) -> MetsPackage:
    return MetsPackage(
        content.objid,
        content.created,
        content.software,
        metadata=metadata,
        groups=groups,
        type=TYPE_COLLECTION,
        content_type=_CONTENT_TYPE,
        profile=PackageType.AIP.profile,
        package_type=PackageType.AIP.value,
        label=content.fonds.text(_LABEL),
        modified=content.modified,
        children=children,
    )


def seal_fonds_package(
    root: Path, content: FondsContent, written: Iterable[FileRecord], info: Mapping[str, str]
) -> SealedPackage:
    """Make ``root`` a bag; the package is in its ``data/``. Raises OSError."""
    made = Made(content.objid, content.modified, content.software)
    return seal_files(root, made, chain(content.documentation, written), info)


def read_fonds_package(opener: Opener) -> FondsContent:
    """Return what the package of a fonds says of itself; ``opener`` opens a file by its path from the package root.

    Neither its packages nor what is described in it is held. Raises XmlRefusedError for what is no such package or is
    damaged, and OSError.
    """
    with opener("METS.xml") as source:
        root = read_mets(source, children=False)
    if root.type != TYPE_COLLECTION:
        raise XmlRefusedError("XML_UNEXPECTED", expected=TYPE_COLLECTION, found=root.type)
    premis = premis_of(opener, PREMIS_FILE)
    units = fonds_units(opener)
    fonds = next(units)
    if fonds.id != root.objid:
        raise XmlRefusedError("XML_UNEXPECTED", expected=root.objid, found=fonds.id)
    return FondsContent(
        objid=root.objid,
        fonds=fonds.description,
        events=premis.events,
        agents=premis.agents,
        created=root.created,
        modified=root.modified or root.created,
        software=software_of(root),
        documentation=documentation(root, premis),
    )


def fonds_units(opener: Opener) -> Iterator[DescribedUnit]:
    """Yield all that is described in the package of a fonds, the fonds first. Raises XmlRefusedError and OSError."""
    with opener(EAD3_FILE) as source:
        yield from read_fonds(source)


def fonds_children(opener: Opener) -> Iterator[Related]:
    """Yield the packages that the package of a fonds names. Raises XmlRefusedError and OSError."""
    with opener("METS.xml") as source:
        yield from iter_children(source)
