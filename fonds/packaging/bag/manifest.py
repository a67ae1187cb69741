"""The lines of manifests (RFC 8493, 2.1.3): reading each as bytes, writing them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import BinaryIO, NamedTuple

from fonds.errors import FondsError
from fonds.packaging.bag.lines import tag_lines
from fonds.packaging.bag.names import decode_path, encode_path

_LINE = re.compile(rb"([0-9A-Fa-f]+)[ \t]+(\*?)([^\0]+)", re.DOTALL)


class LineFault(StrEnum):
    """Why a line is not an entry of a manifest."""

    BLANK = "blank"
    FORM = "form"
    DIGEST = "digest"
    TEXT = "text"
    LONG = "long"


class Listing(NamedTuple):
    """One line of a manifest: the digest in lower case, the path as it is written there, and whether '*' precedes it.

    The asterisk is what md5sum and its kin write for a binary file (RFC 8493, 6.1.3).
    """

    digest: str
    written: str
    star: bool

    @property
    def path(self) -> str:
        """The path with its percent-encoding undone."""
        return decode_path(self.written)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a manifest: the path from the bag's root, with '/', and the SHA-256 (hex, lower case)."""

    path: str
    sha256: str


def parse_line(line: bytes | None, digits: int) -> Listing | LineFault:
    """Return what a line lists, or why it lists nothing. ``digits`` is the length of a digest in hex.

    The path is everything after the blanks, to the last byte: a name may end with a blank.
    """
    if line is None:
        return LineFault.LONG
    match = _LINE.fullmatch(line)
    if match is None:
        return LineFault.FORM if line.strip(b" \t") else LineFault.BLANK
    if len(match[1]) != digits:
        return LineFault.DIGEST
    try:
        written = match[3].decode()
    except UnicodeDecodeError:
        return LineFault.TEXT
    return Listing(match[1].decode("ascii").lower(), written, bool(match[2]))


def plain_lines(lines: Sequence[bytes | None], digits: int) -> list[tuple[str, str]]:
    """Return (digest, path) of lines of a payload manifest, if all are such as nearly all are, and no rule finds fault.

    An empty list says that they must go the long way, each by itself: ``parse_line`` and the rules.
    """
    try:
        text = b"\n".join(line for line in lines if line is not None).decode()
    except UnicodeDecodeError:
        return []
    if "/." in text or "//" in text or "/\n" in text or text.endswith("/"):
        return []
    found = _plain(digits).findall(text)
    return found if len(found) == len(lines) else []


@lru_cache
def _plain(digits: int) -> re.Pattern[str]:
    return re.compile(rf"^([0-9a-f]{{{digits}}})  (data/[^%\\\0\n]+)$", re.MULTILINE)


def manifest_line(digest: str, path: str) -> bytes:
    """Return a line of a manifest, as sha256sum writes it too (but for '%', CR and LF in names)."""
    return f"{digest}  {encode_path(path)}\n".encode()


def manifest_lines(entries: Iterable[Entry]) -> bytes:
    """Return the bytes of a manifest, in the order of the paths."""
    ordered = sorted(entries, key=lambda entry: entry.path)
    return b"".join(manifest_line(entry.sha256, entry.path) for entry in ordered)


def read_manifest(source: BinaryIO) -> Iterator[Entry]:
    """Yield the entries of an open SHA-256 manifest, as a stream (RFC 8493, 2.1.3).

    Raises FondsError MANIFEST_BROKEN at a line that is not one.
    """
    for number, line in enumerate(tag_lines(source.read), 1):
        found = parse_line(line, 64)
        if isinstance(found, LineFault):
            raise FondsError("MANIFEST_BROKEN", line=number)
        yield Entry(found.path, found.digest)
