"""The files of a package in their order, read once and fully, and the pages they are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import groupby
from posixpath import dirname

from fonds.metadata.model import Kind
from fonds.packaging.judge import joined
from fonds.repository.intake.gate.assemble import Assembled, holds_pages
from fonds.repository.intake.gate.content import check_content
from fonds.repository.intake.gate.duplicates import Known, check_duplicates
from fonds.repository.intake.gate.likeness import check_likeness
from fonds.repository.intake.gate.reader import AheadReader, Job
from fonds.repository.intake.locate import Unit
from fonds.repository.intake.pages import PageFile, PagePlace, parse_name, places, reading_order
from fonds.repository.intake.reading import FileReading
from fonds.repository.intake.received.package import ReadPackage, ReadRepresentation
from fonds.repository.intake.received.tree import PackageView
from fonds.repository.intake.spool import Spool
from fonds.repository.intake.submission import SourceFile, SubmittedItem, SubmittedPage, SubmittedRepresentation
from fonds.schemas.findings import Finding, finding

_CHUNK = 64
"""Files that are given to the readers together; after each such group progress is told."""
_TOLD = 20

Progress = Callable[[int, int], None]
Readings = Mapping[str, FileReading]


@dataclass(frozen=True, slots=True)
class Arranged:
    """The payload of a package: all files of all representations, and the documents on the pages of the first."""

    files: tuple[SourceFile, ...]
    representations: tuple[SubmittedRepresentation, ...]
    items: tuple[SubmittedItem, ...]
    findings: tuple[Finding, ...]
    notices: tuple[Finding, ...] = ()

    @property
    def pages(self) -> tuple[SubmittedPage, ...]:
        """The pages that readers see."""
        return self.representations[0].pages if self.representations else ()


class Arranger:
    """Reads and arranges packages; ``spool`` remembers what was seen of earlier ones of the same delivery.

    ``place`` is where the submission is: it stands before the places of findings.
    """

    def __init__(self, reader: AheadReader, spool: Spool, known: Known, place: str) -> None:
        self._reader, self._spool, self._known, self._place = reader, spool, known, place

    def arrange(
        self, view: PackageView, package: ReadPackage, code: str, *, secret: bool, progress: Progress
    ) -> Arranged:
        """Read all payload. ``code`` is the dossier's; of a ``secret`` one nothing is looked into.

        Raises FondsError WORKER_LOST.
        """
        paths = [path for one in package.representations for path in one.files]
        readings = dict(self._read(view, paths, secret=secret, progress=progress))
        content = [_arranged(view, one, readings, code) for one in package.representations]
        items = tuple(_items(view, package, content[0])) if content else ()
        photographs = set(_photographs(content[0], items)) if content else set()
        found = [*_pages_missing(view, package)]
        for path, reading in readings.items():
            found += _checked(view, package, path, reading, photographs, secret=secret)
        files = tuple(file for one in content for file in one.files())
        # Form by form: that two forms of a dossier look alike is what they are for.
        notices = [notice for one in content for notice in check_likeness(one)]
        return Arranged(
            files,
            tuple(_representations(package, content)),
            items,
            (*self._placed(found), *self._duplicates(files, code)),
            tuple(self._placed(notices)),
        )

    def _placed(self, found: Iterable[Finding]) -> Iterator[Finding]:
        return (replace(one, where=joined(self._place, one.where)) for one in found)

    def _read(
        self, view: PackageView, paths: list[str], *, secret: bool, progress: Progress
    ) -> Iterator[tuple[str, FileReading]]:
        groups = [paths[at : at + _CHUNK] for at in range(0, len(paths), _CHUNK)]
        jobs = (Job(Unit(view.base), None, (), tuple(view.found(path) for path in group), secret) for group in groups)
        sizes = {path: view.found(path).size for path in paths}
        done, total = 0, sum(sizes.values())
        for group, (_, readings) in zip(groups, self._reader.read(jobs), strict=True):
            yield from zip(group, readings, strict=True)
            done += sum(sizes[path] for path in group)
            progress(done, total)

    def _duplicates(self, files: tuple[SourceFile, ...], code: str) -> Iterator[Finding]:
        read = ((joined(self._place, file.where), file.sha256) for file in files if file.size and file.sha256)
        yield from check_duplicates(read, code, self._spool, self._known)


def _checked(
    view: PackageView, package: ReadPackage, path: str, reading: FileReading, photographs: set[str], *, secret: bool
) -> Iterator[Finding]:
    one = view.found(path)
    if not (secret and one.size):
        yield from check_content(one.where, reading, photograph=one.where in photographs)
    stated = package.digests.get(path, reading.sha256)
    # It was compared with METS just before; what differs now has changed in between.
    if not reading.problem and (one.size != reading.size or stated != reading.sha256):
        yield finding("SOURCE_CHANGED", one.where)


def _arranged(view: PackageView, one: ReadRepresentation, readings: Readings, code: str) -> Assembled:
    """Put the files of a representation in order: as the package says, or by their folders and the numbers in names."""
    holding = [path for path in one.files if holds_pages(view.found(path), readings[path])]
    paths = one.files if one.pages else _ordered(view, one.files, holding, code)
    numbers = {path: index for index, path in enumerate(paths)}
    stated = [PagePlace(numbers[page.path], page.frame, page.label) for page in one.pages if page.path in numbers]
    told = {paths[place.file] for place in stated}
    rest = [
        _page_file(view, path, numbers[path], code, len(readings[path].facts.frames))
        for path in paths
        if path in set(holding) - told
    ]
    found = [view.found(path) for path in paths]
    return Assembled(found, [readings[path] for path in paths], rest, stated + list(_places(rest, paths)))


def _page_file(view: PackageView, path: str, index: int, code: str, frames: int = 1) -> PageFile:
    name = view.found(path).name
    return PageFile(index, name, parse_name(name, code), max(1, frames))


def _ordered(view: PackageView, paths: list[str], holding: list[str], code: str) -> list[str]:
    """Return paths with those of pages first: folder by folder, in each by the sheets that the names say."""
    by_folder: dict[str, list[PageFile]] = {}
    for index, path in enumerate(holding):
        by_folder.setdefault(dirname(path), []).append(_page_file(view, path, index, code))
    ordered = [holding[file.index] for files in by_folder.values() for file in reading_order(files)]
    first = set(ordered)
    return [*ordered, *(path for path in paths if path not in first)]


def _places(files: list[PageFile], paths: list[str]) -> Iterator[PagePlace]:
    """Yield the pages of files that are in order; sheets are numbered anew in each folder."""
    for _, group in groupby(files, key=lambda file: dirname(paths[file.index])):
        yield from places(list(group))


def _representations(package: ReadPackage, content: list[Assembled]) -> Iterator[SubmittedRepresentation]:
    first = 0
    for one, read in zip(content, package.representations, strict=True):
        pages = tuple(replace(page, file=page.file + first) for page in one.pages())
        yield SubmittedRepresentation(first, len(one.found), pages, tuple(read.events))
        first += len(one.found)


def _items(view: PackageView, package: ReadPackage, content: Assembled) -> Iterator[SubmittedItem]:
    """Yield the documents with the indexes of their pages: those that are numbered, or those of their files."""
    by_sequence = {sequence: index for index, sequence in enumerate(_sequences(package))}
    by_file: dict[str, list[int]] = {}
    for index, place in enumerate(content.places):
        by_file.setdefault(content.found[place.file].where, []).append(index)
    for item in package.described.items:
        on = [by_sequence[one] for one in item.sequences if one in by_sequence]
        on += [index for path in item.files for index in by_file.get(view.where(path), ())]
        yield SubmittedItem(item.description, tuple(dict.fromkeys(on)))


def _sequences(package: ReadPackage) -> list[int]:
    """Return the numbers of the pages that the first representation says it has, in their order."""
    if not package.representations:
        return []
    files = set(package.representations[0].files)
    return [page.sequence for page in package.representations[0].pages if page.path in files]


def _photographs(content: Assembled, items: tuple[SubmittedItem, ...]) -> Iterator[str]:
    for item in items:
        if item.description.kind is Kind.PICTURE:
            yield from (content.found[content.places[page].file].where for page in item.pages)


def _pages_missing(view: PackageView, package: ReadPackage) -> Iterator[Finding]:
    """Report pages that documents are said to stand on and that the package does not have."""
    known = set(_sequences(package))
    missing = {one for item in package.described.items for one in item.sequences if one not in known}
    for sequence in sorted(missing)[:_TOLD]:
        yield finding("RECEIVED_PAGE_UNKNOWN", view.base or ".", page=sequence)
