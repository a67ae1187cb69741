"""The package as one file for the way: ``<number><OBJID>.zip``, the same bytes whenever it is made again."""

from __future__ import annotations

import os
import uuid
import zipfile
from pathlib import Path
from typing import Literal

from fonds.errors import UsageError
from fonds.packaging.digest import BUFFER, open_regular
from fonds.packaging.durable import disk_errors, sync_folder
from fonds.packaging.tt05.tree import regular_files

_DAY = (1980, 1, 1, 0, 0, 0)
_LARGE = 2**31 - 1
Method = Literal["stored", "deflate"]
_METHODS = {"stored": zipfile.ZIP_STORED, "deflate": zipfile.ZIP_DEFLATED}


def zip_name(folder: str, ordinal: int | None = None) -> str:
    """Return the name of the zip: the number of the package in its delivery (none for an AIP or DIP), then its OBJID.

    By our reading the square brackets of the annex (``[ordinal][OBJID]``) are not part of the name.
    """
    return f"{'' if ordinal is None else ordinal}{folder}.zip"


def zip_package(folder: Path, target: Path, ordinal: int | None = None, method: Method = "stored") -> Path:
    """Zip the package in ``folder`` into the folder ``target``; returns the path of the zip.

    Names are sorted and begin with the package's folder; times are fixed, so the same package gives the same bytes;
    files beyond 2 GiB and more than 65,535 of them are ZIP64. Scans hardly shrink: the default only stores. Raises
    UsageError TT05_TARGET_EXISTS, STORE_FULL and its kin; nothing half-made is left.
    """
    path = target / zip_name(folder.name, ordinal)
    if path.exists():
        raise UsageError("TT05_TARGET_EXISTS", path=path)
    stage = target / f".tmp-{uuid.uuid4()}"
    with disk_errors(target):
        try:
            with stage.open("xb") as out:
                with zipfile.ZipFile(out, "w", _METHODS[method], allowZip64=True) as archive:
                    for name in regular_files(folder):
                        _add(archive, folder / name, f"{folder.name}/{name}", _METHODS[method])
                out.flush()
                os.fsync(out.fileno())
            stage.rename(path)
            sync_folder(target)
        except BaseException:
            stage.unlink(missing_ok=True)
            raise
    return path


def _add(archive: zipfile.ZipFile, source: Path, name: str, method: int) -> None:
    info = zipfile.ZipInfo(name, _DAY)
    info.compress_type = method
    info.create_system = 3  # Unix, on every system: it is part of the bytes
    info.external_attr = 0o100644 << 16
    with os.fdopen(open_regular(source), "rb") as stream:
        large = os.fstat(stream.fileno()).st_size >= _LARGE
        with archive.open(info, "w", force_zip64=large) as out:
            while block := stream.read(BUFFER):
                out.write(block)
