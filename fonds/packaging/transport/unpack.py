"""Unpacking a package file into a new private folder that is there whole or not at all."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Protocol

from fonds.errors import FondsError, RefusedError, UsageError
from fonds.packaging.bag.report import Collector
from fonds.packaging.bag.stage import Stage, stage
from fonds.packaging.transport.file import PackedFile
from fonds.packaging.transport.forms import Form, form_of
from fonds.packaging.transport.limits import LIMITS, Limits, Members, Ratio, Room
from fonds.packaging.transport.report import Fault, Member, PackedRefusedError, TransportProgress, Unpacked
from fonds.packaging.transport.tar_reader import TarReader
from fonds.packaging.transport.target import Target
from fonds.packaging.transport.zip_reader import ZipReader
from fonds.schemas.findings import finding

Report = Callable[[TransportProgress], None]


class Reader(Protocol):
    """What reads one kind of package file."""

    @property
    def total_bytes(self) -> int:
        """Bytes that all members have, or a little more; 0 where that is not known."""

    def members(self) -> Iterator[tuple[Member, Iterator[bytes]]]:
        """Yield every member that may be written, with what it holds."""

    def close(self) -> None:
        """Remove what was put on the disk."""


def unpack(archive: Path, target: Path, *, limits: Limits = LIMITS, progress: Report | None = None) -> Unpacked:
    """Unpack the zip or tar ``archive`` into the new folder ``target``, which nobody else may enter.

    Memory does not grow with the file. The folder appears whole or not at all, whatever stops the work; it is a
    working copy and is not made durable, ``archive`` stays what it is. Raises PackedRefusedError for everything that
    is wrong with ``archive``, RefusedError BAG_TARGET_EXISTS, UsageError BAG_TARGET_FOLDER, and FondsError
    PACKED_NO_ROOM, BAG_SOURCE_UNREADABLE, BAG_TARGET_FAILED.
    """
    if os.path.lexists(target):
        raise RefusedError("BAG_TARGET_EXISTS", path=target)
    if not target.parent.is_dir():
        raise UsageError("BAG_TARGET_FOLDER", path=target.parent)
    with PackedFile(archive) as file, _failures(target), stage(target, mode=0o700) as made:
        work = _Unpacking(file, limits, progress)
        work.run(made, target)
        findings, counts = work.found.result()
        if counts["error"]:
            raise PackedRefusedError(archive, findings, counts)
        made.reveal()
    return Unpacked(target, work.form, work.files, work.bytes, findings)


@contextmanager
def _failures(target: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in {errno.EEXIST, errno.ENOTEMPTY} and os.path.lexists(target):
            raise RefusedError("BAG_TARGET_EXISTS", path=target) from error
        raise FondsError("BAG_TARGET_FAILED", path=target, reason=error.strerror or str(error)) from error


class _Unpacking:
    """One package file on its way out; ``found`` gets what is noticed."""

    def __init__(self, file: PackedFile, limits: Limits, progress: Report | None) -> None:
        self._file, self._limits, self._progress = file, limits, progress
        self.found, self.form = Collector(), Form.ZIP
        self.files = self.bytes = 0

    def run(self, made: Stage, place: Path) -> None:
        form = form_of(self._file)
        if form is None:
            self.found.add([finding("PACKED_UNKNOWN", ".")])
            return
        self.form = form
        room = Room(self._limits, place.parent)
        target = Target(made.handle, place, room, Ratio(self._limits, self._file.size), Members(self._limits))
        try:
            with closing(self._reader(room)) as reader, closing(target):
                self._write(reader, target)
        except Fault as fault:
            self.found.add([fault.finding])
        self.files, self.bytes = target.files, target.bytes

    def _reader(self, room: Room) -> Reader:
        if self.form is Form.ZIP:
            return ZipReader(self._file, self._limits, self.found, room)
        return TarReader(self._file, self.form, self._limits, self.found, room)

    def _write(self, reader: Reader, target: Target) -> None:
        def step() -> None:
            if self._progress:
                self._progress(TransportProgress(target.files, target.bytes, reader.total_bytes))

        for member, content in reader.members():
            # After an error the others are still judged, so that everything that is wrong is told at once.
            if not self.found.errors:
                target.write(member, content, step)
