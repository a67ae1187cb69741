"""Names of files and folders: NFD_NAME, BAD_NAME, UPPERCASE_EXT, STRAY_FILE, NOT_REGULAR_FILE, LONG_PATH."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from fonds.repository.intake.pages import split_name
from fonds.repository.intake.walk import Folder, Found, Tree, nfc_name
from fonds.schemas.findings import Finding, finding

LONGEST_PATH = 260
"""Windows MAX_PATH, in characters; counted in UTF-8 bytes too, which is the stricter."""

_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?", re.IGNORECASE | re.DOTALL)
_FORBIDDEN = re.compile(
    r'[\x00-\x1f\x7f-\x9f<>:"|?*\\'  # a backslash also stands in what nfc_name escaped
    "\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]"  # turn the direction of writing, so that gpj.exe reads as exe.jpg
)
_BLANK_BEFORE_EXTENSION = re.compile(r"\s\.[^.\s]+$")


def check_root(tree: Tree) -> Iterator[Finding]:
    """Check the delivered folder's own name."""
    raw = tree.root.name
    yield from _check_name(raw, tree.name, tree.name)


def check_folder(folder: Folder, root_name: str) -> Iterator[Finding]:
    """Check the last component of a folder's path, and the length of the paths of the files in it."""
    names = dict.fromkeys(nfc_name(raw).rpartition("/")[2] for raw in folder.raws)
    for raw in folder.raws:
        written = raw.rpartition(b"/")[2].decode("utf-8", "backslashreplace")
        yield from _check_name(written, next(iter(names)), folder.where)
    length = len(root_name.encode()) + 1 + folder.longest
    if folder.longest and length > LONGEST_PATH:
        yield finding("LONG_PATH", folder.where or root_name, length=length, limit=LONGEST_PATH)


def check_file(found: Found) -> Iterator[Finding]:
    """Check a file's name. A stray file is only recorded as such; what is no regular file only as that."""
    if found.stray:
        yield finding("STRAY_FILE", found.where)
        return
    if not found.regular:
        yield finding("NOT_REGULAR_FILE", found.where)
        return
    written = found.raw.rpartition(b"/")[2].decode("utf-8", "backslashreplace")
    yield from _check_name(written, found.name, found.where)
    extension = split_name(found.name)[1]
    if extension != extension.lower():
        yield finding("UPPERCASE_EXT", found.where, extension=extension)


def _check_name(written: str, name: str, where: str) -> Iterator[Finding]:
    if not unicodedata.is_normalized("NFC", written):
        yield finding("NFD_NAME", where)
    if reason := _fault(name):
        yield finding("BAD_NAME", where, reason=reason)


def _fault(name: str) -> str:
    """Return what is wrong with a name ('space', 'character', 'reserved', 'dot'), '' when nothing is."""
    if name != name.strip() or _BLANK_BEFORE_EXTENSION.search(name):
        return "space"
    if _FORBIDDEN.search(name):
        return "character"
    if _RESERVED.fullmatch(name):
        return "reserved"
    return "dot" if name.endswith(".") else ""
