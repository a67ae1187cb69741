"""Which names of members are believed, and which of them would be one name somewhere else."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import itemgetter

from fonds.packaging.bag.names import folded, nfc, plain_path, printable, unsafe_reason
from fonds.packaging.spool import Spool
from fonds.packaging.transport.limits import Members
from fonds.schemas.findings import Finding, finding

_LONGEST_NAME = 255
"""Bytes of one name on the file systems of Linux, Windows and macOS alike, or less there."""
_LONGEST_PATH = 2048
_DEEPEST = 100
"""Folders in folders: what walks them takes one of its steps inside another."""
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_FILE, _FOLDER = 0, 1


def plain(name: str) -> str:
    """Return a name without './', '//' and the '/' at its end, all of which mean nothing; '' is the top folder.

    A name that begins with '/' stays as it is, to be refused.
    """
    return name if name.startswith("/") else plain_path(name)


def faults(path: str) -> Iterator[Finding]:
    """Yield what forbids writing a member of this plain path. Lone surrogates stand for bytes that are not UTF-8."""
    where, parts = printable(path), path.split("/")
    reason = "backslash" if "\\" in path else unsafe_reason(path)
    # '~' at the beginning means something to a shell, nothing to a file system.
    if reason and reason != "home":
        yield finding("PACKED_PATH_UNSAFE", where, reason=reason)
    if _CONTROL.search(path):
        yield finding("PACKED_NAME_CONTROL", where)
    try:
        longest = max(len(part.encode()) for part in parts)
    except UnicodeEncodeError:
        yield finding("PACKED_NAME_NOT_UTF8", where)
        return
    if longest > _LONGEST_NAME:
        yield finding("PACKED_NAME_TOO_LONG", where, length=longest, allowed=_LONGEST_NAME)
    if (length := len(path.encode())) > _LONGEST_PATH or len(parts) > _DEEPEST:
        yield finding(
            "PACKED_PATH_TOO_LONG", where, length=length, allowed=_LONGEST_PATH, depth=len(parts), deepest=_DEEPEST
        )


class Names:
    """Takes the paths of all members; tells of twins, with the memory of a few of them."""

    def __init__(self, members: Members) -> None:
        self._members = members
        self._paths, self._cases = Spool(), Spool()
        self._parents: list[str] = []

    def close(self) -> None:
        """Remove what was put on the disk."""
        self._paths.close()
        self._cases.close()

    def add(self, path: str, *, folder: bool) -> None:
        """Take a plain path, and the folders above it. Raises Fault PACKED_TOO_MANY."""
        *parents, _ = path.split("/")
        for depth in range(1, len(parents) + 1):
            # The folders of the member before are known; most members lie beside it.
            if parents[:depth] != self._parents[:depth]:
                self._put("/".join(parents[:depth]), _FOLDER)
        self._parents = path.split("/") if folder else parents
        self._put(path, _FOLDER if folder else _FILE)

    def _put(self, path: str, kind: int) -> None:
        self._members.take()
        self._paths.add((nfc(path), kind, 0, path, 0, ""))

    def twins(self) -> Iterator[Finding]:
        """Yield a finding for every name that comes twice, exactly, in NFC, or but for capitals. To be asked once."""
        for key, group in groupby(self._paths, key=itemgetter(0)):
            self._cases.add((folded(key), 0, 0, key, 0, ""))
            yield from _same(key, ((record[3], record[1]) for record in group))
        for _, group in groupby(self._cases, key=itemgetter(0)):
            first, *others = [record[3] for record in group]
            for other in others:
                yield finding("PACKED_NAMES_DIFFER_IN_CASE", printable(first), other=printable(other))


def _same(key: str, members: Iterable[tuple[str, int]]) -> Iterator[Finding]:
    """Judge everything that is one name in NFC; a folder may come any number of times."""
    counts = Counter(members)
    names = sorted({name for name, _ in counts})
    if len(names) > 1:
        yield finding("PACKED_NAMES_COLLIDE", printable(key), count=len(names))
    for name in names:
        if counts[name, _FILE] > 1 or (counts[name, _FILE] and counts[name, _FOLDER]):
            yield finding("PACKED_NAME_TWICE", printable(name))
