"""Reading an inventory workbook: one pass, row by row, every cell as a person reads it in Excel."""

from __future__ import annotations

import errno
import re
import zipfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

import openpyxl
from openpyxl.cell.read_only import EmptyCell, ReadOnlyCell

from fonds.errors import FondsError, RefusedError
from fonds.metadata.vietnamese import nfc

_OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_FIXED = re.compile(r"(0+)(?:\.(0+))?")


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell. ``text`` is what Excel shows, '' when empty; ``value`` the stored number or date, None for text.

    ``lost`` is the formula or error that stands where a value should be: text is '' then. ``written`` is what the
    sheet says where ``text`` was put together from several cells or taken out of one.
    """

    text: str = ""
    value: int | float | date | None = None
    lost: str = ""
    written: str = ""


EMPTY = Cell()
SheetRow = tuple[int, tuple[Cell, ...]]


class _Rows(Protocol):
    """What is used of an openpyxl worksheet."""

    title: str

    def reset_dimensions(self) -> None: ...

    def iter_rows(self) -> Iterator[tuple[ReadOnlyCell | EmptyCell, ...]]: ...


class Sheet:
    """A sheet of the workbook; it can be read more than once. ``title`` is its name in NFC."""

    def __init__(self, workbook: Workbook, name: str) -> None:
        self.title = nfc(name)
        self._name = name
        self._workbook = workbook

    def rows(self) -> Iterator[SheetRow]:
        """Yield (row number in Excel, cells) for every row that holds something.

        A formula gives the value Excel saved with it; the saved values are only read when a formula is met.
        """
        saved: Iterator[tuple[ReadOnlyCell | EmptyCell, ...]] | None = None
        at = 0
        for number, row in enumerate(self._workbook.raw_rows(self._name, values=False), start=1):
            values = row
            if any(cell.data_type == "f" for cell in row):
                saved = saved or self._workbook.raw_rows(self._name, values=True)
                while at < number:
                    values, at = next(saved), at + 1
            cells = tuple(_cell(one, value) for one, value in zip(row, values, strict=True))
            if any(cell.text or cell.lost for cell in cells):
                yield number, cells


class Workbook:
    """An open .xlsx; use it in a ``with`` statement.

    Raises RefusedError INVENTORY_NOT_WORKBOOK, INVENTORY_OLD_EXCEL or INVENTORY_LOCKED when the file is something
    else, FondsError INVENTORY_UNREADABLE when the system does not let us read it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        _refuse_other_formats(path)
        self._books = {False: self._open(values=False)}
        self.sheets = tuple(Sheet(self, name) for name in self._books[False].sheetnames if self._is_grid(name))

    def _open(self, *, values: bool) -> openpyxl.Workbook:
        try:
            return openpyxl.load_workbook(self.path, read_only=True, data_only=values)
        except Exception as error:  # openpyxl raises a dozen kinds for a damaged file; each means the same here
            raise _unusable(self.path, error) from error

    def _is_grid(self, name: str) -> bool:
        return hasattr(self._books[False][name], "iter_rows")  # a chart sheet has no rows

    def raw_rows(self, title: str, *, values: bool) -> Iterator[tuple[ReadOnlyCell | EmptyCell, ...]]:
        """Yield the rows of a sheet as stored: formulas, or with ``values`` what Excel saved for them."""
        if values not in self._books:
            self._books[values] = self._open(values=values)
        sheet: _Rows = self._books[values][title]  # type: ignore[assignment]  # stubs name the writable sheet
        sheet.reset_dimensions()  # the size some programs write is wrong and would cut the sheet
        try:
            yield from sheet.iter_rows()
        except Exception as error:
            raise _unusable(self.path, error) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        for book in self._books.values():
            book.close()


def _refuse_other_formats(path: Path) -> None:
    try:
        with path.open("rb") as stream, closing(stream):
            head = stream.read(8)
            rest = stream.read(1 << 20) if head == _OLE2 else b""
            stream.seek(0)
            zipped = zipfile.is_zipfile(stream)  # given a path, it takes one that cannot be opened for no zip
        if head == _OLE2:
            raise RefusedError("INVENTORY_LOCKED" if _ENCRYPTED in rest else "INVENTORY_OLD_EXCEL", path=path)
        if not zipped:
            raise RefusedError("INVENTORY_NOT_WORKBOOK", path=path, reason="no zip signature")
    except OSError as error:
        raise FondsError("INVENTORY_UNREADABLE", path=path, reason=error.strerror or str(error)) from error


def _unusable(path: Path, error: Exception) -> FondsError:
    """Return the error for a workbook that cannot be opened. What the system refuses says nothing about the file.

    A place that a damaged file names and that cannot be (EINVAL), and an OSError without a number, are about the file.
    """
    if isinstance(error, OSError) and error.errno not in {None, errno.EINVAL}:
        return FondsError("INVENTORY_UNREADABLE", path=path, reason=error.strerror)
    return RefusedError("INVENTORY_NOT_WORKBOOK", path=path, reason=f"{type(error).__name__}: {error}"[:200])


def _cell(one: ReadOnlyCell | EmptyCell, saved: ReadOnlyCell | EmptyCell) -> Cell:
    if one.data_type == "f" and (saved.value is None or saved.data_type == "e"):
        return Cell(lost=str(getattr(one.value, "text", one.value)))
    value = saved.value
    if value is None:
        return EMPTY
    if saved.data_type == "e":
        return Cell(lost=str(value))
    return _readable(value, saved)


def _readable(value: object, cell: ReadOnlyCell | EmptyCell) -> Cell:
    if isinstance(value, bool):
        return Cell("TRUE" if value else "FALSE")
    if isinstance(value, datetime):
        day = value.date()
        return Cell(f"{day:%d/%m}/{day.year:04d}", day)
    if isinstance(value, date):
        return Cell(f"{value:%d/%m}/{value.year:04d}", value)
    if isinstance(value, time):
        return Cell(value.isoformat())
    if isinstance(value, int | float):
        return Cell(_number(value, str(getattr(cell, "number_format", "") or "")), value)
    return Cell(_ESCAPED.sub(lambda match: chr(int(match[1], 16)), str(value)))


def _number(value: float, shown_as: str) -> str:
    """Return a number as its cell shows it: 1 in the format 00 is "01", 3.197 in the format 0.0000 is "3.1970"."""
    fixed = _FIXED.fullmatch(shown_as)
    if fixed is not None and shown_as != "0":
        decimals = len(fixed[2] or "")
        return f"{value:0{len(shown_as)}.{decimals}f}"
    if float(value).is_integer():
        return str(int(value))
    return str(value)
