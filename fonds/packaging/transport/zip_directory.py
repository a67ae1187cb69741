"""The list of contents of a zip (APPNOTE 6.3.10; of its forms those of ISO/IEC 21320-1 are unpacked).

Read here and not by the standard library's ``zipfile``, which holds the whole list in memory, gives up on the first
name that is not UTF-8, ends names at a zero byte, cuts a member off at the size that is stated without a word, and
unpacks some compressions without a limit to what comes out at a time.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from fonds.packaging.bag.names import printable
from fonds.packaging.transport.file import PackedFile
from fonds.packaging.transport.report import Fault
from fonds.packaging.transport.zip_fields import FULL16, FULL32, broken, extras, modified_at, name_of, zip64
from fonds.schemas.findings import finding

_END = struct.Struct("<4s4H2LH")
_LOCATOR = struct.Struct("<4sLQL")
_END64 = struct.Struct("<4sQ2H2L4Q")
_ENTRY = struct.Struct("<4s6H3L5H2L")
_LONGEST_COMMENT = 0xFFFF
_LONGEST_ENTRY = _ENTRY.size + 3 * 0xFFFF
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
    full = (FULL16, FULL16, FULL16, FULL16, FULL32, FULL32)
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
    name, encoding = name_of(raw, flags, more)
    size, packed, offset = zip64(more, (size, packed, offset), name)
    if disk not in {0, FULL16}:
        raise broken("split", printable(name))
    modified = modified_at(more, day, time)
    entry = Entry(raw, name, encoding, flags, method, crc, packed, size, offset, attributes >> 16, modified)
    return entry, end - at
