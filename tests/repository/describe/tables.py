"""Changing an exported table as a person would, in a workbook or in a CSV file."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from fonds.repository.archive import Archive
from fonds.repository.describe import DescribeResult, export_table, import_table
from fonds.repository.describe.units import Selection
from fonds.repository.policy import Role, User
from fonds.repository.reading import Reading

LAN = User("lan", Role.ARCHIVIST)
Cells = Mapping[tuple[str, str], object]
"""What is typed where: (code of the unit, key of the column) to the new content."""


def export(archive: Archive, path: Path, *codes: str, level: str = "", lang: str = "vi") -> Path:
    """Export the units of these codes, or everything."""
    reading = Reading(archive, LAN)
    units = tuple(unit for code in codes if (unit := reading.find_code(code) or reading.unit(code)))
    assert len(units) == len(codes)
    export_table(path, Selection(reading, units, level), lang)
    return path


def take_back(archive: Archive, path: Path, *, apply: bool = True, reason: str = "") -> DescribeResult:
    return import_table(archive, LAN, path, apply=apply, reason=reason)


def corrected(archive: Archive, path: Path, cells: Cells, *, apply: bool = True) -> DescribeResult:
    """Export everything, change these cells, and take the table back."""
    return take_back(archive, typed(export(archive, path), cells), apply=apply)


def typed(path: Path, cells: Cells) -> Path:
    """Change cells of a table."""
    if path.suffix == ".csv":
        return _typed_csv(path, cells)
    book = openpyxl.load_workbook(path)
    left = dict(cells)
    for sheet in book.worksheets:
        keys = heads(sheet)
        for row in range(2, sheet.max_row + 1):
            for key, column in keys.items():
                where = (str(sheet.cell(row, keys.get("@code", 1)).value), key)
                if where in left:
                    sheet.cell(row, column).value = left.pop(where)  # type: ignore[assignment]  # whatever is typed
    assert not left, f"no such cells: {list(left)}"
    book.save(path)
    return path


def heads(sheet: Worksheet) -> dict[str, int]:
    """The number of each column by what stands in brackets in its header."""
    found = {}
    for cell in sheet[1]:
        said = str(cell.value or "")
        if said.endswith("]"):
            found[said.rpartition("[")[2].removesuffix("]")] = int(cell.column or 0)
    return found


def _typed_csv(path: Path, cells: Cells) -> Path:
    rows = read_csv(path)
    keys = {said.rpartition("[")[2].removesuffix("]"): number for number, said in enumerate(rows[0])}
    left = dict(cells)
    for row in rows[1:]:
        for key, number in keys.items():
            if (row[keys["@code"]], key) in left:
                row[number] = str(left.pop((row[keys["@code"]], key)))
    assert not left, f"no such cells: {list(left)}"
    write_csv(path, rows)
    return path


def read_csv(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as source:
        return list(csv.reader(source))


def write_csv(path: Path, rows: Sequence[Sequence[str]], *, delimiter: str = ",", encoding: str = "utf-8-sig") -> None:
    with path.open("w", encoding=encoding, newline="") as out:
        csv.writer(out, delimiter=delimiter).writerows(rows)


def codes(result: DescribeResult) -> list[str]:
    """The codes of what was found, each once, in alphabetical order."""
    return sorted({found.code for found in result.findings})
