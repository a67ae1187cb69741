"""Packing a folder as one file: the same folder gives the same bytes, and the file is there whole or not at all."""

from __future__ import annotations

import os
import stat
import tarfile
import uuid
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Literal

from fonds.errors import FondsError, RefusedError, UsageError
from fonds.metadata.tt05.identifiers import HANOI
from fonds.packaging.bag.names import printable
from fonds.packaging.beneath import Beneath
from fonds.packaging.digest import BUFFER
from fonds.packaging.durable import disk_errors, sync_folder
from fonds.packaging.transport.contents import Contents
from fonds.packaging.transport.limits import Limits, Room
from fonds.packaging.transport.report import TransportProgress
from fonds.schemas.findings import Finding, finding

Method = Literal["stored", "deflate"]
_METHODS = {"stored": zipfile.ZIP_STORED, "deflate": zipfile.ZIP_DEFLATED}
_DAY = (1980, 1, 1, 0, 0, 0)
"""The time of every member: the first that a zip can tell. When a file was made stands in the package's METS."""
_SECOND = int(datetime(*_DAY, tzinfo=HANOI).timestamp())
_LARGE = 2**31 - 1
_BLOCK, _RECORD = tarfile.BLOCKSIZE, tarfile.RECORDSIZE

Report = Callable[[TransportProgress], None]
Add = Callable[[str, int, Iterator[bytes]], None]


@dataclass(frozen=True, slots=True)
class WrittenFile:
    """A package file that was made; ``files`` and ``bytes`` are what it holds, ``findings`` what is worth knowing."""

    path: Path
    files: int
    bytes: int
    findings: tuple[Finding, ...]


class PackingRefusedError(RefusedError):
    """The folder holds what does not travel; ``findings`` says what and where. Exit code 3."""

    def __init__(self, folder: Path, findings: tuple[Finding, ...], count: int) -> None:
        super().__init__("PACKING_REFUSED", path=folder, count=count)
        self.findings = findings


def pack_zip(folder: Path, target: Path, *, method: Method = "stored", progress: Report | None = None) -> WrittenFile:
    """Write ``folder`` as the zip ``target``, durable when this returns. Scans hardly shrink: the default only stores.

    Names begin with the folder's own and are sorted; times and rights are fixed. Files from 2 GiB on and more than
    65,535 of them are ZIP64. Links and whatever else ``unpack`` would refuse are refused here too: PackingRefusedError.
    Raises RefusedError BAG_TARGET_EXISTS and BAG_TARGET_INSIDE, UsageError BAG_NOT_THERE and BAG_TARGET_FOLDER, and
    FondsError BAG_SOURCE_UNREADABLE, PACKED_NO_ROOM, STORE_FULL and its kin; nothing half-made is left.
    """
    return _Packing(folder, target, progress).write(lambda out, work: _zip(out, work, _METHODS[method]))


def pack_tar(folder: Path, target: Path, *, progress: Report | None = None) -> WrittenFile:
    """Write ``folder`` as the tar ``target`` (POSIX pax, not compressed). All else as ``pack_zip``."""
    return _Packing(folder, target, progress).write(_tar)


class _Packing:
    """One folder on its way into one file."""

    def __init__(self, folder: Path, target: Path, progress: Report | None) -> None:
        self._folder, self._target, self._progress = folder.absolute(), target, progress
        self._files = self._bytes = 0
        self._contents: Contents
        self._below: Beneath

    def write(self, form: Callable[[BinaryIO, _Packing], None]) -> WrittenFile:
        self._check()
        try:
            root = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        except OSError as error:
            raise self._unreadable("", error) from error
        try:
            with Contents(root, self._folder.name) as contents, Beneath(root) as below:
                self._contents, self._below = contents, below
                findings, errors = contents.findings()
                if errors:
                    raise PackingRefusedError(self._folder, findings, errors)
                Room(Limits(), self._target.parent).require(contents.bytes, 1)
                self._publish(form)
                return WrittenFile(self._target, contents.files, contents.bytes, findings)
        finally:
            os.close(root)

    def _check(self) -> None:
        if not self._folder.is_dir():
            raise UsageError("BAG_NOT_THERE", path=self._folder)
        if os.path.lexists(self._target):
            raise RefusedError("BAG_TARGET_EXISTS", path=self._target)
        if not self._target.parent.is_dir():
            raise UsageError("BAG_TARGET_FOLDER", path=self._target.parent)
        if self._target.parent.resolve().is_relative_to(self._folder.resolve()):
            raise RefusedError("BAG_TARGET_INSIDE", path=self._target, source=self._folder)

    def _publish(self, form: Callable[[BinaryIO, _Packing], None]) -> None:
        stage = self._target.with_name(f".tmp-{uuid.uuid4()}")
        with disk_errors(self._target):
            try:
                with stage.open("xb") as out:
                    form(out, self)
                    out.flush()
                    os.fsync(out.fileno())
                stage.rename(self._target)
                sync_folder(self._target.parent)
            except BaseException:
                stage.unlink(missing_ok=True)
                raise

    def each(self, add: Add) -> None:
        """Call ``add`` with the name in the package file, size and content of everything, in order."""
        for path, size, folder in self._contents.members():
            name = f"{self._folder.name}/{path}".rstrip("/")
            add(f"{name}/" if folder else name, size, iter(()) if folder else self._content(path, size))

    def _content(self, path: str, size: int) -> Iterator[bytes]:
        """Yield exactly the bytes that were announced. Raises PackingRefusedError when there are others by now."""
        try:
            handle = self._below.open_file(path)
        except OSError as error:
            raise self._unreadable(path, error) from error
        left = size
        try:
            while block := self._read(handle, path):
                left -= len(block)
                if left < 0:
                    break
                yield block
                self._bytes += len(block)
        finally:
            os.close(handle)
        if left:
            raise PackingRefusedError(self._folder, (finding("BAG_SOURCE_CHANGED", printable(path)),), 1)
        self._files += 1
        if self._progress:
            self._progress(TransportProgress(self._files, self._bytes, self._contents.bytes))

    def _read(self, handle: int, path: str) -> bytes:
        try:
            return os.read(handle, BUFFER)
        except OSError as error:
            raise self._unreadable(path, error) from error

    def _unreadable(self, path: str, error: OSError) -> FondsError:
        return FondsError("BAG_SOURCE_UNREADABLE", path=self._folder / path, reason=error.strerror or str(error))


def _zip(out: BinaryIO, work: _Packing, method: int) -> None:
    with zipfile.ZipFile(out, "w", method, allowZip64=True) as archive:

        def add(name: str, size: int, content: Iterator[bytes]) -> None:
            info = zipfile.ZipInfo(name, _DAY)
            info.compress_type = zipfile.ZIP_STORED if name.endswith("/") else method
            info.create_system = 3  # Unix, on every system: it is part of the bytes
            info.external_attr = (stat.S_IFDIR | 0o755 if name.endswith("/") else stat.S_IFREG | 0o644) << 16
            with archive.open(info, "w", force_zip64=size >= _LARGE) as member:
                for block in content:
                    member.write(block)

        work.each(add)


def _tar(out: BinaryIO, work: _Packing) -> None:
    def add(name: str, size: int, content: Iterator[bytes]) -> None:
        info = tarfile.TarInfo(name.rstrip("/"))
        info.type = tarfile.DIRTYPE if name.endswith("/") else tarfile.REGTYPE
        info.mode = 0o755 if info.isdir() else 0o644
        info.size, info.mtime = size, _SECOND
        out.write(info.tobuf(tarfile.PAX_FORMAT, "utf-8", "strict"))
        out.writelines(content)
        out.write(bytes(-size % _BLOCK))

    work.each(add)
    out.write(bytes(2 * _BLOCK))
    out.write(bytes(-out.tell() % _RECORD))
