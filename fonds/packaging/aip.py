"""Writing one archival information package: a BagIt 1.0 bag around an E-ARK AIP 2.2 of one dossier.

::

    bagit.txt bag-info.txt manifest-sha256.txt tagmanifest-sha256.txt
    data/METS.xml
    data/metadata/descriptive/{ead3.xml,dc.xml,simpledc.xml}
    data/metadata/preservation/premis.xml
    data/representations/rep1/{METS.xml,data/…,metadata/preservation/premis.xml}

Made in the order payload, PREMIS, representation METS, root METS, manifests, tagmanifest: each names the ones before.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from fonds.errors import FondsError
from fonds.metadata.dublincore import write_dublin_core
from fonds.metadata.ead3 import Maintenance, write_ead3
from fonds.metadata.mets import FileGroup, MetsPackage, metadata_ref, write_mets
from fonds.metadata.model import Agent, DossierRecord, Event, FileRecord
from fonds.metadata.premis import Premis, PremisKind, Rights, write_premis
from fonds.metadata.simpledc import dossier_fields, write_simpledc
from fonds.packaging.bag import Entry, Seal, write_tags
from fonds.packaging.digest import hash_file

REPRESENTATION = "representations/rep1"
DATA = f"{REPRESENTATION}/data"
SIGNATURE = "Fonds-Submission-Signature"
"""The label in bag-info.txt under which the signature of the submission is kept (see ``repository.ingest``)."""


@dataclass(frozen=True, slots=True)
class AipContent:
    """What goes into a package besides the page files, which lie in the stage already.

    ``files`` describes them, with paths from the package root. ``events`` concern the package, ``file_events`` its
    files. ``created`` is ISO 8601 with a zone; ``software`` name and version. ``info`` are further lines of
    bag-info.txt.
    """

    record: DossierRecord
    files: Sequence[FileRecord]
    events: Sequence[Event]
    file_events: Sequence[Event]
    agents: Sequence[Agent]
    rights: Rights
    created: str
    software: tuple[str, str]
    info: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class BuiltAip:
    """A package that was written: its seal, the digest of every file but the tagmanifest, and what it holds."""

    seal: Seal
    digests: Mapping[str, str]
    files: int
    bytes: int


def write_aip(stage: Path, content: AipContent) -> BuiltAip:
    """Make the staged folder a package; its page files are in ``data/representations/rep1/data/`` already.

    Raises OSError, and ValueError for text that XML cannot carry.
    """
    writer = _Writer(stage / "data", content)
    record = content.record
    kept = Maintenance(record.fonds.text("archiveCode") or record.fonds_code, content.created)
    writer.metadata("metadata/descriptive/ead3.xml", lambda out: write_ead3(out, record, kept))
    writer.metadata("metadata/descriptive/dc.xml", lambda out: write_dublin_core(out, record))
    writer.metadata("metadata/descriptive/simpledc.xml", lambda out: write_simpledc(out, dossier_fields(record)))
    writer.metadata("metadata/preservation/premis.xml", lambda out: write_premis(out, _package_premis(content)))
    inner = writer.write(
        f"{REPRESENTATION}/metadata/preservation/premis.xml", lambda out: write_premis(out, _file_premis(content))
    )
    representation = writer.write(
        f"{REPRESENTATION}/METS.xml", lambda out: write_mets(out, _representation_mets(content, inner))
    )
    writer.write("METS.xml", lambda out: write_mets(out, _root_mets(content, writer.described, representation)))
    return _close(stage, content, writer.written)


class _Writer:
    def __init__(self, root: Path, content: AipContent) -> None:
        self._root, self._created = root, content.created
        self.written: list[FileRecord] = list(content.files)
        self.described: list[FileRecord] = []

    def write(self, path: str, make: Callable[[BinaryIO], None]) -> FileRecord:
        target = self._root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("xb") as out:
            make(out)
        size, sha256 = hash_file(target)
        file = FileRecord(path, size, sha256, "application/xml", self._created, "fmt/101", "XML", "1.0")
        self.written.append(file)
        return file

    def metadata(self, path: str, make: Callable[[BinaryIO], None]) -> None:
        self.described.append(self.write(path, make))


def _package_premis(content: AipContent) -> Premis:
    return Premis(
        content.record.id,
        PremisKind.PACKAGE,
        related=(REPRESENTATION,),
        events=content.events,
        agents=content.agents,
        rights=(content.rights,),
    )


def _file_premis(content: AipContent) -> Premis:
    return Premis(
        REPRESENTATION,
        PremisKind.REPRESENTATION,
        related=(content.record.id,),
        files=content.files,
        events=content.file_events,
        agents=content.agents,
    )


def _representation_mets(content: AipContent, premis: FileRecord) -> MetsPackage:
    return MetsPackage(
        "rep1",
        content.created,
        content.software,
        metadata=(metadata_ref(premis),),
        groups=(FileGroup("Data", content.files),),
        pages=content.record.pages,
        base=REPRESENTATION,
    )


def _root_mets(content: AipContent, described: Sequence[FileRecord], representation: FileRecord) -> MetsPackage:
    return MetsPackage(
        content.record.id,
        content.created,
        content.software,
        metadata=[metadata_ref(file) for file in described],
        groups=(FileGroup("Representations/rep1", (representation,)),),
        label=content.record.dossier.text("title"),
    )


def _close(stage: Path, content: AipContent, written: Sequence[FileRecord]) -> BuiltAip:
    payload = [Entry(f"data/{file.path}", file.sha256) for file in written]
    size = sum(file.size for file in written)
    info = {
        "Bagging-Date": content.created[:10],
        "Bag-Software-Agent": " ".join(content.software),
        "External-Identifier": content.record.id,
        "Payload-Oxum": f"{size}.{len(payload)}",
        **content.info,
    }
    seal = write_tags(stage, payload, info)
    digests = {entry.path: entry.sha256 for entry in payload}
    for tag in ("bagit.txt", "bag-info.txt"):
        digests[tag] = hash_file(stage / tag)[1]
    tags = sum(entry.stat().st_size for entry in stage.iterdir() if entry.is_file())
    return BuiltAip(seal, digests, len(payload) + 4, size + tags)


def verify_stage(stage: Path, built: BuiltAip) -> None:
    """Read everything back from the disk and compare, before anybody is told that the package is safe.

    Raises FondsError STORE_FAILED naming the file that did not come back as it was written.
    """
    for path, expected in built.digests.items():
        if hash_file(stage / path, cold=True)[1] != expected:
            raise FondsError("STORE_FAILED", path=stage / path, reason="read-back")
