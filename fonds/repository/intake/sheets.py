"""The data rows of a table: numbering rows, totals, headings and signatures between them are told apart."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from fonds.metadata.model import Kind
from fonds.metadata.vietnamese import fold
from fonds.repository.intake.layout import TablePlan
from fonds.repository.intake.workbook import Cell, SheetRow
from fonds.schemas.findings import Finding, finding
from fonds.schemas.inventory import words

ANCHORS = {
    Kind.FONDS: ("fondsCode", "archiveCode", "fondName"),
    Kind.DOSSIER: ("fileCode", "fileNotation", "folder"),
    Kind.DOCUMENT: ("fileCode", "files"),
    Kind.PICTURE: ("fileCode", "files"),
    Kind.MEDIA: ("fileCode", "files"),
}
"""Fields that only a data row fills."""

LAST_ROW = 1 << 30
_NUMBERED = re.compile(r"\(?\s*(\d{1,3}|[A-Za-z])\s*\)?")
_ENOUGH = 3
Place = tuple[int, int]


@dataclass(slots=True)
class TableReader:
    """Reads one table. After ``data_rows`` is exhausted ``found`` holds the findings of the sheet with their places."""

    plan: TablePlan
    found: list[tuple[Place, Finding]] = field(default_factory=list)

    def data_rows(self) -> Iterator[SheetRow]:
        """Yield the data rows below the header."""
        total = False
        for number, cells in self.plan.sheet.rows():
            if number <= self.plan.header.row or is_numbering(cells) or self._is_header_again(cells):
                continue
            if self._is_total(cells):
                total = True
            elif self._is_data(cells, total):
                yield number, cells
            elif not total:
                where = f"{self.plan.sheet.title}!row={number}"
                self._add(number, finding("ROW_SKIPPED", where, text=_first(cells)[:80]))
        if total:
            self._add(LAST_ROW, finding("TOTAL_ROW", f"{self.plan.sheet.title}!last"))

    def header_findings(self) -> None:
        """Add what the header itself shows: names that needed the synonym table, columns nobody knows."""
        header, where = self.plan.header, f"{self.plan.sheet.title}!header"
        if header.variants:
            self._add(0, finding("HEADER_VARIANT", where, headers=", ".join(header.variants)))
        if header.unknown:
            self._add(0, finding("UNKNOWN_COLUMN", where, headers=", ".join(header.unknown)))

    def _add(self, row: int, one: Finding) -> None:
        self.found.append(((self.plan.sheet_number, row), one))

    def _fills(self, cells: tuple[Cell, ...], keys: tuple[str, ...]) -> bool:
        columns = self.plan.header.columns
        return any(cell.text.strip() and columns.get(column) in keys for column, cell in enumerate(cells))

    def _is_total(self, cells: tuple[Cell, ...]) -> bool:
        if self._fills(cells, ("title", "subject", "imageTitle", "movieTitle", "fondName")):
            return _is_total_word(_first(cells)) and not self._fills(cells, ANCHORS[self.plan.kind])
        return _is_total_word(_first(cells)) or _only_sums(cells)

    def _is_data(self, cells: tuple[Cell, ...], after_total: bool) -> bool:
        filled = sum(1 for cell in cells if cell.text.strip() or cell.lost)
        if after_total:
            return filled >= _ENOUGH and self._fills(cells, ANCHORS[self.plan.kind])
        numbered = any(
            cell.text.strip().isdecimal() and self.plan.header.columns.get(column) == "stt"
            for column, cell in enumerate(cells)
        )
        anchored = numbered or self._fills(cells, ANCHORS[self.plan.kind])
        return filled >= _ENOUGH or (filled > 1 and anchored)

    def _is_header_again(self, cells: tuple[Cell, ...]) -> bool:
        """Say whether the header is repeated, as at the top of a printed page."""
        labels = self.plan.header.labels
        same = sum(1 for column, cell in enumerate(cells) if cell.text and cell.text.strip() == labels.get(column))
        return same >= _ENOUGH


def _first(cells: tuple[Cell, ...]) -> str:
    return next((cell.text.strip() for cell in cells if cell.text.strip()), "")


def _is_total_word(text: str) -> bool:
    plain = " ".join(re.findall(r"[^\W\d_]+", fold(text)))
    return plain in words("total")


def _only_sums(cells: tuple[Cell, ...]) -> bool:
    """Say whether a row holds nothing but formulas without a value, as a sum row nobody labelled."""
    return any(cell.lost.upper().startswith(("=SUM", "=SUBTOTAL")) for cell in cells) and not _first(cells)


def is_numbering(cells: tuple[Cell, ...]) -> bool:
    """Say whether a row numbers the columns: (1) (2) (3), 1 2 3, A B 1 2."""
    texts = [cell.text.strip() for cell in cells if cell.text.strip()]
    marks = [match[1] for text in texts if (match := _NUMBERED.fullmatch(text))]
    numbers = [int(mark) for mark in marks if mark.isdecimal()]
    if len(texts) < _ENOUGH or len(marks) != len(texts) or len(numbers) < _ENOUGH - 1:
        return False
    return all(later == earlier + 1 for earlier, later in itertools.pairwise(numbers))
