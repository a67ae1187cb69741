"""BagIt 1.0 (RFC 8493): writing the tag files of a bag and reading its manifests."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from fonds.errors import FondsError
from fonds.packaging.digest import digest_bytes

DECLARATION = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
MANIFEST = "manifest-sha256.txt"
TAGMANIFEST = "tagmanifest-sha256.txt"
_LINE = re.compile(rb"([0-9A-Fa-f]{64})[ \t]+\*?([^\r\n]+)\r?\n?")
_ESCAPED = re.compile(r"%(0[dD]|0[aA]|25)")


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a manifest: the path from the bag's root, with '/', and the SHA-256 (hex, lower case)."""

    path: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Seal:
    """The digests (SHA-256, hex) of a bag's two manifests, kept outside the bag.

    With them, a payload and a manifest that were changed together are found.
    """

    manifest: str
    tagmanifest: str


def encode_path(path: str) -> str:
    """Percent-encode exactly CR, LF and '%' (RFC 8493, 2.1.3)."""
    return path.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def decode_path(path: str) -> str:
    """Undo ``encode_path`` in one pass, either case of the hex digits."""
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), path)


def manifest_lines(entries: Iterable[Entry]) -> bytes:
    """Return the bytes of a manifest, in the order of the paths."""
    ordered = sorted(entries, key=lambda entry: entry.path)
    return "".join(f"{entry.sha256}  {encode_path(entry.path)}\n" for entry in ordered).encode()


def read_manifest(source: BinaryIO) -> Iterator[Entry]:
    """Yield the entries of a manifest, its lines ended by LF or CRLF (RFC 8493, 2.1.3).

    Raises FondsError MANIFEST_BROKEN at a line that is not one.
    """
    for number, line in enumerate(source, 1):
        match = _LINE.fullmatch(line)
        if match is None:
            raise FondsError("MANIFEST_BROKEN", line=number)
        try:
            path = match[2].decode()
        except UnicodeDecodeError:
            raise FondsError("MANIFEST_BROKEN", line=number) from None
        yield Entry(decode_path(path), match[1].decode().lower())


def write_tags(root: Path, payload: Iterable[Entry], info: Mapping[str, str]) -> Seal:
    """Make ``root`` a bag: writes bagit.txt, bag-info.txt and the manifests; ``data/`` is there already.

    ``payload`` names every file below ``data/``. Raises OSError.
    """
    lines = manifest_lines(payload)
    tags = {"bagit.txt": DECLARATION, "bag-info.txt": _info(info), MANIFEST: lines}
    for name, content in tags.items():
        (root / name).write_bytes(content)
    sealed = manifest_lines(Entry(name, digest_bytes(content)) for name, content in tags.items())
    (root / TAGMANIFEST).write_bytes(sealed)
    return Seal(digest_bytes(lines), digest_bytes(sealed))


def _info(info: Mapping[str, str]) -> bytes:
    # A value is one line: RFC 8493, 2.2.2 would allow continuation lines, but not every reader unfolds them.
    return "".join(f"{label}: {' '.join(value.split())}\n" for label, value in info.items()).encode()
