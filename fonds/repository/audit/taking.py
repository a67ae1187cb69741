"""Taking up what is read next: so much as one process reads in one go, as far as nobody else is reading it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from fonds.packaging.crew import BATCH_BYTES, BATCH_FILES
from fonds.repository.archive import Archive
from fonds.repository.audit.choose import Key
from fonds.repository.audit.pace import Budget
from fonds.repository.audit.readers import Dossier
from fonds.repository.fixity import Sealed

_DOSSIERS = 64
"""Dossiers that are taken up together at most: their results are written down together."""
_SECONDS = 5
"""And so many seconds of reading, where that is slowed down: else nobody would see for minutes how far it is."""


@dataclass(slots=True)
class Taker:
    """Takes versions up for one run, in one copy, until nothing is left or the ``budget`` is spent (``stopped``).

    ``held`` are dossiers that another run is reading. ``elsewhere`` counts the versions that another run has read since
    ``since`` (ISO 8601), ``bad`` those of them in which it found a problem. ``drawn`` are those that were taken up for
    the sample, ``at_work`` those whose result was not written down yet.
    """

    archive: Archive
    run: int
    copy: str
    since: str
    budget: Budget
    stopped: str = ""
    read: int = 0
    bytes: int = 0
    elsewhere: int = 0
    bad: int = 0
    held: list[list[Key]] = field(default_factory=list)
    drawn: set[tuple[str, int]] = field(default_factory=set)
    at_work: set[tuple[str, int]] = field(default_factory=set)

    def finished(self, versions: Iterable[tuple[str, int]]) -> None:
        """Take note that results were written down."""
        before = len(self.at_work)
        self.at_work.difference_update(versions)
        self.read += before - len(self.at_work)

    def groups(self, dossiers: Iterable[list[Key]]) -> Iterator[list[Dossier]]:
        """Yield what this run may read, dossiers with their versions, for one process at a time."""
        rate = self.budget.pace.rate
        for group in _gathered(dossiers, min(BATCH_BYTES, rate * _SECONDS) if rate else BATCH_BYTES):
            rest = group
            while rest:
                self.stopped = self.budget.over()
                if self.stopped:
                    return
                first = _first(rest, self.budget)
                rest = rest[len(first) :]
                if taken := self._claimed(first):
                    yield taken

    def _claimed(self, group: list[list[Key]]) -> list[Dossier]:
        keys = {(key.objid, key.version): key for dossier in group for key in dossier}
        claim = self.archive.fixity.claim(self.run, list(keys), self.copy, since=self.since)
        granted, held = set(claim.granted), set(claim.held)
        self.elsewhere += len(claim.read)
        self.bad += sum(not good for good in claim.read.values())
        self.bytes += sum(keys[one].bytes for one in (*granted, *claim.read))
        self.at_work |= granted
        self.budget.take(len(granted), sum(keys[one].bytes for one in granted))
        self.drawn.update(one for one in granted if keys[one].sample)
        self.held += filter(None, ([key for key in one if (key.objid, key.version) in held] for one in group))
        mine = ([key for key in one if (key.objid, key.version) in granted] for one in group)
        return list(filter(None, map(self._sealed, mine)))

    def _sealed(self, keys: list[Key]) -> Dossier:
        holdings, found = self.archive.holdings, []
        for objid, version, *_ in keys:
            aip = holdings.aip(objid, version)
            if aip is None:  # a rebuild has just forgotten it
                self.archive.fixity.drop(self.run, [(objid, version)], self.copy)
            else:
                found.append(Sealed(aip, *holdings.contents(objid, version)))
        return found


def _gathered(dossiers: Iterable[list[Key]], most: int) -> Iterator[list[list[Key]]]:
    """Put small dossiers together, up to ``most`` bytes; what is large is by itself."""
    group: list[list[Key]] = []
    files = size = 0
    for dossier in dossiers:
        more, larger = sum(key.files for key in dossier), sum(key.bytes for key in dossier)
        if group and (files + more > BATCH_FILES or size + larger > most or len(group) >= _DOSSIERS):
            yield group
            group, files, size = [], 0, 0
        group.append(dossier)
        files, size = files + more, size + larger
    if group:
        yield group


def _first(group: list[list[Key]], budget: Budget) -> list[list[Key]]:
    """Return the dossiers that are taken up before the quota is reached, and the one that reaches it."""
    kept: list[list[Key]] = []
    packages = size = 0
    for dossier in group:
        if kept and not budget.holds(packages, size):
            break
        kept.append(dossier)
        packages, size = packages + len(dossier), size + sum(key.bytes for key in dossier)
    return kept
