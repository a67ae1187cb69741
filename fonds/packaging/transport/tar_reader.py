"""The members of a tar, one after the other in one pass, read by the standard library's ``tarfile`` and judged here."""

from __future__ import annotations

import re
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager

from fonds.packaging.bag.names import printable
from fonds.packaging.bag.report import Collector
from fonds.packaging.digest import BUFFER
from fonds.packaging.transport.file import PackedFile
from fonds.packaging.transport.forms import Form, tar_content
from fonds.packaging.transport.inflate import DamagedError
from fonds.packaging.transport.limits import Limits, Members, Ratio, Room
from fonds.packaging.transport.names import Names, faults, plain
from fonds.packaging.transport.report import Fault, Member
from fonds.packaging.transport.tar_stream import TarStream
from fonds.packaging.transport.zip_fields import broken
from fonds.schemas.findings import Finding, finding

_MISREAD = (tarfile.TarError, ValueError, OverflowError, ArithmeticError, LookupError, RecursionError)
"""What tarfile raises over headers that make no sense, BackwardsError with them."""
_SHORT = re.compile("unexpected end|truncated|empty")
"""What tarfile says where the tar just ends."""
_GLOBAL = 1024 * 1024
_BLOCK = 512


class TarReader:
    """Reads an open tar; to be closed.

    ``total_bytes`` is that of the file itself, a little more than its members have, and 0 for a compressed one: how
    much there is shows at the end.
    """

    def __init__(self, file: PackedFile, form: Form, limits: Limits, found: Collector, room: Room) -> None:
        self._file, self._form, self._found = file, form, found
        self.total_bytes = file.size if form is Form.TAR else 0
        self._names, self._count = Names(Members(limits)), Members(limits)
        self._stream = TarStream(tar_content(file, form), Ratio(limits, file.size))
        if form is Form.TAR:
            room.require(file.size, 0)

    def close(self) -> None:
        """Remove what was put on the disk."""
        self._names.close()
        self._stream.close()

    def members(self) -> Iterator[tuple[Member, Iterator[bytes]]]:
        """Yield every member that may be written with what it holds, which is to be read before the next is asked for.

        What is wrong with others is told to ``found``. Raises Fault where the reading must stop.
        """
        self._stream.headers()
        with self._faults():
            tar = tarfile.TarFile(fileobj=self._stream, encoding="utf-8", errors="surrogateescape")
            while (info := self._next(tar)) is not None:
                path = plain(info.name)
                if path or not info.isdir():
                    yield from self._member(tar, info, path)
            self._end()
        self._found.add(self._names.twins())

    @contextmanager
    def _faults(self) -> Iterator[None]:
        try:
            yield
        except DamagedError as error:
            raise self._fault(error.reason) from error
        except _MISREAD as error:
            raise self._fault("" if _SHORT.search(str(error)) else "header") from error

    def _fault(self, reason: str) -> Fault:
        where = self._where
        return broken(reason, where) if reason else Fault(finding("PACKED_TRUNCATED", where))

    @property
    def _where(self) -> str:
        return printable(self._stream.member) or "."

    def _next(self, tar: tarfile.TarFile) -> tarfile.TarInfo | None:
        self._stream.headers()
        info = tar.next()
        # A list of all that went before, which nobody asks for.
        tar.members = []  # type: ignore[attr-defined]  # not in typeshed
        # Headers for all members that follow are kept by tarfile, however many there are.
        if sum(len(key) + len(value) for key, value in tar.pax_headers.items()) > _GLOBAL:
            raise broken("header", self._where)
        if info is not None:
            self._count.take()
            self._stream.member = info.name
        return info

    def _member(
        self, tar: tarfile.TarFile, info: tarfile.TarInfo, path: str
    ) -> Iterator[tuple[Member, Iterator[bytes]]]:
        wrong = tuple(_faults(info, path))
        self._found.add(wrong)
        if wrong:
            return
        self._names.add(path, folder=info.isdir())
        self._stream.content()
        size = 0 if info.isdir() else info.size
        yield Member(path, info.isdir(), size, _nanoseconds(info.mtime)), self._content(tar, info)

    def _content(self, tar: tarfile.TarFile, info: tarfile.TarInfo) -> Iterator[bytes]:
        source = tar.extractfile(info)
        if source is None:
            return
        with self._faults(), source:
            while block := source.read(BUFFER):
                yield block

    def _end(self) -> None:
        """See that the tar ended with its mark, and that nothing comes after it: all check sums are read by that.

        Without the mark tarfile cannot tell the end from a header that is damaged or missing.
        """
        if len(self._stream.last) < _BLOCK:
            raise Fault(finding("PACKED_TRUNCATED", self._where))
        if any(self._stream.last):
            raise broken("header", self._where)
        for block in self._stream.rest():
            if block.count(0) != len(block):
                raise broken("trailing")


def _faults(info: tarfile.TarInfo, path: str) -> Iterator[Finding]:
    where = printable(info.name) or "."
    if not path:
        yield finding("PACKED_PATH_UNSAFE", where, reason="empty")
        return
    yield from faults(path)
    if info.issym() or info.islnk():
        yield finding("PACKED_LINK", where)
    elif not info.isdir() and not info.isreg():
        kind = "pipe" if info.isfifo() else "device" if info.isdev() else "unknown"
        yield finding("PACKED_NOT_REGULAR", where, reason=kind)
    if info.size < 0:
        yield finding("PACKED_SIZE_WRONG", where, stated=info.size, actual=0)


def _nanoseconds(seconds: float) -> int:
    try:
        return int(seconds * 1_000_000_000)
    except (OverflowError, ValueError):  # infinite, or no number at all: pax headers are text
        return 0
