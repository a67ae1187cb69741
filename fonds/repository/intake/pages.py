"""Sheets and pages: what a file name says, the reading order, and which sheets a dossier should have."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from fonds.metadata.vietnamese import natural_key
from fonds.repository.intake.rows import Row

PAGE_EXTENSIONS = frozenset(["tif", "tiff", "jpg", "jpeg", "jpe", "jfif", "png", "jp2", "jpx", "j2k", "webp", "pdf"])
"""Extensions of files that hold page images, for files whose content does not say."""

_PROPER = re.compile(r"(\d{4,})([A-Za-z]?)|(\d{4,})-(\d{4,})")
_SHORT = re.compile(r"(\d{1,3})([A-Za-z]?)|(\d{1,3})\s*-\s*(\d{1,3})")
_SHEET = re.compile(r"\s*0*(\d{1,6})\s*([A-Za-z]?)")
_LAST_LETTER = "~"
_LONGEST_RANGE = 100_000


@dataclass(frozen=True, slots=True)
class SheetName:
    """What a file name says of sheets: ``first`` to ``last``, the letter of an inserted sheet.

    ``proper`` is False for names that can be understood but are not in the agreed form (1.tif). ``document`` is the
    number of the document when the file is named by the dossier's code (0: the whole dossier), else -1.
    """

    first: int
    last: int
    letter: str = ""
    proper: bool = True
    document: int = -1


@dataclass(frozen=True, slots=True)
class PageFile:
    """A file that holds pages, with its index among the dossier's files and how many pages it has (at least 1)."""

    index: int
    name: str
    sheet: SheetName | None
    frames: int = 1


@dataclass(frozen=True, slots=True)
class PagePlace:
    """One page in reading order: ``sheet`` 0 is not known."""

    file: int
    frame: int
    label: str
    sheet: int = 0
    letter: str = ""


def split_name(name: str) -> tuple[str, str]:
    """Return a file name's stem, trimmed, and its extension without the dot; '' when it has none."""
    stem, dot, extension = name.rpartition(".")
    return (stem.strip(), extension) if dot and stem else (name.strip(), "")


def parse_name(name: str, code: str) -> SheetName | None:
    """Read a file name as sheets: ``NNNN``, ``NNNNa``, ``NNNN-NNNN``, or the dossier's code as a PDF."""
    stem, extension = split_name(name)
    if extension.lower() == "pdf" and (document := _document(stem, code)) is not None:
        return SheetName(0, 0, document=document)
    for pattern, proper in ((_PROPER, True), (_SHORT, False)):
        if match := pattern.fullmatch(stem):
            first, letter, low, high = match.groups()
            if low is None:
                return SheetName(int(first), int(first), letter.lower(), proper)
            return SheetName(int(low), int(high), "", proper) if int(low) <= int(high) else None
    return None


def _document(stem: str, code: str) -> int | None:
    """Return 0 for ``{code}``, n for ``{code}.{n}`` (the package names of the circular), None for other names."""
    plain, wanted = (re.sub(r"[^0-9a-zà-ỹđ]+", "_", text.casefold()) for text in (stem, code))
    if not wanted or not plain.startswith(wanted):
        return None
    rest = plain.removeprefix(wanted)
    match = re.fullmatch(r"_?(\d{1,7})?", rest)
    return int(match[1] or 0) if match and (not rest or rest.startswith("_")) else None


def reading_order(files: Iterable[PageFile]) -> list[PageFile]:
    """Sort files into reading order: 2, 2a, 10; files without a sheet number come last."""
    return sorted(files, key=_order)


def _order(file: PageFile) -> tuple[int, int, str, str]:
    if file.sheet is None:
        return (1, 0, "", natural_key(file.name))
    number = file.sheet.document if file.sheet.document >= 0 else file.sheet.first
    return (0, number, file.sheet.letter, natural_key(file.name))


def places(ordered: list[PageFile]) -> list[PagePlace]:
    """Return every page of files that are in reading order, with the sheet each stands on and its label."""
    result: list[PagePlace] = []
    taken = numbers_in_names(ordered)
    for file in ordered:
        result += _pages_of(file, taken, len(result))
    return result


def _pages_of(file: PageFile, taken: set[int], before: int) -> list[PagePlace]:
    sheet = file.sheet
    if sheet is None:
        stem = split_name(file.name)[0]
        return [PagePlace(file.index, n, stem if not n else f"{stem}/{n + 1}") for n in range(file.frames)]
    if sheet.document >= 0:
        return [_numbered(file.index, n, before + n + 1) for n in range(file.frames)]
    if sheet.letter or (file.frames > 1 and not _runs_on(sheet, file.frames, taken)):
        label = f"{sheet.first}{sheet.letter}"
        return [
            PagePlace(file.index, n, label if not n else f"{label}/{n + 1}", sheet.first, sheet.letter)
            for n in range(file.frames)
        ]
    return [_numbered(file.index, n, sheet.first + n) for n in range(file.frames)]


def _numbered(file: int, frame: int, sheet: int) -> PagePlace:
    return PagePlace(file, frame, str(sheet), sheet)


def _runs_on(sheet: SheetName, frames: int, taken: set[int]) -> bool:
    """Say whether the pages of a file are the sheets that follow its number: no other file has those numbers."""
    own = set(range(sheet.first, sheet.last + 1))
    return not (set(range(sheet.first, sheet.first + frames)) - own) & taken


def numbers_in_names(files: Iterable[PageFile]) -> set[int]:
    """Return the sheet numbers that file names give."""
    named = (file.sheet for file in files if file.sheet and file.sheet.document < 0)
    return {
        n for sheet in named if sheet.last - sheet.first < _LONGEST_RANGE for n in range(sheet.first, sheet.last + 1)
    }


def sheets_on_disk(ordered: list[PageFile], pages: list[PagePlace]) -> set[int]:
    """Return the sheet numbers that are there. An inserted sheet (2a) does not stand for the sheet before it."""
    plain = [file for file in ordered if file.sheet and not file.sheet.letter]
    return numbers_in_names(plain) | {page.sheet for page in pages if page.sheet and not page.letter}


def missing_sheets(present: set[int], pages: list[PagePlace], rows: Iterable[Row]) -> list[int]:
    """Return the missing sheets: 1 to the highest on disk, united with the inventory's from-to, less those present."""
    highest = max((*present, *(page.sheet for page in pages)), default=0)
    expected = set(range(1, min(highest, _LONGEST_RANGE) + 1))
    for row in rows:
        first, last = sheet_range(row)
        if 0 < first[0] <= last[0] < first[0] + _LONGEST_RANGE:
            expected |= set(range(first[0], last[0] + 1))
    return sorted(expected - present)


Bound = tuple[int, str]


def sheet_range(row: Row) -> tuple[Bound, Bound]:
    """Return the first and last sheet of a document row as (number, letter); number 0 when not given.

    A last sheet without a letter takes in the sheets inserted after it (3 takes in 3a).
    """
    first, last = (_SHEET.match(row.text(key)) for key in ("fromSheet", "toSheet"))
    start = first or last
    end = last or first
    if start is None or end is None:
        return (0, ""), (0, "")
    return (int(start[1]), start[2].lower()), (int(end[1]), end[2].lower() or _LAST_LETTER)


def as_text(numbers: list[int]) -> str:
    """Return sheet numbers for people: ``4, 7-9``."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs)
