"""Reading back a package that Fonds wrote: what the next version, an export or the catalogue is made from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import BinaryIO

from fonds.metadata.ead3 import read_ead3
from fonds.metadata.mets import SUPERSEDED, MetsDocument, MetsFile, Section, read_mets
from fonds.metadata.model import Agent, DossierRecord, FileRecord
from fonds.metadata.premis import Premis, PremisKind, read_premis
from fonds.packaging.eark.content import (
    DESCRIPTIVE,
    EAD3_FILE,
    PREMIS_FILE,
    README_FILE,
    REQUEST_FILE,
    PackageContent,
    PackageType,
    Representation,
)
from fonds.schemas.xml import XmlRefusedError

Opener = Callable[[str], BinaryIO]
_OURS = {EAD3_FILE, f"{DESCRIPTIVE}/dc.xml", f"{DESCRIPTIVE}/simpledc.xml", REQUEST_FILE}


def read_package(opener: Opener) -> PackageContent:
    """Return the content of a package; ``opener`` opens a file by its path from the package root.

    No payload is opened. The first representation is the one that readers see. ``described`` names the descriptions,
    for whoever changes nothing of them. Raises XmlRefusedError for what Fonds did not write or what is damaged, and
    OSError.
    """
    with opener("METS.xml") as source:
        root = read_mets(source, children=False)
    with opener(EAD3_FILE) as source:
        record = read_ead3(source)
    premis = premis_of(opener, PREMIS_FILE)
    read = [_representation(opener, path) for _, path in root.representations]
    representations = [one for one, _ in read]
    agents: dict[str, Agent] = {agent.id: agent for agent in premis.agents}
    for _, more in read:
        agents |= {agent.id: agent for agent in more}
    descriptive = [(entry, entry.file.record()) for entry in root.metadata if entry.file is not None]
    return PackageContent(
        type=_type(root),
        record=replace(record, pages=tuple(representations[0].pages) if representations else ()),
        representations=representations,
        events=premis.events,
        agents=tuple(agents.values()),
        rights=premis.rights,
        created=root.created,
        modified=root.modified or root.created,
        software=software_of(root),
        header=[agent for agent in root.agents if agent.other_type != "SOFTWARE"],
        alternatives=root.alternatives,
        status=root.status,
        documentation=documentation(root, premis),
        superseded=[file for entry, file in descriptive if entry.status == SUPERSEDED],
        described={
            file.path: file
            for entry, file in descriptive
            if entry.section is Section.DESCRIPTIVE and entry.status != SUPERSEDED and file.path in _OURS
        },
        parent=root.parent,
    )


def read_record(opener: Opener) -> DossierRecord:
    """Return only the description and the pages that readers see: all that the catalogue needs. Raises the same."""
    with opener("METS.xml") as source:
        representations = read_mets(source).representations
    record = read_description(opener)
    if not representations:
        return record
    path = representations[0][1]
    with opener(path) as source:
        return replace(record, pages=read_mets(source, path.rpartition("/")[0]).pages)


def read_description(opener: Opener) -> DossierRecord:
    """Read only the description, without the pages. Raises the same."""
    with opener(EAD3_FILE) as source:
        return read_ead3(source)


def _type(root: MetsDocument) -> PackageType:
    if root.package_type not in list(PackageType):
        raise XmlRefusedError("XML_UNEXPECTED", expected="SIP, AIP, DIP", found=root.package_type)
    return PackageType(root.package_type)


def software_of(root: MetsDocument) -> tuple[str, str]:
    """Return name and version of the software that made a package."""
    return next(((agent.name, agent.note) for agent in root.agents if agent.other_type == "SOFTWARE"), ("", ""))


def premis_of(opener: Opener, path: str) -> Premis:
    """Read a PREMIS file; a package that has none, as SIPs of others may, says nothing about itself."""
    try:
        source = opener(path)
    except FileNotFoundError:
        return Premis("", PremisKind.PACKAGE)
    with source:
        return read_premis(source)


def _representation(opener: Opener, path: str) -> tuple[Representation, Sequence[Agent]]:
    folder = path.rpartition("/")[0]
    with opener(path) as source:
        mets = read_mets(source, folder)
    premis = premis_of(opener, f"{folder}/{PREMIS_FILE}")
    known = {file.path: file for file in premis.files}
    files = [known.get(file.path) or file.record() for file in mets.files]
    return Representation(folder.rpartition("/")[2], files, mets.pages, premis.events), premis.agents


def documentation(root: MetsDocument, premis: Premis) -> list[FileRecord]:
    """Return the files of the documentation but the README, as PREMIS knows them."""
    known = {file.path: file for file in premis.files}
    return [
        known.get(file.path) or file.record() for file in _of_use(root, "Documentation") if file.path != README_FILE
    ]


def _of_use(root: MetsDocument, use: str) -> Iterator[MetsFile]:
    return (file for file in root.files if file.use == use)
