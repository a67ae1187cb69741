"""From a submitted dossier to the content of its package: files copied, pages named, events told."""

from __future__ import annotations

import platform
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import chain, count
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
from fonds.repository.checked import check_events
from fonds.repository.intake.submission import SourceFile, SubmittedDossier, SubmittedPage
from fonds.schemas.findings import Finding
from fonds.schemas.vocabulary import label

SOFTWARE = ("Fonds", __version__)
_BOTH = ("agent-operator", "agent-fonds")


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
    (root / data).mkdir(parents=True)
    records = payload_records(dossier, data)
    for file, record in zip(dossier.files, records, strict=True):
        copy_submitted(file, root / record.path)
    return records


def copy_submitted(file: SourceFile, target: Path) -> None:
    """Copy one submitted file and compare it with what the gate read. Raises as ``copy_payload``."""
    try:
        found = copy_file(file.path, target)
    except FileNotFoundError as error:
        if error.filename == str(file.path):
            raise SourceChangedError(file.where) from error
        raise
    if found != (file.size, file.sha256):
        raise SourceChangedError(file.where)


def payload_records(dossier: SubmittedDossier, data: str = data_folder(FIRST)) -> list[FileRecord]:
    """Return what is known of the files of a dossier, in reading order, under their names in a package."""
    names = (
        page_file_name(number, PurePosixPath(file.where).suffix, len(dossier.files))
        for number, file in enumerate(dossier.files, 1)
    )
    return [file_record(file, f"{data}/{name}") for file, name in zip(dossier.files, names, strict=True)]


def file_record(file: SourceFile, path: str) -> FileRecord:
    """Return what the package will say of a submitted file that lies at ``path`` in it."""
    created = datetime.fromtimestamp(file.modified / 1e9, UTC).isoformat(timespec="seconds")
    # The bytes of the name are kept wherever the NFC text does not say them.
    raw = "" if file.raw == nfc(file.where).encode() else quote_from_bytes(file.raw, safe="/")
    return FileRecord(
        path, file.size, file.sha256, file.mimetype, created, file.puid, file.format_name, file.format_version,
        file.where, raw,
    )  # fmt: skip


def aip_content(dossier: SubmittedDossier, objid: str, files: Sequence[FileRecord], agent: str) -> PackageContent:
    """Put the content of a new package together; ``agent`` is who ingests."""
    created = now()
    record = dossier_record(dossier, objid, files)
    events = (*file_events(created), *check_events(dossier.files, files, created))
    return PackageContent(
        type=PackageType.AIP,
        record=record,
        representations=(Representation(FIRST, files, record.pages, events),),
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


def with_agents(agents: Sequence[Agent], actors: Sequence[Agent], suffix: str) -> tuple[list[Agent], tuple[str, ...]]:
    """Return the agents with those who act now, and the ids of these.

    Who is described already keeps his id; ``suffix`` makes a new id another one where it is taken (``free_id``).
    """
    known = list(agents)
    ids = []
    for actor in actors:
        same = next((one for one in known if replace(one, id="") == replace(actor, id="")), None)
        if same is None:
            taken = {one.id for one in known}
            same = replace(actor, id=free_id(actor.id, suffix, taken))
            known.append(same)
        ids.append(same.id)
    return known, tuple(ids)


def free_id(wanted: str, suffix: str, taken: Collection[str]) -> str:
    """Return ``wanted`` when nobody has that id, else ``wanted-suffix``, else that with a number."""
    if wanted not in taken:
        return wanted
    other = f"{wanted}-{suffix}"
    return next(one for one in chain((other,), (f"{other}-{n}" for n in count(2))) if one not in taken)


def access_rights(record: DossierRecord) -> Rights:
    """Return the access mode of a dossier as a rights statement."""
    return Rights("rights-access", record.mode, label("mode", record.mode, "vi"))


def dossier_record(dossier: SubmittedDossier, objid: str, files: Sequence[FileRecord]) -> DossierRecord:
    """Return the description of a dossier as it will be held, its pages bound to the files of the package."""
    items = tuple(
        Item(item_id(objid, item.description.kind.value, number), item.description, tuple(p + 1 for p in item.pages))
        for number, item in enumerate(dossier.items, 1)
    )
    pages = bound_pages(dossier.pages, files)
    return DossierRecord(objid, dossier.fonds, dossier.dossier, dossier.series, items, pages)


def bound_pages(pages: Sequence[SubmittedPage], files: Sequence[FileRecord]) -> tuple[Page, ...]:
    """Return pages as they will be held; ``files`` are all those of the dossier, in their order."""
    return tuple(
        Page(number, page.label, files[page.file].path, page.frame, page.width, page.height, page.dpi, page.blank)
        for number, page in enumerate(pages, 1)
    )


def _package_events(dossier: SubmittedDossier, when: str) -> list[Event]:
    return [
        *receipt_events(dossier, when),
        creation_event(
            when, "BagIt 1.0 bag around an E-ARK AIP 2.2; read back from the disk and compared before it was published"
        ),
    ]


def gate_event(
    dossier: SubmittedDossier, when: str, software: tuple[str, ...] = _BOTH[-1:], identifier: str = "event-2"
) -> Event:
    """Return the event that the quality gate looked at a dossier, with what it found."""
    found = dossier.findings
    return Event(
        identifier, "validation", when, "warning" if found else "success", software,
        "Quality gate: names, completeness, inventory, full strict decode of every page",
        told((*found, *dossier.notices)),
    )  # fmt: skip


def creation_event(when: str, detail: str) -> Event:
    """Return the event that a package was made, by those who act."""
    return Event("event-3", "information package creation", when, "success", _BOTH, detail)


def receipt_events(
    dossier: SubmittedDossier,
    when: str,
    both: tuple[str, ...] = _BOTH,
    ids: tuple[str, str] = ("event-1", "event-2"),
) -> list[Event]:
    """Return that a dossier was received and what the gate found; ``both`` are the operator and this software."""
    return [
        # The circular names the receipt of digitised material "transfer".
        Event(ids[0], "transfer", when, "success", both, f"Received from the folder {dossier.where}"),
        gate_event(dossier, when, both[-1:], ids[1]),
    ]


def told(found: Sequence[Finding]) -> str:
    """Return findings as the outcome of an event: how many of each, then each with its place."""
    counted = Counter(one.code for one in found)
    lines = [f"{code}: {count}" for code, count in sorted(counted.items())]
    return "\n".join(lines + [f"{one.code} {one.where}" for one in found])


def file_events(when: str, agents: tuple[str, ...] = _BOTH[-1:], mark: str = "event-") -> list[Event]:
    """Return what was done to every file of a representation; ``mark`` begins the ids of these events."""
    pronom = "By signature, against PRONOM (Siegfried)"
    return [
        Event(f"{mark}4", "message digest calculation", when, "success", agents, "SHA-256 of every file"),
        Event(f"{mark}5", "format identification", when, "success", agents, pronom),
    ]
