"""The header of a member, in front of its data (APPNOTE 4.3.7): it must say what the list of contents says."""

from __future__ import annotations

import struct

from fonds.packaging.bag.names import printable
from fonds.packaging.transport.file import PackedFile
from fonds.packaging.transport.report import Fault
from fonds.packaging.transport.zip_directory import Entry
from fonds.packaging.transport.zip_fields import UTF8, broken, extras, zip64
from fonds.schemas.findings import finding

ENCRYPTED = 0x0001
_AFTERWARDS = 0x0008
"""Flag (4.4.4): check sum and sizes follow the data, the header may have zeros."""
_HEADER = struct.Struct("<4s5H3L2H")
_USUAL_EXTRA = 64
_MATTERS = ENCRYPTED | _AFTERWARDS | UTF8


def data_start(file: PackedFile, entry: Entry) -> int:
    """Return where the data of a member begin.

    Raises Fault PACKED_BROKEN where there is no header, PACKED_HEADER_DIFFERS where it speaks of another member.
    """
    # As much as the header should take, in one reading; it has an extra field of its own.
    start = file.read(entry.offset, _HEADER.size + len(entry.raw) + _USUAL_EXTRA)
    if len(start) < _HEADER.size or not start.startswith(b"PK\x03\x04"):
        raise broken("header", entry.where)
    _, _, flags, method, _, _, crc, packed, size, *lengths = _HEADER.unpack_from(start)
    long_name, long_extra = map(int, lengths)
    end = _HEADER.size + long_name + long_extra
    rest = (start if end <= len(start) else file.read(entry.offset, end))[_HEADER.size : end]
    raw = rest[:long_name]
    size, packed = zip64(extras(rest[long_name:]), (size, packed), entry.name)
    if raw != entry.raw:
        raise _differs(entry, "name", printable(raw.decode("utf-8", "surrogateescape")))
    if (flags ^ entry.flags) & _MATTERS:
        raise _differs(entry, "flags", f"{flags:#06x}")
    if method != entry.method:
        raise _differs(entry, "method", str(method))
    pairs = ((crc, entry.crc), (packed, entry.packed), (size, entry.size))
    if any(here != there and not (flags & _AFTERWARDS and here == 0) for here, there in pairs):
        raise _differs(entry, "sizes", f"{size}, {packed}, {crc:08x}")
    return entry.offset + end


def _differs(entry: Entry, what: str, header: str) -> Fault:
    return Fault(finding("PACKED_HEADER_DIFFERS", entry.where, reason=what, header=header))
