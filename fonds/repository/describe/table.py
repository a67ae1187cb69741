"""Reading a table back: its sheets, and which of their columns are understood."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Protocol

from fonds.errors import RefusedError, UsageError
from fonds.repository.describe.cells import reference
from fonds.repository.describe.columns import ID, Column, read_header
from fonds.repository.describe.csv_table import CsvSheet
from fonds.repository.describe.export import require_table_form
from fonds.repository.intake.headers import SCANNED_ROWS
from fonds.repository.intake.values import clean, escape_controls
from fonds.repository.intake.workbook import EMPTY, Cell, SheetRow, Workbook
from fonds.schemas.findings import Finding, finding
from fonds.schemas.messages import LANGUAGES, text


class RawSheet(Protocol):
    """A sheet as it lies in the file; it can be read more than once."""

    title: str

    def rows(self) -> Iterator[SheetRow]:
        """Yield (row number, cells) for every row that holds something."""


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row below the header: its cells by column, and where they stand."""

    sheet: Sheet
    number: int
    cells: tuple[Cell, ...]

    def cell(self, column: Column) -> Cell:
        """Return the cell of a column, an empty one where the sheet has none."""
        index = self.sheet.columns.get(column)
        return self.cells[index] if index is not None and index < len(self.cells) else EMPTY

    def said(self, key: str) -> str:
        """Return the text of a control, trimmed."""
        return clean(self.cell(Column(key)).text).text

    def where(self, column: Column | None = None) -> str:
        """Return the place as a finding names it, ``Hồ sơ!F12``; without a column that of the unit's id."""
        index = self.sheet.columns.get(column) if column else None
        return self.sheet.where(self.sheet.columns[Column(ID)] if index is None else index, self.number)


@dataclass(slots=True)
class Sheet:
    """A sheet with a header that names units. ``columns`` is column to its index; ``found`` what the header shows.

    ``broken`` says that a column stands there twice: which of them is right is not ours to say.
    """

    title: str
    raw: RawSheet
    header: int
    columns: dict[Column, int] = field(default_factory=dict)
    found: list[Finding] = field(default_factory=list)
    broken: bool = False

    def understand(self, cells: Sequence[Cell]) -> None:
        """Take the columns of a header row."""
        for index, cell in enumerate(cells):
            column = read_header(cell.text)
            if column is not None and column not in self.columns:
                self.columns[column] = index
            elif column is not None:
                self.broken = True
                self.found.append(finding("EDIT_COLUMN_TWICE", self.where(index, self.header), header=cell.text))
            elif cell.text.strip():
                self.unknown(index, cell.text)

    def unknown(self, index: int, header: str) -> None:
        """Note a column that nobody understands."""
        self.found.append(
            finding("EDIT_COLUMN_UNKNOWN", self.where(index, self.header), header=escape_controls(header))
        )

    def where(self, index: int, number: int) -> str:
        """Return the place of a cell."""
        return f"{self.title}!{reference(index, number)}"

    def rows(self) -> Iterator[TableRow]:
        """Yield the rows below the header. Raises what reading the file raises."""
        for number, cells in self.raw.rows():
            if number > self.header:
                yield TableRow(self, number, cells)


@contextmanager
def open_table(path: Path) -> Iterator[tuple[list[Sheet], list[Finding]]]:
    """Give the sheets of an ``.xlsx`` or ``.csv`` that hold descriptions, and what was found of the others.

    Raises UsageError TABLE_FORMAT, TABLE_MISSING, RefusedError TABLE_WITHOUT_IDS, TABLE_NOT_TEXT, FondsError
    TABLE_UNREADABLE and the errors of ``Workbook``.
    """
    require_table_form(path)
    if not path.exists():
        raise UsageError("TABLE_MISSING", path=path)
    if path.suffix.lower() == ".csv":
        yield _sheets(path, [CsvSheet(path)])
        return
    with Workbook(path) as book:
        yield _sheets(path, book.sheets)


def _sheets(path: Path, raws: Sequence[RawSheet]) -> tuple[list[Sheet], list[Finding]]:
    sheets, ignored = [], []
    for raw in raws:
        sheet = _sheet(raw)
        if sheet:
            sheets.append(sheet)
        elif raw.title not in _own_titles():
            ignored.append(finding("SHEET_IGNORED", f"{raw.title}!A1"))
    if not sheets:
        raise RefusedError("TABLE_WITHOUT_IDS", path=path, mark=f"[{ID}]")
    return sheets, ignored


def _own_titles() -> set[str]:
    return {text(lang, f"describe.sheet.{name}") for lang in LANGUAGES for name in ("guide", "lists")}


def _sheet(raw: RawSheet) -> Sheet | None:
    """Return the sheet with the header that names units, None when none of the first rows does."""
    for number, cells in islice(raw.rows(), SCANNED_ROWS):
        if any((column := read_header(cell.text)) and column.key == ID for cell in cells):
            sheet = Sheet(raw.title, raw, number)
            sheet.understand(cells)
            return sheet
    return None
