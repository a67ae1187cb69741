"""Which kind of package file this is: told by its content, whatever its name ends in."""

from __future__ import annotations

import tarfile
from collections.abc import Iterator, Mapping
from enum import StrEnum
from pathlib import Path

from fonds.packaging.transport.file import PackedFile
from fonds.packaging.transport.inflate import Begin, DamagedError, bzip2, gzip, inflate, xz


class Form(StrEnum):
    """The kinds that are read; the value is the usual ending of the name."""

    ZIP = "zip"
    TAR = "tar"
    TAR_GZ = "tar.gz"
    TAR_BZ2 = "tar.bz2"
    TAR_XZ = "tar.xz"


_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_COMPRESSED: Mapping[Form, tuple[bytes, Begin]] = {
    Form.TAR_GZ: (b"\x1f\x8b", gzip),
    Form.TAR_BZ2: (b"BZh", bzip2),
    Form.TAR_XZ: (b"\xfd7zXZ\x00", xz),
}
_BLOCK = 512


def form_of(file: PackedFile) -> Form | None:
    """Return the kind of a package file, None when it is neither zip nor tar."""
    head = file.read(0, _BLOCK)
    if head.startswith(_ZIP):
        return Form.ZIP
    if _is_tar(head):
        return Form.TAR
    for form, (magic, _) in _COMPRESSED.items():
        if head.startswith(magic) and _holds_tar(file, form):
            return form
    return None


def tar_content(file: PackedFile, form: Form) -> Iterator[bytes]:
    """Yield the bytes of a tar, with what compresses it taken off. Raises DamagedError."""
    blocks = file.blocks(0, file.size)
    return inflate(blocks, _COMPRESSED[form][1]) if form in _COMPRESSED else blocks


def _holds_tar(file: PackedFile, form: Form) -> bool:
    """Say whether a tar was compressed; also where the damage comes too early to tell: then the reading tells more."""
    head = b""
    try:
        for block in tar_content(file, form):
            head += block
            if len(head) >= _BLOCK:
                break
    except DamagedError:
        return True
    return _is_tar(head[:_BLOCK])


def _is_tar(block: bytes) -> bool:
    try:
        tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
    except (tarfile.HeaderError, ValueError):
        return False
    return True


def is_packed(path: Path) -> bool:
    """Say whether a path is a zip or a tar (plain, gz, bz2, xz), by its content.

    Raises FondsError BAG_SOURCE_UNREADABLE for a file that cannot be read.
    """
    if not path.is_file():
        return False
    with PackedFile(path) as file:
        return form_of(file) is not None
