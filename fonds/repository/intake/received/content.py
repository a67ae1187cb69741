"""The package that is made of a received one: its payload, and all else of it as documentation of the receipt."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote_from_bytes

from fonds.metadata.ids import fonds_id
from fonds.metadata.model import Event, FileRecord
from fonds.packaging.eark import SUBMISSION, PackageContent, PackageType, Representation, data_folder
from fonds.repository.intake.received.events import own_events, representation_events
from fonds.repository.intake.received.naming import portable_paths
from fonds.repository.intake.submission import Received, SourceFile, SubmittedDossier, SubmittedRepresentation
from fonds.repository.submitted import (
    SOFTWARE,
    access_rights,
    acting,
    bound_pages,
    copy_payload,
    copy_submitted,
    dossier_record,
    file_record,
    now,
    with_agents,
)

OBJID_TYPE = "SUBMISSION"
"""TYPE of the altRecordID that names the OBJID of the submission."""


def received_bytes(dossier: SubmittedDossier) -> int:
    """Return how much room the files of a dossier take, those that only go along included."""
    kept = dossier.received.kept if dossier.received else ()
    return sum(file.size for file in (*dossier.files, *kept))


def received_content(
    dossier: SubmittedDossier, received: Received, objid: str, root: Path, agent: str
) -> PackageContent:
    """Copy everything below a package root and put the content of the new package together.

    Raises SourceChangedError for a file that is no longer what was checked, and OSError of the target.
    """
    made = _Made(dossier, received, objid, root, agent)
    record = dossier_record(dossier, objid, made.files)
    events = made.package_events()
    return PackageContent(
        type=PackageType.AIP,
        record=record,
        representations=made.representations(),
        events=events,
        agents=made.agents,
        rights=(access_rights(record),),
        created=made.created,
        modified=made.created,
        software=SOFTWARE,
        header=received.header,
        alternatives=_alternatives(received),
        documentation=made.kept,
        parent=fonds_id(record.fonds_code),
    )


class _Made:
    """A package being made: its files are copied first, then what happened to them is told."""

    def __init__(self, dossier: SubmittedDossier, received: Received, objid: str, root: Path, agent: str) -> None:
        self._dossier, self._received, self._objid = dossier, received, objid
        whole = SubmittedRepresentation(0, len(dossier.files), dossier.pages)
        self._forms = received.representations or (whole,)
        self.created = now()
        self._payload = [_payload(dossier, received, one, root, _name(n)) for n, one in enumerate(self._forms, 1)]
        self.files = [file for group in self._payload for file in group]
        self.kept = _keep(received.kept, root)
        self.agents, self._acted = with_agents(received.agents, acting(agent), "receipt")
        self._taken = {event.id for one in self._forms for event in one.events}
        self._taken |= {event.id for event in received.events}
        pairs = [*zip(dossier.files, self.files, strict=True), *zip(received.kept, self.kept, strict=True)]
        self._places = {source.where: file.path for source, file in pairs}

    def package_events(self) -> list[Event]:
        """Return what happened to the package: before it came, and here."""
        own = own_events(self._dossier, self._received, self._objid, self.created, self._acted, self._taken)
        return [*self._moved(self._received.events), *own]

    def representations(self) -> list[Representation]:
        """Return the forms of the dossier with their pages and events."""
        made = []
        for number, (one, group) in enumerate(zip(self._forms, self._payload, strict=True), 1):
            sources = self._dossier.files[one.first : one.first + one.count]
            files = list(zip(sources, group, strict=True))
            own = representation_events(number, files, self.created, self._acted, self._taken)
            pages = bound_pages(one.pages, self.files)
            made.append(Representation(_name(number), group, pages, [*self._moved(one.events), *own]))
        return made

    def _moved(self, events: Sequence[Event]) -> Iterator[Event]:
        """Yield events of the submission with the paths that its objects have here."""
        for event in events:
            yield replace(event, objects=tuple(self._places.get(one, one) for one in event.objects))


def _name(number: int) -> str:
    return f"rep{number}"


def _payload(
    dossier: SubmittedDossier, received: Received, one: SubmittedRepresentation, root: Path, name: str
) -> list[FileRecord]:
    """Copy the files of a representation; each keeps an older name and time that the submission knows of."""
    chosen = dossier.files[one.first : one.first + one.count]
    copied = copy_payload(replace(dossier, files=chosen), root, data_folder(name))
    return [_named(file, source, received) for file, source in zip(copied, chosen, strict=True)]


def _named(file: FileRecord, source: SourceFile, received: Received) -> FileRecord:
    stated = received.stated.get(source.where)
    older = stated is not None and bool(stated.original_name)
    if stated is not None:
        file = replace(file, created=stated.created or file.created)
    if stated is not None and older:
        file = replace(file, original_name=stated.original_name, original_raw=stated.original_raw)
    if not older and not received.base:
        return file
    path = b"/".join(part for part in (received.base, source.raw) if part)
    return replace(file, received_as=quote_from_bytes(path, safe="/"))


def _keep(kept: Sequence[SourceFile], root: Path) -> list[FileRecord]:
    records = []
    for file, name in zip(kept, portable_paths(file.where for file in kept), strict=True):
        path = f"{SUBMISSION}/{name}"
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        copy_submitted(file, target)
        records.append(file_record(file, path))
    return records


def _alternatives(received: Received) -> tuple[tuple[str, str], ...]:
    own = ((OBJID_TYPE, received.objid),) if received.objid else ()
    return tuple(dict.fromkeys((*own, *received.alternatives)))
