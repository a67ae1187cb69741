"""Dates from the cells of a workbook: text, numbers, true dates, or day, month and year apart."""

from __future__ import annotations

from datetime import date
from itertools import dropwhile

from fonds.metadata.dates.model import PartialDate, invalid, unknown
from fonds.metadata.dates.spellings import parse_date


def from_excel(value: object) -> PartialDate:
    """Read one cell: None, text, a ``date`` or ``datetime`` (time left out), 1970, or 3.1970 for March 1970.

    The written form of a true date is DD/MM/YYYY. A number that is no year and no month.year is invalid:
    whether 34575 is a serial day is not known without the cell's format.
    """
    if value is None:
        return unknown("")
    if isinstance(value, bool):
        return invalid(str(value))
    if isinstance(value, date):
        return parse_date(f"{value.day:02d}/{value.month:02d}/{value.year:04d}")
    if isinstance(value, float):
        found = parse_date(_month_and_year(value))
        return found if found.kind != "invalid" else invalid(str(value))
    return parse_date(str(value))


def from_parts(day: object, month: object, year: object) -> PartialDate:
    """Read a date in three cells (six for start and end); empty and 0 mean that the part is not known.

    The written form joins the cells with "/", from the first that is not empty. A year without a month is a
    year even when there is a day; a day or month without a year is invalid.
    """
    cells = [_cell_text(cell) for cell in (day, month, year)]
    written = "/".join(dropwhile(lambda cell: not cell, cells))
    days, months, years = (cell if cell.strip("0") else "" for cell in cells)
    if not years:
        return invalid(written) if days or months else unknown(written)
    if not days and not months:
        found = parse_date(years)
    else:
        found = parse_date(f"{days or '00'}/{months or '00'}/{years}")
    return PartialDate(written, found.edtf, found.earliest, found.latest, found.kind)


def _cell_text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def _month_and_year(number: float) -> str:
    """Give a number its text back: 3.197 is how a spreadsheet keeps 3.1970."""
    if number.is_integer():
        return str(int(number))
    month, _, year = repr(number).partition(".")
    return f"{month}.{year:0<4}"
