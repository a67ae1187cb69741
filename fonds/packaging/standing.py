"""The packages that stand in a folder already: found by their names, told apart by what their METS says."""

from __future__ import annotations

import os
import re
import tarfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Protocol

from fonds.metadata.mets import read_mets
from fonds.metadata.tt05.links import read_links
from fonds.packaging.digest import digest_bytes
from fonds.packaging.eark import SIGNATURE
from fonds.packaging.forms import Dialect, Form
from fonds.packaging.tt05 import zip_name
from fonds.packaging.walking import walked
from fonds.schemas.xml import XmlRefusedError

SOURCE = "Fonds-Source"
"""TYPE of the altRecordID that says what a package was made from: ``<OBJID>/v<N>/<kind of package>``."""
_NUMBERED = re.compile(r"(?P<number>[0-9]{0,9})(?P<folder>uuid-[0-9A-F-]{36})\.zip")
_MOST = 64 * 1024 * 1024
"""Bytes of a METS that are read: that of a package lists no page, only its representations."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A package that is there: its place, what METS says of its submission, its files and their bytes.

    ``signature`` and ``source`` are '' when it cannot be read or was not made by Fonds; ``mets`` is the SHA-256 of its
    METS, '' when there is none.
    """

    path: Path
    bag: bool = False
    signature: str = ""
    source: str = ""
    agreement: str = ""
    organization: str = ""
    files: int = 0
    bytes: int = 0
    mets: str = ""


class PackagesFolder:
    """The folder ``out``, into which packages of one form are put; its names are read once."""

    def __init__(self, out: Path, form: Form, *, numbered: bool = False) -> None:
        self._out, self._form = out, form
        # The circular gives the zip of a SIP the number of the package in its delivery.
        self._numbered = numbered and form.packed == "zip" and form.dialect is Dialect.TT05
        self._known = dict(self._numbers()) if self._numbered else {}
        self._last = max(self._known.values(), default=0)

    def _numbers(self) -> Iterator[tuple[str, int]]:
        for name in os.listdir(self._out):  # noqa: PTH208 - names are all that is needed
            match = _NUMBERED.fullmatch(name)
            if match:
                yield match["folder"], int(match["number"] or 0)

    def place(self, folder: str) -> Path:
        """Return where the package in a folder called ``folder`` is, or is to be put."""
        if self._numbered:
            if folder not in self._known:
                self._last += 1
                self._known[folder] = self._last
            return self._out / zip_name(folder, self._known[folder] or None)
        return self._out / (f"{folder}.{self._form.packed}" if self._form.packed else folder)

    def forget(self, folder: str) -> None:
        """Let another package have the number of one that was not made."""
        if self._known.pop(folder, 0) == self._last and self._numbered:
            self._last -= 1


def find_standing(path: Path, folder: str) -> Standing | None:
    """Return what is at ``path``, None for nothing; ``folder`` is what the package's own folder is called."""
    if not os.path.lexists(path):
        return None
    try:
        with _opened(path, folder) as inside:
            return _read(path, inside)
    except (OSError, XmlRefusedError, zipfile.BadZipFile, tarfile.TarError, KeyError, ValueError, EOFError):
        return Standing(path)


def file_sizes(folder: Path) -> dict[str, int]:
    """Return the size in bytes of every file below a folder, by its path from there. Raises OSError."""
    files = (place / name for place, _, names in walked(folder) for name in names)
    return {file.relative_to(folder).as_posix(): file.lstat().st_size for file in files if file.is_file()}


class _Inside(Protocol):
    """The files of a package, wherever they are: ``sizes`` by path from its folder."""

    sizes: dict[str, int]

    def read(self, path: str) -> bytes:
        """Return the content of a file."""


def _read(path: Path, inside: _Inside) -> Standing:
    bag = "bagit.txt" in inside.sizes
    content = inside.read("data/METS.xml" if bag else "METS.xml")
    mets, links = read_mets(BytesIO(content)), read_links(BytesIO(content))
    told = dict(mets.alternatives)
    submitters = (one.name for one in mets.agents if one.role == "CREATOR" and one.type == "ORGANIZATION")
    return Standing(
        path, bag, told.get(SIGNATURE, ""), told.get(SOURCE, ""), links.agreement, next(submitters, ""),
        len(inside.sizes), sum(inside.sizes.values()), digest_bytes(content),
    )  # fmt: skip


@contextmanager
def _opened(path: Path, folder: str) -> Iterator[_Inside]:
    if path.is_dir():
        yield _Folder(path)
    elif path.suffix == ".zip":
        with zipfile.ZipFile(path) as archive:
            yield _Zip(archive, folder)
    else:
        with tarfile.open(path, "r:") as archive:
            yield _Tar(archive, folder)


class _Folder:
    def __init__(self, path: Path) -> None:
        self._path = path
        self.sizes = file_sizes(path)

    def read(self, path: str) -> bytes:
        with (self._path / path).open("rb") as source:
            return _limited(source)


class _Zip:
    def __init__(self, archive: zipfile.ZipFile, folder: str) -> None:
        self._archive, self._folder = archive, folder
        self.sizes = {one.filename.removeprefix(f"{folder}/"): one.file_size for one in archive.infolist()}

    def read(self, path: str) -> bytes:
        with self._archive.open(f"{self._folder}/{path}") as source:
            return _limited(source)


class _Tar:
    def __init__(self, archive: tarfile.TarFile, folder: str) -> None:
        self._archive, self._folder = archive, folder
        self.sizes = {one.name.removeprefix(f"{folder}/"): one.size for one in archive.getmembers() if one.isfile()}

    def read(self, path: str) -> bytes:
        source = self._archive.extractfile(f"{self._folder}/{path}")
        if source is None:
            raise KeyError(path)
        with source:
            return _limited(source)


class _Readable(Protocol):
    def read(self, size: int = -1, /) -> bytes: ...


def _limited(source: _Readable) -> bytes:
    content = source.read(_MOST + 1)
    if len(content) > _MOST:
        raise ValueError("METS")
    return content
