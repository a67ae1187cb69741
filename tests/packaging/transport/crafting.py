"""Package files made by hand, byte by byte, so that anything about them can be wrong."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import struct
import tarfile
import zlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from fonds.packaging.transport import LIMITS, Limits, PackedRefusedError, unpack
from fonds.schemas.findings import Finding

NEW_YEAR = (2026 - 1980) << 9 | 1 << 5 | 1
"""1 January 2026 as a DOS date."""


@dataclass(frozen=True)
class Entry:
    """One member of a zip. What is None is what an honest zip would have; ``local_*`` is the header before the data."""

    name: bytes = b"g/a.txt"
    content: bytes = b"mot\n"
    method: int = 0
    flags: int = 0x800
    mode: int = 0o100644
    data: bytes | None = None
    crc: int | None = None
    size: int | None = None
    extra: bytes = b""
    offset: int | None = None
    day: int = NEW_YEAR
    local_name: bytes | None = None
    local_flags: int | None = None
    local_method: int | None = None
    local_size: int | None = None
    local_extra: bytes = b""
    after: bytes = b""

    @property
    def packed(self) -> bytes:
        """The data as they lie in the file."""
        if self.data is not None:
            return self.data
        if self.method != 8:
            return self.content
        machine = zlib.compressobj(9, zlib.DEFLATED, -15)
        return machine.compress(self.content) + machine.flush()

    @property
    def facts(self) -> tuple[int, int, int]:
        """Check sum and the two sizes."""
        crc = zlib.crc32(self.content) if self.crc is None else self.crc
        return crc, len(self.packed), len(self.content) if self.size is None else self.size

    def local(self) -> bytes:
        """The header, the data, and what comes after them."""
        name = self.name if self.local_name is None else self.local_name
        flags = self.flags if self.local_flags is None else self.local_flags
        method = self.method if self.local_method is None else self.local_method
        crc, packed, size = self.facts
        if self.local_size is not None:
            size = self.local_size
        sizes = (crc, packed, size) if not flags & 8 else (0, 0, 0)
        fixed = struct.pack(
            "<4s5H3L2H", b"PK\3\4", 20, flags, method, 0, self.day, *sizes, len(name), len(self.local_extra)
        )
        return fixed + name + self.local_extra + self.packed + self.after

    def central(self, offset: int) -> bytes:
        """The entry of the list of contents."""
        fixed = struct.pack(
            "<4s6H3L5H2L", b"PK\1\2", 0x031E, 20, self.flags, self.method, 0, self.day, *self.facts, len(self.name),
            len(self.extra), 0, 0, 0, self.mode << 16, offset if self.offset is None else self.offset,
        )  # fmt: skip
        return fixed + self.name + self.extra


def zip_bytes(entries: Iterable[Entry], *, count: int | None = None, comment: bytes = b"", disk: int = 0) -> bytes:
    """A zip of these entries."""
    body, listed, number = bytearray(), bytearray(), 0
    for entry in entries:
        listed += entry.central(len(body))
        body += entry.local()
        number += 1
    said = number if count is None else count
    end = struct.pack("<4s4H2LH", b"PK\5\6", disk, 0, said, said, len(listed), len(body), len(comment))
    return bytes(body + listed + end + comment)


def tar_bytes(
    members: Sequence[tarfile.TarInfo | tuple[tarfile.TarInfo, bytes]], form: int = tarfile.PAX_FORMAT
) -> bytes:
    """A tar of these members."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=form, encoding="utf-8", errors="surrogateescape") as tar:
        for member in members:
            info, content = (member, b"") if isinstance(member, tarfile.TarInfo) else member
            tar.addfile(info, io.BytesIO(content))
    return out.getvalue()


def info(name: str, kind: bytes = tarfile.REGTYPE, size: int = 0, link: str = "") -> tarfile.TarInfo:
    """The header of a member of a tar."""
    made = tarfile.TarInfo(name)
    made.type, made.size, made.linkname, made.mtime = kind, size, link, 1_767_200_400
    return made


def file(name: str, content: bytes = b"mot\n") -> tuple[tarfile.TarInfo, bytes]:
    """A file of a tar."""
    return info(name, size=len(content)), content


COMPRESSED: dict[str, Callable[[bytes], bytes]] = {
    "tar": lambda content: content,
    "tar.gz": gzip.compress,
    "tar.bz2": bz2.compress,
    "tar.xz": lzma.compress,
}


def refused(folder: Path, content: bytes, limits: Limits = LIMITS) -> tuple[Finding, ...]:
    """Unpack a package file that must be refused; nothing of it is left. Returns the findings."""
    archive, target = folder / "nộp.bin", folder / "ra"
    archive.write_bytes(content)
    with pytest.raises(PackedRefusedError) as stopped:
        unpack(archive, target, limits=limits)
    assert stopped.value.counts["error"] == stopped.value.data["count"] != 0
    assert sorted(path.name for path in folder.iterdir()) == [archive.name]
    assert archive.read_bytes() == content
    return stopped.value.findings


def errors(folder: Path, content: bytes, limits: Limits = LIMITS) -> set[tuple[str, str]]:
    """Unpack what must be refused; returns code and place of every error."""
    return {(one.code, one.where) for one in refused(folder, content, limits) if one.severity.value == "error"}


def tree(folder: Path) -> dict[str, bytes | None]:
    """What lies in a folder: files with their content, folders with None."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() if path.is_file() else None for path in folder.rglob("*")
    }
