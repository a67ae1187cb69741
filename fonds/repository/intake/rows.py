"""One row of an inventory: its values by field, what no field answers to, and what was noticed in its cells."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from fonds.metadata.dates import from_excel
from fonds.metadata.model import Description, Kind, Value
from fonds.repository.intake.headers import Header
from fonds.repository.intake.values import Cleaned, clean, escape_controls, is_secret, make_value
from fonds.repository.intake.workbook import EMPTY, Cell
from fonds.schemas.inventory import SheetTable
from fonds.schemas.vocabulary import FieldRule, fields

_TO = re.compile(r"\s+(?:-|đến|tới)\s+|\s*[–—]\s*|\s*;\s*", re.IGNORECASE)
_DATES = re.compile(r"(\S*\d{4})\s*-\s*(\S*\d{4})")
_NUMBER = re.compile(r"\s*([^/]*?)\s*/\s*(.*?)\s*", re.DOTALL)
_WHOLE_DATE = re.compile(r"\d+\D+\d+")


@dataclass(frozen=True, slots=True)
class Note:
    """Something noticed in a cell: finding ``code``, the ``field`` it stands in, and the text it is about."""

    code: str
    field: str
    text: str


@dataclass(frozen=True, slots=True)
class Row:
    """A data row. ``stt`` is its number in the sheet, ``place`` (sheet, row) counted for sorting.

    ``values`` holds fields of the vocabulary and helper columns (secrecy, archiveCode) by key.
    """

    kind: Kind
    sheet: str
    stt: str
    place: tuple[int, int]
    values: Mapping[str, Value] = field(default_factory=dict)
    extra: tuple[tuple[str, str], ...] = ()
    notes: tuple[Note, ...] = ()

    def text(self, key: str) -> str:
        """Return the text of a field, '' when it is not there."""
        value = self.values.get(key)
        return value.text if value else ""

    def code(self, key: str) -> str:
        """Return the vocabulary code of a field, '' when there is none."""
        value = self.values.get(key)
        return value.code if value else ""

    @property
    def secret(self) -> bool:
        """Whether the access mode is 03 or the mode or level of secrecy says Mật, Tối mật or Tuyệt mật."""
        return any(is_secret(self.text(key)) for key in ("mode", "secrecy"))

    def where(self, key: str = "") -> str:
        """Return the place as a finding names it: ``Sheet!stt=N`` or ``Sheet!stt=N.field``."""
        row = f"{self.sheet}!stt={self.stt}"
        return f"{row}.{key}" if key else row

    def rules(self) -> Iterator[tuple[FieldRule, Value]]:
        """Yield every filled field with its rule of the vocabulary."""
        for key, rule in fields(self.kind).items():
            if self.text(key):
                yield rule, self.values[key]

    def describe(self) -> Description:
        """Return the description: fields of the vocabulary, and every other column as written."""
        known = fields(self.kind)
        values = {key: value for key, value in self.values.items() if key in known and value.verbatim}
        return Description(self.kind, values, self.extra)


class RowMaker:
    """Turns the cells under one header into rows."""

    def __init__(self, kind: Kind, sheet: str, sheet_number: int, header: Header, table: SheetTable) -> None:
        self.kind = kind
        self._sheet = sheet
        self._number = sheet_number
        self._header = header
        self._kept = {column.key for column in table.columns if column.kept}
        self._rules = fields(kind)

    def make(self, number: int, cells: tuple[Cell, ...], ordinal: int) -> Row:
        """Return the row at Excel row ``number``; ``ordinal`` counts data rows from 1, for sheets without STT."""
        given = {key: _at(cells, column) for column, key in self._header.columns.items()}
        stt = clean(given.pop("stt", EMPTY).text).text or str(ordinal)
        notes: list[Note] = []
        values: dict[str, Value] = {}
        for key, cell in _whole(given).items():
            value, noticed = read_value(key, cell, self._rules.get(key))
            notes += noticed
            if value.verbatim:
                values[key] = value
        return Row(self.kind, self._sheet, stt, (self._number, number), values, self._extra(cells), tuple(notes))

    def fills(self, cells: tuple[Cell, ...], *keys: str) -> bool:
        """Say whether any of the fields is filled in a row of cells."""
        return any(_at(cells, column).text.strip() for column, key in self._header.columns.items() if key in keys)

    def _extra(self, cells: tuple[Cell, ...]) -> tuple[tuple[str, str], ...]:
        """Return the filled cells of columns that have no field, each with its header as written."""
        fieldless = (
            (column, cell)
            for column, cell in enumerate(cells)
            if column in self._header.span and ((key := self._header.columns.get(column)) is None or key in self._kept)
        )
        return tuple(
            (self._header.labels.get(column, f"({column + 1})"), escape_controls(cell.text or cell.lost))
            for column, cell in fieldless
            if cell.text or cell.lost
        )


def read_value(key: str, cell: Cell, rule: FieldRule | None) -> tuple[Value, list[Note]]:
    """Return what a cell says for a field, and what was noticed in it; ``rule`` is None for a helper column."""
    cleaned = _cleaned(cell, is_date=rule is not None and rule.type == "date")
    notes = [Note(code, key, escape_controls(cell.lost or cell.text)) for code in _codes(cell, cleaned)]
    return make_value(cleaned, rule.codes if rule else ""), notes


def _at(cells: tuple[Cell, ...], column: int) -> Cell:
    return cells[column] if column < len(cells) else EMPTY


def _cleaned(cell: Cell, *, is_date: bool) -> Cleaned:
    if cell.lost:
        return Cleaned("", escape_controls(cell.lost))
    if is_date and isinstance(cell.value, float):
        text = from_excel(cell.value).written
        return Cleaned(text, cell.text if cell.text != text else "")
    cleaned = clean(cell.text)
    if not cell.written or cell.written == cleaned.text:
        return cleaned
    return Cleaned(cleaned.text, escape_controls(cell.written), cleaned.notes)


def _codes(cell: Cell, cleaned: Cleaned) -> Iterator[str]:
    if cell.lost:
        yield "CELL_WITHOUT_VALUE"
    if isinstance(cell.value, date):
        yield "EXCEL_DATE_TYPE"
    yield from cleaned.notes


def _whole(given: dict[str, Cell]) -> dict[str, Cell]:
    """Put together what stands in several cells, and take apart what stands in one."""
    result = {key: cell for key, cell in given.items() if "." not in key}
    for key in dict.fromkeys(key.partition(".")[0] for key in given if "." in key):
        result[key] = _one_date(*(given.get(f"{key}.{part}", EMPTY) for part in ("day", "month", "year")))
    if "dates" in result:
        _split(result, "dates", _dates(result["dates"]), ("startDate", "endDate"))
    if "sheets" in result:
        _split(result, "sheets", _sheets(result["sheets"]), ("fromSheet", "toSheet"))
    if "number" in result:
        _split(result, "number", _document_number(result["number"]), ("codeNumber", "codeNotation"))
    return result


def _split(result: dict[str, Cell], key: str, halves: tuple[Cell, Cell], into: tuple[str, str]) -> None:
    del result[key]
    for name, half in zip(into, halves, strict=True):
        if not result.get(name, EMPTY).text:
            result[name] = half


def _one_date(day: Cell, month: Cell, year: Cell) -> Cell:
    """Join the three cells of a date, empty and 0 meaning not known; a cell that holds a whole date is the date."""
    whole = next((one for one in (day, year) if isinstance(one.value, date) or _WHOLE_DATE.search(one.text)), None)
    if whole:
        return whole
    written = "/".join(text for cell in (day, month, year) if (text := cell.text.strip()))
    days, months, years = (cell.text.strip().lstrip("0") for cell in (day, month, year))
    if not years or not (days or months):
        return Cell("/".join(part for part in (days, months, years) if part), written=written)
    parts = ([days.zfill(2)] if days else []) + [months.zfill(2), years]
    return Cell("/".join(parts), written=written)


def _dates(cell: Cell) -> tuple[Cell, Cell]:
    """Split "05/01/1962 - 28/12/1962" into its two dates; one date is both."""
    match = _DATES.fullmatch(cell.text.strip())
    sides = list(match.groups()) if match else _TO.split(cell.text.strip())
    if len(sides) == 2 and all(sides):
        return Cell(sides[0], written=cell.text), Cell(sides[1], written=cell.text)
    return cell, cell


def _sheets(cell: Cell) -> tuple[Cell, Cell]:
    """Read "1-3", "1 đến 3" or "5" as the first and last sheet of a document."""
    numbers = re.findall(r"\d+[a-zA-Z]?\b", cell.text)
    if not numbers:
        return cell, EMPTY
    return Cell(numbers[0], written=cell.text), Cell(numbers[-1], written=cell.text)


def _document_number(cell: Cell) -> tuple[Cell, Cell]:
    """Split "12/BC-UB" into number and notation; what has no stroke is the number."""
    match = _NUMBER.fullmatch(cell.text)
    if not match or not match[1]:
        return cell, EMPTY
    return Cell(match[1], written=cell.text), Cell(match[2], written=cell.text)
