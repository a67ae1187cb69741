"""The list of contents of a zip (APPNOTE 6.3.10; of its forms those of ISO/IEC 21320-1 are unpacked).

Read here and not by the standard library's ``zipfile``, which holds the whole list in memory, gives up on the first
name that is not UTF-8, ends names at a zero byte, cuts a member off at the size that is stated without a word, and
unpacks some compressions without a limit to what comes out at a time.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from fonds.metadata.tt05.identifiers import HANOI
from fonds.packaging.bag.names import printable
from fonds.packaging.transport.file import PackedFile
from fonds.packaging.transport.report import Fault
from fonds.schemas.findings import finding

UTF8 = 0x800
"""Flag (4.4.4): the name is UTF-8."""
_END = struct.Struct("<4s4H2LH")
_LOCATOR = struct.Struct("<4sLQL")
_END64 = struct.Struct("<4sQ2H2L4Q")
_ENTRY = struct.Struct("<4s6H3L5H2L")
_LONGEST_COMMENT = 0xFFFF
_LONGEST_ENTRY = _ENTRY.size + 3 * 0xFFFF
_FULL16, _FULL32 = 0xFFFF, 0xFFFFFFFF
_EXTRA_ZIP64, _EXTRA_TIME, _EXTRA_NAME = 0x0001, 0x5455, 0x7075
_CHUNK = 256 * 1024


@dataclass(frozen=True, slots=True)
class Directory:
    """Where the list of contents lies, and how many entries it has."""

    start: int
    end: int
    count: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: what it says of a member. ``raw`` is the name's bytes, ``name`` is what they mean in ``encoding``.

    ``encoding`` is 'utf-8' where the flag says so, 'utf-8?' where the bytes only look like it, 'cp437', or 'ascii'.
    """

    raw: bytes
    name: str
    encoding: str
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    offset: int
    mode: int
    modified: int

    @property
    def where(self) -> str:
        """The place that a finding names."""
        return printable(self.name)


def broken(reason: str, where: str = ".") -> Fault:
    """Return the fault of a structure that contradicts itself; ``reason`` is a key of its text."""
    return Fault(finding("PACKED_BROKEN", where, reason=reason))


def find_directory(file: PackedFile) -> Directory:
    """Find the list of contents by the record at the end (4.3.16, ZIP64 4.3.14 and 4.3.15). Raises Fault.

    The record ends the file, and what it says leaves no gap: two programs cannot see two lists in one file.
    """
    start = max(0, file.size - _END.size - _LONGEST_COMMENT)
    tail = file.read(start, file.size - start)
    ends = [at for at in _every(tail, b"PK\x05\x06") if _ends_file(tail, at)]
    if not ends:
        followed = any(_is_followed(tail, at, start) for at in _every(tail, b"PK\x05\x06"))
        raise broken("trailing") if followed else Fault(finding("PACKED_TRUNCATED", "."))
    if len(ends) > 1:
        raise broken("ambiguous")
    _, disk, first_disk, here, count, size, offset, _ = _END.unpack_from(tail, ends[0])
    end = start + ends[0]
    said = (disk, first_disk, here, count, size, offset)
    directory = _zip64(file, end, said) or _directory(said, end)
    if directory.start < 0 or directory.start > directory.end:
        raise broken("directory")
    return directory


def _every(data: bytes, mark: bytes) -> Iterator[int]:
    at = data.find(mark)
    while at >= 0:
        yield at
        at = data.find(mark, at + 1)


def _ends_file(tail: bytes, at: int) -> bool:
    return at + _END.size <= len(tail) and at + _END.size + _END.unpack_from(tail, at)[7] == len(tail)


def _is_followed(tail: bytes, at: int, start: int) -> bool:
    """Say whether this record is the true end, as the list of contents ends where it begins, and more comes after."""
    if at + _END.size > len(tail):
        return False
    size, offset, comment = _END.unpack_from(tail, at)[5:]
    return bool(offset + size == start + at and at + _END.size + comment < len(tail))


def _directory(said: tuple[int, ...], end: int) -> Directory:
    disk, first_disk, here, count, size, offset = said
    if disk or first_disk or here != count:
        raise broken("split")
    if offset + size != end:
        raise broken("directory")
    return Directory(offset, end, count)


def _zip64(file: PackedFile, end: int, said: tuple[int, ...]) -> Directory | None:
    """Return what the ZIP64 record says, None when there is none. What is not full in the old one must agree."""
    at = end - _LOCATOR.size
    locator = file.read(at, _LOCATOR.size) if at >= 0 else b""
    if not locator.startswith(b"PK\x06\x07"):
        return None
    _, disk, place, disks = _LOCATOR.unpack(locator)
    record = file.read(place, _END64.size) if place < at else b""
    if len(record) < _END64.size or not record.startswith(b"PK\x06\x06"):
        raise broken("directory")
    _, length, _, _, *large = _END64.unpack(record)
    full = (_FULL16, _FULL16, _FULL16, _FULL16, _FULL32, _FULL32)
    if disk or disks > 1 or place + 12 + length != at:
        raise broken("split" if disk or disks > 1 else "directory")
    if any(old not in (limit, new) for old, limit, new in zip(said, full, large, strict=True)):
        raise broken("directory")
    return _directory(tuple(large), place)


def entries(file: PackedFile, directory: Directory) -> Iterator[Entry]:
    """Yield the entries in the order of the list (4.3.12). Raises Fault where it is damaged or has another length."""
    data, at, place = b"", 0, directory.start
    for _ in range(directory.count):
        if len(data) - at < _LONGEST_ENTRY and place < directory.end:
            more = file.read(place, min(_CHUNK, directory.end - place))
            data, at, place = data[at:] + more, 0, place + len(more)
        entry, length = _entry(data, at)
        at += length
        yield entry
    if place - (len(data) - at) != directory.end:
        raise broken("directory")


def _entry(data: bytes, at: int) -> tuple[Entry, int]:
    if len(data) - at < _ENTRY.size:
        raise broken("directory")
    fixed = _ENTRY.unpack_from(data, at)
    mark, _, _, flags, method, time, day, crc, packed, size, long_name, long_extra, long_comment = fixed[:13]
    disk, _, attributes, offset = fixed[13:]
    name_at, extra_at = at + _ENTRY.size, at + _ENTRY.size + long_name
    end = extra_at + long_extra + long_comment
    if mark != b"PK\x01\x02" or end > len(data):
        raise broken("directory")
    raw, more = data[name_at:extra_at], extras(data[extra_at : extra_at + long_extra])
    name, encoding = _name(raw, flags, more.get(_EXTRA_NAME, b""))
    size, packed, offset = zip64(more, (size, packed, offset), name)
    if disk not in {0, _FULL16}:
        raise broken("split", printable(name))
    modified = _modified(more.get(_EXTRA_TIME, b""), day, time)
    entry = Entry(raw, name, encoding, flags, method, crc, packed, size, offset, attributes >> 16, modified)
    return entry, end - at


def extras(data: bytes) -> dict[int, bytes]:
    """Take an extra field apart (4.5.1): kind to content, the first of each kind. What is malformed ends it."""
    found: dict[int, bytes] = {}
    at = 0
    while at + 4 <= len(data):
        kind, length = struct.unpack_from("<2H", data, at)
        found.setdefault(kind, data[at + 4 : at + 4 + length])
        at += 4 + length
    return found


def zip64(more: dict[int, bytes], values: tuple[int, ...], name: str) -> Iterator[int]:
    """Yield the values, those that are full taken from the ZIP64 extra field (4.5.3). Raises Fault."""
    content, at = more.get(_EXTRA_ZIP64, b""), 0
    for value in values:
        if value != _FULL32:
            yield value
            continue
        if at + 8 > len(content):
            raise broken("directory", printable(name))
        yield struct.unpack_from("<Q", content, at)[0]
        at += 8


def _name(raw: bytes, flags: int, unicode_name: bytes) -> tuple[str, str]:
    """Return a name and its encoding: UTF-8 by flag (4.4.4) or extra field (4.6.9), else cp437 (appendix D)."""
    if flags & UTF8:
        return raw.decode("utf-8", "surrogateescape"), "utf-8"
    if raw.isascii() and not unicode_name:
        return raw.decode("ascii"), "ascii"
    # Version 1 and the check sum of the name in the header: it was not renamed by a program that knows no such field.
    if unicode_name[:5] == b"\x01" + struct.pack("<L", zlib.crc32(raw)):
        return unicode_name[5:].decode("utf-8", "surrogateescape"), "utf-8"
    try:
        return raw.decode("utf-8"), "ascii" if raw.isascii() else "utf-8?"
    except UnicodeDecodeError:
        return raw.decode("cp437"), "cp437"


def _modified(stamp: bytes, day: int, time: int) -> int:
    """Return the time of modification in ns: of the extended time stamp, else of the DOS fields, else 0.

    DOS times have no zone. They are taken as Vietnam's: so they do not depend on the machine that unpacks.
    """
    if len(stamp) >= 5 and stamp[0] & 1:
        return int.from_bytes(stamp[1:5], "little", signed=True) * 1_000_000_000
    try:
        when = datetime(
            1980 + (day >> 9), day >> 5 & 15, day & 31, time >> 11, time >> 5 & 63, (time & 31) * 2, tzinfo=HANOI
        )
    except ValueError:
        return 0
    return int(when.timestamp()) * 1_000_000_000
