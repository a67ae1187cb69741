"""What a folder holds that is to travel, sorted, with everything that does not travel named."""

from __future__ import annotations

from collections.abc import Iterator
from types import TracebackType

from fonds.packaging.bag.report import Collector
from fonds.packaging.bag.scan import Found, Odd, OddKind, walk
from fonds.packaging.spool import Spool
from fonds.packaging.transport.limits import Limits, Members
from fonds.packaging.transport.names import Names, faults
from fonds.schemas.findings import Finding, finding

_FILE, _FOLDER = 0, 1
_ANY = Limits(members=2**63)


class Contents:
    """The files and empty folders below the open folder ``root``, whose name in the package file is ``name``."""

    def __init__(self, root: int, name: str) -> None:
        self._name, self._found = name, Collector()
        self._members, self._names = Spool(), Names(Members(_ANY))
        self._any = False
        self.files = self.bytes = 0
        for entry in walk(root):
            if isinstance(entry, Found):
                self.files, self.bytes = self.files + 1, self.bytes + entry.size
                self._take(entry.path, _FILE, entry.size)
            elif entry.kind is OddKind.EMPTY_FOLDER:
                self._take(entry.exact, _FOLDER, 0)
            else:
                self._found.add(_odd(entry))
        self._found.add(self._names.twins())

    def __enter__(self) -> Contents:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self._members.close()
        self._names.close()

    def _take(self, path: str, kind: int, size: int) -> None:
        self._any = True
        self._found.add(faults(f"{self._name}/{path}"))
        self._names.add(path, folder=kind == _FOLDER)
        self._members.add((path, kind, 0, "", size, ""))

    def findings(self) -> tuple[tuple[Finding, ...], int]:
        """Return the findings, and how many of them are errors."""
        found, severities = self._found.result()
        return found, severities["error"]

    def members(self) -> Iterator[tuple[str, int, bool]]:
        """Yield path, size in bytes and whether it is a folder, sorted by path; '' for a folder that holds nothing."""
        if not self._any:
            yield "", 0, True
        for path, kind, _, _, size, _ in self._members:
            yield path, size, kind == _FOLDER


def _odd(odd: Odd) -> Iterator[Finding]:
    match odd.kind:
        case OddKind.LINK:
            yield finding("PACKED_LINK", odd.path)
        case OddKind.NOT_UTF8:
            yield finding("PACKED_NAME_NOT_UTF8", odd.path)
        case OddKind.UNREADABLE:
            yield finding("BAG_UNREADABLE", odd.path, reason=odd.reason)
        case OddKind.TOO_LONG:
            yield from faults(odd.path)
        case _:
            yield finding("PACKED_NOT_REGULAR", odd.path, reason=odd.kind.value)
