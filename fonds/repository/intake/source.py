"""What was handed over: the folder itself, and its inventory workbook."""

from __future__ import annotations

import os
from pathlib import Path

from fonds.errors import FondsError, UsageError
from fonds.repository.intake.walk import is_stray, nfc_name

_WORKBOOKS = (".xlsx", ".xlsm", ".xltx", ".xltm")
_OTHER_TABLES = (".xls", ".xlsb", ".ods")


def delivered_folder(source: Path) -> Path:
    """Return the real path of the delivered folder.

    Raises UsageError SOURCE_MISSING or SOURCE_NOT_FOLDER, FondsError SOURCE_UNREADABLE.
    """
    try:
        if source.is_dir():
            return source.resolve(strict=True)
        missing = not source.exists()
    except OSError as error:
        raise FondsError("SOURCE_UNREADABLE", path=source, reason=error.strerror or str(error)) from error
    raise UsageError("SOURCE_MISSING" if missing else "SOURCE_NOT_FOLDER", path=source)


def printable(path: Path) -> str:
    r"""Return a path as text that can be stored and shown; bytes that are not UTF-8 are written ``\xff``."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def find_workbook(folder: Path, given: Path | None) -> Path:
    """Return the inventory: the one named, else the only workbook directly in the folder.

    Excel's lock files (``~$x.xlsx``) do not count. Raises UsageError INVENTORY_MISSING or INVENTORY_AMBIGUOUS.
    """
    if given is not None:
        if not given.is_file():
            raise UsageError("INVENTORY_NOT_FOUND", path=given)
        return given
    books = _files(folder, _WORKBOOKS)
    if len(books) > 1:
        raise UsageError("INVENTORY_AMBIGUOUS", folder=folder, names=", ".join(_shown(book) for book in books))
    # An old or foreign table is opened all the same: its error says what to do with it.
    books = books or _files(folder, _OTHER_TABLES)[:1]
    if not books:
        raise UsageError("INVENTORY_MISSING", folder=folder)
    return books[0]


def has_workbook(folder: Path) -> bool:
    """Say whether a table that may be an inventory lies directly in a folder. Raises FondsError SOURCE_UNREADABLE."""
    return folder.is_dir() and bool(_files(folder, (*_WORKBOOKS, *_OTHER_TABLES)))


def is_table(path: Path) -> bool:
    """Say whether the name of a file is that of a table that may be an inventory."""
    return path.suffix.lower() in (*_WORKBOOKS, *_OTHER_TABLES)


def raw_path_below(folder: Path, path: Path) -> bytes | None:
    """Return the bytes of ``path`` relative to ``folder``, None when it lies elsewhere."""
    # Only the parent is resolved, so that a name is compared as it stands in its folder.
    real = path.parent.resolve() / path.name
    return os.fsencode(real.relative_to(folder)) if real.is_relative_to(folder) else None


def _files(folder: Path, extensions: tuple[str, ...]) -> list[Path]:
    try:
        found = [one for one in folder.iterdir() if one.suffix.lower() in extensions and one.is_file()]
    except OSError as error:
        raise FondsError("SOURCE_UNREADABLE", path=folder, reason=error.strerror or str(error)) from error
    return sorted(one for one in found if not is_stray(_shown(one)))


def _shown(path: Path) -> str:
    return nfc_name(os.fsencode(path.name))
