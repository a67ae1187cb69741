"""Applying the rules and keeping account: which finding goes to the delivery, and which blocks which dossier."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from fonds.metadata.model import Description, Kind
from fonds.repository.intake.delivery import Delivery
from fonds.repository.intake.gate import structure
from fonds.repository.intake.gate.assemble import Assembled, assemble
from fonds.repository.intake.gate.content import check_content
from fonds.repository.intake.gate.duplicates import Known, check_duplicates
from fonds.repository.intake.gate.likeness import check_likeness
from fonds.repository.intake.gate.names import check_file, check_folder, check_root
from fonds.repository.intake.gate.reader import Job
from fonds.repository.intake.gate.rows import check_cells, check_fonds, check_lengths, check_required
from fonds.repository.intake.gate.secrecy import check_secrecy, folders_listed
from fonds.repository.intake.gate.sheets import check_page_name, check_sheets
from fonds.repository.intake.gate.values import check_values
from fonds.repository.intake.gate.vocabulary import check_codes
from fonds.repository.intake.inventory import Entry
from fonds.repository.intake.locate import enclosing
from fonds.repository.intake.pages import parse_name
from fonds.repository.intake.reading import FileReading
from fonds.repository.intake.rows import Row
from fonds.repository.intake.submission import SubmittedDossier, SubmittedItem
from fonds.schemas.findings import Finding, finding


class Judge:
    """Judges one delivery. Every finding goes to the delivery; those of a dossier go to the dossier too."""

    def __init__(self, delivery: Delivery, deployment: str, known: Known) -> None:
        self._delivery = delivery
        self._deployment = deployment
        self._known = known
        self._of_entry: dict[int, list[Finding]] = {}
        self._owners = {
            folder: unit.entry
            for unit in delivery.allotment.units
            if unit.entry and unit.only is None
            for folder in unit.folders
        }

    def delivery_as_a_whole(self) -> None:
        """Judge sheets, fonds rows, document rows without a dossier, and all folders."""
        delivery = self._delivery
        for place, found in delivery.inventory.found:
            delivery.note_row(place, found)
        for row in delivery.inventory.fonds_rows:
            delivery.note_row(row.place, *check_cells(row), *check_lengths(row), *check_codes(row))
        for row in delivery.inventory.orphans():
            orphan = finding("ORPHAN_DOCUMENT_ROW", row.where(), code=row.text("fileCode"))
            delivery.note_row(row.place, orphan, *check_codes(row))
            self._secret_among_others(row)
        delivery.note_path(*check_root(delivery.tree))
        for where in delivery.tree.paths:
            self._folder(where)
        self._strays_elsewhere()
        for entry, owner in delivery.allotment.shared:
            self._of_entry.setdefault(owner.index, []).append(structure.folder_shared(entry, owner))
        for unit in delivery.allotment.units:
            if unit.entry is None:
                files = delivery.tree.folders[unit.where].files - len(unit.but)
                found = structure.orphan_folder(unit.where or delivery.tree.name, files)
                self._note_path(enclosing(unit, self._owners), found)

    def _secret_among_others(self, row: Row) -> None:
        """Block the dossiers in whose folders a secret document lies that names another, unknown dossier."""
        owners = [self._owners[where] for where in folders_listed(row, self._delivery) if where in self._owners]
        for found in check_secrecy(row, self._deployment) if owners else ():
            self._delivery.note_row(row.place, found)
            for owner in owners:
                self._of_entry.setdefault(owner.index, []).append(found)

    def without_files(self, entry: Entry, reason: Finding) -> SubmittedDossier:
        """Judge a dossier that has no files of its own, and why."""
        row, items = self._delivery.inventory.row(entry), tuple(self._delivery.inventory.items(entry))
        self._delivery.note_row(entry.place, reason)
        found = [reason, *self._rows(entry, row, items)]
        return self._submitted(entry, row, "", tuple(SubmittedItem(one.describe()) for one in items), found)

    def unit(self, job: Job, readings: list[FileReading]) -> SubmittedDossier | None:
        """Judge the files of a dossier with its rows, or of a folder without a dossier (None)."""
        entry = job.unit.entry
        content = assemble(job, readings)
        items = content.items(job.items, self._delivery.locator, job.unit.where)
        found = list(self._files(job, content, content.photographs(job.items, items)))
        notices = tuple(check_likeness(content))
        self._delivery.note_reading(notices, (reading.scan for reading in readings))
        if entry is None or job.row is None:
            self._delivery.note_path(*found)
            return None
        where = job.unit.where or self._delivery.tree.name
        found += structure.check_emptiness(where, len(content.found))
        if content.page_files or not content.found:
            found += check_sheets(where, job.row, list(job.items), content.page_files, content.places)
        self._delivery.note_path(*found)
        self._delivery.pages += len(content.places)
        found += self._rows(entry, job.row, job.items)
        return replace(self._submitted(entry, job.row, where, items, found, content), notices=notices)

    def _strays_elsewhere(self) -> None:
        """Record the strays of folders that hold nothing else, such as the delivered folder itself."""
        tree = self._delivery.tree
        looked_at = {folder for unit in self._delivery.allotment.units for folder in unit.folders}
        for where in tree.paths:
            if tree.folders[where].strays and where not in looked_at:
                for one in tree.entries(where):
                    self._delivery.note_path(*check_file(one))

    def _folder(self, where: str) -> None:
        folder, root = self._delivery.tree.folders[where], self._delivery.tree.name
        found = [*check_folder(folder, root), *structure.check_collision(folder)] if where else []
        self._note_path(self._owners.get(where), *found)

    def _note_path(self, entry: Entry | None, *found: Finding) -> None:
        self._delivery.note_path(*found)
        if entry and found:
            self._of_entry.setdefault(entry.index, []).extend(found)

    def _rows(self, entry: Entry, row: Row, items: tuple[Row, ...]) -> list[Finding]:
        """Return the findings of a dossier's rows, those of its number included, and record them."""
        inventory, delivery = self._delivery.inventory, self._delivery
        result: list[Finding] = []
        own = [*check_values(row, self._deployment), *check_required(row), *check_fonds(row, inventory.fonds_of(row))]
        if entry.first >= 0:
            own.append(structure.duplicate_number(entry, inventory))
        delivery.note_row(row.place, *own)
        result += own
        for item in items:
            found = list(check_values(item, self._deployment))
            delivery.note_row(item.place, *found)
            result += found
        # A number used twice blocks both: which of them is right is not ours to say.
        result += (structure.duplicate_number(inventory.entries[later], inventory) for later in entry.again)
        return result + self._of_entry.pop(entry.index, [])

    def _files(self, job: Job, content: Assembled, photographs: set[int]) -> Iterator[Finding]:
        code = job.row.text("fileCode") if job.row else ""
        for one in job.found:
            yield from check_file(one)
            if one.regular and not one.stray:
                yield from check_page_name(one.where, parse_name(one.name, code))
        for index, (one, reading) in enumerate(zip(content.found, content.readings, strict=True)):
            if not (job.secret and one.size):
                yield from check_content(one.where, reading, photograph=index in photographs)
            if one.size != reading.size and not reading.problem:
                yield finding("SOURCE_CHANGED", one.where)
        read = zip(content.found, content.readings, strict=True)
        files = ((one.where, reading.sha256) for one, reading in read if reading.size and reading.sha256)
        yield from check_duplicates(files, code, self._delivery.inventory.spool, self._known)

    def _submitted(
        self,
        entry: Entry,
        row: Row,
        where: str,
        items: tuple[SubmittedItem, ...],
        found: list[Finding],
        content: Assembled | None = None,
    ) -> SubmittedDossier:
        unique = {(one.code, one.where): one for one in found}
        return SubmittedDossier(
            entry.code or entry.notation,
            where,
            self._delivery.inventory.fonds_of(row),
            row.describe(),
            _series(row),
            items,
            content.files() if content else (),
            content.pages() if content else (),
            tuple(unique.values()),
        )


def _series(row: Row) -> Description | None:
    """Return the catalogue (mục lục) a dossier stands in, None when the sheet does not say."""
    catalogue = row.values.get("fileCatalog")
    return Description(Kind.SERIES, {"fileCatalog": catalogue}) if catalogue and catalogue.text else None
