"""Files and lines of one manifest that meet while both come in: of most names nothing is left to do at the end.

They come by the hundred and are looked at by the hundred, in loops that Python runs without its interpreter: a bag of
20,000 files costs a fifth of the time that it takes to look at each by itself. What is plainly right (the same name,
the same digest, a portable name in NFC) is put aside; everything else goes into the spool and comes out name by name.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from itertools import count

from fonds.packaging.bag.names import all_folded
from fonds.packaging.bag.portable import are_portable
from fonds.packaging.spool import Record, Spool

DISK, LISTED, FETCHED = 0, 1, 2
"""Kinds of records, in the order in which they are sorted under one name."""
LIMIT = 30_000
"""Names held in memory, about 20 MB; more go into the spool."""


class Pairs:
    """Takes lines of the one manifest of the payload, number ``manifest``, and then payload files.

    ``unread`` says that digests of files are not known, and are not compared.
    """

    def __init__(self, manifest: int, *, unread: bool, limit: int = LIMIT) -> None:
        self._manifest, self._unread, self._limit = manifest, unread, limit
        self._lines: dict[str, tuple[int, str]] = {}
        self._right: dict[str, int] = {}
        self._folded: set[str] = set()
        self._twins = False

    def add_lines(self, first: int, lines: Sequence[tuple[str, str]]) -> bool:
        """Take lines, (digest, path), numbered from ``first``. Returns False, and has done nothing, if not for here."""
        digests, paths = zip(*lines, strict=True) if lines else ((), ())
        if len(self._lines) + len(paths) > self._limit or not unicodedata.is_normalized("NFC", "\0".join(paths)):
            return False
        if len(set(paths)) < len(paths) or not self._lines.keys().isdisjoint(paths):
            return False
        self._lines.update(zip(paths, zip(count(first), digests), strict=False))
        return True

    def add_files(self, paths: Sequence[str], sizes: Sequence[int], digests: Sequence[str]) -> bool:
        """Take files. Returns False, and has done nothing, if they are not all listed, or one has to be looked at."""
        listed = list(map(self._lines.get, paths))
        if not all(listed) or not are_portable(paths):
            return False
        if not self._unread and [line[1] for line in listed if line] != list(digests):
            return False
        self._right.update(zip(paths, sizes, strict=True))
        before = len(self._folded)
        self._folded.update(all_folded(paths))
        self._twins = self._twins or len(self._folded) < before + len(paths)
        return True

    def end(self, names: Spool) -> None:
        """Pass on the lines whose file was not put aside with them."""
        for path in self._lines.keys() - self._right.keys():
            names.add(self._line(path))

    def _line(self, path: str) -> Record:
        number, digest = self._lines[path]
        return path, LISTED, self._manifest, path, number, digest

    def take(self, path: str) -> list[Record]:
        """Give back what was put aside of a name of which there is more."""
        size = self._right.pop(path, None)
        if size is None:
            return []
        line = self._line(path)
        return [(path, DISK, 0, path, size, "" if self._unread else line[5]), line]

    def beside(self, one: str) -> None:
        """Take note of a name elsewhere, without its capitals, that may be one of these but for them."""
        self._twins = self._twins or one in self._folded

    def to_compare(self) -> Iterator[str]:
        """Yield the names put aside when there may be two among all names that differ in capitals only."""
        return iter(self._right if self._twins else ())
