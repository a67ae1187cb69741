"""A dossier that is held already comes again: as its next version, or as another representation of it.

What a file of the delivery holds was read by the gate; one with the same SHA-256 as a file of the held version is not
copied but linked to it, and keeps its path. The held file itself is not read for that: it is trusted by the digest that
the catalogue has of it, as long as no audit has found it damaged, and the next audit reads it. A file that is new gets
a name that no earlier version used, so that a path means one content for ever.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path, PurePosixPath
from posixpath import basename

from fonds.errors import RefusedError
from fonds.metadata.model import DossierRecord, Event, FileRecord, Page
from fonds.packaging.eark import FIRST, Changes, PackageContent, Representation, changes, data_folder
from fonds.packaging.names import page_file_name
from fonds.repository.archive import Archive
from fonds.repository.change_words import said
from fonds.repository.checked import check_events
from fonds.repository.fixity import MAIN_COPY
from fonds.repository.holding import stored_content
from fonds.repository.intake.submission import SourceFile, SubmittedDossier
from fonds.repository.ports.catalogue import Aip
from fonds.repository.same_items import same_items
from fonds.repository.submitted import (
    acting,
    copy_submitted,
    dossier_record,
    file_record,
    now,
    receipt_events,
    with_agents,
)
from fonds.repository.versions import Change, new_version
from fonds.schemas.findings import Finding, finding


class Again(StrEnum):
    """What becomes of a dossier that is held already and comes with other content."""

    REFUSE = "refuse"
    REPLACE = "replace"
    REPRESENTATION = "representation"


@dataclass(frozen=True, slots=True)
class Redelivery:
    """How a delivery treats what is held already.

    ``reason`` is why, in the words of whoever brings it. ``shown`` says that readers are to see the representation that
    comes, where ``again`` is REPRESENTATION.
    """

    again: Again = Again.REFUSE
    reason: str = ""
    shown: bool = False


class NotTakenError(Exception):
    """A held dossier cannot take in what came again; ``finding`` says why."""

    def __init__(self, found: Finding) -> None:
        super().__init__(found.code)
        self.finding = found


@dataclass(frozen=True, slots=True)
class Delivered:
    """A held dossier that came again: who brought it, and what makes this submission the same another time."""

    dossier: SubmittedDossier
    held: Aip
    agent: str
    signature: str


@dataclass(frozen=True, slots=True)
class _Plan:
    """The version to be: its content, the files that have to be copied for it, and what it is called in the events."""

    content: PackageContent
    new: Sequence[tuple[SourceFile, FileRecord]]
    representation: Representation
    detail: str
    signature: str


def store_again(archive: Archive, one: Delivered, how: Redelivery) -> tuple[Aip, Changes] | None:
    """Store what came as the next version; returns it with what it changed, None when all of it is held already.

    The caller holds the lock ``ingest``. Raises NotTakenError when documents would come to stand on other pages or the
    held version cannot be read, SourceChangedError, STORE_FULL and its kin; nothing is left in the store then.
    """
    try:
        return _store(archive, one, how)
    except RefusedError as error:
        if error.code != "PACKAGE_BROKEN":
            raise
        facts = {"code": one.dossier.code, "path": error.data["path"], "reason": error.data["reason"]}
        raise NotTakenError(finding("HELD_BROKEN", one.dossier.where, **facts)) from error


def _store(archive: Archive, one: Delivered, how: Redelivery) -> tuple[Aip, Changes] | None:
    before = stored_content(archive, one.held)
    plan = (
        _representation(one, before, how) if how.again is Again.REPRESENTATION else _replacement(archive, one, before)
    )
    found = changes(before, plan.content)
    if not found.of_dossier:
        return None
    change = Change(
        "modification" if found.of_files else "metadata modification",
        plan.detail,
        one.agent,
        how.reason,
        "; ".join(said(found, "en")),
        (plan.representation.folder,) if found.of_files else (),
        plan.signature,
    )

    def edit(_: PackageContent, root: Path) -> PackageContent:
        for file, record in plan.new:
            (root / record.path).parent.mkdir(parents=True, exist_ok=True)
            copy_submitted(file, root / record.path)
        return _with_events(plan, one)

    needed = sum(record.size for _, record in plan.new)
    return new_version(archive, one.held, edit, change, needed=needed), found


def _with_events(plan: _Plan, one: Delivered) -> PackageContent:
    """Return the content with what was done to the delivery: received and checked, its new files hashed and named."""
    version, when = one.held.version + 1, now()
    agents, both = with_agents(plan.content.agents, acting(one.agent), str(version))
    if not plan.new and not plan.signature:
        return replace(plan.content, agents=agents)  # nothing was received: another order of what is held
    received = receipt_events(one.dossier, when, both, (f"event-{version}-2", f"event-{version}-3"))
    content = replace(plan.content, agents=agents, events=[*plan.content.events, *received])
    if not plan.new:
        return content
    files, records = zip(*plan.new, strict=True)
    checks = check_events(files, records, when, both[-1:], f"event-{version}-")
    events = [*plan.representation.events, *_file_events(version, when, both[-1:]), *checks]
    done = replace(plan.representation, events=events)
    known = [done if known is plan.representation else known for known in content.representations]
    return replace(content, representations=known)


def _file_events(version: int, when: str, agents: tuple[str, ...]) -> list[Event]:
    which = f"of every file that came with version {version}"
    return [
        Event(f"event-{version}-4", "message digest calculation", when, "success", agents, f"SHA-256 {which}"),
        Event(
            f"event-{version}-5", "format identification", when, "success", agents,
            f"By signature, against PRONOM (Siegfried), {which}",
        ),
    ]  # fmt: skip


# --- the same representation, corrected -----------------------------------------------------------------------------


def _replacement(archive: Archive, one: Delivered, before: PackageContent) -> _Plan:
    """Plan the next version from a delivery that takes the place of a representation and of the description."""
    dossier, version = one.dossier, one.held.version + 1
    old = _most_alike(before.representations, dossier.files)
    kept = _kept(dossier.files, _trusted(archive, one.held, old.files))
    files = [
        kept.get(number) or file_record(file, _new_path(old, file, number + 1, len(dossier.files), version))
        for number, file in enumerate(dossier.files)
    ]
    record = dossier_record(dossier, before.record.id, files)
    record = replace(record, items=same_items(record, replace(before.record, pages=tuple(old.pages)), version))
    new = replace(old, files=files, pages=record.pages)
    known = [new if held is old else held for held in before.representations] or [new]
    content = replace(before, record=_seen_on(record, known[0].pages, dossier), representations=known)
    copies = [(file, files[number]) for number, file in enumerate(dossier.files) if number not in kept]
    return _Plan(content, copies, new, f"Delivered again from the folder {dossier.where}", one.signature)


def _most_alike(representations: Sequence[Representation], files: Iterable[SourceFile]) -> Representation:
    """Return the representation that shares most files with a delivery; the one that readers see when none does."""
    came = {file.sha256 for file in files}
    alike = Representation(FIRST, ())
    return max(representations, key=lambda one: sum(file.sha256 in came for file in one.files), default=alike)


def _trusted(archive: Archive, held: Aip, files: Iterable[FileRecord]) -> list[FileRecord]:
    """Return the files that are, by the catalogue, what the package says, and that no audit has found otherwise."""
    digests = archive.holdings.digests(held.objid, held.version)
    problems = archive.fixity.problems(objid=held.objid, limit=10_000).items
    # Of whatever version: the same path is the same content, and most likely the same bytes on the disk.
    damaged = {problem.path for problem in problems if problem.copy == MAIN_COPY}
    paths = {file.path: f"data/{file.path}" for file in files}
    return [file for file in files if digests.get(paths[file.path]) == file.sha256 and paths[file.path] not in damaged]


def _kept(files: Sequence[SourceFile], held: Iterable[FileRecord]) -> dict[int, FileRecord]:
    """Return which delivered files (by number, from 0) are held: each held file once, one of the same name first."""
    alike: dict[str, list[FileRecord]] = {}
    for record in held:
        alike.setdefault(record.sha256, []).append(record)
    kept = {}
    for number, file in enumerate(files):
        found = alike.get(file.sha256)
        if found:
            name = basename(file.where)
            same = next((record for record in found if basename(record.original_name) == name), found[0])
            found.remove(same)
            kept[number] = same
    return kept


def _new_path(old: Representation, file: SourceFile, number: int, total: int, version: int) -> str:
    name = page_file_name(number, PurePosixPath(file.where).suffix, total, version)
    return f"{data_folder(old.name)}/{name}"


# --- another representation -----------------------------------------------------------------------------------------


def _representation(one: Delivered, before: PackageContent, how: Redelivery) -> _Plan:
    """Plan the next version from a delivery that is another form of what is held; the description stays as it is."""
    held = _same_files(before.representations, one.dossier.files)
    files = [] if held else _files_of(name := _free_name(before.representations), one.dossier.files)
    new = held or Representation(name, files, dossier_record(one.dossier, before.record.id, files).pages)
    others = [known for known in before.representations if known is not new]
    if how.shown:
        known = [new, *others]
    else:
        known = list(before.representations) if held else [*others, new]
    record = _seen_on(before.record, known[0].pages, one.dossier)
    detail = f"Another representation, {new.name}, received from the folder {one.dossier.where}"
    if held:
        detail = f"Readers are shown the representation {new.name}"
    content = replace(before, record=record, representations=known)
    return _Plan(content, list(zip(one.dossier.files, files, strict=False)), new, detail, "")


def _same_files(representations: Iterable[Representation], files: Iterable[SourceFile]) -> Representation | None:
    came = sorted(file.sha256 for file in files)
    return next((one for one in representations if sorted(file.sha256 for file in one.files) == came), None)


def _free_name(representations: Collection[Representation]) -> str:
    taken = {one.name for one in representations}
    return next(name for number in range(2, len(taken) + 3) if (name := f"rep{number}") not in taken)


def _files_of(name: str, files: Sequence[SourceFile]) -> list[FileRecord]:
    """Return the files of a new representation, in a folder of its own."""
    return [
        file_record(file, f"{data_folder(name)}/{page_file_name(number, PurePosixPath(file.where).suffix, len(files))}")
        for number, file in enumerate(files, 1)
    ]


# --- documents stand on pages ---------------------------------------------------------------------------------------


def _seen_on(record: DossierRecord, pages: Sequence[Page], dossier: SubmittedDossier) -> DossierRecord:
    """Return a record on the pages that readers see. A document stands on the same sheets of every representation.

    Raises NotTakenError when they are not the same sheets: a document of restricted access would come to stand on
    other pages than those that show it.
    """
    if any(item.pages for item in record.items) and _sheets(record.pages) != _sheets(pages):
        facts = {"code": dossier.code, "described": len(record.pages), "shown": len(pages)}
        raise NotTakenError(finding("SHEETS_DIFFER", dossier.where, **facts))
    return replace(record, pages=tuple(pages))


def _sheets(pages: Iterable[Page]) -> list[str]:
    return [page.label or str(page.sequence) for page in pages]
