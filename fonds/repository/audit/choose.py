"""What is read: stored versions of each copy, chosen in one pass over the catalogue, the oldest dossier first.

The choice goes through a temporary file, so that the memory in use does not grow with the holdings and the catalogue is
not kept open while terabytes are being read.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import IO, NamedTuple

from fonds.repository.archive import Archive
from fonds.repository.audit.pace import midnight
from fonds.repository.audit.result import ALL, DUE
from fonds.repository.due import in_part, in_sample, is_due
from fonds.repository.fixity import MAIN_COPY
from fonds.repository.named import all_versions, named_package
from fonds.repository.ports.fixity import Outstanding


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be audited: what is due, all, or one package.

    ``subset`` (n, t) is the n-th of t parts of the holdings. ``sample`` is how many per cent of what is not due are
    read besides, of ``due`` only. ``now`` is the time with its zone, ``since`` the same as ISO 8601 UTC: what was read
    later needs not be read again.
    """

    now: datetime
    since: str
    scope: str = DUE
    package: str = ""
    subset: tuple[int, int] | None = None
    sample: int = 0

    @property
    def subject(self) -> str:
        """What the run is called in the catalogue and in the log."""
        return self.package or self.scope


class Key(NamedTuple):
    """A version to be read. ``sample``: it is not due and was drawn."""

    objid: str
    version: int
    files: int
    bytes: int
    sample: bool = False


class Chosen:
    """What is to be read in one copy: counted, and given dossier by dossier."""

    def __init__(self, keys: Iterable[Key], file: IO[str]) -> None:
        self.packages = self.files = self.bytes = self.sampled = 0
        self._file = file
        for key in keys:
            self.packages, self.files, self.bytes = self.packages + 1, self.files + key.files, self.bytes + key.bytes
            self.sampled += key.sample
            file.write(f"{key.objid} {key.version} {key.files} {key.bytes} {int(key.sample)}\n")

    def dossiers(self) -> Iterator[list[Key]]:
        """Yield the chosen versions of each dossier, what is due before what was drawn."""
        self._file.seek(0)
        for _, keys in groupby(map(_key, self._file), attrgetter("objid")):
            yield list(keys)


def _key(line: str) -> Key:
    objid, version, files, size, sample = line.split()
    return Key(objid, int(version), int(files), int(size), sample == "1")


@contextmanager
def chosen(archive: Archive, order: Order, copy: str) -> Iterator[Chosen]:
    """Give what is to be read in a copy. Raises UsageError UNIT_MISSING, OSError when the temporary disk is full."""
    with tempfile.TemporaryFile("w+", encoding="utf-8", prefix="fonds-audit-") as file:
        yield Chosen(_keys(archive, order, copy), file)


def _keys(archive: Archive, order: Order, copy: str) -> Iterator[Key]:
    if order.package:
        yield from _one(archive, order.package, copy)
        return
    wanted = _Wanted(archive, order, copy)
    yield from (Key(*row[:4]) for row in wanted.rows() if wanted.regular(row))
    if order.sample and order.scope == DUE:
        yield from (Key(*row[:4], sample=True) for row in wanted.rows() if wanted.drawn(row))


class _Wanted:
    """Decides which versions of a copy are to be read."""

    def __init__(self, archive: Archive, order: Order, copy: str) -> None:
        self._archive, self._order, self._copy = archive, order, copy
        self._days = archive.settings.days_of(copy)
        self._today = midnight(order.now)

    def rows(self) -> Iterator[Outstanding]:
        for row in self._archive.fixity.outstanding(self._copy, since=self._order.since):
            if self._order.subset is None or in_part(row.objid, *self._order.subset):
                yield row

    def regular(self, row: Outstanding) -> bool:
        return self._order.scope == ALL or is_due(row.objid, row.good, self._days, self._order.now)

    def drawn(self, row: Outstanding) -> bool:
        """Say whether it was drawn. What was read today is not: of a day there is one sample, and it is read once."""
        lot = in_sample(row.objid, self._copy, self._order.now.date(), self._order.sample)
        return lot and not self.regular(row) and row.checked < self._today


def _one(archive: Archive, package: str, copy: str) -> Iterator[Key]:
    """Yield the versions of one package. What a copy does not have yet is the business of ``fonds copies sync``."""
    for aip in all_versions(archive, named_package(archive, package).objid):
        entries = archive.copies.entries(aip.objid, aip.version)
        if copy == MAIN_COPY or any(entry.copy == copy and entry.verified for entry in entries):
            yield Key(aip.objid, aip.version, aip.files, aip.bytes)
