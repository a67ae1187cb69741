"""A workbook is whole, or an error."""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import Any, cast

import pytest
from openpyxl import Workbook, load_workbook

from fonds.repository.workbooks import save_workbook


def made(rows: int) -> Workbook:
    book = Workbook(write_only=True)
    for name in ("Một", "Hai"):
        sheet = book.create_sheet(name)
        for number in range(rows):
            sheet.append([f"dòng {number}", number])
    return book


@pytest.mark.parametrize("rows", [0, 1, 5_000])
def test_a_whole_workbook_is_written(rows: int) -> None:
    out = io.BytesIO()
    save_workbook(made(rows), out)
    assert out.tell() == len(out.getvalue())
    read = load_workbook(out, read_only=True)
    assert [sum(1 for _ in sheet.iter_rows()) for sheet in read] == [rows, rows]


@pytest.mark.parametrize("lost", [1, 5, 4_096])
def test_a_sheet_that_was_cut_short_is_an_error(lost: int) -> None:
    book = made(5_000)
    sheet = book.worksheets[1]
    sheet.close()
    # What the library puts the sheet into until the workbook is written, where no public name leads to.
    path = cast("Any", sheet)._writer.out
    os.truncate(path, Path(path).stat().st_size - lost)
    with pytest.raises(OSError, match=r"sheet2\.xml"):
        save_workbook(book, io.BytesIO())
