"""The package as one file for the way: ``<number><OBJID>.zip``, the same bytes whenever it is made again."""

from __future__ import annotations

from pathlib import Path

from fonds.errors import UsageError
from fonds.packaging.transport.pack import Method, pack_zip


def zip_name(folder: str, ordinal: int | None = None) -> str:
    """Return the name of the zip: the number of the package in its delivery (none for an AIP or DIP), then its OBJID.

    By our reading the square brackets of the annex (``[ordinal][OBJID]``) are not part of the name.
    """
    return f"{'' if ordinal is None else ordinal}{folder}.zip"


def zip_package(folder: Path, target: Path, ordinal: int | None = None, method: Method = "stored") -> Path:
    """Zip the package in ``folder`` into the folder ``target``; returns the path of the zip.

    Raises UsageError TT05_TARGET_EXISTS and whatever ``transport.pack_zip`` does; nothing half-made is left.
    """
    path = target / zip_name(folder.name, ordinal)
    if path.exists():
        raise UsageError("TT05_TARGET_EXISTS", path=path)
    return pack_zip(folder, path, method=method).path
