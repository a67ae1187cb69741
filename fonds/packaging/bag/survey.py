"""Looking over a folder before it is made a bag: what would be in it, and what a bag cannot hold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby, islice
from operator import itemgetter

from fonds.packaging.bag.algorithms import Manifest
from fonds.packaging.bag.declaration import CURRENT
from fonds.packaging.bag.facts import CaseTwins, DiskFile, Layout, Name
from fonds.packaging.bag.names import all_folded, nfc
from fonds.packaging.bag.portable import are_portable
from fonds.packaging.bag.report import Collector
from fonds.packaging.bag.rules import registry
from fonds.packaging.bag.scan import Found, Odd, OddKind, walk
from fonds.packaging.spool import Record, Spool
from fonds.schemas.findings import Finding

_LAYOUT = Layout(CURRENT, "utf-8", tuple[Manifest, ...](), payload_folder=True)
_FILE, _FOLDER = 0, 1
_TOGETHER = 100
"""Names looked at at a time, of which there is mostly nothing to say."""


class Survey:
    """The files and empty folders below the open folder ``root``, in the order of their names, with flat memory.

    ``files`` and ``bytes`` are totals; the findings have paths from the folder.
    """

    def __init__(self, root: int) -> None:
        self._entries, self._cases, self._found = Spool(), Spool(), Collector()
        self.files = self.bytes = 0
        for entry in walk(root):
            if isinstance(entry, Found):
                self._entries.add((nfc(entry.path), _FILE, 0, entry.path, entry.size, ""))
                self.files, self.bytes = self.files + 1, self.bytes + entry.size
            else:
                self._odd(entry)
        self._judge_names()

    def close(self) -> None:
        """Remove what was put on the disk."""
        self._entries.close()
        self._cases.close()

    def _odd(self, odd: Odd) -> None:
        for rule in registry.ODD:
            self._found.add(rule(odd, _LAYOUT))
        if odd.kind is OddKind.EMPTY_FOLDER:
            self._entries.add((nfc(odd.exact), _FOLDER, 0, odd.exact, 0, ""))

    def _judge_names(self) -> None:
        names = ((key, list(group)) for key, group in groupby(self._entries, key=itemgetter(0)))
        while some := list(islice(names, _TOGETHER)):
            keys = [key for key, _ in some]
            for fold, key in zip(all_folded(keys), keys, strict=True):
                self._cases.add((fold, 0, 0, key, 0, ""))
            if not are_portable(keys) or any(len(records) > 1 for _, records in some):
                for key, records in some:
                    self._judge_name(key, records)
        self._judge_cases()

    def _judge_name(self, key: str, records: Sequence[Record]) -> None:
        files = [DiskFile(record[3], record[4], {}) for record in records if record[1] == _FILE]
        for rule in registry.SOURCE_NAME:
            self._found.add(rule(Name(key, files, ()), _LAYOUT))

    def _judge_cases(self) -> None:
        for _, group in groupby(self._cases, key=itemgetter(0)):
            first, *others = [record[3] for record in group]
            for other in others:
                for rule in registry.CASE:
                    self._found.add(rule(CaseTwins(first, other), _LAYOUT))

    def result(self) -> tuple[tuple[Finding, ...], int]:
        """Return the findings, and how many of them are errors."""
        findings, severities = self._found.result()
        return findings, severities["error"]

    def entries(self) -> Iterator[Found | str]:
        """Yield every file, and the path of every empty folder, sorted, so that each folder comes in one piece."""
        for _, kind, _, path, size, _ in self._entries:
            yield Found(path, size) if kind == _FILE else path
