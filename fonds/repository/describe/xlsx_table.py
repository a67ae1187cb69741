"""The table as a workbook: a sheet for each kind of units, text cells, drop-down lists, and sheets that explain it."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from pathlib import Path
from typing import IO

from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from fonds.errors import RefusedError
from fonds.metadata.model import Kind
from fonds.repository.describe.cells import escaped, fits, is_formula_like, shortened
from fonds.repository.describe.columns import (
    CODE,
    CONTROLS,
    FIXED,
    ID,
    KIND,
    Column,
    kind_name,
    rule_of,
    written_header,
)
from fonds.repository.describe.explain import code_lists, explanation_rows, list_place
from fonds.repository.workbooks import save_workbook
from fonds.schemas.messages import text

MOST_ROWS, MOST_COLUMNS = 1_048_576, 16_384
"""What a sheet can hold."""

_TEXT = "@"
_WIDTHS = {ID: 14, CODE: 24, KIND: 12}
_CONTROL_WIDTH, _NARROW, _USUAL, _WIDE = 10, 18, 28, 60
_LONG_FIELDS = 200
"""A field that may be longer than this gets a wide column, and its text is folded."""
_GREY, _BLUE = PatternFill("solid", fgColor="E4E4E4"), PatternFill("solid", fgColor="DCE6F1")
_TOP = Alignment(vertical="top")
_FOLDED = Alignment(vertical="top", wrap_text=True)


def require_room(path: Path, rows: Mapping[Kind, int], columns: Mapping[Kind, list[Column]]) -> None:
    """Make sure that a workbook can hold so much. Raises RefusedError TABLE_TOO_LARGE."""
    for kind, chosen in columns.items():
        too_long = any(not fits(written_header(column, [kind], "vi")) for column in chosen)
        if rows[kind] >= MOST_ROWS or len(chosen) > MOST_COLUMNS or too_long:
            raise RefusedError("TABLE_TOO_LARGE", path=path, rows=rows[kind], columns=len(chosen))


class XlsxWriter:
    """Writes the rows as they come; nothing is kept in memory but the styles."""

    def __init__(self, out: IO[bytes], columns: Mapping[Kind, list[Column]], lang: str) -> None:
        self._out, self._columns, self._lang = out, columns, lang
        self._book = Workbook(write_only=True)
        self._sheets = {kind: _Sheet(self._book, kind, chosen, lang) for kind, chosen in columns.items()}

    def add(self, kind: Kind, cells: Mapping[Column, str]) -> None:
        """Write a row to the sheet of its kind."""
        self._sheets[kind].add(cells)

    def close(self) -> None:
        """Write the sheets that explain the table, and the workbook itself."""
        guide = self._book.create_sheet(text(self._lang, "describe.sheet.guide"))
        _plain_sheet(guide, explanation_rows(self._columns, self._lang), (30, 24, 70, 90))
        lists = self._book.create_sheet(text(self._lang, "describe.sheet.lists"))
        _plain_sheet(lists, code_lists(self._columns, self._lang), (8, 34, 34) * 40)
        save_workbook(self._book, self._out)


class _Sheet:
    """The sheet of one kind of units."""

    def __init__(self, book: Workbook, kind: Kind, columns: list[Column], lang: str) -> None:
        # The sheet for writing only is no Worksheet by its class; what is used of it here is the same.
        self._sheet: Worksheet = book.create_sheet(kind_name(kind, lang))
        self._columns, self._kind = columns, kind
        self._sheet.freeze_panes = f"{get_column_letter(len(CONTROLS) + 1)}2"
        self._sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}1"
        for number, column in enumerate(columns, 1):
            self._prepare(number, column, lang)
        self._cells = {column: self._styled(column) for column in columns}
        self._sheet.append(self._header(lang))

    def _prepare(self, number: int, column: Column, lang: str) -> None:
        """Give a column its width, the format of its empty cells, and its list to choose from."""
        dimension = self._sheet.column_dimensions[get_column_letter(number)]
        dimension.width = self._width(column)
        dimension.number_format = _TEXT
        dimension.alignment = _FOLDED if self._is_long(column) else _TOP
        rule = rule_of(column.key, [self._kind])
        if rule and rule.codes and not self._is_fixed(column):
            letter = get_column_letter(number)
            self._sheet.data_validations.append(
                _choice(f"{letter}2:{letter}{MOST_ROWS}", list_place(rule.codes, lang), lang)
            )

    def _width(self, column: Column) -> int:
        if column.is_control:
            return _WIDTHS.get(column.key, _CONTROL_WIDTH)
        if self._is_long(column):
            return _WIDE
        rule = rule_of(column.key, [self._kind])
        return _NARROW if rule and (rule.codes or rule.type != "string") else _USUAL

    def _is_long(self, column: Column) -> bool:
        rule = rule_of(column.key, [self._kind])
        return rule is not None and rule.length > _LONG_FIELDS

    def _is_fixed(self, column: Column) -> bool:
        return column.is_control or column.key in FIXED[self._kind]

    def _styled(self, column: Column) -> tuple[Cell, Cell]:
        """Return the cells of a column: for a plain text, and for one that a spreadsheet might take for a formula."""
        plain, quoted = WriteOnlyCell(self._sheet), WriteOnlyCell(self._sheet)
        for cell in (plain, quoted):
            cell.number_format = _TEXT
            cell.alignment = _FOLDED if self._is_long(column) else _TOP
            if self._is_fixed(column):
                cell.fill = _GREY
        quoted.quotePrefix = True  # a spreadsheet then shows an apostrophe in its editing line, and nothing in the cell
        return plain, quoted

    def _header(self, lang: str) -> list[Cell]:
        cells = []
        for column in self._columns:
            cell = WriteOnlyCell(self._sheet)
            cell.value = escaped(written_header(column, [self._kind], lang))
            cell.data_type = "s"
            cell.font, cell.alignment, cell.number_format = Font(bold=True), _FOLDED, _TEXT
            cell.fill = _GREY if self._is_fixed(column) else _BLUE
            cells.append(cell)
        return cells

    def add(self, cells: Mapping[Column, str]) -> None:
        """Write a row. Each cell is written before the next one is asked for: one object serves a whole column."""
        row = self._row(cells)
        self._sheet.append(row)  # type: ignore[arg-type]  # the stub names a class that no function can be said to give

    def _row(self, cells: Mapping[Column, str]) -> Generator[Cell | None, None, None]:
        for column in self._columns:
            said = cells.get(column, "")
            if not said:
                yield None
                continue
            cell = self._cells[column][is_formula_like(said)]
            cell.value = escaped(shortened(said))
            cell.data_type = "s"  # text even when it begins with "=": what somebody described is never a formula
            yield cell


def _choice(cells: str, source: str, lang: str) -> DataValidation:
    """Return a list to choose from. Something else may be typed after a warning: the import judges it."""
    choice = DataValidation(type="list", formula1=source, allow_blank=True, errorStyle="warning", sqref=cells)
    choice.errorTitle = text(lang, "describe.choice.title")
    choice.error = text(lang, "describe.choice.text")
    return choice


def _plain_sheet(sheet: Worksheet, rows: Iterator[list[str]], widths: tuple[int, ...]) -> None:
    """Write a sheet to be read; its first row is a heading."""
    for number, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    sheet.freeze_panes = "A2"
    for number, row in enumerate(rows):
        cells = []
        for said in row:
            cell = WriteOnlyCell(sheet)
            cell.value, cell.data_type = escaped(said), "s"
            cell.alignment, cell.number_format = _FOLDED, _TEXT
            if not number:
                cell.font, cell.fill = Font(bold=True), _BLUE
            cells.append(cell)
        sheet.append(cells)
