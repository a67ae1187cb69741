"""The table as CSV (RFC 4180): UTF-8 with a byte order mark, one header row, every kind of units in one file."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO

from fonds.errors import FondsError, RefusedError
from fonds.metadata.model import Kind
from fonds.repository.describe.cells import guarded, unguarded
from fonds.repository.describe.columns import ID, Column, read_header, written_header
from fonds.repository.intake.workbook import Cell, SheetRow

_DELIMITERS = (",", ";", "\t")
"""What separates cells: we write the first; a spreadsheet set to a language with decimal commas writes the second."""
_LONGEST = 10_000_000
"""Characters in a cell. More is no table: a quotation mark was left open."""


class CsvWriter:
    """Writes rows of several kinds below the union of their columns; a field of two kinds has one column."""

    def __init__(self, out: IO[bytes], columns: Mapping[Kind, list[Column]], lang: str) -> None:
        out.write(codecs.BOM_UTF8)
        self._writer = csv.writer(_Encoded(out), lineterminator="\r\n")
        self._columns = list(dict.fromkeys(column for chosen in columns.values() for column in chosen))
        # Extra columns stand behind all fields, whichever kind they are of.
        self._columns.sort(key=lambda column: column.is_extra)
        self._write([written_header(column, list(columns), lang) for column in self._columns])

    def _write(self, texts: Sequence[str]) -> None:
        self._writer.writerow([guarded(said) for said in texts])

    def add(self, kind: Kind, cells: Mapping[Column, str]) -> None:
        """Write a row; its kind stands in a column of its own."""
        del kind
        self._write([cells.get(column, "") for column in self._columns])

    def close(self) -> None:
        """Nothing stands after the rows."""


class _Encoded:
    """A binary file as the csv module writes to it."""

    def __init__(self, out: IO[bytes]) -> None:
        self._out = out

    def write(self, text: str) -> int:
        return self._out.write(text.encode())


class CsvSheet:
    """A CSV file as the one sheet of a table; it can be read more than once. ``title`` is its name."""

    def __init__(self, path: Path) -> None:
        self.title = path.name
        self._path = path
        self._delimiter = _delimiter(path)

    def rows(self) -> Iterator[SheetRow]:
        """Yield (number of the row as a spreadsheet counts, cells) for every row that holds something.

        Raises RefusedError TABLE_NOT_TEXT for what is not UTF-8 or no CSV, FondsError TABLE_UNREADABLE.
        """
        for number, record in enumerate(_records(self._path, self._delimiter), 1):
            if any(record):
                yield number, tuple(Cell(unguarded(said)) for said in record)


def _delimiter(path: Path) -> str:
    """Return what separates the cells: whatever lets the first row name a unit and the most columns."""

    def named(delimiter: str) -> tuple[bool, int]:
        first = next(iter(_records(path, delimiter)), [])
        found = [column.key for said in first if (column := read_header(unguarded(said)))]
        return ID in found, len(found)

    return max(_DELIMITERS, key=named)


def _records(path: Path, delimiter: str) -> Iterator[list[str]]:
    csv.field_size_limit(_LONGEST)
    try:
        with path.open(encoding="utf-8-sig", newline="") as source:
            yield from csv.reader(source, delimiter=delimiter, strict=True)
    except UnicodeDecodeError as error:
        raise RefusedError("TABLE_NOT_TEXT", path=path, reason="utf8") from error
    except csv.Error as error:
        raise RefusedError("TABLE_NOT_TEXT", path=path, reason=str(error)) from error
    except OSError as error:
        raise FondsError("TABLE_UNREADABLE", path=path, reason=error.strerror or str(error)) from error
