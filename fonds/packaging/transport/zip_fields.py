"""What single fields of a zip mean: names, times, and numbers too large for their old places."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator, Mapping
from datetime import datetime

from fonds.metadata.tt05.identifiers import HANOI
from fonds.packaging.bag.names import printable
from fonds.packaging.transport.report import Fault
from fonds.schemas.findings import finding

UTF8 = 0x800
"""Flag (4.4.4): the name is UTF-8."""
FULL16, FULL32 = 0xFFFF, 0xFFFFFFFF
"""What stands where the number is too large: it is in a ZIP64 record or field then."""
_ZIP64, _TIME, _NAME = 0x0001, 0x5455, 0x7075
"""Kinds of extra fields."""


def broken(reason: str, where: str = ".") -> Fault:
    """Return the fault of a structure that contradicts itself; ``reason`` is a key of its text."""
    return Fault(finding("PACKED_BROKEN", where, reason=reason))


def extras(data: bytes) -> dict[int, bytes]:
    """Take an extra field apart (4.5.1): kind to content, the first of each kind. What is malformed ends it."""
    found: dict[int, bytes] = {}
    at = 0
    while at + 4 <= len(data):
        kind, length = struct.unpack_from("<2H", data, at)
        found.setdefault(kind, data[at + 4 : at + 4 + length])
        at += 4 + length
    return found


def zip64(more: Mapping[int, bytes], values: tuple[int, ...], name: str) -> Iterator[int]:
    """Yield the values, those that are full taken from the ZIP64 extra field (4.5.3). Raises Fault."""
    content, at = more.get(_ZIP64, b""), 0
    for value in values:
        if value != FULL32:
            yield value
            continue
        if at + 8 > len(content):
            raise broken("directory", printable(name))
        yield struct.unpack_from("<Q", content, at)[0]
        at += 8


def name_of(raw: bytes, flags: int, more: Mapping[int, bytes]) -> tuple[str, str]:
    """Return a name and its encoding: UTF-8 by flag (4.4.4) or extra field (4.6.9), else cp437 (appendix D)."""
    unicode_name = more.get(_NAME, b"")
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


def modified_at(more: Mapping[int, bytes], day: int, time: int) -> int:
    """Return the time of modification in ns: of the extended time stamp, else of the DOS fields, else 0.

    DOS times have no zone. They are taken as Vietnam's: so they do not depend on the machine that unpacks.
    """
    stamp = more.get(_TIME, b"")
    if len(stamp) >= 5 and stamp[0] & 1:
        return int.from_bytes(stamp[1:5], "little", signed=True) * 1_000_000_000
    try:
        when = datetime(
            1980 + (day >> 9), day >> 5 & 15, day & 31, time >> 11, time >> 5 & 63, (time & 31) * 2, tzinfo=HANOI
        )
    except ValueError:
        return 0
    return int(when.timestamp()) * 1_000_000_000
