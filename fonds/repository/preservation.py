"""What is preserved of a dossier and what happened to it, read from its package, as far as a person may know of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from fonds.metadata.model import Agent, Description, DossierRecord, Event, FileRecord, Item, Kind, Page
from fonds.repository.archive import Archive
from fonds.repository.holding import stored_content
from fonds.repository.policy import Action, Protected, can
from fonds.repository.ports.catalogue import Aip, PageRow, Unit
from fonds.repository.reading import Reading
from fonds.repository.repair.events import with_care


@dataclass(frozen=True, slots=True)
class Preservation:
    """Files, events and agents of a package; an event that names no object concerns the package as a whole."""

    files: Sequence[FileRecord] = ()
    events: Sequence[Event] = ()
    agents: Sequence[Agent] = ()


def preservation(archive: Archive, dossier_id: str) -> Preservation:
    """Return what the PREMIS of a stored package and of its representations say; nothing where they are not there.

    What was found wrong with it later, and how that ended, is told after it: the audit log knows that, and a sealed
    package is not changed for it.
    Raises RefusedError PACKAGE_BROKEN for one that is damaged.
    """
    aip = archive.holdings.aip(dossier_id)
    if aip is None:
        return Preservation()
    if not _is_there(archive, aip):
        return Preservation()
    sealed = stored_content(archive, aip)
    content = with_care(archive, dossier_id, sealed)
    files, events = list[FileRecord](), list(sealed.events)
    for one in content.representations:
        files.extend(one.files)
        events.extend(event if event.objects else replace(event, objects=(one.folder,)) for event in one.events)
    return Preservation(files, [*events, *content.events[len(sealed.events) :]], content.agents)


def _is_there(archive: Archive, aip: Aip) -> bool:
    """Say whether the package has its METS; what the catalogue knows is told also while a store is out of reach."""
    try:
        archive.store.open(aip.location, "data/METS.xml").close()
    except FileNotFoundError:
        return False
    return True


def seen_record(seen: Reading, dossier: Unit) -> DossierRecord:
    """Return the record of a dossier with the documents and pages that this person may see.

    ``dossier`` came from ``seen``, so it may be seen itself.
    """
    above = {unit.kind: unit.description for unit in seen.ancestors(dossier.id)}
    return DossierRecord(
        dossier.id,
        above.get(Kind.FONDS, Description(Kind.FONDS)),
        dossier.description,
        above.get(Kind.SERIES),
        tuple(Item(unit.id, unit.description, unit.sequences) for unit in _items(seen, dossier)),
        tuple(_page(row) for row in _pages(seen, dossier) if row.id),
    )


def seen_preservation(seen: Reading, dossier: Unit) -> Preservation:
    """Return what this person may know of the package.

    A file is seen when every page on it may be seen. Who acted and the notes of events (folders, findings about any
    file) are for those who may audit; others learn what happened, when, how it ended and by which software.
    """
    known = preservation(seen.archive, dossier.id)
    paths = _open_paths(seen, dossier)
    files = tuple(file for file in known.files if file.path in paths)
    if can(seen.user, Action.AUDIT):
        return replace(known, files=files)
    events = tuple(replace(event, detail="", outcome_note="") for event in known.events)
    agents = tuple(replace(agent, note="") for agent in known.agents if agent.type == "software")
    return Preservation(files, events, agents)


def _open_paths(seen: Reading, dossier: Unit) -> set[str]:
    found, closed = set[str](), set[str]()
    offset = 0
    while rows := seen.archive.holdings.pages(dossier.id, offset=offset).items:
        for row in rows:
            (found if can(seen.user, Action.READ_PAGE, Protected(row.mode)) else closed).add(row.path)
        offset += len(rows)
    return found - closed


def _items(seen: Reading, dossier: Unit) -> Iterator[Unit]:
    offset = 0
    while found := seen.children(dossier.id, offset=offset, limit=500).items:
        yield from found
        offset += len(found)


def _pages(seen: Reading, dossier: Unit) -> Iterator[PageRow]:
    offset = 0
    while found := seen.pages(dossier, offset=offset).items:
        yield from found
        offset += len(found)


def _page(row: PageRow) -> Page:
    return Page(row.sequence, row.label, row.path, row.frame, row.width, row.height, row.dpi, row.blank)
