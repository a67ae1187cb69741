"""The members of a zip: everything that can be judged without unpacking is judged before the first byte is written."""

from __future__ import annotations

import json
import stat
import zlib
from array import array
from collections import Counter
from collections.abc import Iterator

from fonds.packaging.bag.names import printable
from fonds.packaging.bag.report import Collector
from fonds.packaging.spool import Spool
from fonds.packaging.transport.file import PackedFile
from fonds.packaging.transport.inflate import DamagedError, deflate, inflate
from fonds.packaging.transport.limits import Limits, Members, Ratio, Room
from fonds.packaging.transport.names import Names, faults, plain
from fonds.packaging.transport.report import Fault, Member
from fonds.packaging.transport.zip_directory import Directory, Entry, entries, find_directory
from fonds.packaging.transport.zip_fields import broken
from fonds.packaging.transport.zip_local import ENCRYPTED, data_start
from fonds.schemas.findings import Finding, finding

_STORED, _DEFLATED = 0, 8
_METHODS = {9: "Deflate64", 12: "BZIP2", 14: "LZMA", 93: "Zstandard", 95: "XZ", 98: "PPMd", 99: "AES"}
_SECRET = ENCRYPTED | 0x0040 | 0x2000
"""Flags (4.4.4): encrypted, strongly encrypted, list of contents encrypted."""
_OTHERS = {stat.S_IFIFO: "pipe", stat.S_IFSOCK: "socket", stat.S_IFCHR: "device", stat.S_IFBLK: "device"}
_GUESSED = {"utf-8?": "PACKED_NAME_UTF8", "cp437": "PACKED_NAME_CP437"}


class ZipReader:
    """Reads an open zip; to be closed. ``total_bytes`` is known once the first member has been asked for."""

    def __init__(self, file: PackedFile, limits: Limits, found: Collector, room: Room) -> None:
        self._file, self._limits, self._found, self._room = file, limits, found, room
        self._names, self._plan = Names(Members(limits)), Spool()
        self._starts = array("Q")  # where data begin, eight bytes a member
        self.total_bytes = self._files = 0

    def close(self) -> None:
        """Remove what was put on the disk."""
        self._names.close()
        self._plan.close()

    def members(self) -> Iterator[tuple[Member, Iterator[bytes]]]:
        """Yield every member with what it holds, as they lie in the file; nothing where there is an error.

        Raises Fault where the reading must stop, FondsError PACKED_NO_ROOM before anything is written.
        """
        directory = find_directory(self._file)
        if directory.count > self._limits.members:
            raise Fault(finding("PACKED_TOO_MANY", ".", allowed=self._limits.members))
        self._list(directory)
        self._found.add(self._names.twins())
        self._look_at_headers(directory)
        if self._found.errors:
            return
        self._room.require(self.total_bytes, self._files)
        for entry, start in zip(self._entries(), self._starts, strict=True):
            member = Member(plain(entry.name), _is_folder(entry), entry.size, entry.modified)
            yield member, self._content(entry, start)

    def _list(self, directory: Directory) -> None:
        ratio = Ratio(self._limits, self._file.size)
        guessed: Counter[str] = Counter()
        for entry in entries(self._file, directory):
            ratio.take(entry.size, entry.name)
            self.total_bytes += entry.size
            self._files += 1
            guessed[entry.encoding] += 1
            path = plain(entry.name)
            if not path and _is_folder(entry) and not entry.size:
                continue  # the top folder itself
            wrong = tuple(_faults(entry, path))
            self._found.add(wrong)
            if not wrong:
                self._names.add(path, folder=_is_folder(entry))
            self._put(entry)
        self._found.add(finding(code, ".", count=guessed[one]) for one, code in _GUESSED.items() if guessed[one])

    def _put(self, entry: Entry) -> None:
        facts = (entry.raw.hex(), entry.encoding, entry.flags, entry.method, entry.crc, entry.packed, entry.mode)
        self._plan.add((f"{entry.offset:020}", 0, entry.modified, entry.name, entry.size, json.dumps(facts)))

    def _entries(self) -> Iterator[Entry]:
        """Yield the entries again, in the order of their places."""
        for offset, _, modified, name, size, facts in self._plan:
            raw, encoding, flags, method, crc, packed, mode = json.loads(facts)
            yield Entry(
                bytes.fromhex(raw), name, encoding, flags, method, crc, packed, size, int(offset), mode, modified
            )

    def _look_at_headers(self, directory: Directory) -> None:
        """Find members that share bytes: so a small file could hold any number of large members."""
        end, before = 0, "."
        for entry in self._entries():
            if entry.offset < end:
                self._found.add([finding("PACKED_OVERLAP", entry.where, other=printable(before))])
                continue
            try:
                start = data_start(self._file, entry)
            except Fault as fault:
                self._found.add([fault.finding])
                continue
            self._starts.append(start)
            end, before = start + entry.packed, entry.name
            if end > directory.start:
                self._found.add([finding("PACKED_OVERLAP", entry.where, other=".")])

    def _content(self, entry: Entry, start: int) -> Iterator[bytes]:
        blocks = self._file.blocks(start, start + entry.packed)
        if entry.method == _DEFLATED:
            blocks = inflate(blocks, deflate, single=True)
        size = crc = 0
        try:
            for block in blocks:
                size, crc = size + len(block), zlib.crc32(block, crc)
                if size > entry.size:
                    raise Fault(finding("PACKED_SIZE_WRONG", entry.where, stated=entry.size, actual=size))
                yield block
        except DamagedError as error:
            raise broken(error.reason or "data", entry.where) from error
        if size != entry.size:
            raise Fault(finding("PACKED_SIZE_WRONG", entry.where, stated=entry.size, actual=size))
        if crc != entry.crc:
            raise Fault(finding("PACKED_CRC_WRONG", entry.where, stated=f"{entry.crc:08x}", actual=f"{crc:08x}"))


def _is_folder(entry: Entry) -> bool:
    return entry.name.endswith("/") or stat.S_ISDIR(entry.mode)


def _faults(entry: Entry, path: str) -> Iterator[Finding]:
    if not path:
        yield finding("PACKED_PATH_UNSAFE", entry.where or ".", reason="empty")
        return
    yield from faults(path)
    kind = stat.S_IFMT(entry.mode)
    if kind == stat.S_IFLNK:
        yield finding("PACKED_LINK", entry.where)
    elif kind in _OTHERS:
        yield finding("PACKED_NOT_REGULAR", entry.where, reason=_OTHERS[kind])
    if entry.flags & _SECRET or entry.method == 99:
        yield finding("PACKED_ENCRYPTED", entry.where)
    elif entry.method not in {_STORED, _DEFLATED}:
        yield finding("PACKED_COMPRESSION", entry.where, method=_METHODS.get(entry.method, entry.method))
    elif (_is_folder(entry) and entry.size) or (entry.method == _STORED and entry.size != entry.packed):
        yield finding("PACKED_SIZE_WRONG", entry.where, stated=entry.size, actual=entry.packed)
