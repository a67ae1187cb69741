"""A package read wherever it lies: every version, in the store and in each copy, cold, against what was sealed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field

from fonds.errors import FondsError
from fonds.repository.archive import Archive
from fonds.repository.copies.place import open_copy
from fonds.repository.fixity import MAIN_COPY, Sealed, check_versions
from fonds.repository.named import all_versions
from fonds.repository.ports.catalogue import Aip, Problem
from fonds.repository.ports.copies import Copy
from fonds.repository.ports.store import Store
from fonds.repository.repair.trust import Sealings, sealed_version


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """The store or a copy of it, and the versions of the package that are to be in it."""

    name: str
    store: Store
    versions: Sequence[Aip]


@dataclass(frozen=True, slots=True)
class Reading:
    """What reading a version in a place gave, a moment ago."""

    place: Place
    sealed: Sealed
    problems: Sequence[Problem]


@dataclass(slots=True)
class Survey:
    """A package as it is.

    ``unreached`` are the places that could not be had, ``unsealed`` the versions of which nobody can say what was
    sealed: nothing is done about those.
    """

    objid: str
    name: str
    readings: list[Reading] = field(default_factory=list)
    unreached: list[tuple[str, FondsError]] = field(default_factory=list)
    unsealed: list[Aip] = field(default_factory=list)

    @property
    def problems(self) -> list[Problem]:
        """Everything that is wrong, wherever it could be read."""
        return [problem for reading in self.readings for problem in reading.problems]


def survey(archive: Archive, objid: str, sealings: Sealings, executor: Executor) -> Survey:
    """Read all versions of a package in every place that can be had. ``objid`` is in the catalogue."""
    aips = all_versions(archive, objid)
    found = Survey(objid, aips[-1].name)
    places = list(_places(archive, aips, found))
    sealed = {aip.version: sealed_version(archive, aip, sealings, [one.store for one in places]) for aip in aips}
    found.unsealed = [aip for aip in aips if sealed[aip.version] is None]
    waiting = []
    for place in places:
        known = [one for aip in place.versions if (one := sealed[aip.version]) is not None]
        waiting.append((place, known, executor.submit(check_versions, place.store, known, place.name)))
    for place, known, future in waiting:
        for one, check in zip(known, future.result(), strict=True):
            found.readings.append(Reading(place, one, check.problems))
    return found


def _places(archive: Archive, aips: Sequence[Aip], found: Survey) -> Iterator[Place]:
    if _is_gone(archive.store):
        found.unreached.append((MAIN_COPY, FondsError("STORE_GONE", path=archive.settings.store)))
    else:
        yield Place(MAIN_COPY, archive.store, aips)
    for copy in archive.copies.copies():
        try:
            store = open_copy(archive, copy)
        except FondsError as error:
            found.unreached.append((copy.name, error))
        else:
            yield Place(copy.name, store, [aip for aip in aips if _belongs(archive, copy, store, aip)])


def _is_gone(store: Store) -> bool:
    """Say whether the store cannot be had: a disk that is not mounted looks like an empty folder."""
    try:
        return store.is_bare()
    except OSError:
        return True


def _belongs(archive: Archive, copy: Copy, store: Store, aip: Aip) -> bool:
    """Say whether a version is to be in a copy: it was there, or something lies in its place.

    What a copy does not have yet is brought there by ``fonds copies sync``.
    """
    for entry in archive.copies.entries(aip.objid, aip.version):
        if entry.copy == copy.name:
            return bool(entry.verified) or store.exists(aip.location)
    return False
