"""Putting a dossier together: its files in reading order, its pages, and the pages its documents stand on."""

from __future__ import annotations

from dataclasses import dataclass

from fonds.metadata.model import Kind
from fonds.repository.intake.gate.reader import Job
from fonds.repository.intake.locate import Locator, file_in, file_names
from fonds.repository.intake.pages import (
    PAGE_EXTENSIONS,
    PageFile,
    PagePlace,
    parse_name,
    places,
    reading_order,
    sheet_range,
    split_name,
)
from fonds.repository.intake.reading import FileReading
from fonds.repository.intake.rows import Row
from fonds.repository.intake.submission import SourceFile, SubmittedItem, SubmittedPage
from fonds.repository.intake.walk import Found


@dataclass(frozen=True, slots=True)
class Assembled:
    """The content of one unit. ``found`` and ``readings`` go together and are in the order of the package's files.

    ``page_files`` are in reading order, NFC/NFD twins merged; ``places`` are their pages.
    """

    found: list[Found]
    readings: list[FileReading]
    page_files: list[PageFile]
    places: list[PagePlace]

    def files(self) -> tuple[SourceFile, ...]:
        """Return the files for the package."""
        return tuple(source_file(*pair) for pair in zip(self.found, self.readings, strict=True))

    def pages(self) -> tuple[SubmittedPage, ...]:
        """Return the pages in reading order."""
        return tuple(self._page(place) for place in self.places)

    def _page(self, place: PagePlace) -> SubmittedPage:
        reading = self.readings[place.file]
        blank = place.frame in reading.decoded.blank
        # A page that cannot be decoded has no size: that is how everybody after us knows.
        undecodable = bool(reading.facts.problem or reading.decoded.problem)
        if undecodable or place.frame >= len(reading.facts.frames):
            return SubmittedPage(place.label, place.file, place.frame, blank=blank)
        facts = reading.facts.frames[place.frame]
        width, height = facts.shown
        return SubmittedPage(place.label, place.file, place.frame, width, height, facts.dpi, blank=blank)

    def items(self, rows: tuple[Row, ...], locator: Locator, folder: str) -> tuple[SubmittedItem, ...]:
        """Return the documents, each with the pages of its sheets and of the files it lists."""
        names = file_names([one.where for one in self.found])
        return tuple(
            SubmittedItem(row.describe(), tuple(self._pages_of(row, set(file_in(row, locator, folder, names)))))
            for row in rows
        )

    def _pages_of(self, row: Row, files: set[int]) -> list[int]:
        first, last = sheet_range(row)
        return [
            index
            for index, place in enumerate(self.places)
            if place.file in files or (first[0] and place.sheet and first <= (place.sheet, place.letter) <= last)
        ]

    def photographs(self, rows: tuple[Row, ...], items: tuple[SubmittedItem, ...]) -> set[int]:
        """Return the indexes of files that hold pictures of the sheet Anh."""
        return {
            self.places[page].file
            for row, item in zip(rows, items, strict=True)
            if row.kind is Kind.PICTURE
            for page in item.pages
        }


def assemble(job: Job, readings: list[FileReading]) -> Assembled:
    """Sort the contents of a job into files and pages."""
    code = job.row.text("fileCode") if job.row else ""
    contents = job.contents
    pages = [
        PageFile(index, one.name, parse_name(one.name, code), max(1, len(reading.facts.frames)))
        for index, (one, reading) in enumerate(zip(contents, readings, strict=True))
        if holds_pages(one, reading)
    ]
    ordered = reading_order(pages)
    order = [file.index for file in ordered]
    order += [index for index in range(len(contents)) if index not in set(order)]
    found = [contents[index] for index in order]
    moved = {old: new for new, old in enumerate(order)}
    ordered = [PageFile(moved[file.index], file.name, file.sheet, file.frames) for file in ordered]
    merged = _merge_twins(ordered, found)
    return Assembled(found, [readings[index] for index in order], merged, places(merged))


def holds_pages(found: Found, reading: FileReading) -> bool:
    """Say whether a file is one of page images, sound or not."""
    by_name = split_name(found.name)[1].lower() in PAGE_EXTENSIONS
    return by_name or bool(reading.facts.format) or reading.facts.problem == "IMAGE_NOT_DECODABLE"


def _merge_twins(ordered: list[PageFile], found: list[Found]) -> list[PageFile]:
    """Leave one of several files that have the same NFC path, one that is not empty where there is one."""
    best: dict[str, PageFile] = {}
    for file in ordered:
        twin = best.get(found[file.index].where)
        if twin is None or (not found[twin.index].size and found[file.index].size):
            best[found[file.index].where] = file
    return [file for file in ordered if best[found[file.index].where] is file]


def source_file(found: Found, reading: FileReading) -> SourceFile:
    """Return the file as ingest takes it."""
    problem = "VIRUS_FOUND" if reading.infected else reading.problem or ("" if found.size else "ZERO_BYTE")
    return SourceFile(
        found.path,
        found.where,
        found.raw,
        found.size,
        reading.sha256,
        found.modified,
        reading.format.puid,
        reading.format.name,
        reading.format.version,
        reading.format.mimetype,
        reading.facts,
        problem or reading.facts.problem or reading.decoded.problem,
        reading.scan,
        reading.pdf.signatures,
    )
