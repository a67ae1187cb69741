"""Writing a workbook so that what is written is whole."""

from __future__ import annotations

import errno
import os
import zipfile
from typing import IO

from openpyxl import Workbook

_END = b"</worksheet>"
_BLOCK = 1 << 20


def save_workbook(book: Workbook, out: IO[bytes]) -> None:
    """Write a workbook to a file that can be read as well. Raises OSError.

    lxml, which openpyxl writes each sheet with, swallows an error at the last block of a sheet: a disk that is full for
    a moment would leave a workbook that lacks its last rows. So the end of each sheet is looked at.
    """
    book.save(out)
    out.seek(0)
    with zipfile.ZipFile(out) as made:
        for name in made.namelist():
            if name.startswith("xl/worksheets/") and not _is_whole(made, name):
                raise OSError(errno.EIO, os.strerror(errno.EIO), name)
    out.seek(0, os.SEEK_END)


def _is_whole(made: zipfile.ZipFile, name: str) -> bool:
    end = b""
    with made.open(name) as sheet:
        while block := sheet.read(_BLOCK):
            end = (end + block)[-len(_END) :]
    return end == _END
