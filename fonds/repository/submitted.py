"""From a submitted dossier to the content of its package: files copied, pages named, events told."""

from __future__ import annotations

import platform
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from urllib.parse import quote_from_bytes

from fonds import __version__
from fonds.metadata.ids import fonds_id, item_id
from fonds.metadata.model import Agent, DossierRecord, Event, FileRecord, Item, Page
from fonds.metadata.premis import Rights
from fonds.metadata.vietnamese import nfc
from fonds.packaging.digest import copy_file
from fonds.packaging.eark import FIRST, PackageContent, PackageType, Representation, data_folder
from fonds.packaging.names import page_file_name
from fonds.repository.intake.submission import SourceFile, SubmittedDossier
from fonds.schemas.findings import Finding
from fonds.schemas.vocabulary import label

SOFTWARE = ("Fonds", __version__)


class SourceChangedError(Exception):
    """A delivered file is not (any more) what the gate read. ``where`` is its NFC path in the delivery."""

    def __init__(self, where: str) -> None:
        super().__init__(where)
        self.where = where


def now() -> str:
    """Return the time as ISO 8601 UTC with seconds."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def copy_payload(dossier: SubmittedDossier, root: Path, data: str = data_folder(FIRST)) -> list[FileRecord]:
    """Copy the files of a dossier below a package root, in reading order, each read once, hashed and compared.

    Raises SourceChangedError for a file that is no longer what the gate read, and OSError of the target.
    """
    folder = root / data
    folder.mkdir(parents=True)
    records = []
    for number, file in enumerate(dossier.files, 1):
        name = page_file_name(number, PurePosixPath(file.where).suffix, len(dossier.files))
        records.append(_copy(file, folder / name, f"{data}/{name}"))
    return records


def _copy(file: SourceFile, target: Path, path: str) -> FileRecord:
    try:
        size, sha256 = copy_file(file.path, target)
    except FileNotFoundError as error:
        if error.filename == str(file.path):
            raise SourceChangedError(file.where) from error
        raise
    if sha256 != file.sha256:
        raise SourceChangedError(file.where)
    created = datetime.fromtimestamp(file.modified / 1e9, UTC).isoformat(timespec="seconds")
    # The bytes of the name are kept wherever the NFC text does not say them.
    raw = "" if file.raw == nfc(file.where).encode() else quote_from_bytes(file.raw, safe="/")
    return FileRecord(
        path, size, sha256, file.mimetype, created, file.puid, file.format_name, file.format_version, file.where, raw
    )


def aip_content(dossier: SubmittedDossier, objid: str, files: Sequence[FileRecord], agent: str) -> PackageContent:
    """Put the content of a new package together; ``agent`` is who ingests."""
    created = now()
    record = dossier_record(dossier, objid, files)
    return PackageContent(
        type=PackageType.AIP,
        record=record,
        representations=(Representation(FIRST, files, record.pages, file_events(created)),),
        events=_package_events(dossier, created),
        agents=acting(agent),
        rights=(access_rights(record),),
        created=created,
        modified=created,
        software=SOFTWARE,
        parent=fonds_id(record.fonds_code),
    )


def acting(agent: str) -> tuple[Agent, Agent]:
    """Return who acts as PREMIS names it: the person and this software."""
    python = f"Python {platform.python_version()}"
    return Agent("agent-operator", agent, "person"), Agent("agent-fonds", SOFTWARE[0], "software", SOFTWARE[1], python)


def access_rights(record: DossierRecord) -> Rights:
    """Return the access mode of a dossier as a rights statement."""
    return Rights("rights-access", record.mode, label("mode", record.mode, "vi"))


def dossier_record(dossier: SubmittedDossier, objid: str, files: Sequence[FileRecord]) -> DossierRecord:
    """Return the description of a dossier as it will be held, its pages bound to the files of the package."""
    pages = tuple(
        Page(number, page.label, files[page.file].path, page.frame, page.width, page.height, page.dpi, page.blank)
        for number, page in enumerate(dossier.pages, 1)
    )
    items = tuple(
        Item(item_id(objid, item.description.kind.value, number), item.description, tuple(p + 1 for p in item.pages))
        for number, item in enumerate(dossier.items, 1)
    )
    return DossierRecord(objid, dossier.fonds, dossier.dossier, dossier.series, items, pages)


def _package_events(dossier: SubmittedDossier, when: str) -> list[Event]:
    both = ("agent-operator", "agent-fonds")
    found = dossier.findings
    return [
        # The circular names the receipt of digitised material "transfer".
        Event("event-1", "transfer", when, "success", both, f"Received from the folder {dossier.where}"),
        Event(
            "event-2", "validation", when, "warning" if found else "success", ("agent-fonds",),
            "Quality gate: names, completeness, inventory, full strict decode of every page", _outcome(found),
        ),
        Event(
            "event-3", "information package creation", when, "success", both,
            "BagIt 1.0 bag around an E-ARK AIP 2.2; read back from the disk and compared before it was published",
        ),
    ]  # fmt: skip


def _outcome(found: Sequence[Finding]) -> str:
    counted = Counter(one.code for one in found)
    lines = [f"{code}: {count}" for code, count in sorted(counted.items())]
    return "\n".join(lines + [f"{one.code} {one.where}" for one in found])


def file_events(when: str) -> list[Event]:
    """Return what was done to every file of a representation."""
    agents = ("agent-fonds",)
    return [
        Event("event-4", "message digest calculation", when, "success", agents, "SHA-256 of every file"),
        Event("event-5", "format identification", when, "success", agents, "By signature, against PRONOM (Siegfried)"),
    ]
