"""Writing what was unpacked: relative to one open folder, to names that are not there yet, and never through a link."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from fonds.errors import FondsError
from fonds.packaging.bag.names import printable
from fonds.packaging.beneath import Beneath
from fonds.packaging.digest import write_all
from fonds.packaging.transport.limits import Members, Ratio, Room
from fonds.packaging.transport.report import Fault, Member
from fonds.schemas.findings import finding

_TAKEN = {errno.EEXIST, errno.ENOTDIR, errno.EISDIR}
_LATEST = 2**63 - 1


class Target:
    """The open folder ``handle``, told to people as ``place``; counts what is written into it."""

    def __init__(self, handle: int, place: Path, room: Room, ratio: Ratio, members: Members) -> None:
        self._below, self._place = Beneath(handle), place
        self._room, self._ratio, self._members = room, ratio, members
        self._known = ""
        self.files = self.bytes = 0

    def close(self) -> None:
        """Let go of the folder that was used last."""
        self._below.close()

    def write(self, member: Member, content: Iterator[bytes], step: Callable[[], None]) -> None:
        """Write a file or make a folder; ``step`` is called after each block.

        Mode bits are never taken over; the time of modification is. Raises Fault PACKED_NAME_TWICE and PACKED_RATIO,
        FondsError PACKED_NO_ROOM and BAG_TARGET_FAILED, and what ``content`` raises.
        """
        try:
            self._make(member.path if member.folder else member.path.rpartition("/")[0])
            if not member.folder:
                self._file(member, content, step)
        except OSError as error:
            if error.errno in _TAKEN:
                raise Fault(finding("PACKED_NAME_TWICE", printable(member.path))) from error
            raise FondsError(
                "BAG_TARGET_FAILED", path=self._place / member.path, reason=error.strerror or str(error)
            ) from error

    def _make(self, folder: str) -> None:
        """Make a folder and those above it; what is there already stays."""
        if folder in {"", self._known}:
            return
        parts, known = folder.split("/"), self._known.split("/")
        for depth in range(1, len(parts) + 1):
            if parts[:depth] != known[:depth]:
                with suppress(FileExistsError):
                    self._below.make_folder("/".join(parts[:depth]))
                    self._members.take()
                    self._room.take(0)
        self._below.folder(folder)
        self._known = folder

    def _file(self, member: Member, content: Iterator[bytes], step: Callable[[], None]) -> None:
        self._members.take()
        self._ratio.take(member.size, member.path)
        self._room.take(member.size)
        handle = self._below.create_file(member.path)
        try:
            for block in content:
                write_all(handle, memoryview(block))
                self.bytes += len(block)
                step()
            if 0 < member.modified < _LATEST:
                os.utime(handle, ns=(member.modified, member.modified))
        finally:
            os.close(handle)
        self.files += 1
